package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/kgen-go/kgen/gen/ir"
)

// value returns a value as an operand: its name, its constant, or the expression that it is inlined as.
func (f *goFunc) value(v *ir.Value) goExpr {
	if v.Const {
		return goConst(v.Type.Kind, v.Bits)
	}
	if in := f.shape.inlined[v]; in != nil {
		return f.expr(in)
	}
	return primary(jen.Id(f.valueNames[v]))
}

// typed returns a value as an expression that has its type wherever it stands.
func (f *goFunc) typed(v *ir.Value) goExpr {
	if v.Const {
		return typedConst(v.Type.Kind, v.Bits)
	}
	return f.value(v)
}

// opaque returns a value as an expression that Go does not take for a constant.
func (f *goFunc) opaque(v *ir.Value) goExpr {
	if e := f.typed(v); !e.constant {
		return e
	} else {
		return f.kg("Value", e)
	}
}

// kg returns the call of a function of package kg.
func (f *goFunc) kg(name string, args ...goExpr) goExpr { return call(jen.Qual(kgPath, name), args...) }

func call(fn *jen.Statement, args ...goExpr) goExpr {
	codes := make([]jen.Code, len(args))
	for i, a := range args {
		codes[i] = a.code
	}
	return primary(fn.Call(codes...))
}

// allConst reports whether an expression of these operands would be a constant one.
func allConst(args []*ir.Value) bool {
	for _, a := range args {
		if !a.Const {
			return false
		}
	}
	return true
}

// operator is a binary operator of Go.
type operator struct {
	text string
	prec int
}

var operators = map[ir.Op]operator{
	ir.OpAdd: {"+", precAdd}, ir.OpSub: {"-", precAdd}, ir.OpMul: {"*", precMul}, ir.OpDiv: {"/", precMul},
	ir.OpRem: {"%", precMul}, ir.OpAnd: {"&", precMul}, ir.OpOr: {"|", precAdd}, ir.OpXor: {"^", precAdd},
	ir.OpAndNot: {"&^", precMul}, ir.OpShl: {"<<", precMul}, ir.OpShr: {">>", precMul},
	ir.OpEq: {"==", precCompare}, ir.OpNe: {"!=", precCompare}, ir.OpLt: {"<", precCompare},
	ir.OpLe: {"<=", precCompare}, ir.OpGt: {">", precCompare}, ir.OpGe: {">=", precCompare},
}

// boolOperators are those on bool.
var boolOperators = map[ir.Op]operator{
	ir.OpAnd: {"&&", precAnd}, ir.OpOr: {"||", precOr}, ir.OpXor: {"!=", precCompare}, ir.OpAndNot: {"&&", precAnd},
}

// totalDivisions are the functions of package kg that give 0 for a divisor of 0.
var totalDivisions = map[ir.Op]string{ir.OpDiv: "Div", ir.OpRem: "Rem"}

// expr returns the expression of an operation with one result.
func (f *goFunc) expr(in *ir.Instr) goExpr {
	if _, ok := operators[in.Op]; ok {
		return f.binary(in)
	}
	switch in.Op {
	case ir.OpNeg:
		return f.unary("-", in)
	case ir.OpNot:
		if in.Args[0].Type.Kind == ir.Bool {
			return f.not(in.Args[0])
		}
		return f.unary("^", in)
	case ir.OpMin, ir.OpMax, ir.OpSqrt, ir.OpAbs, ir.OpFloor, ir.OpCeil, ir.OpTrunc, ir.OpCopysign, ir.OpFma:
		return f.function(in)
	case ir.OpConv:
		return f.conv(in)
	case ir.OpSelect:
		return f.kg("Select", f.value(in.Args[0]), f.typed(in.Args[1]), f.typed(in.Args[2]))
	case ir.OpPair, ir.OpRe, ir.OpIm:
		return f.pair(in)
	case ir.OpGet:
		return primary(jen.Id(f.localNames[in.Local]))
	case ir.OpElem:
		return f.element(primary(jen.Id(f.localNames[in.Local])), in.Local.Type, in.Args, in.Unchecked)
	case ir.OpLoad:
		return f.element(f.value(in.Args[0]), in.Args[0].Type, in.Args[1:], in.Unchecked)
	case ir.OpLen, ir.OpCap:
		return primary(jen.Id(in.Op.String()).Call(f.value(in.Args[0]).code))
	case ir.OpNil, ir.OpZero:
		return zeroExpr(in.Results[0].Type)
	case ir.OpIsNil:
		return goExpr{code: f.value(in.Args[0]).in(precCompare + 1).Clone().Op("==").Nil(), prec: precCompare}
	case ir.OpSlice:
		return f.reslice(in)
	case ir.OpMake:
		return f.makeSlice(in)
	case ir.OpCall:
		return f.call(in)
	}
	panic(fmt.Sprintf("emit: kernel %s: %s has no form in Go", f.fn.Name, in.Op))
}

