package check

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/kgen-go/kgen/gen/diag"
)

// frame is an enclosing statement that break or continue can name.
type frame struct {
	label string
	stmt  ast.Stmt
}

// label is a label of a function.
type label struct {
	ident *ast.Ident
	used  bool
}

// enter runs f inside a statement that break or continue can name.
func (c *checker) enter(s ast.Stmt, label string, f func()) {
	c.fn.frames = append(c.fn.frames, frame{label, s})
	f()
	c.fn.frames = c.fn.frames[:len(c.fn.frames)-1]
}

// collectLabels notes a body's labels, which are visible in all of it.
func (c *checker) collectLabels(body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.LabeledStmt:
			if n.Label.Name == "_" {
				break
			}
			if first := c.fn.labels[n.Label.Name]; first != nil {
				c.errorf(n.Label, "label %s already defined", n.Label.Name).
					Note(c.syntax.Pos(first.ident.Pos()), "the other one is here")
			} else {
				c.fn.labels[n.Label.Name] = &label{ident: n.Label}
			}
		case *ast.FuncLit, ast.Expr:
			return false
		}
		return true
	})
}

func (c *checker) unusedLabels() {
	for _, name := range sortedNames(c.fn.labels) {
		if l := c.fn.labels[name]; !l.used {
			c.errorf(l.ident, "label %s defined and not used", name)
		}
	}
}

func (c *checker) labeled(s *ast.LabeledStmt, at stmtPlace) {
	switch inner := s.Stmt.(type) {
	case *ast.ForStmt:
		c.forStmt(inner, s.Label.Name)
	case *ast.RangeStmt:
		c.rangeStmt(inner, s.Label.Name)
	case *ast.SwitchStmt:
		c.switchStmt(inner, s.Label.Name)
	default:
		c.stmt(s.Stmt, at)
	}
}

// branch checks break, continue, fallthrough and goto.
func (c *checker) branch(s *ast.BranchStmt, at stmtPlace) {
	switch s.Tok {
	case token.GOTO:
		if s.Label != nil && c.fn.labels[s.Label.Name] != nil {
			c.fn.labels[s.Label.Name].used = true
		}
		c.errorAt(s.Pos(), len("goto"), "goto is not supported in kernels: use a loop with break or continue")
		return
	case token.FALLTHROUGH:
		switch {
		case !at.inCase || !at.last:
			c.errorAt(s.Pos(), len("fallthrough"), "fallthrough statement out of place")
		case at.finalCase:
			c.errorAt(s.Pos(), len("fallthrough"), "cannot fallthrough final case in switch")
		}
		return
	}
	if s.Label != nil {
		c.labeledBranch(s)
		return
	}
	for i := len(c.fn.frames) - 1; i >= 0; i-- {
		if target := c.fn.frames[i].stmt; s.Tok == token.BREAK || isLoop(target) {
			c.info.Targets[s] = target
			return
		}
	}
	if s.Tok == token.BREAK {
		c.errorAt(s.Pos(), len("break"), "break is not in a loop or switch")
	} else {
		c.errorAt(s.Pos(), len("continue"), "continue is not in a loop")
	}
}

// labeledBranch finds the target of a break or continue with a label.
func (c *checker) labeledBranch(s *ast.BranchStmt) {
	name := s.Label.Name
	if l := c.fn.labels[name]; l != nil {
		l.used = true
	} else {
		hint := ""
		if near := diag.Nearest(name, sortedNames(c.fn.labels)); near != "" {
			hint = "; did you mean " + near + "?"
		}
		c.errorf(s.Label, "%s label not defined: %s%s", s.Tok, name, hint)
		return
	}
	for i := len(c.fn.frames) - 1; i >= 0; i-- {
		if f := c.fn.frames[i]; f.label == name && (s.Tok == token.BREAK || isLoop(f.stmt)) {
			c.info.Targets[s] = f.stmt
			return
		}
	}
	c.errorf(s.Label, "invalid %s label %s: it is not the label of an enclosing loop%s", s.Tok, name, orSwitch(s.Tok))
}

func orSwitch(tok token.Token) string {
	if tok == token.BREAK {
		return " or switch"
	}
	return ""
}

