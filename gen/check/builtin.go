package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// builtinInfo describes a built-in function.
type builtinInfo struct {
	id       Builtin
	name     string // in the universe; "" if it is only known as math.X
	math     string // in package math; "" if it is not there
	min, max int    // number of arguments; max < 0 is no limit
	rule     func(*checker, *ast.CallExpr, operand, []operand) operand
}

// builtins is the table of all built-in functions. It is set in init because the rules reach back to it.
var builtins []builtinInfo

func init() {
	builtins = []builtinInfo{
		{Len, "len", "", 1, 1, nil},
		{Cap, "cap", "", 1, 1, nil},
		{Make, "make", "", 1, 3, nil},
		{Min, "min", "", 1, -1, (*checker).minMax},
		{Max, "max", "", 1, -1, (*checker).minMax},
		{Real, "real", "", 1, 1, (*checker).realImag},
		{Imag, "imag", "", 1, 1, (*checker).realImag},
		{Complex, "complex", "", 2, 2, (*checker).complexOf},
		{Sqrt, "sqrt", "Sqrt", 1, 1, (*checker).floats},
		{Abs, "abs", "Abs", 1, 1, (*checker).abs},
		{Abs2, "abs2", "", 1, 1, (*checker).abs2},
		{Floor, "floor", "Floor", 1, 1, (*checker).floats},
		{Ceil, "ceil", "Ceil", 1, 1, (*checker).floats},
		{Trunc, "trunc", "Trunc", 1, 1, (*checker).floats},
		{Copysign, "copysign", "Copysign", 2, 2, (*checker).floats},
		{Fma, "fma", "FMA", 3, 3, (*checker).floats},
		{Inf, "", "Inf", 1, 1, (*checker).inf},
		{NaN, "", "NaN", 0, 0, (*checker).nan},
	}
}

// String returns the name of the built-in function.
func (b Builtin) String() string {
	for i := range builtins {
		if builtins[i].id == b {
			if builtins[i].name == "" {
				return "math." + builtins[i].math
			}
			return builtins[i].name
		}
	}
	return "no built-in"
}

func lookupBuiltin(id Builtin) *builtinInfo {
	for i := range builtins {
		if builtins[i].id == id {
			return &builtins[i]
		}
	}
	return nil
}

// builtinCall checks the call of a built-in function.
func (c *checker) builtinCall(e *ast.CallExpr, f operand) operand {
	b := lookupBuiltin(f.builtin)
	name := exprString(ast.Unparen(e.Fun))
	if n := len(e.Args); n < b.min || b.max >= 0 && n > b.max {
		c.argumentCount(e, b, name)
		return operand{}
	}
	switch b.id {
	case Make:
		return c.makeSlice(e)
	case Len, Cap:
		return c.length(e, name)
	}
	args := make([]operand, len(e.Args))
	ok := true
	for i, arg := range e.Args {
		args[i] = c.expr(arg)
		ok = ok && args[i].mode != bad
	}
	if !ok {
		return operand{}
	}
	if f.math {
		return c.mathCall(f.builtin, name, args)
	}
	return b.rule(c, e, f, args)
}

func (c *checker) argumentCount(e *ast.CallExpr, b *builtinInfo, name string) {
	if b.id == Make && len(e.Args) > 0 {
		c.typ(e.Args[0])
		c.evaluateAll(e.Args[1:])
	} else {
		c.evaluateAll(e.Args)
	}
	want := b.min
	if len(e.Args) < b.min {
		c.errorAt(e.Rparen, 1, "not enough arguments for %s: have %d, want %d", name, len(e.Args), want)
		return
	}
	c.errorf(e.Args[b.max], "too many arguments for %s: have %d, want %d", name, len(e.Args), b.max)
}

// mathCall checks a call of math.X, whose parameters and result are float64.
func (c *checker) mathCall(id Builtin, name string, args []operand) operand {
	t := types.Typ[types.Float64]
	param := types.Type(t)
	if id == Inf {
		param = types.Typ[types.Int]
	}
	result := operand{mode: value, typ: t}
	for i := range args {
		c.assign(&args[i], param, "argument to "+name)
		if args[i].mode == bad {
			result = operand{}
		}
	}
	return result
}

// inf and nan are reached only as math.X, which mathCall checks.
func (c *checker) inf(e *ast.CallExpr, f operand, args []operand) operand {
	return c.mathCall(Inf, "math.Inf", args)
}

func (c *checker) nan(e *ast.CallExpr, f operand, args []operand) operand {
	return c.mathCall(NaN, "math.NaN", args)
}

// makeSlice checks make([]T, n) and make([]T, n, cap).
func (c *checker) makeSlice(e *ast.CallExpr) operand {
	t := c.typ(e.Args[0])
	if len(e.Args) == 1 {
		if !isInvalid(t) {
			c.errorf(e, "invalid operation: %s expects 2 or 3 arguments; found 1", exprString(e))
		}
		return operand{}
	}
	var known []constant.Value
	ok := !isInvalid(t)
	for _, arg := range e.Args[1:] {
		v, good := c.index(arg, -1, "size")
		ok = ok && good
		if v != nil {
			known = append(known, v)
		}
	}
	switch {
	case !ok:
		return operand{}
	case !isSlice(t):
		c.errorf(e.Args[0], "invalid argument: cannot make %s; it must be a slice", typeString(t))
		return operand{}
	case len(known) == 2 && constant.Compare(known[0], token.GTR, known[1]):
		c.errorf(e.Args[1], "invalid argument: length and capacity swapped")
		return operand{}
	}
	return operand{mode: value, typ: t}
}