// binary returns x op y. A product of floats is rounded by a conversion, so that no compiler may fuse
// it with a sum.
func (f *goFunc) binary(in *ir.Instr) goExpr {
	kind := in.Args[0].Type.Kind
	op := operators[in.Op]
	if b, ok := boolOperators[in.Op]; ok && kind == ir.Bool {
		op = b
	}
	if (in.Op == ir.OpShl || in.Op == ir.OpShr) && in.Args[1].Const && in.Args[1].Bits[0] >= uint64(kind.Bits()) {
		return f.shiftAll(in)
	}
	x, y := f.operands(in)
	if name, ok := totalDivisions[in.Op]; ok && f.total {
		return f.kg(name, f.typed(in.Args[0]), f.typed(in.Args[1]))
	}
	left, right := x.in(op.prec), y.in(op.prec+1)
	if in.Op == ir.OpAndNot && kind == ir.Bool {
		right = f.not(in.Args[1]).in(op.prec + 1)
	}
	e := goExpr{code: left.Clone().Op(op.text).Add(right), prec: op.prec}
	if in.Op == ir.OpMul && kind.IsFloat() {
		return convert(kind, e)
	}
	return e
}

// operands returns the two operands of a binary operation such that Go does not evaluate it at compile time.
func (f *goFunc) operands(in *ir.Instr) (x, y goExpr) {
	x, y = f.value(in.Args[0]), f.value(in.Args[1])
	switch {
	case allConst(in.Args):
		x = f.opaque(in.Args[0])
	case in.Op == ir.OpShl || in.Op == ir.OpShr:
		x = f.typed(in.Args[0])
	}
	if (in.Op == ir.OpDiv || in.Op == ir.OpRem) && isInt(in.Args[1], 0) {
		y = f.opaque(in.Args[1])
	}
	return x, y
}

// shiftAll returns a shift by a constant of the width or more, which go vet takes for a mistake, as shifts by less.
func (f *goFunc) shiftAll(in *ir.Instr) goExpr {
	kind, op := in.Args[0].Type.Kind, operators[in.Op].text
	x := f.opaque(in.Args[0]).in(precMul).Clone().Op(op).Lit(kind.Bits() - 1)
	if in.Op == ir.OpShl || !kind.IsSigned() {
		x = x.Op(op).Lit(1)
	}
	return goExpr{code: x, prec: precMul}
}

func (f *goFunc) unary(op string, in *ir.Instr) goExpr {
	return goExpr{code: jen.Op(op).Add(f.opaque(in.Args[0]).in(precPrimary)), prec: precUnary}
}

// inverse are the comparisons that hold where another does not.
var inverse = map[ir.Op]ir.Op{ir.OpEq: ir.OpNe, ir.OpNe: ir.OpEq, ir.OpLt: ir.OpGe, ir.OpGe: ir.OpLt, ir.OpGt: ir.OpLe, ir.OpLe: ir.OpGt}

// not returns the negation of a condition. A comparison is turned round, but for order on floats, where NaN forbids it.
func (f *goFunc) not(v *ir.Value) goExpr {
	in := f.shape.inlined[v]
	if in == nil {
		return goExpr{code: jen.Op("!").Add(f.value(v).in(precUnary)), prec: precUnary}
	}
	op, ok := inverse[in.Op]
	if ok && (!in.Args[0].Type.Kind.IsFloat() || in.Op == ir.OpEq || in.Op == ir.OpNe) {
		turned := *in
		turned.Op = op
		return f.binary(&turned)
	}
	if in.Op == ir.OpNot {
		return f.value(in.Args[0])
	}
	if in.Op == ir.OpIsNil {
		return goExpr{code: f.value(in.Args[0]).in(precCompare + 1).Clone().Op("!=").Nil(), prec: precCompare}
	}
	return goExpr{code: jen.Op("!").Add(f.expr(in).in(precUnary)), prec: precUnary}
}

// function returns an operation that is a function in Go.
func (f *goFunc) function(in *ir.Instr) goExpr {
	kind := in.Args[0].Type.Kind
	args := make([]goExpr, len(in.Args))
	for i, a := range in.Args {
		args[i] = f.value(a)
	}
	if allConst(in.Args) {
		args[0] = f.opaque(in.Args[0])
	}
	switch {
	case in.Op == ir.OpMin || in.Op == ir.OpMax:
		return call(jen.Id(in.Op.String()), args...)
	case in.Op == ir.OpAbs && kind.IsInteger():
		return f.kg("Abs", args...)
	case in.Op == ir.OpAbs && kind == ir.F32:
		return f.kg("Abs32", args...)
	case in.Op == ir.OpCopysign && kind == ir.F32:
		return f.kg("Copysign32", args...)
	case in.Op == ir.OpCopysign:
		return f.kg("Copysign", args...)
	case in.Op == ir.OpFma && kind == ir.F32:
		return f.kg("FMA32", args...)
	case in.Op == ir.OpFma:
		return call(jen.Qual("math", "FMA"), args...)
	}
	name := in.Op.String()
	name = strings.ToUpper(name[:1]) + name[1:]
	if kind == ir.F32 {
		return convert(ir.F32, call(jen.Qual("math", name), convert(ir.F64, args[0])))
	}
	return call(jen.Qual("math", name), args[0])
}

