package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/kgen-go/kgen/gen/check"
	"github.com/kgen-go/kgen/gen/ir"
)

// target is a statement that break or continue name: its label in the IR, and what continue does first.
type target struct {
	label string
	post  func()
}

// targets maps the statements that are being lowered to what break and continue need of them.
type targets map[ast.Stmt]*target

// enter makes a statement the target of branches while body is lowered. Labels of the source keep their names.
func (b *builder) enter(s ast.Stmt, label string, post func(), body func(label string)) {
	t := &target{label: b.unique(nameOr(label, "loop")), post: post}
	b.targets[s] = t
	body(t.label)
	delete(b.targets, s)
}

func (b *builder) branchStmt(s *ast.BranchStmt) {
	t := b.targets[b.pkg.Info.Targets[s]]
	switch s.Tok {
	case token.BREAK:
		b.emit(&ir.Instr{Op: ir.OpBreak, Label: t.label})
	case token.CONTINUE:
		if t.post != nil {
			t.post()
		}
		b.emit(&ir.Instr{Op: ir.OpContinue, Label: t.label})
	}
}

// boundsOff lowers with bounds checks off if the loop says so.
func (b *builder) boundsOff(loop ast.Stmt, fn func()) {
	outer := b.nobounds
	b.nobounds = outer || b.pkg.Info.NoBounds[loop]
	fn()
	b.nobounds = outer
}

// forStmt lowers a for statement: as a counted loop where its header has that form, else as a general loop.
func (b *builder) forStmt(s *ast.ForStmt, label string) {
	b.boundsOff(s, func() {
		if c := b.countedHeader(s); c != nil {
			low := b.expr(c.low).re
			high := b.expr(c.high).re
			b.enter(s, label, nil, func(label string) {
				b.counted(c.v.Name(), low, high, label, func(i *ir.Value) {
					b.vars[c.v] = &variable{typ: c.v.Type(), value: operand{re: i}}
					b.stmts(s.Body.List)
				})
			})
			return
		}
		b.stmt(s.Init, "")
		b.enter(s, label, func() { b.stmt(s.Post, "") }, func(label string) { b.general(s, label) })
	})
}

// general lowers a loop as: test, body, post statement.
func (b *builder) general(s *ast.ForStmt, label string) {
	pos := b.pos
	body, _ := b.within(func() {
		if s.Cond != nil {
			b.leaveUnless(s.Cond, label)
		}
		b.stmts(s.Body.List)
		b.stmt(s.Post, "")
	})
	b.pos = pos
	b.emit(&ir.Instr{Op: ir.OpLoop, Label: label, Body: body})
}

// leaveUnless breaks unless the condition holds.
func (b *builder) leaveUnless(cond ast.Expr, label string) {
	if and, ok := ast.Unparen(cond).(*ast.BinaryExpr); ok && and.Op == token.LAND && !b.pureExpr(and.Y) {
		b.leaveUnless(and.X, label)
		b.leaveUnless(and.Y, label)
		return
	}
	b.branch(b.expr(cond).re, func() {}, func() { b.emit(&ir.Instr{Op: ir.OpBreak, Label: label}) })
}

// counted emits a counted loop and lowers its body with the counter.
func (b *builder) counted(name string, low, high *ir.Value, label string, body func(i *ir.Value)) {
	pos := b.pos
	i := &ir.Value{Name: b.unique(nameOr(name, "i")), Type: high.Type}
	in := &ir.Instr{Op: ir.OpFor, Results: []*ir.Value{i}, Args: []*ir.Value{low, high}, Label: label, Step: 1}
	in.Body, _ = b.within(func() { body(i) })
	b.pos = pos
	b.emit(in)
}

// header is a loop header of the form `i := low; i < high; i++`, where nothing in the loop
// changes i or high.
type header struct {
	v         *types.Var
	low, high ast.Expr
}

func (b *builder) countedHeader(s *ast.ForStmt) *header {
	init, ok := s.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE || len(init.Lhs) != 1 || len(init.Rhs) != 1 {
		return nil
	}
	v := b.declared(init.Lhs[0])
	cond, ok := s.Cond.(*ast.BinaryExpr)
	if v == nil || !ok || cond.Op != token.LSS || !b.uses(cond.X, v) || !b.increments(s.Post, v) {
		return nil
	}
	if t := typeOf(v.Type()); !t.Kind.IsInteger() {
		return nil
	}
	changed := assignedVars(b.pkg.Info, s.Body)
	if changed.changes(v) || !b.invariant(cond.Y, v, changed) {
		return nil
	}
	return &header{v, init.Rhs[0], cond.Y}
}

// uses reports whether the expression is the variable.
func (b *builder) uses(e ast.Expr, v *types.Var) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && b.pkg.Info.Uses[id] == v
}

