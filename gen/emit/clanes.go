package emit

import (
	"fmt"
	"strings"

	"github.com/kgen-go/kgen/gen/ir"
)

// cLanesOps are the operations on vectors that C's operators on vectors do not cover: each becomes a
// call of a helper, an instance of a macro of kg_lanes.h.
var cLanesOps map[ir.Op]cOp

func init() {
	cLanesOps = map[ir.Op]cOp{
		ir.OpDiv:      (*cFunc).lanesDivide,
		ir.OpRem:      (*cFunc).lanesDivide,
		ir.OpShl:      (*cFunc).lanesShift,
		ir.OpShr:      (*cFunc).lanesShift,
		ir.OpEq:       lanesComparison("=="),
		ir.OpNe:       lanesComparison("!="),
		ir.OpLt:       lanesComparison("<"),
		ir.OpLe:       lanesComparison("<="),
		ir.OpGt:       lanesComparison(">"),
		ir.OpGe:       lanesComparison(">="),
		ir.OpMin:      (*cFunc).lanesMinMax,
		ir.OpMax:      (*cFunc).lanesMinMax,
		ir.OpSqrt:     (*cFunc).lanesMap,
		ir.OpAbs:      (*cFunc).lanesMap,
		ir.OpFloor:    (*cFunc).lanesMap,
		ir.OpCeil:     (*cFunc).lanesMap,
		ir.OpTrunc:    (*cFunc).lanesMap,
		ir.OpCopysign: (*cFunc).lanesMap,
		ir.OpFma:      (*cFunc).lanesMap,
		ir.OpConv:     (*cFunc).lanesConv,
		ir.OpSelect:   (*cFunc).lanesSelect,
		ir.OpSplat:    (*cFunc).lanesSplat,
		ir.OpLanes:    (*cFunc).lanesCount,
		ir.OpExtract:  (*cFunc).lanesExtract,
		ir.OpAny:      (*cFunc).lanesReduce,
		ir.OpAll:      (*cFunc).lanesReduce,
		ir.OpLoad:     (*cFunc).lanesLoad,
		ir.OpMLoad:    (*cFunc).lanesLoad,
		ir.OpGather:   (*cFunc).lanesLoad,
	}
}

// helper declares an instance of a macro of kg_lanes.h and returns its name.
func (c *cFunc) helper(macro, name string, args ...any) string {
	text := strings.TrimSuffix(fmt.Sprintln(args...), "\n")
	return c.decls.need(name, "%s(%s, %s)", macro, name, strings.ReplaceAll(text, " ", ", "))
}

// lanesMap calls a scalar's helper lane by lane.
func (c *cFunc) lanesMap(in *ir.Instr) string {
	t := in.Results[0].Type
	f := fmt.Sprintf("kg_%s_%s", in.Op, cScalars[t.Kind].kind)
	return c.lanesCall(in, f)
}

// lanesCall calls a scalar's function lane by lane on one to three vectors. Beside the vectors go the
// types of their elements.
func (c *cFunc) lanesCall(in *ir.Instr, f string) string {
	var types []any
	add := func(t ir.Type) { types = append(types, c.decls.typ(t), cScalars[t.Kind].name) }
	add(in.Results[0].Type)
	if last := in.Args[len(in.Args)-1]; len(in.Args) < 3 {
		add(last.Type)
	}
	lanes := in.Results[0].Type.Lanes
	name := c.helper(fmt.Sprint("KG_LANES", len(in.Args)), fmt.Sprint(f, "x", lanes), append(types, lanes, f)...)
	return name + "(" + c.list(in.Args) + ")"
}

func (c *cFunc) lanesDivide(in *ir.Instr) string {
	t := in.Results[0].Type
	if t.Kind.IsFloat() {
		return c.wrap(in, "/")
	}
	f := fmt.Sprintf("kg_%s_%s", in.Op, cScalars[t.Kind].kind)
	return c.helper("KG_LANES_DIV", f+fmt.Sprint("x", t.Lanes), c.decls.typ(t), t.Lanes, f) + "(" + c.list(in.Args) + ")"
}