func (c *checker) forStmt(s *ast.ForStmt, label string) {
	c.block(func() {
		if s.Init != nil {
			c.stmt(s.Init, stmtPlace{})
		}
		if s.Cond != nil {
			c.condition(s.Cond, "for")
		}
		if s.Post != nil {
			if a, ok := s.Post.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
				c.errorf(a.Lhs[0], "cannot declare in post statement of for loop")
			} else {
				c.stmt(s.Post, stmtPlace{})
			}
		}
		c.enter(s, label, func() {
			c.block(func() { c.stmts(s.Body.List, stmtPlace{}) })
		})
	})
}

// rangeStmt checks a loop over an integer, slice or array.
func (c *checker) rangeStmt(s *ast.RangeStmt, label string) {
	x := c.expr(s.X)
	key, val := c.rangeTypes(s, &x)
	c.block(func() {
		if s.Tok == token.DEFINE {
			c.rangeDefine(s, &x, key, val)
		} else {
			c.rangeAssign(s, &x, key, val)
		}
		c.enter(s, label, func() {
			c.block(func() { c.stmts(s.Body.List, stmtPlace{}) })
		})
	})
}

// rangeTypes returns the types of the iteration variables; over an integer, the first is nil and the variable takes the
// integer itself.
func (c *checker) rangeTypes(s *ast.RangeStmt, x *operand) (key, val types.Type) {
	if x.mode == bad {
		return invalid, invalid
	}
	switch t := x.typ.(type) {
	case *types.Slice:
		return types.Typ[types.Int], t.Elem()
	case *types.Array:
		return types.Typ[types.Int], t.Elem()
	}
	if isInteger(x.typ) {
		if s.Value != nil {
			c.errorf(s.Value, "range over %s permits only one iteration variable", describe(x))
		}
		return nil, invalid
	}
	c.errorf(s.X, "cannot range over %s: a kernel can range over an integer, a slice or an array", describe(x))
	return invalid, invalid
}

// rangeDefine declares the iteration variables of for k, v := range x.
func (c *checker) rangeDefine(s *ast.RangeStmt, x *operand, key, val types.Type) {
	isNew := false
	var names []*ast.Ident
	var typs []types.Type
	for i, e := range []ast.Expr{s.Key, s.Value} {
		if e == nil {
			continue
		}
		id, ok := e.(*ast.Ident)
		if !ok {
			c.errorf(e, "non-name %s on left side of :=", exprString(e))
			isNew = true
			continue
		}
		isNew = isNew || id.Name != "_"
		var want types.Type
		if id.Name != "_" {
			want = c.cdefFor(id)
		}
		names = append(names, id)
		typs = append(typs, c.rangeVar(s, id, x, []types.Type{key, val}[i], want))
	}
	if !isNew {
		c.errorAt(s.TokPos, byteLen(s.Tok), "no new variables on left side of :=")
	}
	for i, id := range names {
		c.declareLocal(id, typs[i])
	}
}

// rangeVar checks that an iteration variable can take its values and returns its type; want is that of its cdef or nil.
func (c *checker) rangeVar(s *ast.RangeStmt, id *ast.Ident, x *operand, t, want types.Type) types.Type {
	if t == nil {
		y := *x
		c.assign(&y, want, "range clause")
		switch {
		case y.mode == bad:
			x.mode = bad
		case !isInteger(y.typ):
			c.errorf(id, "cannot use iteration variable of type %s", typeString(y.typ))
		default:
			return y.typ
		}
		return invalid
	}
	if want == nil || isInvalid(t) {
		return t
	}
	y := operand{mode: value, expr: id, typ: t}
	c.assign(&y, want, "range clause")
	return want
}

// rangeAssign checks for k, v = range x and for range x.
func (c *checker) rangeAssign(s *ast.RangeStmt, x *operand, key, val types.Type) {
	if s.Key == nil {
		if key == nil {
			c.assign(x, nil, "range clause")
		}
		return
	}
	for i, e := range []ast.Expr{s.Key, s.Value} {
		if e == nil {
			continue
		}
		want := c.place(e)
		switch t := []types.Type{key, val}[i]; {
		case isInvalid(t) && t != nil:
		case t == nil:
			if c.assign(x, want, "range clause"); x.mode != bad && !isInteger(x.typ) {
				c.errorf(e, "cannot use iteration variable of type %s", typeString(x.typ))
			}
		case want != nil:
			y := operand{mode: value, expr: e, typ: t}
			c.assign(&y, want, "range clause")
		}
	}
}
