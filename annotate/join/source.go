package join

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"

	"github.com/kgen-go/kgen/annotate/internal/symbol"
	"github.com/kgen-go/kgen/annotate/report"
)

// source is the text of a file, and for Go and kernels what its syntax says.
type source struct {
	name      string   // absolute
	text      []string // lines; nil if the file cannot be read
	pkg       string   // of the package clause; "" if the file is not Go
	owner     string   // import path of its package
	generated bool
	decls     []*decl
	at        []int32  // by line less one: index of its declaration in decls, or -1
	stmts     []extent // by line less one: the innermost simple statement
	starts    []bool   // by line less one: a statement with something to execute begins here
}

// decl is a declared function.
type decl struct {
	src      *source
	name     string // "F", "(*T).M", without type parameters
	from, to int    // lines
	at       point  // where the compiler has the function: of its name, of a method's receiver
	generic  bool
	body     bool // false: it is in assembly
	gotos    bool // has some, so that there may be loops without for statements
	loops    []loop
	literals []region
	calls    []call
}

// extent is a range of lines, both ends inclusive; zero is none.
type extent struct{ from, to int }

// with is the extent and one more line.
func (x extent) with(line int) extent {
	if x == (extent{}) {
		return extent{line, line}
	}
	return extent{min(x.from, line), max(x.to, line)}
}

func (x extent) has(line int) bool { return x.from <= line && line <= x.to }

// point is a place in a source; line and column count from 1, columns in bytes.
type point struct{ line, col int }

func (p point) before(q point) bool { return p.line < q.line || p.line == q.line && p.col < q.col }

// region is what stands from one point to another, the latter not included.
type region struct{ from, to point }

func (r region) has(p point) bool { return !p.before(r.from) && p.before(r.to) }

// loop is a for statement: repeated is what runs in each turn.
type loop struct {
	at       point
	repeated []region
	literal  int // index of the func literal around it, -1 without
}

// call is a call by the last part of the callee's name.
type call struct {
	name string
	line int
}

// readSource reads and parses a file. A file that is missing or no Go is a source without text or declarations: positions still count.
func readSource(name, real string) *source {
	s := &source{name: name}
	data, err := os.ReadFile(real)
	if err != nil {
		return s
	}
	s.text = report.SplitLines(string(data))
	s.at = make([]int32, len(s.text))
	for i := range s.at {
		s.at[i] = -1
	}
	s.stmts = make([]extent, len(s.text))
	s.starts = make([]bool, len(s.text))
	if ext := filepath.Ext(name); ext == ".go" || ext == ".kg" {
		s.parse(data)
	}
	return s
}

func (s *source) parse(data []byte) {
	set := token.NewFileSet()
	// What a file with a syntax error has before the error is still worth its structure.
	tree, _ := parser.ParseFile(set, s.name, data, parser.ParseComments|parser.SkipObjectResolution)
	if tree == nil || tree.Name == nil {
		return
	}
	s.pkg = tree.Name.Name
	s.generated = ast.IsGenerated(tree)
	file := set.File(tree.FileStart)
	for _, d := range tree.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			s.function(file, f)
		} else {
			(&reader{src: s, file: file, decl: new(decl)}).walk(d)
		}
	}
}

func (s *source) function(file *token.File, f *ast.FuncDecl) {
	r := &reader{src: s, file: file}
	receiver, generic := symbol.Receiver(f)
	at := f.Name.Pos()
	if f.Recv != nil {
		at = f.Recv.Pos()
	}
	d := &decl{
		src: s, name: receiver + f.Name.Name, from: r.point(f.Pos()).line, to: r.point(f.End()).line, at: r.point(at),
		generic: generic || f.Type.TypeParams != nil, body: f.Body != nil,
	}
	for line := d.from; line <= d.to && line <= len(s.at); line++ {
		if s.at[line-1] < 0 {
			s.at[line-1] = int32(len(s.decls))
		}
	}
	s.decls = append(s.decls, d)
	if f.Body != nil {
		r.decl = d
		r.signature(f.Pos(), f.Body.Lbrace)
		r.walk(f.Body)
	}
}

// reader walks one declaration. Positions are of the file as it stands: //line directives are the compiler's matter.
type reader struct {
	src     *source
	file    *token.File
	decl    *decl
	literal int // index of the func literal around the place plus one
}

func (r *reader) point(p token.Pos) point {
	at := r.file.PositionFor(p, false)
	return point{at.Line, at.Column}
}

func (r *reader) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			outer := r.literal
			r.decl.literals = append(r.decl.literals, region{r.point(n.Pos()), r.point(n.End())})
			r.literal = len(r.decl.literals)
			r.signature(n.Pos(), n.Body.Lbrace)
			r.walk(n.Body)
			r.literal = outer
			return false
		case *ast.ForStmt:
			r.loop(n.For, n.Cond, n.Post, n.Body)
		case *ast.RangeStmt:
			r.loop(n.For, nil, nil, n.Body)
		case *ast.CallExpr:
			r.call(n)
		case *ast.BranchStmt:
			r.decl.gotos = r.decl.gotos || n.Tok == token.GOTO
		case ast.Stmt:
			r.statement(n)
		}
		return true
	})
}

