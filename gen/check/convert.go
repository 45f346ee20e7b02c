package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// finish gives an untyped expression, and those inside it that get their type from it, a type: the final
// one, or another untyped one of a larger kind. It reports what does not fit.
func (c *checker) finish(e ast.Expr, t types.Type) bool {
	state := c.untyped[e]
	if state == nil {
		return true
	}
	old := c.info.Types[e]
	if old.Value == nil && !c.finishOperands(e, t) {
		return false
	}
	if p, ok := e.(*ast.ParenExpr); ok && old.Value != nil && !c.finish(p.X, t) {
		return false
	}
	if isUntyped(t) && !isNil(t) {
		c.info.Types[e] = TypeAndValue{Type: t, Value: old.Value}
		return true
	}
	delete(c.untyped, e)
	if state.shifted && !isInteger(t) {
		c.errorf(e, "invalid operation: shifted operand %s (type %s) must be integer", exprString(e), typeString(t))
		return false
	}
	v := old.Value
	if v != nil {
		var why string
		if v, why = represent(v, t.Underlying().(*types.Basic)); why != "" {
			x := operand{mode: constantValue, expr: e, typ: old.Type, val: old.Value}
			c.unfit(&x, t, why)
			return false
		}
	}
	c.info.Types[e] = TypeAndValue{Type: t, Value: v}
	return true
}

// finishOperands passes a type on to the operands of a non-constant expression, whose type they share.
func (c *checker) finishOperands(e ast.Expr, t types.Type) bool {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return c.finish(e.X, t)
	case *ast.UnaryExpr:
		return c.finish(e.X, t)
	case *ast.BinaryExpr:
		switch {
		case isComparison(e.Op): // its operands are final already
			return true
		case isShift(e.Op): // the count has a type of its own
			return c.finish(e.X, t)
		}
		return c.finish(e.X, t) && c.finish(e.Y, t)
	case *ast.CallExpr: // min or max of a shift
		for _, arg := range e.Args {
			if !c.finish(arg, t) {
				return false
			}
		}
	}
	return true
}

// unfit reports a constant that a type cannot hold.
func (c *checker) unfit(x *operand, t types.Type, why string) {
	switch {
	case why == "mismatch":
		c.errorf(x.expr, "mismatched types: cannot use %s as %s value", describe(x), typeString(t))
	case why == "truncated":
		c.errorf(x.expr, "%s truncated to %s", describe(x), typeString(t))
	default:
		c.errorf(x.expr, "%s overflows %s", describe(x), typeString(t))
	}
	x.mode = bad
}

// fits tells whether an untyped operand can become a type, and why not; the value is the one that it would have then.
func fits(x *operand, t types.Type) (v constant.Value, why string) {
	b, basic := t.Underlying().(*types.Basic)
	switch {
	case isNil(x.typ):
		if isSlice(t) {
			return nil, ""
		}
	case !basic:
	case x.mode == constantValue:
		return represent(x.val, b)
	case isBoolean(x.typ) == isBoolean(t) && isNumeric(x.typ) == isNumeric(t):
		return nil, ""
	}
	return nil, "mismatch"
}

// convert gives an untyped operand the type t implicitly, as the other operand of an operation demands; t may be
// untyped too, then the larger kind wins. On failure it reports and x becomes bad.
func (c *checker) convert(x *operand, t types.Type) {
	if x.mode == bad || isInvalid(t) || !isUntyped(x.typ) {
		return
	}
	if isUntyped(t) {
		c.widen(x, t)
		return
	}
	v, why := fits(x, t)
	if why != "" {
		c.unfit(x, t, why)
		return
	}
	if !c.finish(x.expr, t) {
		x.mode = bad
		return
	}
	x.typ = t
	if x.mode == constantValue {
		x.val = v
	}
}

// widen makes an untyped operand at least of t's untyped kind.
func (c *checker) widen(x *operand, t types.Type) {
	from, to := x.typ.(*types.Basic).Kind(), t.(*types.Basic).Kind()
	if isNumeric(x.typ) && isNumeric(t) && from < to {
		x.typ = t
		c.finish(x.expr, t)
	}
}

