package ir_test

import (
	"math"
	"math/big"

	"github.com/kgen-go/kgen/gen/ir"
)

// The oracle computes operations with math/big, without the arithmetic that the interpreter uses.

var numeric = []ir.Kind{ir.I8, ir.I16, ir.I32, ir.I64, ir.Int, ir.U8, ir.U16, ir.U32, ir.U64, ir.Uint, ir.F32, ir.F64}

// number is a cell as a value: an integer or finite float exactly, else a special float.
type number struct {
	exact   *big.Float
	special float64 // NaN, infinity or zero with its sign where exact is nil
}

const precision = 4400 // holds the sum of a product of two float64 and a float64 exactly

func numberOf(k ir.Kind, cell uint64) number {
	x := new(big.Float).SetPrec(precision)
	switch {
	case k.IsInteger():
		return number{exact: x.SetInt(integerOf(k, cell))}
	case k == ir.F32:
		return floatNumber(x, float64(math.Float32frombits(uint32(cell))))
	}
	return floatNumber(x, math.Float64frombits(cell))
}

func floatNumber(x *big.Float, f float64) number {
	if f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return number{special: f}
	}
	return number{exact: x.SetFloat64(f)}
}

// value returns the number as a float64: the special, or the nearest.
func (n number) value() float64 {
	if n.exact == nil {
		return n.special
	}
	f, _ := n.exact.Float64()
	return f
}

func integerOf(k ir.Kind, cell uint64) *big.Int {
	n := new(big.Int).SetUint64(cell)
	if k.IsSigned() && cell>>(k.Bits()-1) == 1 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(k.Bits())))
	}
	return n
}

// wrapped returns the cell of an integer modulo the kind's width.
func wrapped(k ir.Kind, n *big.Int) uint64 {
	mask := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(k.Bits())), big.NewInt(1))
	return new(big.Int).And(n, mask).Uint64()
}

// rounded returns the cell of a number rounded once to a float kind.
func rounded(k ir.Kind, n number) uint64 {
	if k == ir.F32 {
		f := float32(n.special)
		if n.exact != nil {
			f, _ = n.exact.Float32()
		}
		return uint64(math.Float32bits(f))
	}
	return math.Float64bits(n.value())
}

// intOracle computes an integer operation; ok is false where it has no meaning.
func intOracle(op ir.Op, k ir.Kind, a, b uint64) (cell uint64, ok bool) {
	x, y, z := integerOf(k, a), integerOf(k, b), new(big.Int)
	switch op {
	case ir.OpAdd:
		z.Add(x, y)
	case ir.OpSub:
		z.Sub(x, y)
	case ir.OpMul:
		z.Mul(x, y)
	case ir.OpDiv, ir.OpRem:
		if y.Sign() == 0 {
			return 0, false
		}
		quotient, rest := new(big.Int).QuoRem(x, y, new(big.Int))
		z = quotient
		if op == ir.OpRem {
			z = rest
		}
	case ir.OpAnd:
		z.And(x, y)
	case ir.OpOr:
		z.Or(x, y)
	case ir.OpXor:
		z.Xor(x, y)
	case ir.OpAndNot:
		z.AndNot(x, y)
	case ir.OpShl:
		z.Lsh(x, uint(min(b, 100)))
	case ir.OpShr:
		z.Rsh(x, uint(min(b, 100)))
	case ir.OpNeg:
		z.Neg(x)
	case ir.OpNot:
		z.Not(x)
	case ir.OpAbs:
		z.Abs(x)
	case ir.OpMin, ir.OpMax:
		z = x
		if (x.Cmp(y) < 0) != (op == ir.OpMin) {
			z = y
		}
	default:
		return truth(ordered(op, x.Cmp(y))), true
	}
	return wrapped(k, z), true
}

func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// ordered returns the comparison's outcome for the sign of x - y.
func ordered(op ir.Op, sign int) bool {
	switch op {
	case ir.OpEq:
		return sign == 0
	case ir.OpNe:
		return sign != 0
	case ir.OpLt:
		return sign < 0
	case ir.OpLe:
		return sign <= 0
	case ir.OpGt:
		return sign > 0
	}
	return sign >= 0
}

