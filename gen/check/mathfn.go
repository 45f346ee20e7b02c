package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"github.com/kgen-go/kgen/gen/diag"
)

// floats checks a built-in whose arguments and result share one float type. Untyped constants take the type of the
// typed arguments, or float64.
func (c *checker) floats(e *ast.CallExpr, f operand, args []operand) operand {
	t := types.Type(types.Typ[types.Float64])
	for i := range args {
		if !isUntyped(args[i].typ) {
			t = args[i].typ
			break
		}
	}
	return c.allOf(f.builtin, t, args)
}

// allOf gives all arguments the float type t and returns a result of it.
func (c *checker) allOf(id Builtin, t types.Type, args []operand) operand {
	for i := range args {
		a := &args[i]
		if !isUntyped(a.typ) && !isFloat(a.typ) {
			hint := ""
			if isInteger(a.typ) {
				hint = "; convert it: float64(" + exprString(a.expr) + ")"
			}
			c.errorf(a.expr, "invalid argument: %s for built-in %s, which takes a float%s", describe(a), id, hint)
			return operand{}
		}
		if c.assign(a, t, "argument to "+id.String()); a.mode == bad {
			return operand{}
		}
	}
	return operand{mode: value, typ: t}
}

// abs checks abs of a float or integer.
func (c *checker) abs(e *ast.CallExpr, f operand, args []operand) operand {
	a := &args[0]
	if isComplex(a.typ) {
		c.errorf(a.expr, "abs of a complex number is not supported in this version; abs2 gives its square exactly, and sqrt(abs2(%s)) is near",
			exprString(a.expr))
		return operand{}
	}
	if isUntyped(a.typ) {
		if c.assignDefault(a, "argument to abs"); a.mode == bad {
			return operand{}
		}
	}
	if isInteger(a.typ) {
		return operand{mode: value, typ: a.typ}
	}
	return c.allOf(Abs, a.typ, args)
}

// abs2 checks abs2 of a complex number or float.
func (c *checker) abs2(e *ast.CallExpr, f operand, args []operand) operand {
	a := &args[0]
	if !isComplex(a.typ) {
		return c.floats(e, f, args)
	}
	if c.assignDefault(a, "argument to abs2"); a.mode == bad {
		return operand{}
	}
	return operand{mode: value, typ: complexPart(a.typ.Underlying().(*types.Basic))}
}

// mathConsts are the constants of package math as its documentation gives them.
var mathConsts = map[string]string{
	"E":       "2.71828182845904523536028747135266249775724709369995957496696763",
	"Pi":      "3.14159265358979323846264338327950288419716939937510582097494459",
	"Phi":     "1.61803398874989484820458683436563811772030917980576286213544862",
	"Sqrt2":   "1.41421356237309504880168872420969807856967187537694807317667974",
	"SqrtE":   "1.64872127070012814684865078781416357165377610071014801157507931",
	"SqrtPi":  "1.77245385090551602729816748334114518279754945612238712821380779",
	"SqrtPhi": "1.27201964951406896425242246173749149171560804184009624861664038",
	"Ln2":     "0.693147180559945309417232121458176568075500134360255254120680009",
	"Log2E":   "1 / 0.693147180559945309417232121458176568075500134360255254120680009",
	"Ln10":    "2.30258509299404568401799145468436420760110148862877297603332790",
	"Log10E":  "1 / 2.30258509299404568401799145468436420760110148862877297603332790",

	"MaxFloat32":             "0x1p127 * (1 + (1 - 0x1p-23))",
	"SmallestNonzeroFloat32": "0x1p-126 * 0x1p-23",
	"MaxFloat64":             "0x1p1023 * (1 + (1 - 0x1p-52))",
	"SmallestNonzeroFloat64": "0x1p-1022 * 0x1p-52",

	"MaxInt": "1<<63 - 1", "MinInt": "-1 << 63", "MaxInt8": "1<<7 - 1", "MinInt8": "-1 << 7",
	"MaxInt16": "1<<15 - 1", "MinInt16": "-1 << 15", "MaxInt32": "1<<31 - 1", "MinInt32": "-1 << 31",
	"MaxInt64": "1<<63 - 1", "MinInt64": "-1 << 63",
	"MaxUint": "1<<64 - 1", "MaxUint8": "1<<8 - 1", "MaxUint16": "1<<16 - 1", "MaxUint32": "1<<32 - 1", "MaxUint64": "1<<64 - 1",
}

// mathPackage is the owner of the math constants' objects.
var mathPackage = types.NewPackage("math", "math")

// mathConst makes the object of a constant of package math.
func mathConst(name string) *types.Const {
	text, ok := mathConsts[name]
	if !ok {
		return nil
	}
	tv, err := types.Eval(token.NewFileSet(), nil, token.NoPos, text)
	if err != nil {
		return nil
	}
	return types.NewConst(token.NoPos, mathPackage, name, tv.Type, tv.Value)
}

// inexact says why some of math's functions are not among the exact ones, or what to use instead.
var inexact = map[string]string{
	"Min": "math.Min differs from Go's own min when an infinity meets a NaN; use the built-in min",
	"Max": "math.Max differs from Go's own max when an infinity meets a NaN; use the built-in max",
}

// mathMember checks math.X.
func (c *checker) mathMember(e *ast.SelectorExpr) operand {
	name := e.Sel.Name
	if k := mathConst(name); k != nil {
		c.info.Uses[e.Sel] = k
		v := k.Val()
		if v.Kind() == constant.Unknown {
			return operand{}
		}
		return operand{mode: constantValue, typ: k.Type(), val: v}
	}
	for i := range builtins {
		if builtins[i].math == name {
			return operand{mode: builtinFunc, builtin: builtins[i].id, math: true}
		}
	}
	if why := inexact[name]; why != "" {
		c.errorf(e.Sel, "%s", why)
		return operand{}
	}
	hint := "; those are Sqrt, Abs, Floor, Ceil, Trunc, Copysign, FMA, Inf, NaN and the constants"
	if near := diag.Nearest(name, mathNames()); near != "" {
		hint = "; did you mean math." + near + "?"
	}
	c.errorf(e.Sel, "math.%s is not among the exact functions%s", name, hint)
	return operand{}
}

// mathNames lists what package math has for kernels.
func mathNames() []string {
	var list []string
	for _, b := range builtins {
		if b.math != "" {
			list = append(list, b.math)
		}
	}
	return append(list, slices.Sorted(maps.Keys(mathConsts))...)
}
