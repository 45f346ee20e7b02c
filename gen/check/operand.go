package check

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"unicode/utf8"
)

// mode tells what an expression turned out to be.
type mode int

const (
	bad           mode = iota // wrong, and reported
	noValue                   // a call without results
	typeExpr                  // a type
	constantValue             // val holds it
	variable                  // can be assigned to
	value                     // anything else that has a value, also the untyped nil
	builtinFunc
	kernelFunc
)

// operand is an expression while it is being checked. The zero operand is bad.
type operand struct {
	mode    mode
	expr    ast.Expr
	typ     types.Type // nil for bad, built-ins and kernels; a *types.Tuple for calls with several results
	val     constant.Value
	builtin Builtin
	math    bool // the built-in was named as math.X, which takes float64 only
	kernel  *Kernel
}

// maxShown bounds the source text quoted in a message.
const maxShown = 60

// exprString writes an expression for a message, cut short if it is long.
func exprString(e ast.Expr) string {
	text := types.ExprString(e)
	if len(text) <= maxShown {
		return text
	}
	cut := maxShown
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// valueString writes a constant for a message.
func valueString(v constant.Value) string {
	if v.Kind() == constant.Int && constant.BitLen(v) <= maxConstBits {
		return v.ExactString()
	}
	return v.String()
}

// describe says what an operand is, in the words of Go's compiler.
func describe(x *operand) string {
	text := ""
	if x.expr != nil {
		text = exprString(x.expr)
	}
	switch x.mode {
	case noValue:
		return text + " (no value)"
	case typeExpr:
		return text + " (type)"
	case builtinFunc:
		return text + " (built-in function)"
	case kernelFunc:
		return text + " (kernel)"
	case bad:
		return text
	}
	if isNil(x.typ) {
		return "untyped nil"
	}
	t := typeString(x.typ)
	switch x.mode {
	case constantValue:
		shown := ""
		if v := valueString(x.val); v != text && x.val.Kind() != constant.Bool {
			shown = " " + v
		}
		if isUntyped(x.typ) {
			return fmt.Sprintf("%s (%s constant%s)", text, t, shown)
		}
		return fmt.Sprintf("%s (constant%s of type %s)", text, shown, t)
	case variable:
		return fmt.Sprintf("%s (variable of type %s)", text, t)
	}
	if isUntyped(x.typ) {
		return fmt.Sprintf("%s (%s value)", text, t)
	}
	return fmt.Sprintf("%s (value of type %s)", text, t)
}

// record enters an operand into the tables.
func (c *checker) record(x *operand) {
	switch x.mode {
	case constantValue, variable, value:
		if isUntyped(x.typ) && c.untyped[x.expr] == nil {
			c.untyped[x.expr] = &untyped{}
		}
		c.info.Types[x.expr] = TypeAndValue{Type: x.typ, Value: x.val}
	case noValue:
		c.info.Types[x.expr] = TypeAndValue{Type: types.NewTuple()}
	case typeExpr:
		c.info.Types[x.expr] = TypeAndValue{Type: x.typ, IsType: true}
	}
}
