package emit

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/kgen-go/kgen/gen/ir"
)

// Precedences of Go's expressions.
const (
	precOr = iota + 1
	precAnd
	precCompare
	precAdd
	precMul
	precUnary
	precPrimary
)

// goExpr is a Go expression. A constant one stands for code that Go evaluates at compile time; its code
// has no type yet, and takes that of what is around it.
type goExpr struct {
	code     *jen.Statement
	prec     int
	constant bool
}

func primary(code *jen.Statement) goExpr { return goExpr{code: code, prec: precPrimary} }

// in returns the expression's code as an operand of an operator of that precedence.
func (e goExpr) in(prec int) *jen.Statement {
	if e.prec < prec {
		return jen.Parens(e.code)
	}
	return e.code
}

// goTypes are the names of the kinds.
var goTypes = map[ir.Kind]string{ir.Bool: "bool", ir.I8: "int8", ir.I16: "int16", ir.I32: "int32", ir.I64: "int64",
	ir.Int: "int", ir.U8: "uint8", ir.U16: "uint16", ir.U32: "uint32", ir.U64: "uint64", ir.Uint: "uint",
	ir.F32: "float32", ir.F64: "float64", ir.C64: "complex64", ir.C128: "complex128"}

func goType(t ir.Type) *jen.Statement {
	switch t.Kind {
	case ir.Array:
		return jen.Index(jen.Lit(t.Len)).Add(goType(*t.Elem))
	case ir.Slice:
		return jen.Index().Add(goType(*t.Elem))
	}
	return jen.Id(goTypes[t.Kind])
}

// convert returns T(x).
func convert(k ir.Kind, x goExpr) goExpr { return primary(jen.Id(goTypes[k]).Call(x.code)) }

// goConst returns a constant for a place that gives it its type.
func goConst(k ir.Kind, bits [2]uint64) goExpr {
	switch {
	case k == ir.Bool:
		return literal(strconv.FormatBool(bits[0] != 0))
	case k.IsPair():
		re, im := typedConst(k.Part(), [2]uint64{bits[0]}), typedConst(k.Part(), [2]uint64{bits[1]})
		return goExpr{jen.Id("complex").Call(re.code, im.code), precPrimary, re.constant && im.constant}
	case k.IsFloat():
		return floatConst(k, bits[0])
	case k.IsSigned():
		shift := 64 - k.Bits()
		return literal(strconv.FormatInt(int64(bits[0]<<shift)>>shift, 10))
	}
	return literal(strconv.FormatUint(bits[0], 10))
}

func literal(text string) goExpr {
	e := goExpr{jen.Id(text), precPrimary, true}
	if strings.HasPrefix(text, "-") {
		e.prec = precUnary
	}
	return e
}

// floatConst returns the shortest decimal that is rounded to the constant, or for what Go has no
// constant of, an expression that the compiler folds.
func floatConst(k ir.Kind, bits uint64) goExpr {
	x := math.Float64frombits(bits)
	if k == ir.F32 {
		x = float64(math.Float32frombits(uint32(bits)))
	}
	if math.IsNaN(x) || math.IsInf(x, 0) || x == 0 && math.Signbit(x) {
		name := fmt.Sprintf("Float%dfrombits", k.Bits())
		return primary(jen.Qual("math", name).Call(jen.Id(fmt.Sprintf("%#x", bits))))
	}
	return literal(strconv.FormatFloat(x, 'g', -1, k.Bits()))
}

// typedConst returns a constant that has its type wherever it stands.
func typedConst(k ir.Kind, bits [2]uint64) goExpr {
	e := goConst(k, bits)
	if !e.constant || k == ir.Bool || k == ir.Int || k.IsPair() {
		return e
	}
	if k == ir.F64 {
		text := strconv.FormatFloat(math.Float64frombits(bits[0]), 'g', -1, 64)
		if strings.ContainsAny(text, ".e") {
			return e
		}
		return literal(text + ".0")
	}
	return goExpr{jen.Id(goTypes[k]).Call(e.code), precPrimary, true}
}

// isInt reports whether the value is the integer constant n.
func isInt(v *ir.Value, n int64) bool {
	if !v.Const || !v.Type.Kind.IsInteger() {
		return false
	}
	shift := 64 - v.Type.Kind.Bits()
	return v.Bits[0]<<shift == uint64(n)<<shift
}
