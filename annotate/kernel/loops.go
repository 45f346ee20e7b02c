package kernel

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/gen"
	"github.com/kgen-go/kgen/gen/check"
	"github.com/kgen-go/kgen/gen/diag"
)

// loop is a loop of a kernel's source.
type loop struct {
	kernel   string
	file     string // base name
	from, to int    // lines
	col      int
	depth    int // 1 is outermost
	inner    int // how many loops it holds
}

// shape is what the syntax of a package's kernels says of their lines.
type shape struct {
	loops []*loop
	funcs []extent
}

// extent is the lines of a kernel.
type extent struct {
	kernel   string
	file     string // base name
	from, to int
}

// shapeOf walks the kernels of a package.
func shapeOf(p *check.Package) *shape {
	s := &shape{}
	for _, k := range p.Kernels {
		from, to := p.Syntax.Fset.Position(k.Decl.Pos()), p.Syntax.Fset.Position(k.Decl.End())
		s.funcs = append(s.funcs, extent{k.Name, baseName(k.File.Name), from.Line, to.Line})
		w := loopWalker{shape: s, pkg: p, kernel: k}
		ast.Walk(&w, k.Decl.Body)
	}
	return s
}

// loopWalker collects the loops of a kernel; around are those that the present node stands in.
type loopWalker struct {
	shape  *shape
	pkg    *check.Package
	kernel *check.Kernel
	around []*loop
}

// Visit implements ast.Visitor.
func (w *loopWalker) Visit(n ast.Node) ast.Visitor {
	switch n.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
	default:
		return w
	}
	from, to := w.pkg.Syntax.Fset.Position(n.Pos()), w.pkg.Syntax.Fset.Position(n.End())
	l := &loop{kernel: w.kernel.Name, file: baseName(w.kernel.File.Name), from: from.Line, to: to.Line, col: from.Column, depth: 1 + len(w.around)}
	for _, outer := range w.around {
		outer.inner++
	}
	w.shape.loops = append(w.shape.loops, l)
	return &loopWalker{w.shape, w.pkg, w.kernel, append(slices.Clone(w.around), l)}
}

// kernelAt returns the kernel that a line stands in, or "".
func (s *shape) kernelAt(file string, line int) string {
	for _, e := range s.funcs {
		if e.file == file && e.from <= line && line <= e.to {
			return e.kernel
		}
	}
	return ""
}

// depth returns how many loops are around the code of a line, which that of a loop's own header is in.
func (s *shape) depth(file string, line int) int {
	depth := 0
	for _, l := range s.loops {
		if l.file == file && l.from <= line && line <= l.to {
			depth = max(depth, l.depth)
		}
	}
	return depth
}

// headed returns the loop that begins on the line, or nil. Of several it is the one of that depth, else the outermost.
func (s *shape) headed(file string, line, depth int) *loop {
	var found *loop
	for _, l := range s.loops {
		if l.file == file && l.from == line && (found == nil || l.depth == depth) {
			found = l
		}
	}
	return found
}

// cFile is the emitted C of a package's kernels.
type cFile struct {
	name  string
	lines []string // without what kgen notes behind them
	from  []diag.Pos
	loops []*cLoop // outer ones first
}

// cLoop is a loop of the C file.
type cLoop struct {
	from, to int // lines of C
	inner    int // how many loops it holds
	source   *loop
}

// readC finds the loops of the emitted C: its layout is kgen's own, so that a loop goes from a line that ends in a brace to the
// brace below it with the same indentation.
func readC(t gen.Text, s *shape) *cFile {
	c := &cFile{name: t.Name, from: t.From}
	for i, line := range strings.Split(strings.TrimSuffix(string(t.Data), "\n"), "\n") {
		if pos := c.at(i + 1); pos.IsValid() {
			line, _, _ = strings.Cut(line, " // "+baseName(pos.File)+":")
		}
		c.lines = append(c.lines, line)
	}
	var open []*cLoop
	for i, line := range c.lines {
		text := strings.TrimLeft(line, "\t")
		if n := len(open); n > 0 && strings.HasPrefix(text, "}") && indent(line) == indent(c.lines[open[n-1].from-1]) {
			open[n-1].to = i + 1
			open = open[:n-1]
		}
		if pos := c.at(i + 1); pos.IsValid() && strings.HasPrefix(text, "for (") && strings.HasSuffix(text, "{") {
			l := &cLoop{from: i + 1, source: s.headed(baseName(pos.File), pos.Line, 1+len(open))}
			for _, outer := range open {
				outer.inner++
			}
			open = append(open, l)
			c.loops = append(c.loops, l)
		}
	}
	return c
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, "\t")) }

// at returns the position of the source that a line comes from.
func (c *cFile) at(line int) diag.Pos {
	if line < 1 || line > len(c.from) {
		return diag.Pos{}
	}
	return c.from[line-1]
}

// innermost returns the innermost loop around a line of C, or nil.
func (c *cFile) innermost(line int) *cLoop {
	var found *cLoop
	for _, l := range c.loops {
		if l.from <= line && line <= l.to {
			found = l
		}
	}
	return found
}
