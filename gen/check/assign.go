package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// values checks the right side of an assignment, declaration or return: expressions with one value each, or one call with any
// number of results. It returns nil after an error that makes the number unknown.
func (c *checker) values(list []ast.Expr) []operand {
	if len(list) == 1 {
		x := c.valued(c.raw(list[0], nil))
		if x.mode == bad {
			return nil
		}
		return spread(x)
	}
	xs := make([]operand, len(list))
	for i, e := range list {
		xs[i] = c.expr(e)
	}
	return xs
}

// spread makes one operand of each result of a call.
func spread(x operand) []operand {
	tuple, ok := x.typ.(*types.Tuple)
	if !ok {
		return []operand{x}
	}
	var xs []operand
	for v := range tuple.Variables() {
		xs = append(xs, operand{mode: value, expr: x.expr, typ: v.Type()})
	}
	return xs
}

// countMismatch reports that n places cannot take the values.
func (c *checker) countMismatch(at ast.Node, n int, rhs []ast.Expr, have int) {
	plural := func(n int, what string) string {
		if n == 1 {
			return "1 " + what
		}
		return strconv.Itoa(n) + " " + what + "s"
	}
	if call, ok := ast.Unparen(rhs[0]).(*ast.CallExpr); ok && len(rhs) == 1 {
		c.errorf(at, "assignment mismatch: %s but %s returns %s", plural(n, "variable"), exprString(call.Fun)+"()", plural(have, "value"))
		return
	}
	c.errorf(at, "assignment mismatch: %s but %s", plural(n, "variable"), plural(have, "value"))
}

func (c *checker) assignStmt(s *ast.AssignStmt) {
	switch s.Tok {
	case token.DEFINE:
		c.define(s)
		return
	case token.ASSIGN:
	default:
		c.opAssign(s)
		return
	}
	if len(s.Lhs) != 1 && len(s.Rhs) != 1 && len(s.Lhs) != len(s.Rhs) {
		c.evaluateAll(s.Rhs)
		c.places(s.Lhs)
		c.countMismatch(s.Lhs[0], len(s.Lhs), s.Rhs, len(s.Rhs))
		return
	}
	places := c.places(s.Lhs)
	xs := c.values(s.Rhs)
	if len(xs) != len(s.Lhs) {
		if xs != nil {
			c.countMismatch(s.Lhs[0], len(s.Lhs), s.Rhs, len(xs))
		}
		return
	}
	for i := range xs {
		c.assign(&xs[i], places[i], "assignment")
	}
}

// places checks the left side of an assignment and returns the types that it takes: nil takes any.
func (c *checker) places(list []ast.Expr) []types.Type {
	ts := make([]types.Type, len(list))
	for i, e := range list {
		ts[i] = c.place(e)
	}
	return ts
}

// place checks one expression that is assigned to. Assigning to a variable does not count as using it.
func (c *checker) place(e ast.Expr) types.Type {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if id.Name == "_" {
			return nil
		}
		if ent := c.local.lookup(id.Name); ent != nil && ent.kind == varName && !isInvalid(ent.obj.Type()) {
			used := c.used[ent.obj]
			c.raw(e, nil)
			c.used[ent.obj] = used
			return ent.obj.Type()
		}
	}
	x := c.expr(e)
	switch {
	case x.mode == bad:
		return invalid
	case x.mode != variable:
		c.errorf(e, "cannot assign to %s: it is not a variable, array element of a variable, or slice element", describe(&x))
		return invalid
	}
	return x.typ
}

// opAssign checks x op= y.
func (c *checker) opAssign(s *ast.AssignStmt) {
	if len(s.Lhs) != 1 || len(s.Rhs) != 1 {
		c.errorAt(s.TokPos, byteLen(s.Tok), "assignment operation %s requires single-valued expressions", s.Tok)
		return
	}
	x := c.binary(nil, s.Lhs[0], s.Rhs[0], assignOps[s.Tok], s.TokPos)
	if x.mode == bad {
		return
	}
	x.expr = s.Rhs[0]
	t := c.place(s.Lhs[0])
	c.assign(&x, t, "assignment operation")
}

