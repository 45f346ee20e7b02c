package emit

import (
	"fmt"

	"github.com/kgen-go/kgen/gen/ir"
)

// gcc 12's vectorizer turns neighbours a*b - c and d*e + f, the halves of a complex product, into one fused
// operation even under -ffp-contract=off. It starts from floats that lie side by side: stores, and
// results of several floats. There a difference whose first operand may be a product is written as
// kg_sub, which gcc does not recognise.

// gcc's vectorizer also takes x *= x in a loop, on integers, for the product of a series, whatever x has become.
// There one of the factors is written as x | kg_zero, which gcc cannot see to be x.

// sums are the operations whose result gcc does not take for a product.
var sums = map[ir.Op]bool{ir.OpAdd: true, ir.OpSub: true, ir.OpSqrt: true, ir.OpAbs: true, ir.OpConv: true}

// mayContract reports whether gcc might fuse the float subtraction.
func (c *cFunc) mayContract(in *ir.Instr) bool {
	t, x := in.Results[0].Type, in.Args[0]
	if t.Lanes > 1 || !t.Kind.IsFloat() || x.Const {
		return false
	}
	def := c.shape.def[x]
	return (def == nil || !sums[def.Op]) && c.givesFloats()
}

// difference writes a float subtraction that gcc must not fuse.
func (c *cFunc) difference(in *ir.Instr) string {
	return fmt.Sprintf("kg_sub_%s(%s)", cScalars[in.Results[0].Type.Kind].kind, c.list(in.Args))
}

// givesFloats reports whether the kernel stores floats or returns some, to its caller or into the code that it
// is inlined in.
func (c *cFunc) givesFloats() bool {
	found := false
	for _, t := range c.f.Results {
		found = found || hasFloats(t)
	}
	ir.Walk(c.f.Body, func(in *ir.Instr) bool {
		if in.Op == ir.OpStore || in.Op == ir.OpSetElem {
			found = found || hasFloats(in.Args[len(in.Args)-1].Type)
		}
		return !found
	})
	return found
}

// hasFloats reports whether a value of the type itself holds floats; what a slice views was stored elsewhere.
func hasFloats(t ir.Type) bool {
	_, elem := t.Dims()
	return elem.Kind.IsFloat() || elem.Kind.IsPair()
}

// mayReduce reports whether both factors may be the same variable, which a loop may carry.
func (c *cFunc) mayReduce(x, y *ir.Value) bool {
	source := c.source(x)
	return source != nil && source == c.source(y)
}

// source returns the local or the slice that a value was read from, through conversions, or nil.
func (c *cFunc) source(v *ir.Value) any {
	in := c.shape.def[v]
	if in == nil {
		return nil
	}
	switch in.Op {
	case ir.OpConv:
		return c.source(in.Args[0])
	case ir.OpGet, ir.OpElem:
		return in.Local
	case ir.OpLoad:
		if s := c.source(in.Args[0]); s != nil {
			return s
		}
		return in.Args[0]
	}
	return nil
}

// square writes the product of what may be equal factors.
func (c *cFunc) square(x, y *ir.Value) string {
	return fmt.Sprintf("(%s * (%s | kg_zero))", c.unsigned(x), c.unsigned(y))
}
