package compare

import (
	"errors"
	"go/ast"
	"go/types"
	"strings"

	"github.com/kgen-go/kgen/annotate/internal/symbol"
	"github.com/kgen-go/kgen/annotate/report"
)

// inline judges //annotate:inline. On a function it promises that the function can be inlined; elsewhere, that every call written there is.
// The compiler's messages do not name calls that stay, and syntax does not tell calls from conversions; the machine code does: what was inlined
// has no call instruction on its line. Only deferred calls and those of go statements are found in the syntax.
func (s *sourceFile) inline(d *Directive) ([]Failure, error) {
	if d.Scope == "function" {
		return s.inlinable(d), nil
	}
	calls := s.calls(d)
	if len(calls) == 0 {
		return nil, errors.New("no function is called here")
	}
	if !assembled(d.File) {
		return nil, errors.New("there is no machine code to judge it by")
	}
	var list []Failure
	for _, c := range calls {
		if c.how != "" {
			list = append(list, Failure{Directive: d, Line: c.line, Col: c.col, Text: c.how})
		}
	}
	for n := d.From; n <= d.To && n <= len(d.File.Lines); n++ {
		for _, symbol := range called(&d.File.Lines[n-1]) {
			c := find(calls, n, symbol)
			if c == nil && helper(symbol) {
				continue
			}
			fail := Failure{Directive: d, Line: n, Text: symbol + " is called, not inlined"}
			if symbol == "" {
				fail.Text = "a call through a func value or an interface, not inlined"
			}
			if c != nil {
				fail.Col = c.col
			}
			list = append(list, fail)
		}
	}
	return list, nil
}

// inlinable checks that the compiler said so of the function, at its declaration.
func (s *sourceFile) inlinable(d *Directive) []Failure {
	at, col := s.at(d.node.Pos())
	text := "the func literal cannot be inlined"
	if decl, ok := d.node.(*ast.FuncDecl); ok {
		at, col = s.at(decl.Name.Pos())
		text = decl.Name.Name + " cannot be inlined"
	}
	for _, f := range d.File.Lines[at-1].Findings {
		if f.Kind != report.CanInline {
			continue
		}
		if d.Func != "" && lastName(f.Text) == d.Func || d.Func == "" && (f.Col == col || f.Col == 0) {
			return nil
		}
	}
	return []Failure{{Directive: d, Line: at, Col: col, Text: text + "; go build -gcflags=-m=2 says why"}}
}

// call is a call expression, or a conversion that looks like one.
type call struct {
	line, col int    // of the parenthesis, as the compiler counts
	name      string // of the function or method; "" for a value
	how       string // why it cannot be inlined whatever it calls, or ""
}

// calls lists what looks like a call in the directive's lines, without predeclared functions and types and without literal types.
func (s *sourceFile) calls(d *Directive) (list []call) {
	hows := map[*ast.CallExpr]string{}
	ast.Inspect(s.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			hows[n.Call] = "the call of a go statement is never inlined"
		case *ast.DeferStmt:
			hows[n.Call] = "a deferred call is never inlined"
		case *ast.CallExpr:
			line, col := s.at(n.Lparen)
			name, may := callee(n.Fun)
			if how := hows[n]; line >= d.From && line <= d.To && (may || how != "") {
				list = append(list, call{line: line, col: col, name: name, how: how})
			}
		}
		return true
	})
	return list
}

// callee returns the name of what is called and whether a function may be.
func callee(e ast.Expr) (name string, may bool) {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name, types.Universe.Lookup(e.Name) == nil
	case *ast.SelectorExpr:
		return e.Sel.Name, true
	case *ast.ParenExpr:
		return callee(e.X)
	case *ast.IndexExpr:
		return callee(e.X)
	case *ast.IndexListExpr:
		return callee(e.X)
	case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.InterfaceType, *ast.StructType, *ast.StarExpr:
		return "", false
	}
	return "", true
}

// find returns the call on the line that goes to the symbol, by its name, or nil.
func find(calls []call, line int, symbol string) *call {
	for i := range calls {
		if c := &calls[i]; c.line == line && symbol != "" && c.name == lastName(symbol) {
			return c
		}
	}
	return nil
}

// called lists the symbols of the line's call instructions, each once, in the order of the code; "" stands for a call through a register.
func called(line *report.Line) (symbols []string) {
	seen := map[string]bool{}
	for _, asm := range line.Asm {
		for _, in := range asm.Instrs {
			operand, ok := strings.CutPrefix(in.Text, "CALL ")
			if !ok {
				continue
			}
			symbol, static := strings.CutSuffix(strings.TrimSpace(operand), "(SB)")
			if !static {
				symbol = ""
			}
			if !seen[symbol] {
				seen[symbol] = true
				symbols = append(symbols, symbol)
			}
		}
	}
	return symbols
}

// helpers begin the names of functions that the compiler itself calls.
var helpers = []string{"runtime.", "internal/runtime/", "type:"}

func helper(symbol string) bool {
	for _, p := range helpers {
		if strings.HasPrefix(symbol, p) {
			return true
		}
	}
	return false
}

// assembled reports whether machine code is known for any line of the file.
func assembled(f *report.File) bool {
	for i := range f.Lines {
		if len(f.Lines[i].Asm) > 0 {
			return true
		}
	}
	return false
}

// lastName is the name of a function or method without package, receiver and type arguments: "Get" of "p.(*S[go.shape.int]).Get".
func lastName(s string) string {
	name := symbol.WithoutTypes(s)
	return name[strings.LastIndexAny(name, ". ")+1:]
}
