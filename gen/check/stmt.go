package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// stmtPlace tells what may stand at a place in a list of statements.
type stmtPlace struct {
	inCase    bool // directly in a switch case
	finalCase bool // the last one
	last      bool // last in its list
}

// stmts checks a list of statements in the current scope.
func (c *checker) stmts(list []ast.Stmt, at stmtPlace) {
	end := len(list)
	for end > 0 {
		if _, empty := list[end-1].(*ast.EmptyStmt); !empty {
			break
		}
		end--
	}
	for i, s := range list {
		at.last = i+1 == end
		c.stmt(s, at)
	}
}

func (c *checker) stmt(s ast.Stmt, at stmtPlace) {
	c.hasCall = false
	switch s := s.(type) {
	case *ast.EmptyStmt, *ast.BadStmt:
	case *ast.DeclStmt:
		c.declStmt(s)
	case *ast.ExprStmt:
		c.exprStmt(s)
	case *ast.AssignStmt:
		c.assignStmt(s)
	case *ast.IncDecStmt:
		c.incDec(s)
	case *ast.BlockStmt:
		c.block(func() { c.stmts(s.List, stmtPlace{}) })
	case *ast.IfStmt:
		c.ifStmt(s)
	case *ast.ForStmt:
		c.forStmt(s, "")
	case *ast.RangeStmt:
		c.rangeStmt(s, "")
	case *ast.SwitchStmt:
		c.switchStmt(s, "")
	case *ast.LabeledStmt:
		c.labeled(s, at)
	case *ast.BranchStmt:
		c.branch(s, at)
	case *ast.ReturnStmt:
		c.returnStmt(s)
	default:
		c.refuseStmt(s)
	}
}

// refuseStmt names a statement that kernels do not have and what to use instead.
func (c *checker) refuseStmt(s ast.Stmt) {
	text := ""
	word := 1
	switch s.(type) {
	case *ast.GoStmt:
		word, text = len("go"), "goroutines are not supported in kernels: start them in the Go code that calls the kernel"
	case *ast.DeferStmt:
		word, text = len("defer"), "defer is not supported in kernels: write the statements at the end"
	case *ast.SelectStmt:
		word, text = len("select"), "select is not supported in kernels: there are no channels"
	case *ast.SendStmt:
		text = "channels are not supported in kernels: return the values in a slice"
	case *ast.TypeSwitchStmt:
		word, text = len("switch"), "type switches are not supported in kernels: there are no interfaces"
	default:
		text = "this statement is not supported in kernels"
	}
	c.errorAt(s.Pos(), word, "%s", text)
}

// exprStmt admits calls of kernels only.
func (c *checker) exprStmt(s *ast.ExprStmt) {
	x := c.raw(s.X, nil)
	switch call, ok := ast.Unparen(s.X).(*ast.CallExpr); {
	case x.mode == bad:
	case ok && c.info.Calls[call].Kind == KernelCall:
	case x.mode == typeExpr || x.mode == builtinFunc || x.mode == kernelFunc:
		c.valued(x)
	default:
		c.assignUnused(&x)
		c.errorf(s.X, "%s is not used", describe(&x))
	}
}

// assignUnused gives a value that is not used its default type, for the tables.
func (c *checker) assignUnused(x *operand) {
	if x.typ != nil && isUntyped(x.typ) && !isNil(x.typ) && x.mode != constantValue {
		c.finish(x.expr, types.Default(x.typ))
	}
}

func (c *checker) ifStmt(s *ast.IfStmt) {
	c.block(func() {
		if s.Init != nil {
			c.stmt(s.Init, stmtPlace{})
		}
		c.condition(s.Cond, "if")
		c.block(func() { c.stmts(s.Body.List, stmtPlace{}) })
		if s.Else != nil {
			c.stmt(s.Else, stmtPlace{})
		}
	})
}

func (c *checker) condition(e ast.Expr, statement string) {
	x := c.expr(e)
	if x.mode != bad && !isBoolean(x.typ) {
		c.errorf(e, "non-boolean condition in %s statement: %s", statement, describe(&x))
	}
}

// declStmt checks var and const declarations in a body.
func (c *checker) declStmt(s *ast.DeclStmt) {
	d, ok := s.Decl.(*ast.GenDecl)
	if !ok {
		return
	}
	switch d.Tok {
	case token.CONST:
		c.localConsts(d)
	case token.VAR:
		for _, spec := range d.Specs {
			c.varSpec(spec.(*ast.ValueSpec))
		}
	case token.TYPE:
		for _, spec := range d.Specs {
			id := spec.(*ast.TypeSpec).Name
			c.errorf(id, "%s", typeDeclRefused)
			c.declare(c.local, &entity{kind: varName, ident: id, obj: c.newVar(id.Pos(), id.Name, invalid)})
		}
	}
}

func (c *checker) returnStmt(s *ast.ReturnStmt) {
	k := c.fn.kernel
	if len(s.Results) == 0 {
		c.bareReturn(s)
		return
	}
	if len(k.Results) == 0 {
		c.evaluateAll(s.Results)
		if k.Decl.Type.Results == nil && c.fn.cdefs.at == nil {
			c.errorf(s.Results[0], "too many return values: %s declares no results; add //kg:cdef return T or write it inline", k.Name)
		} else {
			c.errorf(s.Results[0], "too many return values")
		}
		return
	}
	want := make([]types.Type, len(k.Results))
	for i, r := range k.Results {
		want[i] = r.Type()
	}
	values := c.values(s.Results)
	if len(values) != len(want) {
		if values != nil {
			c.errorf(s.Results[0], "%s return values: have %d, want %d", tooFewOrMany(len(values), len(want)), len(values), len(want))
		}
		return
	}
	for i := range values {
		c.assign(&values[i], want[i], "return statement")
	}
}

func tooFewOrMany(have, want int) string {
	if have < want {
		return "not enough"
	}
	return "too many"
}

// bareReturn checks a return without values: the results must be named, and visible by their names.
func (c *checker) bareReturn(s *ast.ReturnStmt) {
	k := c.fn.kernel
	if len(k.Results) == 0 {
		return
	}
	for _, r := range k.Results {
		if r.Name() == "" {
			c.errorAt(s.Pos(), len("return"), "not enough return values: have 0, want %d", len(k.Results))
			return
		}
		if e := c.local.lookup(r.Name()); r.Name() != "_" && e != nil && e.obj != r {
			c.errorAt(s.Pos(), len("return"), "result parameter %s not in scope at return", r.Name()).
				Note(c.syntax.Pos(e.obj.Pos()), "%s is declared again here", r.Name())
		}
	}
}