func (r *reader) loop(at token.Pos, cond ast.Expr, post ast.Stmt, body *ast.BlockStmt) {
	l := loop{at: r.point(at), literal: r.literal - 1, repeated: []region{{r.point(body.Pos()), r.point(body.End())}}}
	if cond != nil {
		l.repeated = append(l.repeated, region{r.point(cond.Pos()), r.point(cond.End())})
	}
	if post != nil {
		l.repeated = append(l.repeated, region{r.point(post.Pos()), r.point(post.End())})
	}
	r.decl.loops = append(r.decl.loops, l)
	r.start(l.at.line)
}

func (r *reader) call(c *ast.CallExpr) {
	fun := ast.Unparen(c.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = x.X
	case *ast.IndexListExpr:
		fun = x.X
	}
	switch x := fun.(type) {
	case *ast.Ident:
		r.decl.calls = append(r.decl.calls, call{x.Name, r.point(c.Lparen).line})
	case *ast.SelectorExpr:
		r.decl.calls = append(r.decl.calls, call{x.Sel.Name, r.point(c.Lparen).line})
	}
}

func (r *reader) statement(n ast.Stmt) {
	switch n.(type) {
	case *ast.BlockStmt, *ast.LabeledStmt, *ast.EmptyStmt, *ast.CaseClause, *ast.CommClause:
		return
	case *ast.IfStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		r.start(r.point(n.Pos()).line)
		return
	case *ast.DeclStmt:
	default:
		r.start(r.point(n.Pos()).line)
	}
	r.extent(n.Pos(), n.End())
}

// signature makes the lines of one that takes several a statement: the compiler has the code for parameters on the first.
func (r *reader) signature(from, to token.Pos) {
	if r.point(from).line != r.point(to).line {
		r.extent(from, to)
	}
}

func (r *reader) extent(from, to token.Pos) {
	at := extent{r.point(from).line, r.point(to).line}
	for line := at.from; line <= at.to && line <= len(r.src.stmts); line++ {
		r.src.stmts[line-1] = at
	}
}

func (r *reader) start(line int) {
	if line <= len(r.src.starts) {
		r.src.starts[line-1] = true
	}
}

// declAt returns the declared function that the line stands in, or nil.
func (s *source) declAt(line int) *decl {
	if line < 1 || line > len(s.at) || s.at[line-1] < 0 {
		return nil
	}
	return s.decls[s.at[line-1]]
}

// statementAt is the extent of the innermost simple statement on the line.
func (s *source) statementAt(line int) extent {
	if line < 1 || line > len(s.stmts) || s.stmts[line-1] == (extent{}) {
		return extent{line, line}
	}
	return s.stmts[line-1]
}

// depth is the number of for statements around a point, up to the innermost func literal.
func (d *decl) depth(p point) int {
	literal := -1
	for i, r := range d.literals {
		if r.has(p) {
			literal = i // inner ones come later
		}
	}
	n := 0
	for _, l := range d.loops {
		if l.literal == literal && l.around(p) {
			n++
		}
	}
	return n
}

func (l loop) around(p point) bool {
	for _, r := range l.repeated {
		if r.has(p) {
			return true
		}
	}
	return false
}

// lines is the extent of the whole statement.
func (l loop) lines() extent { return extent{l.at.line, l.repeated[0].to.line} }

// forAround is the extent of the innermost for statement around lines, zero if there is none.
func (d *decl) forAround(at extent) (around extent) {
	for _, l := range d.loops {
		if x := l.lines(); x.has(at.from) && x.has(at.to) && (around == extent{} || around.has(x.from) && around.has(x.to)) {
			around = x
		}
	}
	return around
}

// mostDepth is how deep in loops the function's own code of a line can be, and whether the syntax tells: func literals are inlined elsewhere.
func (d *decl) mostDepth(line int) (n int, tells bool) {
	if d.gotos || slices.ContainsFunc(d.literals, func(r region) bool { return extent{r.from.line, r.to.line}.has(line) }) {
		return 0, false
	}
	for _, l := range d.loops {
		if l.lines().has(line) {
			n++
		}
	}
	return n, true
}

// bodyDepth is the depth of the body of the innermost for statement that begins on the line, 0 if there is none.
func (d *decl) bodyDepth(line int) int {
	n := 0
	for _, l := range d.loops {
		if l.at.line == line {
			n = max(n, 1+d.depth(l.at))
		}
	}
	return n
}

// lineOfCall is the line of the only call of that name, 0 if there is none or several lines have one.
func (d *decl) lineOfCall(name string) (line int, calls bool) {
	for _, c := range d.calls {
		if c.name != name {
			continue
		}
		if calls && c.line != line {
			return 0, true
		}
		line, calls = c.line, true
	}
	return line, calls
}
