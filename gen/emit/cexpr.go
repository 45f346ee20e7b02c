package emit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/gen/ir"
)

// expr returns a value as an expression: a primary one or in parentheses.
func (c *cFunc) expr(v *ir.Value) string {
	if v.Const {
		return c.constant(v)
	}
	if in := c.shape.inlined[v]; in != nil {
		return c.op(in)
	}
	return c.values[v]
}

// bare returns the expression of a value where it stands alone and its type does not matter: without
// parentheses around the whole of it, and a small number without the suffix of its type.
func (c *cFunc) bare(v *ir.Value) string {
	if v.Const && v.Type.Lanes == 1 && v.Type.Kind.IsInteger() {
		if n := signed(v); n > -1<<31 && n < 1<<31 {
			return strconv.FormatInt(n, 10)
		}
	}
	return unparen(c.expr(v))
}

// signed returns the number of an integer constant, as far as it is one of an int64.
func signed(v *ir.Value) int64 {
	k := v.Type.Kind
	if !k.IsSigned() {
		return int64(v.Bits[0])
	}
	return int64(v.Bits[0]<<(64-k.Bits())) >> (64 - k.Bits())
}

// unparen takes away parentheses around the whole of an expression.
func unparen(s string) string {
	if len(s) < 2 || s[0] != '(' {
		return s
	}
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 && i < len(s)-1 {
			return s
		}
	}
	return s[1 : len(s)-1]
}

func (c *cFunc) constant(v *ir.Value) string {
	k := v.Type.Kind
	scalar := cConst
	if k.IsPair() {
		scalar = func(k ir.Kind, _ uint64) string {
			return fmt.Sprintf("(%s){%s, %s}", cScalars[k].name, cConst(k.Part(), v.Bits[0]), cConst(k.Part(), v.Bits[1]))
		}
	}
	if v.Type.Lanes > 1 {
		return c.splat(v.Type) + "(" + scalar(k, v.Bits[0]) + ")"
	}
	return scalar(k, v.Bits[0])
}

// op returns the expression of an instruction with one result.
func (c *cFunc) op(in *ir.Instr) string {
	t := in.Results[0].Type
	if lanesOp, ok := cLanesOps[in.Op]; ok && c.hasLanes(in) {
		return lanesOp(c, in)
	}
	switch in.Op {
	case ir.OpZero, ir.OpNil:
		return c.decls.zero(t)
	case ir.OpConv:
		return c.conv(in)
	case ir.OpGet:
		return c.locals[in.Local]
	case ir.OpElem:
		return c.locals[in.Local] + c.path(in.Args)
	case ir.OpLoad:
		return c.expr(in.Args[0]) + ".p[" + c.bare(in.Args[1]) + "]" + c.path(in.Args[2:])
	}
	return cOps[in.Op](c, in)
}

// hasLanes reports whether the instruction works on vectors.
func (c *cFunc) hasLanes(in *ir.Instr) bool {
	if len(in.Results) > 0 && in.Results[0].Type.Lanes > 1 {
		return true
	}
	for _, a := range in.Args {
		if a.Type.Lanes > 1 {
			return true
		}
	}
	return false
}

// path returns the selectors of array elements.
func (c *cFunc) path(indexes []*ir.Value) string {
	var b strings.Builder
	for _, i := range indexes {
		fmt.Fprintf(&b, ".v[%s]", c.bare(i))
	}
	return b.String()
}

// cOp writes an operation on scalars, and on vectors where C's operators do that, too.
type cOp func(c *cFunc, in *ir.Instr) string

// cOps are the operations that are expressions of their operands.
var cOps map[ir.Op]cOp

func init() {
	cOps = map[ir.Op]cOp{
		ir.OpAdd:      func(c *cFunc, in *ir.Instr) string { return c.sum(in, "+", "-") },
		ir.OpSub:      func(c *cFunc, in *ir.Instr) string { return c.sum(in, "-", "+") },
		ir.OpMul:      func(c *cFunc, in *ir.Instr) string { return c.wrap(in, "*") },
		ir.OpDiv:      func(c *cFunc, in *ir.Instr) string { return c.divide(in, "/", "div") },
		ir.OpRem:      func(c *cFunc, in *ir.Instr) string { return c.divide(in, "%", "rem") },
		ir.OpAnd:      logical("&", "&&"),
		ir.OpOr:       logical("|", "||"),
		ir.OpXor:      logical("^", "!="),
		ir.OpAndNot:   logical("& ~", "&& !"),
		ir.OpShl:      func(c *cFunc, in *ir.Instr) string { return c.shift(in, "<<", "shl") },
		ir.OpShr:      func(c *cFunc, in *ir.Instr) string { return c.shift(in, ">>", "shr") },
		ir.OpNeg:      (*cFunc).negate,
		ir.OpNot:      (*cFunc).complement,
		ir.OpEq:       comparison("=="),
		ir.OpNe:       comparison("!="),
		ir.OpLt:       comparison("<"),
		ir.OpLe:       comparison("<="),
		ir.OpGt:       comparison(">"),
		ir.OpGe:       comparison(">="),
		ir.OpMin:      function("min"),
		ir.OpMax:      function("max"),
		ir.OpSqrt:     function("sqrt"),
		ir.OpAbs:      function("abs"),
		ir.OpFloor:    function("floor"),
		ir.OpCeil:     function("ceil"),
		ir.OpTrunc:    function("trunc"),
		ir.OpCopysign: function("copysign"),
		ir.OpFma:      function("fma"),
		ir.OpSelect:   (*cFunc).choose,
		ir.OpPair:     (*cFunc).pair,
		ir.OpRe:       member("re"),
		ir.OpIm:       member("im"),
		ir.OpLen:      member("len"),
		ir.OpCap:      member("cap"),
		ir.OpIsNil:    func(c *cFunc, in *ir.Instr) string { return "(" + c.expr(in.Args[0]) + ".p == NULL)" },
		ir.OpSlice:    (*cFunc).reslice,
	}
}