// arithmetic computes add, sub, mul, div, sqrt or fma of a float kind. Of numbers that are not all finite
// and other than zero the result is exact or special, so that float64's own arithmetic gives it.
func arithmetic(op ir.Op, k ir.Kind, x, y, z number) uint64 {
	special := x.exact == nil || op != ir.OpSqrt && y.exact == nil || op == ir.OpFma && z.exact == nil && !finite(z.special)
	r := new(big.Float).SetPrec(precision)
	switch {
	case op == ir.OpSqrt && (special || x.exact.Sign() < 0):
		return rounded(k, floatNumber(r, math.Sqrt(x.value())))
	case op == ir.OpSqrt:
		return rounded(k, number{exact: r.Sqrt(x.exact)})
	case special:
		return rounded(k, floatNumber(r, native(op, x.value(), y.value(), z.value())))
	case op == ir.OpAdd:
		r.Add(x.exact, y.exact)
	case op == ir.OpSub:
		r.Sub(x.exact, y.exact)
	case op == ir.OpDiv:
		r.Quo(x.exact, y.exact)
	default:
		r.Mul(x.exact, y.exact)
		if op == ir.OpFma && z.exact != nil {
			r.Add(r, z.exact)
		}
	}
	return rounded(k, number{exact: r})
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func native(op ir.Op, x, y, z float64) float64 {
	switch op {
	case ir.OpAdd:
		return x + y
	case ir.OpSub:
		return x - y
	case ir.OpMul:
		return x * y
	case ir.OpDiv:
		return x / y
	}
	return float64(x*y) + z
}

// floatOracle computes any operation on floats.
func floatOracle(op ir.Op, k ir.Kind, a, b, c uint64) uint64 {
	x, y := numberOf(k, a), numberOf(k, b)
	sign := uint64(1) << (k.Bits() - 1)
	switch op {
	case ir.OpNeg:
		return a ^ sign
	case ir.OpAbs:
		return a &^ sign
	case ir.OpCopysign:
		if math.IsNaN(y.value()) {
			return a &^ sign
		}
		return a&^sign | b&sign
	case ir.OpFloor, ir.OpCeil, ir.OpTrunc:
		return integral(op, k, a, x)
	case ir.OpMin, ir.OpMax:
		return extreme(op, k, a, b, x, y)
	case ir.OpEq, ir.OpNe, ir.OpLt, ir.OpLe, ir.OpGt, ir.OpGe:
		return compared(op, x.value(), y.value())
	}
	return arithmetic(op, k, x, y, numberOf(k, c))
}

func compared(op ir.Op, x, y float64) uint64 {
	if math.IsNaN(x) || math.IsNaN(y) {
		return truth(op == ir.OpNe)
	}
	return truth(ordered(op, big.NewFloat(x).Cmp(big.NewFloat(y))))
}

// integral computes floor, ceil and trunc; the result keeps the sign of x, also when it is zero.
func integral(op ir.Op, k ir.Kind, cell uint64, x number) uint64 {
	if x.exact == nil {
		return cell
	}
	n, accuracy := x.exact.Int(nil)
	if op == ir.OpFloor && accuracy == big.Above {
		n.Sub(n, big.NewInt(1))
	}
	if op == ir.OpCeil && accuracy == big.Below {
		n.Add(n, big.NewInt(1))
	}
	sign := uint64(1) << (k.Bits() - 1)
	if n.Sign() == 0 {
		return cell & sign
	}
	return rounded(k, number{exact: new(big.Float).SetPrec(precision).SetInt(n)})
}

// extreme computes min and max: NaN wins, -0 is less than +0.
func extreme(op ir.Op, k ir.Kind, a, b uint64, x, y number) uint64 {
	vx, vy := x.value(), y.value()
	switch {
	case math.IsNaN(vx):
		return a
	case math.IsNaN(vy):
		return b
	}
	less := vx < vy || vx == vy && math.Signbit(vx) && !math.Signbit(vy)
	if less == (op == ir.OpMin) {
		return a
	}
	return b
}

// convOracle computes a conversion.
func convOracle(from, to ir.Kind, cell uint64) uint64 {
	x := numberOf(from, cell)
	if to.IsFloat() {
		return rounded(to, x)
	}
	if from.IsInteger() {
		return wrapped(to, integerOf(from, cell))
	}
	low, high := integerOf(to, 0), integerOf(to, 1<<to.Bits()-1)
	if to.IsSigned() {
		low, high = integerOf(to, 1<<(to.Bits()-1)), integerOf(to, 1<<(to.Bits()-1)-1)
	}
	switch {
	case math.IsInf(x.special, 1):
		return wrapped(to, high)
	case math.IsInf(x.special, -1):
		return wrapped(to, low)
	case x.exact == nil:
		return 0
	}
	n, _ := x.exact.Int(nil)
	if n.Cmp(low) < 0 {
		n = low
	}
	if n.Cmp(high) > 0 {
		n = high
	}
	return wrapped(to, n)
}
