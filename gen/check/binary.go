package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// operandInfo says which operands each operator takes.
var unaryInfo = map[token.Token]types.BasicInfo{
	token.ADD: types.IsNumeric, token.SUB: types.IsNumeric, token.XOR: types.IsInteger, token.NOT: types.IsBoolean,
}

// binaryInfo says which operands each binary operator but shifts and comparisons takes.
var binaryInfo = map[token.Token]types.BasicInfo{
	token.ADD: types.IsNumeric, token.SUB: types.IsNumeric, token.MUL: types.IsNumeric, token.QUO: types.IsNumeric,
	token.REM: types.IsInteger, token.AND: types.IsInteger, token.OR: types.IsInteger, token.XOR: types.IsInteger,
	token.AND_NOT: types.IsInteger, token.LAND: types.IsBoolean, token.LOR: types.IsBoolean,
}

func (c *checker) unary(e *ast.UnaryExpr) operand {
	switch e.Op {
	case token.AND:
		c.errorf(e, "taking an address is not supported in kernels: pass the value, or a slice, and return the result")
		return operand{}
	case token.ARROW:
		c.errorf(e, "channels are not supported in kernels: pass the values in a slice")
		return operand{}
	case token.TILDE:
		c.errorf(e, "unexpected ~: the bitwise complement is written ^%s", exprString(e.X))
		return operand{}
	}
	x := c.expr(e.X)
	if x.mode == bad {
		return x
	}
	if !has(x.typ, unaryInfo[e.Op]) {
		c.errorAt(e.Pos(), byteLen(e.Op), "invalid operation: operator %s not defined on %s", e.Op, describe(&x))
		return operand{}
	}
	if x.mode != constantValue {
		x.mode = value
		return x
	}
	bits := uint(0)
	if has(x.typ, types.IsUnsigned) {
		bits = uint(sizes.Sizeof(x.typ)) * 8
	}
	x.val = constant.UnaryOp(e.Op, x.val, bits)
	x.expr = e
	c.overflow(&x, e.Pos())
	return x
}

// binary checks lhs op rhs; whole is the expression or, for an assignment operation, nil.
func (c *checker) binary(whole ast.Expr, lhs, rhs ast.Expr, op token.Token, opPos token.Pos) operand {
	x, y := c.expr(lhs), c.expr(rhs)
	if x.mode == bad || y.mode == bad {
		return operand{}
	}
	if isShift(op) {
		return c.shift(whole, x, y, op, opPos)
	}
	if !c.match(&x, &y) {
		c.mismatch(opPos, op, &x, &y)
		return operand{}
	}
	if x.mode == bad || y.mode == bad {
		return operand{}
	}
	if isComparison(op) {
		return c.comparison(x, y, op, opPos)
	}
	if !types.Identical(x.typ, y.typ) {
		c.mismatch(opPos, op, &x, &y)
		return operand{}
	}
	if !has(x.typ, binaryInfo[op]) {
		c.errorAt(opPos, byteLen(op), "invalid operation: operator %s not defined on %s", op, describe(&x))
		return operand{}
	}
	if (op == token.QUO || op == token.REM) && zeroDivisor(&x, &y) {
		c.errorf(rhs, "invalid operation: division by zero")
		return operand{}
	}
	if x.mode != constantValue || y.mode != constantValue {
		return operand{mode: value, typ: x.typ}
	}
	return c.fold(whole, x, y, op, opPos)
}

// fold computes an operation on two constants.
func (c *checker) fold(whole ast.Expr, x, y operand, op token.Token, opPos token.Pos) operand {
	if op == token.QUO && isInteger(x.typ) {
		op = token.QUO_ASSIGN // go/constant's name for integer division
	}
	x.val = constant.BinaryOp(x.val, op, y.val)
	if whole != nil {
		x.expr = whole
	}
	c.overflow(&x, opPos)
	return x
}

func zeroDivisor(x, y *operand) bool {
	if y.mode != constantValue || x.mode != constantValue && !isInteger(x.typ) {
		return false
	}
	re, im := constant.Real(y.val), constant.Imag(y.val)
	square := func(v constant.Value) constant.Value { return constant.BinaryOp(v, token.MUL, v) }
	if x.mode == constantValue && isComplex(x.typ) {
		re, im = square(re), square(im) // the divisor's norm may underflow
	}
	return constant.Sign(re) == 0 && constant.Sign(im) == 0
}

// match brings two operands of which one or both are untyped to one type. It reports false, and nothing else, when their
// types have nothing in common.
func (c *checker) match(x, y *operand) bool {
	if !isUntyped(x.typ) && !isUntyped(y.typ) {
		return true
	}
	switch {
	case isNil(x.typ) || isNil(y.typ):
		if isNil(x.typ) == isNil(y.typ) || !isSlice(x.typ) && !isSlice(y.typ) {
			return false
		}
	case isNumeric(x.typ) != isNumeric(y.typ), isBoolean(x.typ) != isBoolean(y.typ):
		return false
	}
	c.convert(x, y.typ)
	if x.mode != bad {
		c.convert(y, x.typ)
	}
	return true
}