// lanesShift uses the operator where all lanes shift by the same small constant.
func (c *cFunc) lanesShift(in *ir.Instr) string {
	t, n := in.Results[0].Type, in.Args[1]
	v := c.decls.typ(t)
	switch {
	case !n.Const || n.Bits[0] >= uint64(t.Kind.Bits()):
		f := fmt.Sprintf("kg_%s_%s", in.Op, cScalars[t.Kind].kind)
		return c.lanesCall(in, f)
	case in.Op == ir.OpShr:
		return fmt.Sprintf("(%s >> %d)", c.expr(in.Args[0]), n.Bits[0])
	}
	return fmt.Sprintf("((%s)((%s)%s << %d))", v, c.decls.typ(unsignedOf(t)), c.expr(in.Args[0]), n.Bits[0])
}

func lanesComparison(op string) cOp {
	return func(c *cFunc, in *ir.Instr) string {
		return fmt.Sprintf("((%s)(%s %s %s))", c.decls.typ(in.Results[0].Type), c.expr(in.Args[0]), op, c.expr(in.Args[1]))
	}
}

func (c *cFunc) lanesMinMax(in *ir.Instr) string {
	t := in.Results[0].Type
	name := fmt.Sprintf("kg_%s_%s", in.Op, cKey(t))
	if t.Kind.IsFloat() {
		return c.helper("KG_"+strings.ToUpper(in.Op.String()), name, c.decls.typ(t), c.decls.typ(t.MaskOf())) + "(" + c.list(in.Args) + ")"
	}
	return c.lanesMap(in)
}

func (c *cFunc) lanesConv(in *ir.Instr) string {
	from, to := in.Args[0].Type, in.Results[0].Type
	v := c.decls.typ(to)
	if from.Kind.IsFloat() && to.Kind.IsInteger() {
		f := fmt.Sprintf("kg_%s_%s", cScalars[from.Kind].kind, cScalars[to.Kind].kind)
		return c.lanesCall(in, f)
	}
	return fmt.Sprintf("__builtin_convertvector(%s, %s)", c.bare(in.Args[0]), v)
}

func (c *cFunc) lanesSelect(in *ir.Instr) string {
	return c.selector(in.Results[0].Type) + "(" + c.list(in.Args) + ")"
}

func (c *cFunc) selector(t ir.Type) string {
	v, m := c.decls.typ(t), c.decls.typ(t.MaskOf())
	if t.Kind.IsPair() {
		part := c.selector(t.WithKind(t.Kind.Part()))
		return c.helper("KG_SELECT_PAIR", "kg_select_"+cKey(t), v, m, part)
	}
	return c.helper("KG_SELECT", "kg_select_"+cKey(t), v, m)
}

// lanesSplat writes a scalar into all lanes; a Bool becomes a mask.
func (c *cFunc) lanesSplat(in *ir.Instr) string {
	t, x := in.Results[0].Type, in.Args[0]
	if t.Kind.IsMask() {
		return fmt.Sprintf("%s(%s ? -1 : 0)", c.splat(t), c.expr(x))
	}
	return c.splat(t) + "(" + c.bare(x) + ")"
}

// splat returns the helper that fills a vector of type t.
func (c *cFunc) splat(t ir.Type) string {
	scalar := cScalars[t.Kind].name
	if t.Kind.IsPair() {
		part := c.splat(t.WithKind(t.Kind.Part()))
		return c.helper("KG_SPLAT_PAIR", "kg_splat_"+cKey(t), c.decls.typ(t), scalar, part)
	}
	args := []any{c.decls.typ(t), scalar}
	for range t.Lanes {
		args = append(args, "x")
	}
	return c.helper("KG_SPLAT", "kg_splat_"+cKey(t), args...)
}

