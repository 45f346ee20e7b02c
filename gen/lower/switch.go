package lower

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/kgen-go/kgen/gen/ir"
)

// switchStmt lowers a switch as a chain of ifs, inside a block when a break leaves it.
func (b *builder) switchStmt(s *ast.SwitchStmt, label string) {
	b.stmt(s.Init, "")
	var tag *operand
	if s.Tag != nil {
		x := b.expr(s.Tag)
		tag = &x
	}
	clauses := make([]*ast.CaseClause, len(s.Body.List))
	for i, c := range s.Body.List {
		clauses[i] = c.(*ast.CaseClause)
	}
	pos := b.pos
	b.enter(s, nameOr(label, "switch"), nil, func(label string) {
		body, _ := b.within(func() {
			if fallsThrough(clauses) {
				b.numberedCases(tag, clauses)
			} else {
				b.cases(tag, clauses, clauses, func(c *ast.CaseClause) { b.stmts(c.Body) })
			}
		})
		b.pos = pos
		if ir.Breaks(body, label) {
			b.emit(&ir.Instr{Op: ir.OpBlock, Label: label, Body: body})
			return
		}
		b.splice(body)
	})
}

func fallsThrough(clauses []*ast.CaseClause) bool {
	for _, c := range clauses {
		if endsInFallthrough(c) {
			return true
		}
	}
	return false
}

func endsInFallthrough(c *ast.CaseClause) bool {
	if len(c.Body) == 0 {
		return false
	}
	last, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt)
	return ok && last.Tok == token.FALLTHROUGH
}

// cases tests the clauses that are left in order and runs the chosen one; default, wherever it stands, comes last.
func (b *builder) cases(tag *operand, left, all []*ast.CaseClause, run func(*ast.CaseClause)) {
	for len(left) > 0 && left[0].List == nil {
		left = left[1:]
	}
	if len(left) == 0 {
		if c := defaultClause(all); c != nil {
			run(c)
		}
		return
	}
	cond := b.matches(tag, left[0])
	var rest func()
	if len(left) > 1 || defaultClause(all) != nil {
		rest = func() { b.cases(tag, left[1:], all, run) }
	}
	b.branch(cond, func() { run(left[0]) }, rest)
}

func defaultClause(all []*ast.CaseClause) *ast.CaseClause {
	for _, c := range all {
		if c.List == nil {
			return c
		}
	}
	return nil
}

// matches evaluates whether a clause is chosen: whether one of its expressions equals the tag, tested in order.
func (b *builder) matches(tag *operand, c *ast.CaseClause) *ir.Value {
	cond := b.matchesOne(tag, c.List[0])
	for _, e := range c.List[1:] {
		var y *ir.Value
		right, _ := b.within(func() { y = b.matchesOne(tag, e) })
		cond = b.shortCircuit(token.LOR, cond, right, y)
	}
	return cond
}

func (b *builder) matchesOne(tag *operand, e ast.Expr) *ir.Value {
	x := b.expr(e)
	b.at(e.Pos())
	if tag == nil {
		return x.re
	}
	return b.compare(ir.OpEq, *tag, x)
}

// numberedCases lowers a switch with fallthrough: first the number of the chosen clause is found, then each clause
// runs if the number is its own, and fallthrough makes it the next one's.
func (b *builder) numberedCases(tag *operand, clauses []*ast.CaseClause) {
	number := b.local("case", ir.Scalar(ir.Int))
	b.set(number, intConst(int64(len(clauses))))
	b.cases(tag, clauses, clauses, func(c *ast.CaseClause) {
		b.set(number, intConst(int64(slices.Index(clauses, c))))
	})
	for i, c := range clauses {
		is := b.op(ir.OpEq, ir.Scalar(ir.Bool), b.get(number), intConst(int64(i)))
		b.branch(is, func() {
			body := c.Body
			if endsInFallthrough(c) {
				body = body[:len(body)-1]
			}
			b.stmts(body)
			if endsInFallthrough(c) {
				b.set(number, intConst(int64(i+1)))
			}
		}, nil)
	}
}