// length checks len(x) and cap(x), which are constant for arrays that need no evaluation.
func (c *checker) length(e *ast.CallExpr, name string) operand {
	outer := c.hasCall
	c.hasCall = false
	x := c.expr(e.Args[0])
	evaluated := c.hasCall
	c.hasCall = outer || evaluated
	if x.mode == bad {
		return operand{}
	}
	switch t := x.typ.(type) {
	case *types.Array:
		if !evaluated {
			return operand{mode: constantValue, typ: types.Typ[types.Int], val: constant.MakeInt64(t.Len())}
		}
	case *types.Slice:
	default:
		c.errorf(e.Args[0], "invalid argument: %s for built-in %s", describe(&x), name)
		return operand{}
	}
	return operand{mode: value, typ: types.Typ[types.Int]}
}

// minMax checks min and max and computes them for constants.
func (c *checker) minMax(e *ast.CallExpr, f operand, args []operand) operand {
	op := token.LSS
	if f.builtin == Max {
		op = token.GTR
	}
	for i := range args {
		if a := &args[i]; !isReal(a.typ) {
			c.errorf(a.expr, "invalid argument: %s cannot be ordered", describe(a))
			return operand{}
		}
	}
	x := args[0]
	for i := range args[1:] {
		y := args[i+1]
		c.match(&x, &y)
		if x.mode == bad || y.mode == bad {
			return operand{}
		}
		if !types.Identical(x.typ, y.typ) {
			c.errorf(y.expr, "invalid argument: mismatched types %s (previous argument) and %s (type of %s)",
				typeString(x.typ), typeString(y.typ), exprString(y.expr))
			return operand{}
		}
		if x.mode == constantValue && y.mode == constantValue {
			if constant.Compare(y.val, op, x.val) {
				x.val = y.val
			}
		} else {
			x.mode = value
		}
	}
	if x.mode != constantValue {
		x.mode, x.val = value, nil
	}
	for i := range args {
		if !c.finish(args[i].expr, x.typ) {
			return operand{}
		}
	}
	return x
}

// realImag checks real and imag and computes them for constants.
func (c *checker) realImag(e *ast.CallExpr, f operand, args []operand) operand {
	x := args[0]
	if isUntyped(x.typ) {
		if x.mode == constantValue && isNumeric(x.typ) {
			x.typ = types.Typ[types.UntypedComplex]
		} else if c.convert(&x, types.Typ[types.Complex128]); x.mode == bad {
			return operand{}
		}
	}
	if !isComplex(x.typ) {
		c.errorf(x.expr, "invalid argument: %s must be complex", describe(&x))
		return operand{}
	}
	x.typ = complexPart(x.typ.Underlying().(*types.Basic))
	if x.mode != constantValue {
		return operand{mode: value, typ: x.typ}
	}
	if f.builtin == Real {
		x.val = constant.Real(x.val)
	} else {
		x.val = constant.Imag(x.val)
	}
	x.val = constant.ToFloat(x.val)
	return x
}

// complexOf checks complex(re, im) and computes it for constants.
func (c *checker) complexOf(e *ast.CallExpr, f operand, args []operand) operand {
	x, y := args[0], args[1]
	if isUntyped(x.typ) && isUntyped(y.typ) {
		c.untypedParts(&x, &y)
	} else {
		c.convert(&x, y.typ)
		if x.mode != bad {
			c.convert(&y, x.typ)
		}
	}
	if x.mode == bad || y.mode == bad {
		return operand{}
	}
	if !types.Identical(x.typ, y.typ) {
		c.errorf(y.expr, "invalid operation: %s (mismatched types %s and %s)", exprString(e), typeString(x.typ), typeString(y.typ))
		return operand{}
	}
	if !isFloat(x.typ) {
		c.errorf(x.expr, "invalid argument: arguments have type %s, expected floating-point", typeString(x.typ))
		return operand{}
	}
	t := complexFrom(x.typ.Underlying().(*types.Basic))
	if x.mode != constantValue || y.mode != constantValue {
		return operand{mode: value, typ: t}
	}
	v := constant.BinaryOp(constant.ToComplex(constant.ToFloat(x.val)), token.ADD, constant.MakeImag(constant.ToFloat(y.val)))
	return operand{mode: constantValue, typ: t, val: v}
}

// untypedParts makes both of two untyped operands floats.
func (c *checker) untypedParts(x, y *operand) {
	for _, p := range []*operand{x, y} {
		switch {
		case x.mode != constantValue || y.mode != constantValue:
			c.convert(p, types.Typ[types.Float64])
		case isNumeric(p.typ) && constant.Sign(constant.Imag(p.val)) == 0:
			p.typ, p.val = types.Typ[types.UntypedFloat], constant.Real(p.val)
		}
	}
}

// complexFrom returns the complex type with parts of a float type.
func complexFrom(b *types.Basic) types.Type {
	switch b.Kind() {
	case types.Float32:
		return types.Typ[types.Complex64]
	case types.Float64:
		return types.Typ[types.Complex128]
	}
	return types.Typ[types.UntypedComplex]
}