func member(name string) cOp {
	return func(c *cFunc, in *ir.Instr) string { return c.expr(in.Args[0]) + "." + name }
}

func comparison(op string) cOp {
	return func(c *cFunc, in *ir.Instr) string {
		return fmt.Sprintf("(%s %s %s)", c.expr(in.Args[0]), op, c.expr(in.Args[1]))
	}
}

// function calls the helper of kg.h for the kind of the first operand.
func function(name string) cOp {
	return func(c *cFunc, in *ir.Instr) string {
		return fmt.Sprintf("kg_%s_%s(%s)", name, cKey(in.Args[0].Type), c.list(in.Args))
	}
}

func (c *cFunc) list(args []*ir.Value) string {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = c.bare(a)
	}
	return strings.Join(texts, ", ")
}

// logical writes bit operations; on bool, where an operand has no effect and no undefined value, the
// short forms mean the same and read better.
func logical(bits, truth string) cOp {
	return func(c *cFunc, in *ir.Instr) string {
		x, y := c.expr(in.Args[0]), c.expr(in.Args[1])
		t := in.Results[0].Type
		if t.Is(ir.Bool) {
			return fmt.Sprintf("(%s %s%s)", x, spaced(truth), y)
		}
		return c.narrow(t, fmt.Sprintf("(%s %s%s)", x, spaced(bits), y))
	}
}

// spaced puts a space behind an operator that does not end in a prefix operator.
func spaced(op string) string {
	if strings.HasSuffix(op, "~") || strings.HasSuffix(op, "& !") {
		return op
	}
	return op + " "
}

// narrow casts an expression of int back to a type that C promotes.
func (c *cFunc) narrow(t ir.Type, e string) string {
	if t.Lanes == 1 && (t.Kind.IsInteger() || t.Kind == ir.Bool) && t.Kind.Bits() < 32 {
		return fmt.Sprintf("((%s)%s)", cScalars[t.Kind].name, e)
	}
	return e
}

// wrap writes an operation that wraps: on signed and on narrow integers in an unsigned type.
func (c *cFunc) wrap(in *ir.Instr, op string) string {
	t := in.Results[0].Type
	x, y := in.Args[0], in.Args[1]
	switch {
	case t.Lanes > 1 && t.Kind.IsInteger() && t.Kind.IsSigned():
		u := c.decls.typ(unsignedOf(t))
		return fmt.Sprintf("((%s)((%s)%s %s (%s)%s))", c.decls.typ(t), u, c.expr(x), op, u, c.expr(y))
	case t.Lanes > 1 || t.Kind.IsFloat() || !t.Kind.IsSigned() && t.Kind.Bits() >= 32:
		return fmt.Sprintf("(%s %s %s)", c.expr(x), op, c.expr(y))
	}
	return fmt.Sprintf("((%s)%s)", cScalars[t.Kind].name, c.unsignedOp(x, op, y))
}

// unsignedOp writes an operation on integers in the unsigned type of their arithmetic.
func (c *cFunc) unsignedOp(x *ir.Value, op string, y *ir.Value) string {
	if op == "*" && c.mayReduce(x, y) {
		return c.square(x, y)
	}
	return fmt.Sprintf("(%s %s %s)", c.unsigned(x), op, c.unsigned(y))
}

// sum writes an addition or a subtraction; a negative constant reads better with the opposite operator.
func (c *cFunc) sum(in *ir.Instr, op, opposite string) string {
	t, y := in.Results[0].Type, in.Args[1]
	if y.Const && t.Lanes == 1 && t.Kind.IsInteger() && t.Kind.IsSigned() && signed(y) < 0 {
		flipped := *in
		flipped.Args = []*ir.Value{in.Args[0], {Type: t, Const: true, Bits: [2]uint64{-y.Bits[0] & (1<<(t.Kind.Bits()-1)<<1 - 1)}}}
		return c.wrap(&flipped, opposite)
	}
	if in.Op == ir.OpSub && c.mayContract(in) {
		return c.difference(in)
	}
	return c.wrap(in, op)
}