// conv returns a conversion. One from a float to an integer saturates.
func (f *goFunc) conv(in *ir.Instr) goExpr {
	from, to := in.Args[0].Type.Kind, in.Results[0].Type.Kind
	x := f.opaque(in.Args[0])
	if from.IsFloat() && to.IsInteger() {
		if from == ir.F32 {
			x = convert(ir.F64, x)
		}
		name := goTypes[to]
		return f.kg("To"+strings.ToUpper(name[:1])+name[1:], x)
	}
	return convert(to, x)
}

// pair returns a complex number built from, or taken apart into, its floats.
func (f *goFunc) pair(in *ir.Instr) goExpr {
	part := map[ir.Op]int{ir.OpRe: 0, ir.OpIm: 1}
	i, apart := part[in.Op]
	arg := in.Args[0]
	switch {
	case !apart && allConst(in.Args):
		return goConst(in.Results[0].Type.Kind, [2]uint64{arg.Bits[0], in.Args[1].Bits[0]})
	case !apart:
		return call(jen.Id("complex"), f.value(arg), f.value(in.Args[1]))
	case arg.Const:
		return typedConst(in.Results[0].Type.Kind, [2]uint64{arg.Bits[i]})
	}
	return call(jen.Id([]string{"real", "imag"}[i]), f.value(arg))
}

func zeroExpr(t ir.Type) goExpr {
	switch t.Kind {
	case ir.Slice:
		return primary(goType(t).Parens(jen.Nil()))
	case ir.Array:
		return primary(goType(t).Values())
	}
	return typedConst(t.Kind, [2]uint64{})
}

// element returns base[i][j]…, or without any check of Go's, *kg.At(base, i).
func (f *goFunc) element(base goExpr, t ir.Type, path []*ir.Value, unchecked bool) goExpr {
	if len(path) == 0 {
		return base
	}
	if unchecked {
		return f.elementAt(base, t, path)
	}
	code := base.in(precPrimary).Clone()
	for _, i := range path {
		index := f.value(i)
		if i.Const && (int64(i.Bits[0]) < 0 || t.Kind == ir.Array && int64(i.Bits[0]) >= int64(t.Len)) {
			index = f.opaque(i)
		}
		code = code.Index(index.code)
		t = *t.Elem
	}
	return primary(code)
}

func (f *goFunc) elementAt(base goExpr, t ir.Type, path []*ir.Value) goExpr {
	for _, i := range path {
		if t.Kind == ir.Array {
			base = primary(base.in(precPrimary).Clone().Index(jen.Op(":")))
		}
		base = f.kg("At", base, f.value(i))
		t = *t.Elem
	}
	return goExpr{code: jen.Op("*").Add(base.code), prec: precUnary}
}

// reslice returns s[low:high:max], where bounds that are the slice's own are left out.
func (f *goFunc) reslice(in *ir.Instr) goExpr {
	s, low, high, limit := in.Args[0], in.Args[1], in.Args[2], in.Args[3]
	if in.Unchecked {
		return f.kg("Reslice", f.value(s), f.value(low), f.value(high), f.value(limit))
	}
	codes := []jen.Code{jen.Empty(), f.bound(high, in), f.bound(limit, in)}
	if !isInt(low, 0) {
		codes[0] = f.bound(low, in)
	}
	if f.is(limit, ir.OpCap, s) {
		codes = codes[:2]
		if f.is(high, ir.OpLen, s) {
			codes[1] = jen.Empty()
		}
	}
	return primary(f.value(s).in(precPrimary).Clone().Index(codes...))
}

// bound returns a bound of a slice. Go compares constant ones when it compiles.
func (f *goFunc) bound(v *ir.Value, slice *ir.Instr) *jen.Statement {
	constants := 0
	for _, a := range slice.Args[1:] {
		if a.Const && !isInt(a, 0) {
			constants++
		}
	}
	if v.Const && (constants > 1 || int64(v.Bits[0]) < 0) {
		return f.opaque(v).code
	}
	return f.value(v).code
}

// is reports whether v is written as the operation on arg.
func (f *goFunc) is(v *ir.Value, op ir.Op, arg *ir.Value) bool {
	def := f.shape.inlined[v]
	return def != nil && def.Op == op && def.Args[0] == arg
}

func (f *goFunc) makeSlice(in *ir.Instr) goExpr {
	args := []jen.Code{goType(in.Results[0].Type), f.size(in.Args[0], in.Args[1] != in.Args[0] && allConst(in.Args))}
	if in.Args[1] != in.Args[0] {
		args = append(args, f.size(in.Args[1], false))
	}
	return primary(jen.Make(args...))
}

// size returns a length for make, which refuses constants that are out of range or contradict each other.
func (f *goFunc) size(v *ir.Value, contradicts bool) *jen.Statement {
	if v.Const && (contradicts || v.Bits[0]>>31 != 0) {
		return f.opaque(v).code
	}
	return f.value(v).code
}

func (f *goFunc) call(in *ir.Instr) goExpr {
	args := make([]goExpr, len(in.Args))
	for i, a := range in.Args {
		args[i] = f.value(a)
	}
	return call(jen.Id(f.file.names.kernels[in.Callee].Body), args...)
}
