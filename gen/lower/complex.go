package lower

import "github.com/kgen-go/kgen/gen/ir"

// complexBinary writes out complex arithmetic on floats, each operation rounded, in the order of the textbook:
// (a+bi)(c+di) = (ac-bd) + (ad+bc)i.
func (b *builder) complexBinary(op ir.Op, x, y operand) operand {
	t := x.re.Type
	switch op {
	case ir.OpAdd, ir.OpSub:
		return operand{b.op(op, t, x.re, y.re), b.op(op, t, x.im, y.im)}
	case ir.OpMul:
		re := b.op(ir.OpSub, t, b.op(ir.OpMul, t, x.re, y.re), b.op(ir.OpMul, t, x.im, y.im))
		im := b.op(ir.OpAdd, t, b.op(ir.OpMul, t, x.re, y.im), b.op(ir.OpMul, t, x.im, y.re))
		return operand{re, im}
	}
	return b.complexDivide(x, y)
}

// complexDivide calls the shared division. As in Go, complex64 is divided in double precision.
func (b *builder) complexDivide(x, y operand) operand {
	b.divides = true
	double := ir.Scalar(ir.F64)
	t := x.re.Type
	in := &ir.Instr{Op: ir.OpCall, Callee: complexDivName, Results: []*ir.Value{b.temp(double), b.temp(double)}}
	for _, part := range []*ir.Value{x.re, x.im, y.re, y.im} {
		in.Args = append(in.Args, b.convValue(part, double))
	}
	b.emit(in)
	return operand{b.convValue(in.Results[0], t), b.convValue(in.Results[1], t)}
}

// abs2 is the square of the absolute value.
func (b *builder) abs2(x operand) *ir.Value {
	t := x.re.Type
	re := b.op(ir.OpMul, t, x.re, x.re)
	if x.im == nil {
		return re
	}
	return b.op(ir.OpAdd, t, re, b.op(ir.OpMul, t, x.im, x.im))
}