// increments reports whether the statement is v++ or v += 1.
func (b *builder) increments(s ast.Stmt, v *types.Var) bool {
	switch s := s.(type) {
	case *ast.IncDecStmt:
		return s.Tok == token.INC && b.uses(s.X, v)
	case *ast.AssignStmt:
		if s.Tok != token.ADD_ASSIGN || !b.uses(s.Lhs[0], v) {
			return false
		}
		c := b.pkg.Info.Types[s.Rhs[0]].Value
		return c != nil && constant.Compare(c, token.EQL, constant.MakeInt64(1))
	}
	return false
}

// invariant reports whether the expression has one value during the loop and can be computed before it.
func (b *builder) invariant(e ast.Expr, counter *types.Var, changed assigned) bool {
	if b.pkg.Info.Types[e].Value != nil {
		return true
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return b.invariant(e.X, counter, changed)
	case *ast.Ident:
		v, ok := b.pkg.Info.Uses[e].(*types.Var)
		return ok && v != counter && !changed.changes(v)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.ADD, token.SUB, token.MUL:
			return b.invariant(e.X, counter, changed) && b.invariant(e.Y, counter, changed)
		}
	case *ast.CallExpr:
		c := b.pkg.Info.Calls[e]
		if c.Kind == check.Conversion || c.Kind == check.BuiltinCall && c.Builtin == check.Len {
			return b.invariant(e.Args[0], counter, changed)
		}
	}
	return false
}

// rangeStmt lowers range over an integer, a slice or an array.
func (b *builder) rangeStmt(s *ast.RangeStmt, label string) {
	b.boundsOff(s, func() {
		switch t := b.typeOf(s.X).Underlying().(type) {
		case *types.Slice:
			v := b.expr(s.X).re
			n := b.op(ir.OpLen, ir.Scalar(ir.Int), v)
			b.rangeLoop(s, label, n, func(i *ir.Value) operand {
				return b.elementAt(ir.OpLoad, t.Elem(), nil, []*ir.Value{v, i})
			})
		case *types.Array:
			b.rangeArray(s, label, t)
		default:
			b.rangeLoop(s, label, b.expr(s.X).re, nil)
		}
	})
}

// rangeArray lowers range over an array. Without a second variable the array is evaluated only if its length is not constant,
// as it is not when a call is in it.
func (b *builder) rangeArray(s *ast.RangeStmt, label string, t *types.Array) {
	n := intConst(t.Len())
	if s.Value == nil || isBlank(s.Value) {
		if s.Value != nil || b.calls(s.X) {
			b.expr(s.X)
		}
		b.rangeLoop(s, label, n, nil)
		return
	}
	l := b.arrayLocal(s.X, s)
	b.rangeLoop(s, label, n, func(i *ir.Value) operand {
		return b.elementAt(ir.OpElem, t.Elem(), l, []*ir.Value{i})
	})
}

// calls reports whether evaluating the expression calls a function.
func (b *builder) calls(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			info := b.pkg.Info
			found = found || info.Calls[call].Kind != check.Conversion && info.Types[call].Value == nil
		}
		return !found
	})
	return found
}

// elementAt reads the element at a counter, which needs no check.
func (b *builder) elementAt(op ir.Op, t types.Type, l *ir.Local, args []*ir.Value) operand {
	v := b.temp(typeOf(t))
	b.emit(&ir.Instr{Op: op, Results: []*ir.Value{v}, Local: l, Args: args})
	return b.fromMemory(v)
}

// rangeLoop counts from 0 to n and gives the key and value variables, if there are any, their values.
func (b *builder) rangeLoop(s *ast.RangeStmt, label string, n *ir.Value, element func(i *ir.Value) operand) {
	zero := &ir.Value{Type: n.Type, Const: true}
	name := ""
	if id, ok := s.Key.(*ast.Ident); ok {
		name = id.Name
	}
	b.enter(s, label, nil, func(label string) {
		b.counted(name, zero, n, label, func(i *ir.Value) {
			b.rangeVars(s, i, element)
			b.stmts(s.Body.List)
		})
	})
}

// rangeVars gives the iteration variables their values. As in any assignment, all operands are evaluated before
// the first variable changes.
func (b *builder) rangeVars(s *ast.RangeStmt, i *ir.Value, element func(i *ir.Value) operand) {
	key, value := b.rangeVar(s.Key), b.rangeVar(s.Value)
	var x operand
	if value != nil {
		x = element(i)
	}
	if key != nil {
		key(operand{re: i})
	}
	if value != nil {
		value(x)
	}
}

// rangeVar evaluates the operands of an iteration variable, if there is one, and returns what declares or assigns it.
func (b *builder) rangeVar(e ast.Expr) func(operand) {
	if e == nil || isBlank(e) {
		return nil
	}
	if v := b.declared(e); v != nil {
		return func(x operand) { b.declare(v, x) }
	}
	p := b.place(e)
	return func(x operand) { b.store(&p, x) }
}

func isBlank(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && id.Name == "_"
}
