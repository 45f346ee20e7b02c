package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"

	"github.com/kgen-go/kgen/gen/check"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

func (b *builder) typeOf(e ast.Expr) types.Type { return b.pkg.Info.Types[e].Type }

// expr evaluates an expression of one value.
func (b *builder) expr(e ast.Expr) operand {
	if tv := b.pkg.Info.Types[e]; tv.Value != nil {
		return constantOperand(typeOf(tv.Type), tv.Value)
	}
	pos := b.pos
	defer func() { b.pos = pos }()
	b.at(e.Pos())
	switch e := e.(type) {
	case *ast.ParenExpr:
		return b.expr(e.X)
	case *ast.Ident:
		if b.isNil(e) {
			return operand{re: b.zero(typeOf(b.typeOf(e)))}
		}
		return b.read(b.variable(e))
	case *ast.IndexExpr:
		p := b.element(e)
		return b.load(&p)
	case *ast.SliceExpr:
		return operand{re: b.reslice(e)}
	case *ast.CompositeLit:
		return operand{re: b.arrayLit(e)}
	case *ast.UnaryExpr:
		return b.unary(e)
	case *ast.BinaryExpr:
		return b.binaryExpr(e)
	case *ast.CallExpr:
		return b.call(e)[0]
	}
	panic("lower: expression of an unknown form")
}

// isNil reports whether the expression is the predeclared nil.
func (b *builder) isNil(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = b.pkg.Info.Uses[id].(*types.Nil)
	return ok
}

// constantOperand returns a constant of the type.
func constantOperand(t ir.Type, c constant.Value) operand {
	if t.Kind.IsPair() {
		part := t.Kind.Part()
		c = constant.ToComplex(c)
		return operand{floatConst(part, constant.Real(c)), floatConst(part, constant.Imag(c))}
	}
	v := &ir.Value{Type: t, Const: true}
	switch {
	case t.Kind == ir.Bool:
		if constant.BoolVal(c) {
			v.Bits[0] = 1
		}
	case t.Kind.IsFloat():
		return operand{re: floatConst(t.Kind, c)}
	default:
		n, exact := constant.Int64Val(constant.ToInt(c))
		if !exact {
			u, _ := constant.Uint64Val(constant.ToInt(c))
			n = int64(u)
		}
		v = constInt(t.Kind, n)
	}
	return operand{re: v}
}

func floatConst(k ir.Kind, c constant.Value) *ir.Value {
	v := &ir.Value{Type: ir.Scalar(k), Const: true}
	if k == ir.F32 {
		f, _ := constant.Float32Val(constant.ToFloat(c))
		v.Bits[0] = uint64(math.Float32bits(f))
	} else {
		f, _ := constant.Float64Val(constant.ToFloat(c))
		v.Bits[0] = math.Float64bits(f)
	}
	return v
}

func (b *builder) unary(e *ast.UnaryExpr) operand {
	x := b.expr(e.X)
	b.at(e.OpPos)
	switch e.Op {
	case token.SUB:
		if x.im != nil {
			return operand{b.op(ir.OpNeg, x.re.Type, x.re), b.op(ir.OpNeg, x.im.Type, x.im)}
		}
		return operand{re: b.op(ir.OpNeg, x.re.Type, x.re)}
	case token.NOT, token.XOR:
		return operand{re: b.op(ir.OpNot, x.re.Type, x.re)}
	}
	return x
}

func (b *builder) binaryExpr(e *ast.BinaryExpr) operand {
	if e.Op == token.LAND || e.Op == token.LOR {
		return operand{re: b.logical(e)}
	}
	if _, ok := b.typeOf(e.X).Underlying().(*types.Slice); ok {
		return operand{re: b.compareNil(e)}
	}
	x := b.expr(e.X)
	y := b.expr(e.Y)
	b.at(e.OpPos)
	if op, ok := comparisons[e.Op]; ok {
		return operand{re: b.compare(op, x, y)}
	}
	return b.binary(e.Op, x, y)
}

var comparisons = map[token.Token]ir.Op{
	token.EQL: ir.OpEq, token.NEQ: ir.OpNe, token.LSS: ir.OpLt, token.LEQ: ir.OpLe, token.GTR: ir.OpGt, token.GEQ: ir.OpGe,
}

var arithmetic = map[token.Token]ir.Op{
	token.ADD: ir.OpAdd, token.SUB: ir.OpSub, token.MUL: ir.OpMul, token.QUO: ir.OpDiv, token.REM: ir.OpRem,
	token.AND: ir.OpAnd, token.OR: ir.OpOr, token.XOR: ir.OpXor, token.AND_NOT: ir.OpAndNot,
	token.SHL: ir.OpShl, token.SHR: ir.OpShr,
}

// binary computes x op y for an arithmetic operator, as it stands in an expression or an assignment.
func (b *builder) binary(tok token.Token, x, y operand) operand {
	op := arithmetic[tok]
	switch {
	case x.im != nil:
		return b.complexBinary(op, x, y)
	case op == ir.OpShl || op == ir.OpShr:
		return operand{re: b.op(op, x.re.Type, x.re, b.shiftCount(y.re))}
	case (op == ir.OpDiv || op == ir.OpRem) && x.re.Type.Kind.IsInteger() && !y.re.Const:
		b.check(kg.Divide, false, y.re, nil)
	}
	return operand{re: b.op(op, x.re.Type, x.re, y.re)}
}