// unsigned writes an integer operand in the unsigned type of its arithmetic.
func (c *cFunc) unsigned(v *ir.Value) string {
	u := cScalars[v.Type.Kind].unsigned
	if v.Const {
		if u == "uint64_t" {
			return cConst(ir.U64, v.Bits[0])
		}
		return cConst(ir.U32, uint64(uint32(signed(v))))
	}
	if in := c.shape.inlined[v]; in != nil && v.Type.Kind.Bits() >= 32 && v.Type.Kind.IsSigned() {
		if op := wrapping[in.Op]; op != "" { // a cast to the signed type and back changes nothing
			return c.unsignedOp(in.Args[0], op, in.Args[1])
		}
	}
	return fmt.Sprintf("(%s)%s", u, c.expr(v))
}

// wrapping are the operators whose low bits are those of unsigned arithmetic.
var wrapping = map[ir.Op]string{ir.OpAdd: "+", ir.OpSub: "-", ir.OpMul: "*"}

// divide writes a division, with the care that MinInt / -1 needs unless the divisor is a harmless constant.
func (c *cFunc) divide(in *ir.Instr, op, name string) string {
	t, y := in.Results[0].Type, in.Args[1]
	if t.Kind.IsFloat() {
		return c.wrap(in, op)
	}
	minusOne := uint64(1)<<(t.Kind.Bits()-1)<<1 - 1
	if y.Const && y.Bits[0] != 0 && (!t.Kind.IsSigned() || y.Bits[0] != minusOne) {
		return c.narrow(t, fmt.Sprintf("(%s %s %s)", c.expr(in.Args[0]), op, c.expr(y)))
	}
	return function(name)(c, in)
}

// shift writes a shift, with the care for large counts unless the count is a small constant.
func (c *cFunc) shift(in *ir.Instr, op, name string) string {
	t, n := in.Results[0].Type, in.Args[1]
	if !n.Const || n.Bits[0] >= uint64(t.Kind.Bits()) {
		return function(name)(c, in)
	}
	if op == ">>" {
		return c.narrow(t, fmt.Sprintf("(%s >> %d)", c.expr(in.Args[0]), n.Bits[0]))
	}
	return fmt.Sprintf("((%s)(%s << %d))", cScalars[t.Kind].name, c.unsigned(in.Args[0]), n.Bits[0])
}

func (c *cFunc) negate(in *ir.Instr) string {
	t := in.Results[0].Type
	switch {
	case t.Kind.IsFloat() && t.Lanes == 1:
		return function("neg")(c, in)
	case t.Kind.IsFloat() || t.Lanes > 1 && !t.Kind.IsSigned():
		return "(-" + c.expr(in.Args[0]) + ")"
	case t.Lanes > 1:
		return fmt.Sprintf("((%s)(-(%s)%s))", c.decls.typ(t), c.decls.typ(unsignedOf(t)), c.expr(in.Args[0]))
	}
	return fmt.Sprintf("((%s)(0u - %s))", cScalars[t.Kind].name, c.unsigned(in.Args[0]))
}

func (c *cFunc) complement(in *ir.Instr) string {
	t := in.Results[0].Type
	if t.Is(ir.Bool) {
		return "(!" + c.expr(in.Args[0]) + ")"
	}
	return c.narrow(t, "(~"+c.expr(in.Args[0])+")")
}

func (c *cFunc) choose(in *ir.Instr) string {
	e := fmt.Sprintf("(%s ? %s : %s)", c.expr(in.Args[0]), c.expr(in.Args[1]), c.expr(in.Args[2]))
	return c.narrow(in.Results[0].Type, e)
}

func (c *cFunc) pair(in *ir.Instr) string {
	return fmt.Sprintf("(%s){%s}", c.decls.typ(in.Results[0].Type), c.list(in.Args))
}

// reslice calls a helper, which uses its operands more than once.
func (c *cFunc) reslice(in *ir.Instr) string {
	t := c.decls.typ(in.Results[0].Type)
	name := c.decls.need("kg_slice_"+cKey(in.Results[0].Type), `static inline %[1]s kg_slice_%[2]s(%[1]s s, int64_t low, int64_t high, int64_t max)
{
	return (%[1]s){s.p + low, high - low, max - low, s.buf};
}`, t, cKey(in.Results[0].Type))
	return fmt.Sprintf("%s(%s)", name, c.list(in.Args))
}

// conv writes a conversion of a scalar.
func (c *cFunc) conv(in *ir.Instr) string {
	from, to := in.Args[0].Type.Kind, in.Results[0].Type.Kind
	if from.IsFloat() && to.IsInteger() {
		return fmt.Sprintf("kg_%s_%s(%s)", cScalars[from].kind, cScalars[to].kind, c.bare(in.Args[0]))
	}
	return fmt.Sprintf("((%s)%s)", cScalars[to].name, c.expr(in.Args[0]))
}

// unsignedOf returns the type of unsigned integers with the same width and lanes.
func unsignedOf(t ir.Type) ir.Type {
	switch t.Kind.Bits() {
	case 8:
		return t.WithKind(ir.U8)
	case 16:
		return t.WithKind(ir.U16)
	case 32:
		return t.WithKind(ir.U32)
	}
	return t.WithKind(ir.U64)
}
