package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/kgen-go/kgen/gen/ir"
)

func (b *builder) stmts(list []ast.Stmt) {
	for _, s := range list {
		b.stmt(s, "")
	}
}

// stmt lowers a statement; label is the source's label on it, or empty.
func (b *builder) stmt(s ast.Stmt, label string) {
	if b.dead || s == nil {
		return
	}
	b.at(s.Pos())
	switch s := s.(type) {
	case *ast.AssignStmt:
		b.assignStmt(s)
	case *ast.IncDecStmt:
		b.incDec(s)
	case *ast.DeclStmt:
		b.declStmt(s)
	case *ast.ExprStmt:
		b.call(ast.Unparen(s.X).(*ast.CallExpr))
	case *ast.BlockStmt:
		b.stmts(s.List)
	case *ast.LabeledStmt:
		b.stmt(s.Stmt, s.Label.Name)
	case *ast.IfStmt:
		b.ifStmt(s)
	case *ast.ForStmt:
		b.forStmt(s, label)
	case *ast.RangeStmt:
		b.rangeStmt(s, label)
	case *ast.SwitchStmt:
		b.switchStmt(s, label)
	case *ast.BranchStmt:
		b.branchStmt(s)
	case *ast.ReturnStmt:
		b.returnStmt(s)
	case *ast.EmptyStmt:
	default:
		panic("lower: statement of an unknown form")
	}
}

// assignStmt lowers =, := and op=.
func (b *builder) assignStmt(s *ast.AssignStmt) {
	if op, ok := assignOps[s.Tok]; ok {
		p := b.place(s.Lhs[0])
		x := b.load(&p)
		y := b.expr(s.Rhs[0])
		b.at(s.TokPos)
		b.store(&p, b.binary(op, x, y))
		return
	}
	places := make([]place, len(s.Lhs))
	for i, lhs := range s.Lhs {
		if b.declared(lhs) == nil {
			places[i] = b.place(lhs)
		}
	}
	values := b.arguments(s.Rhs)
	for i, lhs := range s.Lhs {
		b.at(lhs.Pos())
		if v := b.declared(lhs); v != nil {
			b.declare(v, values[i])
			continue
		}
		b.store(&places[i], values[i])
	}
}

var assignOps = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL, token.QUO_ASSIGN: token.QUO,
	token.REM_ASSIGN: token.REM, token.AND_ASSIGN: token.AND, token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR,
	token.SHL_ASSIGN: token.SHL, token.SHR_ASSIGN: token.SHR, token.AND_NOT_ASSIGN: token.AND_NOT,
}

// declared returns the variable that the left side of := declares, or nil.
func (b *builder) declared(e ast.Expr) *types.Var {
	if id, ok := e.(*ast.Ident); ok {
		v, _ := b.pkg.Info.Defs[id].(*types.Var)
		return v
	}
	return nil
}

func (b *builder) incDec(s *ast.IncDecStmt) {
	p := b.place(s.X)
	x := b.load(&p)
	one := oneOf(typeOf(p.typ))
	op := token.ADD
	if s.Tok == token.DEC {
		op = token.SUB
	}
	b.at(s.TokPos)
	b.store(&p, b.binary(op, x, one))
}

// oneOf returns 1 as a value of a numeric type.
func oneOf(t ir.Type) operand {
	switch {
	case t.Kind.IsPair():
		return operand{one(t.Kind.Part()), &ir.Value{Type: ir.Scalar(t.Kind.Part()), Const: true}}
	default:
		return operand{re: one(t.Kind)}
	}
}

func one(k ir.Kind) *ir.Value {
	switch k {
	case ir.F32:
		return &ir.Value{Type: ir.Scalar(k), Const: true, Bits: [2]uint64{0x3f800000}}
	case ir.F64:
		return float64Const(1)
	}
	return constInt(k, 1)
}

// declStmt lowers var declarations; constants need no code.
func (b *builder) declStmt(s *ast.DeclStmt) {
	decl := s.Decl.(*ast.GenDecl)
	if decl.Tok != token.VAR {
		return
	}
	for _, spec := range decl.Specs {
		spec := spec.(*ast.ValueSpec)
		var values []operand
		if len(spec.Values) > 0 {
			values = b.arguments(spec.Values)
		}
		for i, name := range spec.Names {
			v := b.declared(name)
			switch {
			case v == nil:
			case values == nil:
				b.declare(v, b.zeroOperand(v.Type()))
			default:
				b.declare(v, values[i])
			}
		}
	}
}

func (b *builder) ifStmt(s *ast.IfStmt) {
	b.stmt(s.Init, "")
	if s.Else == nil {
		b.ifTrue(s.Cond, func() { b.stmts(s.Body.List) })
		return
	}
	cond := b.expr(s.Cond).re
	b.at(s.Pos())
	b.branch(cond, func() { b.stmts(s.Body.List) }, func() { b.stmt(s.Else, "") })
}

// ifTrue runs body when the condition holds; of a && b it tests b inside, so that what b needs is computed only there.
func (b *builder) ifTrue(cond ast.Expr, body func()) {
	if and, ok := ast.Unparen(cond).(*ast.BinaryExpr); ok && and.Op == token.LAND && !b.pureExpr(and.Y) {
		b.ifTrue(and.X, func() { b.ifTrue(and.Y, body) })
		return
	}
	b.branch(b.expr(cond).re, body, nil)
}

// pureExpr reports whether the expression's code is pure. It lowers it on trial.
func (b *builder) pureExpr(e ast.Expr) bool {
	if b.pkg.Info.Types[e].Value != nil {
		return true
	}
	sites := len(b.unit.Sites)
	trial, _ := b.within(func() { b.expr(e) })
	b.unit.Sites = b.unit.Sites[:sites]
	return allPure(trial)
}

// returnStmt lowers return. Results that are named are not assigned first: nothing can see that.
func (b *builder) returnStmt(s *ast.ReturnStmt) {
	in := &ir.Instr{Op: ir.OpReturn}
	if len(s.Results) == 0 {
		for _, v := range b.kernel.Results {
			if x := b.vars[v]; x != nil {
				in.Args = append(in.Args, b.toMemory(b.read(x)))
			} else {
				in.Args = append(in.Args, b.zero(typeOf(v.Type())))
			}
		}
	} else {
		for _, x := range b.arguments(s.Results) {
			in.Args = append(in.Args, b.toMemory(x))
		}
	}
	b.at(s.Pos())
	b.emit(in)
}
