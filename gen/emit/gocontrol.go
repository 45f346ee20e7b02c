package emit

import (
	"math"

	"github.com/dave/jennifer/jen"

	"github.com/kgen-go/kgen/gen/ir"
)

// branch writes an if, with its condition turned round when only the else does something.
func (f *goFunc) branch(in *ir.Instr) jen.Code {
	cond := in.Args[0]
	then, other := f.block(in.Body), f.block(in.Else)
	switch {
	case len(then) == 0 && len(other) == 0:
		return jen.Id("_").Op("=").Add(f.value(cond).code) // what it is computed from is used
	case len(then) == 0:
		return f.written(jen.If(f.not(cond).code).Block(other...))
	case len(other) == 0:
		return f.written(jen.If(f.value(cond).code).Block(then...))
	}
	s := jen.If(f.value(cond).code).Block(then...).Else()
	if len(other) == 1 && f.ifs[other[0]] {
		return f.written(s.Add(other[0]))
	}
	return f.written(s.Block(other...))
}

// written notes that a statement is an if: alone in an else it becomes an else if.
func (f *goFunc) written(s jen.Code) jen.Code {
	f.ifs[s] = true
	return s
}

// counted writes a counted for. Its limit is evaluated once: one that could change is put into a variable.
func (f *goFunc) counted(in *ir.Instr) jen.Code {
	i := jen.Id(f.valueNames[in.Results[0]])
	low, high := f.typed(in.Args[0]), f.value(in.Args[1])
	init := i.Clone().Op(":=").Add(low.code)
	if !f.steady(in) {
		limit := jen.Id(newScope(f.file.names.scope, f.allNames()...).name("limit"))
		init = jen.List(i.Clone(), limit).Op(":=").List(low.code, f.typed(in.Args[1]).code)
		high = primary(limit)
	}
	body := f.inside(in, in.Body)
	cond := i.Clone().Op("<").Add(high.in(precCompare + 1))
	return f.labelled(in, jen.For(init, cond, f.next(in, i, high)).Block(body...))
}

// steady reports whether the limit of a counted loop may be written into its condition: a constant, a
// variable that the loop does not assign, or the length of one.
func (f *goFunc) steady(in *ir.Instr) bool {
	def := f.shape.inlined[in.Args[1]]
	for def != nil && (def.Op == ir.OpLen || def.Op == ir.OpCap) {
		def = f.shape.inlined[def.Args[0]]
	}
	if def == nil {
		return true
	}
	if def.Op != ir.OpGet {
		return false
	}
	for _, l := range in.Assigns {
		if l == def.Local {
			return false
		}
	}
	return true
}

// next returns the post statement of a counted loop. A step of more than 1 could pass the greatest
// integer, but not when the limit is a length or a constant far enough from it.
func (f *goFunc) next(in *ir.Instr, i *jen.Statement, high goExpr) *jen.Statement {
	limit := in.Args[1]
	kind := limit.Type.Kind
	greatest := uint64(math.MaxUint64) >> (64 - kind.Bits())
	if kind.IsSigned() {
		greatest >>= 1
	}
	switch {
	case in.Step == 1:
		return i.Clone().Op("++")
	case f.isLength(limit) && in.Step < 1<<30:
		return i.Clone().Op("+=").Lit(int(in.Step))
	case limit.Const && (kind.IsSigned() && int64(limit.Bits[0]<<(64-kind.Bits())) < 0 || limit.Bits[0] <= greatest-uint64(in.Step)):
		return i.Clone().Op("+=").Lit(int(in.Step))
	}
	step := typedConst(kind, [2]uint64{uint64(in.Step)})
	if limit.Const {
		high = typedConst(kind, limit.Bits)
	}
	return i.Clone().Op("=").Add(f.kg("Next", primary(i), high, step).code)
}

// allNames returns the names of the function's variables.
func (f *goFunc) allNames() []string {
	var names []string
	for _, n := range f.valueNames {
		names = append(names, n)
	}
	for _, n := range f.localNames {
		names = append(names, n)
	}
	return names
}

// inside returns the statements of a block of a for, loop or block instruction.
func (f *goFunc) inside(in *ir.Instr, b *ir.Block) []jen.Code {
	return f.within(in, func() []jen.Code { return f.block(b) })
}

func (f *goFunc) within(in *ir.Instr, write func() []jen.Code) []jen.Code {
	f.around = append(f.around, in)
	code := write()
	f.around = f.around[:len(f.around)-1]
	return code
}

// loop writes a loop. One that begins with a test which leaves it becomes a for with that condition.
func (f *goFunc) loop(in *ir.Instr) jen.Code {
	list := reach(in.Body)
	for i, x := range list {
		if !f.shape.live(x) || len(x.Results) == 1 && f.shape.inlined[x.Results[0]] != nil {
			continue
		}
		if x.Op != ir.OpIf {
			break
		}
		then, other := reach(x.Body), reach(x.Else)
		var cond goExpr
		var rest []*ir.Instr
		switch {
		case f.isBreak(other, in.Label):
			cond, rest = f.value(x.Args[0]), then
		case f.isBreak(then, in.Label):
			cond, rest = f.not(x.Args[0]), other
		default:
			return f.endless(in, list)
		}
		body := f.within(in, func() []jen.Code { return append(f.stmts(rest), f.stmts(list[i+1:])...) })
		return f.labelled(in, jen.For(cond.code).Block(body...))
	}
	return f.endless(in, list)
}

// isBreak reports whether the block only leaves the loop of that label.
func (f *goFunc) isBreak(list []*ir.Instr, label string) bool {
	return len(list) == 1 && list[0].Op == ir.OpBreak && list[0].Label == label
}

func (f *goFunc) endless(in *ir.Instr, list []*ir.Instr) jen.Code {
	body := f.within(in, func() []jen.Code { return f.stmts(list) })
	if n := len(list); n > 0 && list[n-1].Op == ir.OpContinue && list[n-1].Label == in.Label {
		body = body[:len(body)-1]
	}
	return f.labelled(in, jen.For().Block(body...))
}

// labelled puts the instruction's label in front of its statement when a jump names it.
func (f *goFunc) labelled(in *ir.Instr, s *jen.Statement) jen.Code {
	if !f.hasLabel(in) {
		return s
	}
	return jen.Id(f.labels[in.Label]).Op(":").Line().Add(f.file.marks.mark(in.Pos, s))
}

// hasLabel reports whether the statement of an instruction, which has been written, has a label.
func (f *goFunc) hasLabel(in *ir.Instr) bool {
	switch in.Op {
	case ir.OpFor, ir.OpLoop, ir.OpBlock:
		return f.jumped[in.Label]
	}
	return false
}

// jump writes a break or continue, with its label unless its target is the innermost there is.
func (f *goFunc) jump(in *ir.Instr) jen.Code {
	word := in.Op.String()
	for i := len(f.around) - 1; i >= 0; i-- {
		target := f.around[i]
		if target.Label == in.Label {
			return jen.Id(word)
		}
		if in.Op == ir.OpBreak || target.Op != ir.OpBlock {
			break
		}
	}
	f.jumped[in.Label] = true
	return jen.Id(word).Id(f.labels[in.Label])
}