func (c *checker) mismatch(opPos token.Pos, op token.Token, x, y *operand) {
	if isNil(x.typ) && isNil(y.typ) {
		c.errorAt(opPos, byteLen(op), "invalid operation: operator %s not defined on nil", op)
		return
	}
	hint := ""
	if isReal(x.typ) && isReal(y.typ) {
		hint = "; convert one: " + typeString(x.typ) + "(" + exprString(y.expr) + ")"
	}
	c.errorAt(opPos, byteLen(op), "invalid operation: %s %s %s (mismatched types %s and %s)%s",
		exprString(x.expr), op, exprString(y.expr), typeString(x.typ), typeString(y.typ), hint)
}

// comparison checks x op y, whose types are already matched.
func (c *checker) comparison(x, y operand, op token.Token, opPos token.Pos) operand {
	if !types.Identical(x.typ, y.typ) {
		c.mismatch(opPos, op, &x, &y)
		return operand{}
	}
	if why := c.incomparable(&x, &y, op); why != "" {
		c.errorAt(opPos, byteLen(op), "invalid operation: %s %s %s (%s)", exprString(x.expr), op, exprString(y.expr), why)
		return operand{}
	}
	if x.mode == constantValue && y.mode == constantValue {
		v := constant.MakeBool(constant.Compare(x.val, op, y.val))
		return operand{mode: constantValue, typ: types.Typ[types.UntypedBool], val: v}
	}
	if !c.finish(x.expr, types.Default(x.typ)) || !c.finish(y.expr, types.Default(y.typ)) {
		return operand{}
	}
	return operand{mode: value, typ: types.Typ[types.UntypedBool]}
}

// incomparable says why two operands of one type cannot be compared.
func (c *checker) incomparable(x, y *operand, op token.Token) string {
	if op != token.EQL && op != token.NEQ {
		if !isReal(x.typ) {
			return "operator " + op.String() + " not defined on " + typeString(x.typ)
		}
		return ""
	}
	if isSlice(x.typ) && !c.isNilExpr(x.expr) && !c.isNilExpr(y.expr) {
		return "slice can only be compared to nil"
	}
	return ""
}

// isNilExpr reports whether an expression is the predeclared nil, which a comparison has given a slice type.
func (c *checker) isNilExpr(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = c.info.Uses[id].(*types.Nil)
	return ok
}

// shift checks x << y or x >> y.
func (c *checker) shift(whole ast.Expr, x, y operand, op token.Token, opPos token.Pos) operand {
	shiftable := isInteger(x.typ)
	if !shiftable && x.mode == constantValue && isUntyped(x.typ) && isNumeric(x.typ) {
		shiftable = constant.ToInt(x.val).Kind() == constant.Int
	}
	if !shiftable {
		c.errorf(x.expr, "invalid operation: shifted operand %s must be integer", describe(&x))
		return operand{}
	}
	if !c.shiftCount(&y) {
		return operand{}
	}
	if x.mode != constantValue {
		return operand{mode: value, typ: x.typ}
	}
	if y.mode != constantValue {
		if isUntyped(x.typ) {
			if state := c.untyped[x.expr]; state != nil {
				state.shifted = true
			}
		}
		return operand{mode: value, typ: x.typ}
	}
	n, ok := constant.Uint64Val(constant.ToInt(y.val))
	if !ok || n > maxConstShift {
		c.errorf(y.expr, "invalid shift count %s", describe(&y))
		return operand{}
	}
	if !isInteger(x.typ) {
		x.typ = types.Typ[types.UntypedInt]
	}
	x.val = constant.Shift(constant.ToInt(x.val), op, uint(n))
	if whole != nil {
		x.expr = whole
	}
	c.overflow(&x, opPos)
	return x
}

// shiftCount checks the right operand of a shift.
func (c *checker) shiftCount(y *operand) bool {
	if y.mode == constantValue {
		v := constant.ToInt(y.val)
		if v.Kind() == constant.Int && constant.Sign(v) < 0 {
			c.errorf(y.expr, "invalid operation: negative shift count %s", describe(y))
			return false
		}
		if isUntyped(y.typ) {
			if _, why := fits(y, types.Typ[types.Uint]); why != "" {
				c.errorf(y.expr, "invalid operation: shift count %s must be integer (%s)", describe(y), why)
				return false
			}
			return true
		}
	} else if isUntyped(y.typ) {
		c.convert(y, types.Typ[types.Uint])
		return y.mode != bad
	}
	if !isInteger(y.typ) {
		c.errorf(y.expr, "invalid operation: shift count %s must be integer", describe(y))
		return false
	}
	return true
}
