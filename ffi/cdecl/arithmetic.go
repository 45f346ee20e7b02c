package cdecl

import (
	"go/constant"
	"go/token"

	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// truth is whether a value is not zero. A string has an address, which is not.
func truth(v constant.Value) bool {
	return v.Kind() == constant.String || constant.Sign(v) != 0
}

func truthValue(b bool) constant.Value {
	if b {
		return constant.MakeInt64(1)
	}
	return constant.MakeInt64(0)
}

// wrap reduces an integer to a number of bits.
func wrap(v constant.Value, bits uint, signed bool) constant.Value {
	one := constant.MakeInt64(1)
	size := constant.Shift(one, token.SHL, bits)
	v = constant.BinaryOp(v, token.AND, constant.BinaryOp(size, token.SUB, one))
	if signed && constant.Compare(v, token.GEQ, constant.Shift(one, token.SHL, bits-1)) {
		v = constant.BinaryOp(v, token.SUB, size)
	}
	return v
}

// convert gives a value another type, as a cast does.
func (t *translator) convert(n cc.Node, o operand, typ *ctype.Type) (operand, error) {
	o = decay(o)
	r := operand{typ: typ}
	switch k := typ.Base(); {
	case o.val == nil:
		return r, nil
	case k == ctype.Bool:
		r.val = truthValue(truth(o.val))
	case k.IsInteger() || k == ctype.Pointer:
		if o.val.Kind() == constant.String {
			return r, nil
		}
		if r.val = truncate(o.val); r.val == nil {
			return r, t.errorf(n, "%s is too large for %s", o.val, typ)
		}
		r.val = wrap(r.val, uint(8*t.target.Size(k)), k != ctype.Pointer && t.target.Signed(typ))
	case k.IsFloat():
		if o.val.Kind() == constant.String {
			return r, nil
		}
		if r.val = round(o.val, k); r.val == nil {
			return r, t.errorf(n, "%s is too large for %s", o.val, typ)
		}
	}
	return r, nil
}

// truncate is a number without its fraction, nil when it has too many digits.
func truncate(v constant.Value) constant.Value {
	if v.Kind() == constant.Int {
		return v
	}
	num, denom := constant.Num(v), constant.Denom(v)
	if num.Kind() != constant.Int || denom.Kind() != constant.Int || constant.Sign(denom) == 0 {
		return nil
	}
	return constant.BinaryOp(num, token.QUO_ASSIGN, denom) // QUO_ASSIGN is integer division
}

// round is the nearest number of a floating-point kind, nil beyond its range. Long doubles stay as they are.
func round(v constant.Value, k ctype.Kind) constant.Value {
	v = constant.ToFloat(v)
	switch k {
	case ctype.Float:
		f, _ := constant.Float32Val(v)
		v = constant.ToFloat(constant.MakeFloat64(float64(f)))
	case ctype.Double:
		f, _ := constant.Float64Val(v)
		v = constant.ToFloat(constant.MakeFloat64(f))
	}
	if v.Kind() != constant.Float {
		return nil
	}
	return v
}

// promoted is the type of an operand after C's promotions.
func (t *translator) promoted(typ *ctype.Type) *ctype.Type {
	if typ.Kind.IsInteger() {
		return ctype.Basic(typ.Promoted().Base())
	}
	return typ.Unqualified()
}

// common is the type in which C computes with two numbers.
func (t *translator) common(a, b *ctype.Type) *ctype.Type {
	x, y := t.promoted(a).Base(), t.promoted(b).Base()
	if x.IsFloat() || y.IsFloat() {
		if !x.IsFloat() || y.IsFloat() && y > x {
			x = y
		}
		return ctype.Basic(x)
	}
	if x < y {
		x, y = y, x
	}
	// Kinds grow with their rank, and unsigned kinds follow the signed ones: x is the answer, unless it is signed and does
	// not hold the values of an unsigned y of the same size.
	if t.target.Signed(ctype.Basic(x)) && !t.target.Signed(ctype.Basic(y)) && t.target.Size(x) == t.target.Size(y) {
		x++
	}
	return ctype.Basic(x)
}

func (t *translator) binary(n cc.Node, op token.Token, left, right cc.ExpressionNode) (operand, error) {
	l, err := t.eval(left)
	if err != nil {
		return operand{}, err
	}
	r, err := t.eval(right)
	if err != nil {
		return operand{}, err
	}
	l, r = decay(l), decay(r)
	if l.typ.Kind == ctype.Pointer || r.typ.Kind == ctype.Pointer {
		return t.pointerArithmetic(n, op, l, r)
	}
	if !l.typ.Kind.IsArithmetic() || !r.typ.Kind.IsArithmetic() {
		return operand{}, t.errorf(n, "%s has no meaning for %s and %s", op, l.typ, r.typ)
	}
	typ := t.common(l.typ, r.typ)
	shift := op == token.SHL || op == token.SHR
	if shift {
		typ = t.promoted(l.typ)
	}
	if typ.Kind.IsFloat() && (shift || op == token.REM || op == token.AND || op == token.OR || op == token.XOR) {
		return operand{}, t.errorf(n, "%s has no meaning for %s", op, typ)
	}
	if l.val == nil || r.val == nil {
		return operand{typ: resultType(op, typ)}, nil
	}
	if l, err = t.convert(n, l, typ); err != nil {
		return operand{}, err
	}
	if shift {
		return t.shift(n, op, l, r)
	}
	if r, err = t.convert(n, r, typ); err != nil {
		return operand{}, err
	}
	return t.compute(n, op, l.val, r.val, typ)
}

func isComparison(op token.Token) bool {
	return op == token.EQL || op == token.NEQ || op == token.LSS || op == token.GTR || op == token.LEQ || op == token.GEQ
}

func resultType(op token.Token, typ *ctype.Type) *ctype.Type {
	if isComparison(op) {
		return ctype.Basic(ctype.Int)
	}
	return typ
}

func (t *translator) compute(n cc.Node, op token.Token, l, r constant.Value, typ *ctype.Type) (operand, error) {
	if isComparison(op) {
		return operand{typ: ctype.Basic(ctype.Int), val: truthValue(constant.Compare(l, op, r))}, nil
	}
	if (op == token.QUO || op == token.REM) && constant.Sign(r) == 0 {
		return operand{}, t.errorf(n, "division by zero")
	}
	if op == token.QUO && typ.Kind.IsInteger() {
		op = token.QUO_ASSIGN // integer division
	}
	return t.convert(n, operand{typ: typ, val: constant.BinaryOp(l, op, r)}, typ)
}

func (t *translator) shift(n cc.Node, op token.Token, l, r operand) (operand, error) {
	count, ok := constant.Uint64Val(r.val)
	if !ok || count >= uint64(8*t.target.Size(l.typ.Kind)) {
		return operand{}, t.errorf(n, "shift of %s by %s bits", l.typ, r.val)
	}
	return t.convert(n, operand{typ: l.typ, val: constant.Shift(l.val, op, uint(count))}, l.typ)
}

// pointerArithmetic adds an integer to a pointer, or compares two.
func (t *translator) pointerArithmetic(n cc.Node, op token.Token, l, r operand) (operand, error) {
	if isComparison(op) {
		if l.val == nil || r.val == nil {
			return operand{typ: ctype.Basic(ctype.Int)}, nil
		}
		return t.compute(n, op, l.val, r.val, l.typ)
	}
	if r.typ.Kind == ctype.Pointer && op == token.ADD {
		l, r = r, l
	}
	if !r.typ.Kind.IsInteger() || op != token.ADD && op != token.SUB {
		return operand{}, t.errorf(n, "%s has no meaning for %s and %s", op, l.typ, r.typ)
	}
	if l.val == nil || r.val == nil {
		return operand{typ: l.typ}, nil
	}
	size, err := t.target.Sizeof(l.typ.Elem)
	if err != nil {
		return operand{}, t.errorf(n, "%w", err)
	}
	step := constant.BinaryOp(r.val, token.MUL, constant.MakeInt64(size))
	return t.convert(n, operand{typ: l.typ, val: constant.BinaryOp(l.val, op, step)}, l.typ)
}
