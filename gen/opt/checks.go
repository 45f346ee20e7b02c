package opt

import (
	"maps"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// Checks deletes a check whose condition holds at its place in any case: because the same check stood
// before it on every path, because the index is the counter of a loop from a constant up to the length, because
// its operands are constants, or because no slice can be so long.
func Checks(f *ir.Func) {
	c := &checker{numbering: newNumbering(), facts: map[fact]bool{}, longest: map[number]int64{}}
	c.block(f.Body)
}

// fact is a condition that is known to hold: x < y unsigned, x <= y unsigned, or x != 0.
type fact struct {
	op   ir.Op
	x, y number
}

// checker walks a function in program order. What it finds out holds where it was found and in everything that
// is reached only through there.
type checker struct {
	*numbering
	facts   map[fact]bool
	longest map[number]int64 // what a length cannot exceed; it may be the number of any int that a make took
}

func (c *checker) block(b *ir.Block) {
	if b == nil {
		return
	}
	kept := b.Instrs[:0]
	for _, in := range b.Instrs {
		if in.Op.IsCheck() {
			f := c.factOf(in)
			if c.facts[f] || holds(in) || c.fits(in, f.x) {
				continue
			}
			c.facts[f] = true
		}
		kept = append(kept, in)
		c.instr(in)
	}
	clear(b.Instrs[len(kept):])
	b.Instrs = kept
}

func (c *checker) factOf(in *ir.Instr) fact {
	f := fact{op: in.Op, x: c.of(in.Args[0])}
	if len(in.Args) > 1 {
		f.y = c.of(in.Args[1])
	}
	return f
}

// fits reports whether a check compares the length of a slice with what no such slice exceeds.
func (c *checker) fits(in *ir.Instr, x number) bool {
	longest, isLen := c.longest[x]
	return in.Op == ir.OpCheckBound && isLen && in.Args[1].Const && longest <= int64(in.Args[1].Bits[0])
}

// holds reports whether the condition of a check of constants holds.
func holds(in *ir.Instr) bool {
	for _, a := range in.Args {
		if !a.Const {
			return false
		}
	}
	switch x := in.Args[0].Bits[0]; in.Op {
	case ir.OpCheckIndex:
		return x < in.Args[1].Bits[0] && int64(in.Args[1].Bits[0]) >= 0
	case ir.OpCheckBound:
		return x <= in.Args[1].Bits[0] && int64(in.Args[1].Bits[0]) >= 0
	default:
		return x != 0
	}
}

func (c *checker) instr(in *ir.Instr) {
	switch in.Op {
	case ir.OpIf:
		c.branches(in)
	case ir.OpFor, ir.OpLoop:
		c.loop(in)
	case ir.OpBlock:
		set := assignedIn(in.Body)
		c.scoped(func() { c.block(in.Body) })
		c.forget(set)
	default:
		c.step(in)
	}
	if in.Op == ir.OpLen {
		c.longest[c.of(in.Results[0])] = kg.MaxLen(in.Args[0].Type.Elem.Size())
	}
}

// scoped runs fn and then drops what it found out.
func (c *checker) scoped(fn func()) {
	facts, longest := c.facts, c.longest
	c.facts, c.longest = maps.Clone(facts), maps.Clone(longest)
	fn()
	c.facts, c.longest = facts, longest
}

func (c *checker) branches(in *ir.Instr) {
	before := c.snapshot()
	c.scoped(func() { c.block(in.Body) })
	then := c.locals
	c.locals = before
	c.scoped(func() { c.block(in.Else) })
	switch {
	case ir.Terminates(in.Body): // only the other branch goes on
	case ir.Terminates(in.Else):
		c.locals = then
	default:
		c.merge(then, c.locals)
	}
}

func (c *checker) loop(in *ir.Instr) {
	c.forget(in.Assigns)
	c.scoped(func() {
		if in.Op == ir.OpFor && in.Args[0].Const && int64(in.Args[0].Bits[0]) >= 0 && in.Results[0].Type.Is(ir.Int) {
			c.facts[fact{ir.OpCheckIndex, c.of(in.Results[0]), c.of(in.Args[1])}] = true
		}
		c.block(in.Body)
	})
	c.forget(in.Assigns)
}

// assignedIn returns the locals that the block assigns.
func assignedIn(b *ir.Block) []*ir.Local {
	var set []*ir.Local
	ir.Walk(b, func(in *ir.Instr) bool {
		if in.Op == ir.OpSet || in.Op == ir.OpSetElem {
			set = append(set, in.Local)
		}
		return true
	})
	return set
}
