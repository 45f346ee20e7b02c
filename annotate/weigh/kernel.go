package weigh

import (
	"go/ast"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/pprof/profile"

	"github.com/kgen-go/kgen/annotate/report"
)

// A C kernel has no frames in a profile of Go: its time stands under the call in the stub that kgen made. The kernel's lines share it by the loops
// around them, which is an estimate.

// stubFile matches the files that call C kernels.
var stubFile = regexp.MustCompile(`_kgc_[a-z0-9]+_[a-z0-9]+\.go$`)

// ffiPath is the package through which stubs call C.
const ffiPath = "github.com/kgen-go/kgen/ffi"

// kernelCall looks for a stub's call of C in a stack, leaf first, and returns the frame of the stub.
func kernelCall(stack []frame) (stub frame, ok bool) {
	called := false
	for _, f := range stack {
		if f.Function == nil {
			return stub, false
		}
		pkg, _ := splitSymbol(f.Function.Name)
		switch {
		case pkg == ffiPath || strings.HasPrefix(pkg, ffiPath+"/"):
			called = true
		case isRuntime(pkg) || pkg == "syscall":
		default:
			return f, called && stubFile.MatchString(path.Base(slashed(f.Function.Filename)))
		}
	}
	return stub, false
}

// kernel is a function of a kernel file; nil is none.
type kernel struct {
	file *report.File
	fn   *function
}

// kernelOf returns what a stub calls, or nil.
func (w *weigher) kernelOf(stub *profile.Function) *kernel {
	k, ok := w.kernels[stub]
	if !ok {
		k = w.findKernel(stub)
		w.kernels[stub] = k
	}
	return k
}

func (w *weigher) findKernel(stub *profile.Function) *kernel {
	pkg, name := splitSymbol(stub.Name)
	name, ok := strings.CutSuffix(name, "Stub")
	if !ok {
		return nil
	}
	for _, f := range w.kernelFiles(pkg) {
		for _, fn := range w.source(f).list {
			if lowerFirst(fn.name) == name {
				return &kernel{f, fn}
			}
		}
	}
	return nil
}

func lowerFirst(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[n:]
}

// kernelFiles returns the kernel sources that the generated files of a package were made from, and those that lie in it.
func (w *weigher) kernelFiles(pkg string) []*report.File {
	var list []*report.File
	for _, f := range w.report.Files {
		switch {
		case f.Package != pkg:
			continue
		case f.Language == "kg":
			list = append(list, f)
		}
		for _, to := range f.Moved {
			if k := w.byPath[to.File]; k != nil {
				list = append(list, k)
			}
		}
	}
	slices.SortFunc(list, func(a, b *report.File) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(list)
}

// chargeKernel spreads the time of a C kernel over its lines and over those of the functions that it calls, in proportion to their instructions, as far as
// those are known, times frequency.
func (w *weigher) chargeKernel(k *kernel, ns int64) {
	weights := map[int]float64{}
	w.kernelWeights(k.file, k.fn, 0, weights, map[*function]bool{})
	list := make([]int, 0, len(weights))
	for line := range weights {
		list = append(list, line)
	}
	slices.Sort(list)
	shares := make([]float64, len(list))
	for i, line := range list {
		shares[i] = weights[line]
	}
	for i, part := range divide(ns, shares) {
		w.load(k.file, list[i]).c += part
	}
}

func (w *weigher) kernelWeights(f *report.File, fn *function, depth int, weights map[int]float64, seen map[*function]bool) {
	if seen[fn] {
		return
	}
	seen[fn] = true
	s := w.source(f)
	for _, line := range fn.body {
		if line <= len(f.Lines) {
			weights[line] += frequency(depth+s.depths[line]) * max(1, float64(instructions(&f.Lines[line-1], true)))
		}
	}
	if len(fn.body) == 0 {
		weights[fn.from] = 1
	}
	for name, at := range fn.calls {
		if callee := s.funcs[name]; callee != nil {
			w.kernelWeights(f, callee, depth+at, weights, seen)
		}
	}
}

// maxDepth bounds the loops that count: beyond, the page would show nothing but them.
const maxDepth = 4

// frequency is how often code in loops runs, as nobody measured it: ten times for each loop.
func frequency(depth int) float64 { return math.Pow10(max(0, min(depth, maxDepth))) }

// statements notes the lines of a kernel's statements, the loops around them, and the calls.
func (s *source) statements(fn *function, n ast.Node, depth int) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt:
			s.loop(fn, n, n.Body, depth+1)
			return false
		case *ast.RangeStmt:
			s.loop(fn, n, n.Body, depth+1)
			return false
		case *ast.CallExpr:
			s.call(fn, n, depth)
		case *ast.BlockStmt:
		case ast.Stmt:
			s.statement(fn, s.line(n.Pos()), depth)
		}
		return true
	})
}

func (s *source) statement(fn *function, line, depth int) {
	if d, ok := s.depths[line]; !ok {
		fn.body = append(fn.body, line)
	} else {
		depth = max(d, depth)
	}
	s.depths[line] = depth
}

// loop notes a loop: its header runs as often as its body.
func (s *source) loop(fn *function, loop ast.Node, body *ast.BlockStmt, depth int) {
	s.statement(fn, s.line(loop.Pos()), depth)
	ast.Inspect(loop, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			s.call(fn, call, depth)
		}
		return n != body
	})
	s.statements(fn, body, depth)
}

func (s *source) call(fn *function, call *ast.CallExpr, depth int) {
	if id, ok := call.Fun.(*ast.Ident); ok {
		fn.calls[id.Name] = max(fn.calls[id.Name], depth)
	}
}
