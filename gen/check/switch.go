package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// switchStmt checks a switch with or without a tag.
func (c *checker) switchStmt(s *ast.SwitchStmt, label string) {
	c.block(func() {
		if s.Init != nil {
			c.stmt(s.Init, stmtPlace{})
		}
		tag := operand{mode: constantValue, typ: types.Typ[types.Bool], val: constant.MakeBool(true)}
		if s.Tag != nil {
			tag = c.switchTag(s.Tag)
		}
		c.enter(s, label, func() { c.clauses(s, &tag) })
	})
}

func (c *checker) switchTag(e ast.Expr) operand {
	tag := c.expr(e)
	if c.assign(&tag, nil, "switch expression"); tag.mode == bad {
		return tag
	}
	if isSlice(tag.typ) {
		c.errorf(e, "cannot switch on %s", describe(&tag))
		return operand{}
	}
	if tag.mode == constantValue { // the cases are compared at run time
		tag.mode, tag.val = value, nil
	}
	return tag
}

func (c *checker) clauses(s *ast.SwitchStmt, tag *operand) {
	seen := map[string]ast.Expr{}
	var first *ast.CaseClause
	for i, clause := range s.Body.List {
		clause, ok := clause.(*ast.CaseClause)
		if !ok {
			continue
		}
		if clause.List == nil {
			if first != nil {
				c.errorAt(clause.Pos(), len("default"), "multiple defaults in switch").
					Note(c.syntax.Pos(first.Pos()), "the other one is here")
			} else {
				first = clause
			}
		}
		for _, e := range clause.List {
			c.caseExpr(e, tag, seen)
		}
		c.block(func() {
			c.stmts(clause.Body, stmtPlace{inCase: true, finalCase: i+1 == len(s.Body.List)})
		})
	}
}

// caseExpr checks that a case can be compared with the tag and is no duplicate.
func (c *checker) caseExpr(e ast.Expr, tag *operand, seen map[string]ast.Expr) {
	x, y := c.expr(e), *tag
	if x.mode == bad || y.mode == bad {
		return
	}
	ok := c.match(&x, &y)
	if x.mode == bad || y.mode == bad {
		return
	}
	if !ok || !types.Identical(x.typ, y.typ) {
		c.errorf(e, "invalid case %s in switch (mismatched types %s and %s)", exprString(e), typeString(x.typ), typeString(y.typ))
		return
	}
	if why := c.incomparable(&x, &y, token.EQL); why != "" {
		c.errorf(e, "invalid case %s in switch (%s)", exprString(e), why)
		return
	}
	if x.mode != constantValue {
		c.finish(e, types.Default(x.typ))
		return
	}
	if !isReal(x.typ) {
		return
	}
	key := x.val.ExactString()
	if old := seen[key]; old != nil {
		c.errorf(e, "duplicate case %s in expression switch", describe(&x)).
			Note(c.syntax.Pos(old.Pos()), "the other case is here")
		return
	}
	seen[key] = e
}
