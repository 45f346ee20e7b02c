package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
)

// maxLiteral bounds the text of a number, as Go's compiler does.
const maxLiteral = 10000

// maxConstBits bounds untyped integer constants, as Go's compiler does.
const maxConstBits = 512

// maxConstShift bounds constant shifts; the smallest float64 must be expressible.
const maxConstShift = 1023 - 1 + 52

// represent converts a constant to a basic type. If it cannot, why is "truncated" or "overflows", or "mismatch" when
// the kinds have nothing in common.
func represent(v constant.Value, b *types.Basic) (rounded constant.Value, why string) {
	if v.Kind() == constant.Bool || b.Info()&types.IsBoolean != 0 {
		if v.Kind() == constant.Bool && b.Info()&types.IsBoolean != 0 {
			return v, ""
		}
		return nil, "mismatch"
	}
	switch {
	case b.Info()&types.IsInteger != 0:
		return representInt(v, b)
	case b.Info()&types.IsFloat != 0:
		return representFloat(constant.ToFloat(v), b)
	case b.Info()&types.IsComplex != 0:
		v = constant.ToComplex(v)
		re, why := representFloat(constant.Real(v), complexPart(b))
		if why != "" {
			return nil, why
		}
		im, why := representFloat(constant.Imag(v), complexPart(b))
		if why != "" {
			return nil, why
		}
		return constant.BinaryOp(constant.ToComplex(re), token.ADD, constant.MakeImag(im)), ""
	}
	return nil, "mismatch"
}

// complexPart returns the type of a complex type's real part.
func complexPart(b *types.Basic) *types.Basic {
	switch b.Kind() {
	case types.Complex64:
		return types.Typ[types.Float32]
	case types.Complex128:
		return types.Typ[types.Float64]
	}
	return types.Typ[types.UntypedFloat]
}

func representInt(v constant.Value, b *types.Basic) (constant.Value, string) {
	i := constant.ToInt(v)
	if i.Kind() != constant.Int {
		return nil, "truncated"
	}
	if b.Info()&types.IsUntyped != 0 {
		return i, ""
	}
	bits := int(sizes.Sizeof(b)) * 8
	switch negative := constant.Sign(i) < 0; {
	case b.Info()&types.IsUnsigned != 0:
		if negative || constant.BitLen(i) > bits {
			return nil, "overflows"
		}
	case negative: // -2^(bits-1) is the one value of this length that fits
		next := constant.BinaryOp(i, token.ADD, constant.MakeInt64(1))
		if constant.BitLen(next) > bits-1 {
			return nil, "overflows"
		}
	case constant.BitLen(i) > bits-1:
		return nil, "overflows"
	}
	return i, ""
}

func representFloat(v constant.Value, b *types.Basic) (constant.Value, string) {
	f := constant.ToFloat(v)
	if f.Kind() != constant.Float {
		return nil, "truncated"
	}
	if b.Info()&types.IsUntyped != 0 {
		return f, ""
	}
	var rounded float64
	if b.Kind() == types.Float32 {
		f32, _ := constant.Float32Val(f)
		rounded = float64(f32)
	} else {
		rounded, _ = constant.Float64Val(f)
	}
	if math.IsInf(rounded, 0) {
		return nil, "overflows"
	}
	return constant.ToFloat(constant.MakeFloat64(rounded)), ""
}

// literal evaluates a number, or refuses a string.
func (c *checker) literal(e *ast.BasicLit) operand {
	if e.Kind == token.STRING {
		c.errorf(e, "strings are not supported in kernels: pass the bytes as []byte")
		return operand{}
	}
	if len(e.Value) > maxLiteral {
		c.errorf(e, "excessively long constant: %s… (%d characters)", e.Value[:10], len(e.Value))
		return operand{}
	}
	v := constant.MakeFromLiteral(e.Value, e.Kind, 0)
	if v.Kind() == constant.Unknown {
		c.errorf(e, "malformed constant: %s", exprString(e))
		return operand{}
	}
	kind := types.UntypedInt
	switch e.Kind {
	case token.FLOAT:
		kind = types.UntypedFloat
	case token.IMAG:
		kind = types.UntypedComplex
	case token.CHAR:
		kind = types.UntypedRune
	}
	x := operand{mode: constantValue, expr: e, typ: types.Typ[kind], val: v}
	c.overflow(&x, e.Pos())
	return x
}

// overflow checks that the result of a constant operation fits its type and rounds it.
func (c *checker) overflow(x *operand, pos token.Pos) {
	b := x.typ.Underlying().(*types.Basic)
	if x.val.Kind() == constant.Unknown {
		c.errorAt(pos, 1, "constant result is not representable")
		x.mode = bad
		return
	}
	if b.Info()&types.IsUntyped != 0 {
		if x.val.Kind() == constant.Int && constant.BitLen(x.val) > maxConstBits {
			c.errorAt(pos, 1, "constant overflow: the value has more than %d bits", maxConstBits)
			x.mode = bad
		}
		return
	}
	v, why := represent(x.val, b)
	if why != "" {
		c.errorf(x.expr, "constant %s overflows %s", valueString(x.val), typeString(x.typ))
		x.mode = bad
		return
	}
	x.val = v
}
