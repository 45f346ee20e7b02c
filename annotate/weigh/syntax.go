package weigh

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/internal/symbol"
	"github.com/kgen-go/kgen/annotate/report"
)

// source is what the syntax of a file says: its functions, what runs seldom, and the loops of kernels.
type source struct {
	pkg    string // name in the package clause
	funcs  map[string]*function
	list   []*function // outermost functions in order
	fset   *token.FileSet
	rare   []bool       // by line: in init functions, and in blocks that end in a panic or return an error
	begins map[int]bool // lines on which function literals begin
	depths map[int]int  // in kernels: of lines of statements
}

// lines is a range, both ends inclusive.
type lines struct{ from, to int }

func (r lines) has(line int) bool { return r.from <= line && line <= r.to }

// function is a declared function, or a literal in one.
type function struct {
	lines
	name     string // as in symbols, without the package: "F", "(*T).M"; "" for literals
	literals []*function
	calls    map[string]int // in kernels: called functions, and the depth of loops around the call
	body     []int          // in kernels: lines of statements
}

// newSource parses a file as far as it can be parsed; kernels have the syntax of Go.
func newSource(f *report.File) *source {
	s := &source{funcs: map[string]*function{}, fset: token.NewFileSet(), begins: map[int]bool{}, depths: map[int]int{}}
	if len(f.Source) == 0 || f.Language == "c" {
		return s
	}
	// The positions of //line directives are not wanted: the lines are those of this file.
	file, _ := parser.ParseFile(s.fset, "", strings.Join(f.Source, "\n"), parser.SkipObjectResolution)
	if file == nil || file.Name == nil {
		return s
	}
	s.pkg, s.rare = file.Name.Name, make([]bool, len(f.Source)+1)
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			s.declare(d, f.Language == "kg")
		case *ast.GenDecl: // variables of packages are set once
			s.markRare(d.Pos(), d.End())
		}
	}
	return s
}

func (s *source) line(p token.Pos) int { return s.fset.PositionFor(p, false).Line }

func (s *source) declare(d *ast.FuncDecl, kernel bool) {
	receiver, _ := symbol.Receiver(d)
	fn := &function{lines: lines{s.line(d.Type.Func), s.line(d.End())}, name: receiver + d.Name.Name}
	s.list = append(s.list, fn)
	if fn.name == "init" {
		s.markRare(d.Pos(), d.End())
		return
	}
	s.funcs[fn.name] = fn
	if d.Body == nil {
		return
	}
	if makesError(d) {
		s.markRare(d.Pos(), d.End())
	}
	s.literals(fn, d.Body)
	s.rareBlocks(d.Type, d.Body)
	if kernel {
		fn.calls = map[string]int{}
		s.statements(fn, d.Body, 0)
	}
}

// literals collects the function literals directly in a body, in order: the compiler numbers them so.
func (s *source) literals(fn *function, body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		l, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		inner := &function{lines: lines{s.line(l.Type.Func), s.line(l.End())}}
		fn.literals = append(fn.literals, inner)
		s.begins[inner.from] = true
		s.literals(inner, l.Body)
		s.rareBlocks(l.Type, l.Body)
		return false
	})
}

// find returns the function with a symbol's name ("(*T).M.func1"), or nil. It is exact unless a part of the name could not be followed: then the
// function is one around it.
func (s *source) find(name string) (fn *function, exact bool) {
	name, made, _ := strings.Cut(name, "-") // "F-range1", "T.M-fm"
	rest := ""
	for fn = s.funcs[name]; fn == nil; fn = s.funcs[name] {
		i := strings.LastIndexByte(name, '.')
		if i < 0 {
			return nil, false
		}
		name, rest = name[:i], name[i:]+rest
	}
	for _, part := range strings.Split(rest, ".")[1:] {
		n, err := strconv.Atoi(strings.TrimPrefix(part, "func"))
		if err != nil || n < 1 || n > len(fn.literals) {
			return fn, false
		}
		fn = fn.literals[n-1]
	}
	return fn, made == ""
}

