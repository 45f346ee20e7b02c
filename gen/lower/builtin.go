package lower

import (
	"go/ast"
	"go/types"

	"math"

	"github.com/kgen-go/kgen/gen/check"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// floatOps are the built-ins that are one operation on their arguments.
var floatOps = map[check.Builtin]ir.Op{
	check.Sqrt: ir.OpSqrt, check.Abs: ir.OpAbs, check.Floor: ir.OpFloor, check.Ceil: ir.OpCeil,
	check.Trunc: ir.OpTrunc, check.Copysign: ir.OpCopysign, check.Fma: ir.OpFma,
}

// builtin evaluates a call of a built-in function.
func (b *builder) builtin(f check.Builtin, e *ast.CallExpr) operand {
	switch f {
	case check.Len, check.Cap:
		return operand{re: b.lenCap(f, e.Args[0])}
	case check.Make:
		return operand{re: b.makeSlice(e)}
	case check.NaN:
		return operand{re: float64Const(math.NaN())}
	}
	var args []operand
	for _, a := range e.Args {
		args = append(args, b.expr(a))
	}
	b.at(e.Pos())
	x := args[0]
	switch f {
	case check.Min, check.Max:
		return operand{re: b.minMax(f, args)}
	case check.Real:
		return operand{re: x.re}
	case check.Imag:
		return operand{re: x.im}
	case check.Complex:
		return operand{x.re, args[1].re}
	case check.Abs2:
		return operand{re: b.abs2(x)}
	case check.Inf:
		positive := b.op(ir.OpGe, ir.Scalar(ir.Bool), x.re, constInt(x.re.Type.Kind, 0))
		return operand{re: b.op(ir.OpSelect, ir.Scalar(ir.F64), positive, float64Const(math.Inf(1)), float64Const(math.Inf(-1)))}
	}
	if op, ok := floatOps[f]; ok {
		values := make([]*ir.Value, len(args))
		for i, a := range args {
			values[i] = a.re
		}
		if f == check.Abs && !x.re.Type.Kind.IsSigned() {
			return x
		}
		return operand{re: b.op(op, x.re.Type, values...)}
	}
	panic("lower: unknown built-in function")
}

func float64Const(f float64) *ir.Value {
	return &ir.Value{Type: ir.Scalar(ir.F64), Const: true, Bits: [2]uint64{math.Float64bits(f)}}
}

// lenCap evaluates len and cap of a slice, or of an array that holds something to be evaluated.
func (b *builder) lenCap(f check.Builtin, e ast.Expr) *ir.Value {
	if t, ok := b.typeOf(e).Underlying().(*types.Array); ok {
		b.expr(e)
		return intConst(t.Len())
	}
	s := b.expr(e).re
	if f == check.Cap {
		return b.op(ir.OpCap, ir.Scalar(ir.Int), s)
	}
	return b.op(ir.OpLen, ir.Scalar(ir.Int), s)
}

// minMax folds the arguments from the left.
func (b *builder) minMax(f check.Builtin, args []operand) *ir.Value {
	op := ir.OpMin
	if f == check.Max {
		op = ir.OpMax
	}
	v := args[0].re
	for _, a := range args[1:] {
		v = b.op(op, v.Type, v, a.re)
	}
	return v
}

// makeSlice checks the sizes in the order of the Go run time: length, capacity, length against capacity.
func (b *builder) makeSlice(e *ast.CallExpr) *ir.Value {
	t := typeOf(b.typeOf(e))
	limit := intConst(kg.MaxLen(t.Elem.Size()))
	n, unsigned := b.index(e.Args[1])
	size := n
	if len(e.Args) == 3 {
		var capUnsigned bool
		size, capUnsigned = b.index(e.Args[2])
		b.at(e.Args[1].Pos())
		b.checkSize(kg.MakeLen, unsigned, n, limit)
		b.at(e.Args[2].Pos())
		b.checkSize(kg.MakeCap, capUnsigned, size, limit)
		b.checkSize(kg.MakeCap, unsigned, n, size)
	} else {
		b.at(e.Args[1].Pos())
		b.checkSize(kg.MakeLen, unsigned, n, limit)
	}
	b.at(e.Pos())
	return b.op(ir.OpMake, t, n, size)
}

// checkSize leaves out a check that constants pass.
func (b *builder) checkSize(kind kg.Kind, unsigned bool, x, limit *ir.Value) {
	if x.Const && limit.Const && x.Bits[0] <= limit.Bits[0] {
		return
	}
	b.check(kind, unsigned, x, limit)
}

// reslice evaluates s[low:high] and s[low:high:max] and checks the bounds from the right, as the Go run time does.
func (b *builder) reslice(e *ast.SliceExpr) *ir.Value {
	s := b.expr(e.X).re
	integer := ir.Scalar(ir.Int)
	var low, high, limit *ir.Value
	var lowUnsigned, highUnsigned, maxUnsigned bool
	low = intConst(0)
	if e.Low != nil {
		low, lowUnsigned = b.index(e.Low)
	}
	if e.High != nil {
		high, highUnsigned = b.index(e.High)
	}
	if e.Max != nil {
		limit, maxUnsigned = b.index(e.Max)
	}
	capacity := b.op(ir.OpCap, integer, s)
	lowKind := kg.SliceLow
	switch {
	case e.Max != nil:
		b.at(e.Max.Pos())
		b.check(kg.SliceMax, maxUnsigned, limit, capacity)
		b.at(e.High.Pos())
		b.check(kg.SliceHigh3, highUnsigned, high, limit)
		lowKind = kg.SliceLow3
	case e.High != nil:
		limit = capacity
		b.at(e.High.Pos())
		b.check(kg.SliceHigh, highUnsigned, high, capacity)
	default:
		limit = capacity
		high = b.op(ir.OpLen, integer, s)
	}
	if e.Low != nil && !(low.Const && low.Bits[0] == 0) {
		b.at(e.Low.Pos())
		b.check(lowKind, lowUnsigned, low, high)
	}
	b.at(e.Pos())
	v := b.temp(s.Type)
	b.emit(&ir.Instr{Op: ir.OpSlice, Results: []*ir.Value{v}, Args: []*ir.Value{s, low, high, limit}, Unchecked: b.nobounds})
	return v
}
