package emit

import (
	"github.com/kgen-go/kgen/gen/ir"
)

// branch writes an if. One with a side that leaves the block is written as a guard in front of the other side.
func (c *cFunc) branch(in *ir.Instr) {
	body, other := reach(in.Body), reach(in.Else)
	switch {
	case len(body) == 0 && len(other) == 0:
	case len(body) == 0:
		c.nested("if (!"+c.expr(in.Args[0])+") {", in.Else)
	case len(other) == 0:
		c.nested("if ("+c.bare(in.Args[0])+") {", in.Body)
	case blockLeaves(in.Body):
		c.nested("if ("+c.bare(in.Args[0])+") {", in.Body)
		c.block(in.Else)
	case blockLeaves(in.Else):
		c.nested("if (!"+c.expr(in.Args[0])+") {", in.Else)
		c.block(in.Body)
	default:
		c.chain(in)
	}
}

// chain writes an if with two sides. The ifs that are all of its else follow as else if: compilers limit how deep braces nest,
// not how long a switch is.
func (c *cFunc) chain(in *ir.Instr) {
	c.out.open("if (%s) {", c.bare(in.Args[0]))
	c.block(in.Body)
	for next := c.onlyIf(in.Else); next != nil; next = c.onlyIf(in.Else) {
		in = next
		c.out.place(in.Pos)
		c.out.reopen("} else if (%s) {", c.bare(in.Args[0]))
		c.block(in.Body)
	}
	if len(reach(in.Else)) > 0 {
		c.out.reopen("} else {")
		c.block(in.Else)
	}
	c.out.close("}")
}

// onlyIf returns the if that is all that is written for a block, or nil.
func (c *cFunc) onlyIf(b *ir.Block) *ir.Instr {
	var only *ir.Instr
	for _, in := range reach(b) {
		switch {
		case !c.written(in):
		case only != nil || in.Op != ir.OpIf || len(reach(in.Body)) == 0:
			return nil
		default:
			only = in
		}
	}
	return only
}

func (c *cFunc) nested(head string, b *ir.Block) {
	c.out.open("%s", head)
	c.block(b)
	c.out.close("}")
}

// loop writes a for, loop or block with the labels that gotos inside ask for.
func (c *cFunc) loop(in *ir.Instr) {
	l := &cLoop{in: in}
	c.loops = append(c.loops, l)
	switch in.Op {
	case ir.OpFor:
		c.forHead(in)
	case ir.OpLoop:
		c.out.open("for (;;) {")
	default:
		c.out.open("{")
	}
	c.block(in.Body)
	if l.continueTo {
		c.out.linef("continue_%s:;", cIdent(in.Label))
	}
	c.out.close("}")
	c.loops = c.loops[:len(c.loops)-1]
	if l.breakTo {
		c.out.linef("break_%s:;", cIdent(in.Label))
	}
}

// forHead opens a counted loop. Its limit is fixed at entry. With a step of 1 the counter cannot pass the greatest
// number of its type; with a greater step the iterations are counted instead.
func (c *cFunc) forHead(in *ir.Instr) {
	i := in.Results[0]
	t := c.decls.typ(i.Type)
	low, high := c.bare(in.Args[0]), c.expr(in.Args[1])
	if c.shape.inlined[in.Args[1]] != nil {
		limit := c.name("t_", i.Name+"_end")
		c.out.linef("const %s %s = %s;", t, limit, unparen(high))
		high = limit
	}
	counter := c.define(i)
	if in.Step == 1 {
		c.out.open("for (%s %s = %s; %s < %s; %s++) {", t, counter, low, counter, high, counter)
		return
	}
	trips := c.name("t_", i.Name+"_trips")
	c.out.linef("%s %s = %s;", t, counter, low)
	c.out.open("for (uint64_t %[1]s = kg_trips(%[2]s < %[3]s, (uint64_t)%[2]s, (uint64_t)%[3]s, %[4]d); %[1]s != 0; %[1]s--, %[2]s = %[5]s) {",
		trips, counter, high, in.Step, c.advance(i, in.Step))
}

// advance writes counter + step in the counter's type.
func (c *cFunc) advance(counter *ir.Value, step int64) string {
	t := counter.Type
	by := &ir.Value{Type: t, Const: true, Bits: [2]uint64{uint64(step) & (1<<(t.Kind.Bits()-1)<<1 - 1)}}
	return unparen(c.wrap(&ir.Instr{Op: ir.OpAdd, Results: []*ir.Value{counter}, Args: []*ir.Value{counter, by}}, "+"))
}

// leave writes a break or continue: C's own where it means the innermost loop, else a goto.
func (c *cFunc) leave(in *ir.Instr) {
	inner := true // no C loop is closer than the target
	for i := len(c.loops) - 1; i >= 0; i-- {
		l := c.loops[i]
		isBlock := l.in.Op == ir.OpBlock
		if l.in.Label != in.Label {
			inner = inner && isBlock
			continue
		}
		switch {
		case inner && !isBlock && in.Op == ir.OpBreak:
			c.out.linef("break;")
		case inner && !isBlock:
			c.out.linef("continue;")
		case in.Op == ir.OpBreak:
			l.breakTo = true
			c.out.linef("goto break_%s;", cIdent(in.Label))
		default:
			l.continueTo = true
			c.out.linef("goto continue_%s;", cIdent(in.Label))
		}
		return
	}
}