// assign checks that x can be given to something of type t, in the context named, and gives it that type. A nil t stands for
// whatever x brings. On failure it reports and x becomes bad.
func (c *checker) assign(x *operand, t types.Type, context string) {
	if x.mode == bad {
		return
	}
	if t == nil {
		c.assignDefault(x, context)
		return
	}
	if isInvalid(t) {
		x.mode = bad
		return
	}
	if !isUntyped(x.typ) {
		if !types.Identical(x.typ, t) {
			c.errorf(x.expr, "cannot use %s as %s value in %s%s", describe(x), typeString(t), context, conversionHint(x, t))
			x.mode = bad
		}
		return
	}
	if _, why := fits(x, t); why != "" {
		suffix := ""
		if why != "mismatch" {
			suffix = " (" + why + ")"
		}
		c.errorf(x.expr, "cannot use %s as %s value in %s%s", describe(x), typeString(t), context, suffix)
		x.mode = bad
		return
	}
	c.convert(x, t)
}

// conversionHint names the conversion that would help.
func conversionHint(x *operand, t types.Type) string {
	if isReal(x.typ) && isReal(t) || isComplex(x.typ) && isComplex(t) {
		return "; convert it: " + typeString(t) + "(" + exprString(x.expr) + ")"
	}
	return ""
}

// assignDefault gives an untyped operand its default type.
func (c *checker) assignDefault(x *operand, context string) {
	if isNil(x.typ) {
		c.errorf(x.expr, "use of untyped nil in %s", context)
		x.mode = bad
		return
	}
	if isUntyped(x.typ) {
		t := types.Default(x.typ)
		if x.mode == constantValue {
			if _, why := fits(x, t); why != "" {
				c.errorf(x.expr, "cannot use %s as %s value in %s (%s)", describe(x), typeString(t), context, why)
				x.mode = bad
				return
			}
		}
		c.convert(x, t)
	}
}

// conversion checks the explicit conversion t(x) and makes x its result.
func (c *checker) conversion(x *operand, call *ast.CallExpr, t types.Type) {
	if isInvalid(t) || x.mode == bad {
		x.mode = bad
		return
	}
	b, basic := t.Underlying().(*types.Basic)
	switch {
	case x.mode == constantValue && basic:
		v, why := represent(x.val, b)
		if why != "" {
			c.badConversion(x, t, why)
			return
		}
		if !c.finish(x.expr, t) {
			x.mode = bad
			return
		}
		x.val = v
	case !convertible(x.typ, t):
		c.badConversion(x, t, "")
		return
	default:
		if !c.finish(x.expr, t) {
			x.mode = bad
			return
		}
		x.mode = value
	}
	x.typ, x.expr = t, call
}

func (c *checker) badConversion(x *operand, t types.Type, why string) {
	switch {
	case why == "truncated" || why == "overflows":
		if isInteger(x.typ) && isInteger(t) {
			c.errorf(x.expr, "cannot convert %s to type %s: constant %s overflows %s",
				describe(x), typeString(t), valueString(x.val), typeString(t))
		} else {
			c.errorf(x.expr, "cannot convert %s to type %s (%s)", describe(x), typeString(t), why)
		}
	case isReal(x.typ) && isComplex(t):
		c.errorf(x.expr, "cannot convert %s to type %s; use complex(%s, 0)", describe(x), typeString(t), exprString(x.expr))
	case isComplex(x.typ) && isReal(t):
		c.errorf(x.expr, "cannot convert %s to type %s; use real(%s)", describe(x), typeString(t), exprString(x.expr))
	case isBoolean(x.typ) && isReal(t):
		c.errorf(x.expr, "cannot convert %s to type %s; set a variable in an if statement", describe(x), typeString(t))
	default:
		c.errorf(x.expr, "cannot convert %s to type %s", describe(x), typeString(t))
	}
	x.mode = bad
}

// convertible tells whether a non-constant value of type from can be converted to type to.
func convertible(from, to types.Type) bool {
	switch {
	case types.Identical(from, to):
		return true
	case isNil(from):
		return isSlice(to)
	case isBoolean(from):
		return isBoolean(to)
	}
	return isReal(from) && isReal(to) || isComplex(from) && isComplex(to)
}

func isShift(op token.Token) bool { return op == token.SHL || op == token.SHR }

func isComparison(op token.Token) bool {
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return true
	}
	return false
}