// assignOps maps assignment operators to the binary ones.
var assignOps = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL, token.QUO_ASSIGN: token.QUO,
	token.REM_ASSIGN: token.REM, token.AND_ASSIGN: token.AND, token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR,
	token.SHL_ASSIGN: token.SHL, token.SHR_ASSIGN: token.SHR, token.AND_NOT_ASSIGN: token.AND_NOT,
}

// incDec checks x++ and x--.
func (c *checker) incDec(s *ast.IncDecStmt) {
	x := c.expr(s.X)
	if x.mode == bad {
		return
	}
	if !isNumeric(x.typ) {
		c.errorf(s.X, "invalid operation: %s%s (non-numeric type %s)", exprString(s.X), s.Tok, typeString(x.typ))
		return
	}
	c.place(s.X)
}

// newName is a variable that a short declaration introduces.
type newName struct {
	ident *ast.Ident
	typ   types.Type // of its cdef, or nil
}

// define checks :=.
func (c *checker) define(s *ast.AssignStmt) {
	want := make([]types.Type, len(s.Lhs))
	fresh := make([]*newName, len(s.Lhs))
	seen := map[string]bool{}
	isNew := false
	for i, e := range s.Lhs {
		id, ok := e.(*ast.Ident)
		switch {
		case !ok:
			c.errorf(e, "non-name %s on left side of :=", exprString(e))
			c.evaluateAll([]ast.Expr{e})
			want[i] = invalid
			isNew = true // one report is enough
		case id.Name == "_":
		case seen[id.Name]:
			c.errorf(id, "%s repeated on left side of :=", id.Name)
			want[i] = invalid
		case c.local.names[id.Name] != nil:
			seen[id.Name] = true
			want[i] = c.place(id)
		default:
			seen[id.Name], isNew = true, true
			want[i] = c.cdefFor(id)
			fresh[i] = &newName{id, want[i]}
		}
	}
	if !isNew {
		c.errorAt(s.TokPos, byteLen(s.Tok), "no new variables on left side of :=")
	}
	c.initialize(s.Rhs, s.Lhs, want, fresh)
}

// initialize gives values to the left side of := and declares its new names, which are visible only afterwards.
func (c *checker) initialize(rhs, lhs []ast.Expr, want []types.Type, fresh []*newName) {
	got := make([]types.Type, len(lhs))
	for i := range got {
		got[i] = invalid
	}
	xs := c.values(rhs)
	if len(xs) == len(lhs) {
		for i := range xs {
			if c.assign(&xs[i], want[i], "assignment"); xs[i].mode != bad {
				got[i] = xs[i].typ
			}
		}
	} else if xs != nil {
		c.countMismatch(lhs[0], len(lhs), rhs, len(xs))
	}
	for i, n := range fresh {
		if n == nil {
			continue
		}
		t := n.typ
		if t == nil {
			t = got[i]
		}
		c.declareLocal(n.ident, t)
	}
}

// declareLocal declares a variable of the body.
func (c *checker) declareLocal(id *ast.Ident, t types.Type) {
	v := c.newVar(id.Pos(), id.Name, t)
	if id.Name == "_" {
		return
	}
	c.declare(c.local, &entity{kind: varName, ident: id, obj: v})
	c.fn.kernel.Locals = append(c.fn.kernel.Locals, v)
	if isInvalid(t) || c.local.names[id.Name].obj != v { // it has been reported; its uses say nothing
		c.used[v] = true
	}
}

// varSpec checks one line of a var declaration.
func (c *checker) varSpec(s *ast.ValueSpec) {
	var inline types.Type
	if s.Type != nil {
		inline = c.typ(s.Type)
	}
	lhs := make([]ast.Expr, len(s.Names))
	want := make([]types.Type, len(s.Names))
	fresh := make([]*newName, len(s.Names))
	for i, id := range s.Names {
		want[i] = inline
		if id.Name != "_" {
			want[i] = c.declaredType(id, inline)
			fresh[i] = &newName{id, want[i]}
		}
		lhs[i] = id
	}
	if len(s.Values) > 0 {
		c.initialize(s.Values, lhs, want, fresh)
		return
	}
	for i, id := range s.Names {
		t := want[i]
		if t == nil {
			t = invalid
		}
		c.declareLocal(id, t)
	}
}