func (c *cFunc) lanesCount(in *ir.Instr) string {
	t := in.Results[0].Type
	numbers := make([]string, t.Lanes)
	for i := range numbers {
		bits := uint64(i) & (1<<(t.Kind.Bits()-1)<<1 - 1)
		numbers[i] = unparen(cConst(t.Kind, bits))
	}
	return fmt.Sprintf("(%s){%s}", c.decls.typ(t), strings.Join(numbers, ", "))
}

func (c *cFunc) lanesExtract(in *ir.Instr) string {
	x, lane := in.Args[0], c.bare(in.Args[1])
	switch {
	case x.Type.Kind.IsMask():
		return fmt.Sprintf("(%s[%s] != 0)", c.expr(x), lane)
	case x.Type.Kind.IsPair():
		name := c.decls.need("kg_extract_"+cKey(x.Type), "KG_INLINE %[1]s kg_extract_%[2]s(%[3]s x, int64_t j) { return (%[1]s){x.re[j], x.im[j]}; }",
			cScalars[x.Type.Kind].name, cKey(x.Type), c.decls.typ(x.Type))
		return fmt.Sprintf("%s(%s, %s)", name, c.bare(x), lane)
	}
	return fmt.Sprintf("%s[%s]", c.expr(x), lane)
}

func (c *cFunc) lanesReduce(in *ir.Instr) string {
	t := in.Args[0].Type
	name := in.Op.String()
	return c.helper("KG_"+strings.ToUpper(name), "kg_"+name+"_"+cKey(t), c.decls.typ(t), t.Lanes) + "(" + c.list(in.Args) + ")"
}

// lanesLoad reads several elements of a slice: consecutive ones, or by indexes, all or under a mask.
func (c *cFunc) lanesLoad(in *ir.Instr) string {
	args := []string{c.address(in)}
	for _, a := range in.Args[1:] {
		args = append(args, c.bare(a))
	}
	if in.Op != ir.OpGather { // the index is in the address
		args = append(args[:1], args[2:]...)
	}
	return fmt.Sprintf("%s(%s)", c.memoryHelper(in, in.Results[0].Type), strings.Join(args, ", "))
}

// lanesStore is lanesLoad's counterpart, a statement.
func (c *cFunc) lanesStore(in *ir.Instr) string {
	args := []string{c.address(in)}
	t := in.Args[2].Type
	for _, a := range in.Args[1:] {
		args = append(args, c.bare(a))
	}
	if in.Op != ir.OpScatter {
		args = append(args[:1], args[2:]...)
	}
	return fmt.Sprintf("%s(%s);", c.memoryHelper(in, t), strings.Join(args, ", "))
}

// address returns a pointer to the first element that the instruction may access; a gather's or a scatter's is
// the slice's own.
func (c *cFunc) address(in *ir.Instr) string {
	p := c.expr(in.Args[0]) + ".p"
	if in.Op == ir.OpGather || in.Op == ir.OpScatter {
		return p
	}
	return p + " + " + c.expr(in.Args[1])
}

// memoryHelper declares the helper of a memory operation on values of type t.
func (c *cFunc) memoryHelper(in *ir.Instr, t ir.Type) string {
	macro := "KG_" + strings.ToUpper(in.Op.String())
	args := []any{c.decls.typ(t), cScalars[t.Kind].name}
	if t.Kind.IsPair() {
		macro += "_PAIR"
	}
	switch in.Op {
	case ir.OpGather, ir.OpScatter:
		args = append(args, c.decls.typ(in.Args[1].Type), c.decls.typ(t.MaskOf()), t.Lanes)
	case ir.OpMLoad, ir.OpMStore:
		args = append(args, c.decls.typ(t.MaskOf()), t.Lanes)
	default:
		if t.Kind.IsPair() {
			args = append(args, t.Lanes)
		}
	}
	return c.helper(macro, fmt.Sprintf("kg_%s_%s", in.Op, cKey(t)), args...)
}