func (s *source) markRare(from, to token.Pos) {
	for line := s.line(from); line <= s.line(to) && line < len(s.rare); line++ {
		s.rare[line] = true
	}
}

// isRare reports whether a line runs seldom as far as its syntax tells.
func (s *source) isRare(line int) bool { return line < len(s.rare) && s.rare[line] }

// makesError reports whether a function has no other use than to make an error or its text.
func makesError(d *ast.FuncDecl) bool {
	if d.Type.Results.NumFields() != 1 {
		return false
	}
	t := d.Type.Results.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	result, ok := t.(*ast.Ident)
	switch {
	case !ok:
		return false
	case d.Recv != nil && d.Name.Name == "Error":
		return result.Name == "string"
	case result.Name == "error":
		return speaksOfError.MatchString(d.Name.Name)
	}
	return strings.HasSuffix(result.Name, "Error")
}

// speaksOfError matches names of functions that make errors: newError, fmt.Errorf, errors.New, d.error; not interrupt.
var speaksOfError = regexp.MustCompile(`Err|(^|[._x])err`)

// rareBlocks finds the blocks of a function that end in a panic or in the return of an error, and statements that do nothing else.
func (s *source) rareBlocks(t *ast.FuncType, body *ast.BlockStmt) {
	results := resultsWithError(t)
	add := func(list []ast.Stmt) {
		if len(list) > 0 && isFailure(list[len(list)-1], results) {
			s.markRare(list[0].Pos(), list[len(list)-1].End())
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ExprStmt:
			add([]ast.Stmt{n})
		case *ast.ReturnStmt:
			if len(n.Results) > 0 && madeHere(n.Results[len(n.Results)-1]) {
				add([]ast.Stmt{n})
			}
		case *ast.IfStmt:
			add(n.Body.List)
			if b, ok := n.Else.(*ast.BlockStmt); ok {
				add(b.List)
			}
		case *ast.CaseClause:
			add(n.Body)
		case *ast.CommClause:
			add(n.Body)
		}
		return true
	})
}

// resultsWithError counts the results of a function whose last one is an error; it is 0 for others.
func resultsWithError(t *ast.FuncType) int {
	n := t.Results.NumFields()
	if n == 0 {
		return 0
	}
	if id, ok := t.Results.List[len(t.Results.List)-1].Type.(*ast.Ident); !ok || id.Name != "error" {
		return 0
	}
	return n
}

func isFailure(stmt ast.Stmt, results int) bool {
	switch s := stmt.(type) {
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return ok && ends(call.Fun)
	case *ast.ReturnStmt:
		return results > 0 && len(s.Results) == results && isError(s.Results[results-1])
	}
	return false
}

// ends reports whether a function is one that never returns: panic, os.Exit, log.Fatalf.
func ends(fun ast.Expr) bool {
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name == "panic"
	case *ast.SelectorExpr:
		id, ok := f.X.(*ast.Ident)
		return ok && (id.Name == "os" && f.Sel.Name == "Exit" || id.Name == "log" && (strings.HasPrefix(f.Sel.Name, "Fatal") || strings.HasPrefix(f.Sel.Name, "Panic")))
	}
	return false
}

// madeHere reports whether an error is made by the expression itself; a variable may as well hold none.
func madeHere(x ast.Expr) bool {
	switch x.(type) {
	case *ast.UnaryExpr, *ast.CompositeLit, *ast.CallExpr:
		return true
	}
	return false
}

// isError reports whether an expression of type error looks like a failure. A call is one if its name says so: "return f()" may as well succeed.
func isError(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name != "nil"
	case *ast.SelectorExpr, *ast.UnaryExpr, *ast.CompositeLit:
		return true
	case *ast.CallExpr:
		var name string
		switch f := x.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
			if id, ok := f.X.(*ast.Ident); ok {
				name = id.Name + "." + name
			}
		}
		return speaksOfError.MatchString(name)
	}
	return false
}