// shiftCount checks a count that has a sign and widens it to 64 bits.
func (b *builder) shiftCount(n *ir.Value) *ir.Value {
	if n.Const {
		return constInt(ir.U64, signExtend(n))
	}
	if n.Type.Kind.IsSigned() {
		n = b.toInt(n)
		b.check(kg.Shift, false, n, intConst(math.MaxInt64))
	}
	return b.convValue(n, ir.Scalar(ir.U64))
}

// logical computes && and ||.
func (b *builder) logical(e *ast.BinaryExpr) *ir.Value {
	x := b.expr(e.X).re
	var y *ir.Value
	right, _ := b.within(func() { y = b.expr(e.Y).re })
	b.at(e.OpPos)
	return b.shortCircuit(e.Op, x, right, y)
}

// shortCircuit combines x with y, which the instructions in right compute. They run in any case where
// that cannot be noticed, else only if x leaves the result open.
func (b *builder) shortCircuit(tok token.Token, x *ir.Value, right *ir.Block, y *ir.Value) *ir.Value {
	if allPure(right) {
		op := ir.OpAnd
		if tok == token.LOR {
			op = ir.OpOr
		}
		b.splice(right)
		return b.op(op, ir.Scalar(ir.Bool), x, y)
	}
	l := b.spill(x)
	body := &ir.Block{Instrs: append(right.Instrs, &ir.Instr{Op: ir.OpSet, Local: l, Args: []*ir.Value{y}, Pos: b.pos})}
	in := &ir.Instr{Op: ir.OpIf, Args: []*ir.Value{x}, Body: body}
	if tok == token.LOR {
		in.Body, in.Else = &ir.Block{}, body
	}
	b.emit(in)
	return b.get(l)
}

// allPure reports whether computing the block changes nothing, cannot fail and reads no memory.
func allPure(block *ir.Block) bool {
	for _, in := range block.Instrs {
		if !in.Op.Pure() && in.Op != ir.OpGet {
			return false
		}
	}
	return true
}

// compare computes a comparison of any two values that the language lets compare.
func (b *builder) compare(op ir.Op, x, y operand) *ir.Value {
	boolean := ir.Scalar(ir.Bool)
	switch {
	case x.im != nil:
		re, im := b.op(op, boolean, x.re, y.re), b.op(op, boolean, x.im, y.im)
		if op == ir.OpEq {
			return b.op(ir.OpAnd, boolean, re, im)
		}
		return b.op(ir.OpOr, boolean, re, im)
	case x.re.Type.Kind == ir.Array:
		return b.compareArrays(op, x.re, y.re)
	}
	return b.op(op, boolean, x.re, y.re)
}

// compareNil computes s == nil and s != nil.
func (b *builder) compareNil(e *ast.BinaryExpr) *ir.Value {
	s := e.X
	if b.isNil(s) {
		s = e.Y
	}
	v := b.op(ir.OpIsNil, ir.Scalar(ir.Bool), b.expr(s).re)
	if e.Op == token.NEQ {
		v = b.op(ir.OpNot, v.Type, v)
	}
	return v
}

// convValue converts between two types of scalars.
func (b *builder) convValue(v *ir.Value, t ir.Type) *ir.Value {
	if v.Type.Equal(t) {
		return v
	}
	return b.op(ir.OpConv, t, v)
}

// conversion computes T(x).
func (b *builder) conversion(e *ast.CallExpr) operand {
	x := b.expr(e.Args[0])
	b.at(e.Pos())
	t := typeOf(b.typeOf(e))
	if x.im != nil {
		part := ir.Scalar(t.Kind.Part())
		return operand{b.convValue(x.re, part), b.convValue(x.im, part)}
	}
	return operand{re: b.convValue(x.re, t)}
}

// call evaluates a call and returns its results.
func (b *builder) call(e *ast.CallExpr) []operand {
	b.at(e.Pos())
	switch c := b.pkg.Info.Calls[e]; c.Kind {
	case check.Conversion:
		return []operand{b.conversion(e)}
	case check.BuiltinCall:
		return []operand{b.builtin(c.Builtin, e)}
	default:
		return b.kernelCall(c.Kernel, e)
	}
}

// kernelCall calls another kernel.
func (b *builder) kernelCall(k *check.Kernel, e *ast.CallExpr) []operand {
	in := &ir.Instr{Op: ir.OpCall, Callee: k.Name}
	for _, x := range b.arguments(e.Args) {
		in.Args = append(in.Args, b.toMemory(x))
	}
	b.at(e.Pos())
	for _, r := range k.Results {
		in.Results = append(in.Results, b.temp(typeOf(r.Type())))
	}
	b.emit(in)
	var out []operand
	for _, r := range in.Results {
		out = append(out, b.fromMemory(r))
	}
	return out
}

// arguments evaluates a list of expressions, or the one call of several results that stands for it.
func (b *builder) arguments(list []ast.Expr) []operand {
	if len(list) == 1 {
		if call, ok := ast.Unparen(list[0]).(*ast.CallExpr); ok && b.pkg.Info.Types[list[0]].Value == nil {
			return b.call(call)
		}
	}
	var out []operand
	for _, e := range list {
		out = append(out, b.expr(e))
	}
	return out
}
