package opt

import (
	"fmt"

	"github.com/kgen-go/kgen/gen/ir"
)

// number is a class of values that are equal wherever both are in scope.
type number int

// numbering gives equal numbers to values that are provably equal: the same constant, the same pure
// operation on equal operands, a local read twice without an assignment in between. It changes nothing.
// It is driven along the program's order by its user, who tells it of branches and loops.
type numbering struct {
	next   number
	values map[*ir.Value]number
	exprs  map[string]number
	locals map[*ir.Local]number
}

func newNumbering() *numbering {
	return &numbering{values: map[*ir.Value]number{}, exprs: map[string]number{}, locals: map[*ir.Local]number{}}
}

func (n *numbering) fresh() number {
	n.next++
	return n.next
}

// of returns the number of a value that is in scope.
func (n *numbering) of(v *ir.Value) number {
	if v.Const {
		return n.expr(fmt.Sprintf("const %s %x %x", v.Type, v.Bits[0], v.Bits[1]))
	}
	if _, ok := n.values[v]; !ok {
		n.values[v] = n.fresh()
	}
	return n.values[v]
}

func (n *numbering) expr(key string) number {
	if _, ok := n.exprs[key]; !ok {
		n.exprs[key] = n.fresh()
	}
	return n.exprs[key]
}

// local returns the number of a local's present value.
func (n *numbering) local(l *ir.Local) number {
	if _, ok := n.locals[l]; !ok {
		n.locals[l] = n.fresh()
	}
	return n.locals[l]
}

// forget says that the locals have unknown values now.
func (n *numbering) forget(locals []*ir.Local) {
	for _, l := range locals {
		n.locals[l] = n.fresh()
	}
}

// step numbers the results of an instruction without blocks.
func (n *numbering) step(in *ir.Instr) {
	switch {
	case in.Op == ir.OpGet:
		n.values[in.Results[0]] = n.local(in.Local)
	case in.Op == ir.OpSet:
		n.locals[in.Local] = n.of(in.Args[0])
	case in.Op == ir.OpSetElem:
		n.locals[in.Local] = n.fresh()
	case in.Op == ir.OpLen:
		n.values[in.Results[0]] = n.expr(lenKey(n.of(in.Args[0])))
	case in.Op == ir.OpMake:
		v := n.fresh()
		n.values[in.Results[0]] = v
		n.exprs[lenKey(v)] = n.of(in.Args[0])
	case in.Op.Pure() && len(in.Results) == 1:
		key := in.Op.String() + " " + in.Results[0].Type.String()
		for _, a := range in.Args {
			key += fmt.Sprintf(" %d", n.of(a))
		}
		n.values[in.Results[0]] = n.expr(key)
	}
}

// lenKey names the length of a slice in the table of expressions, so that make can foretell it.
func lenKey(slice number) string { return fmt.Sprintf("len of %d", slice) }

// snapshot returns the locals' present numbers, to be restored at the start of another branch.
func (n *numbering) snapshot() map[*ir.Local]number {
	m := make(map[*ir.Local]number, len(n.locals))
	for l, v := range n.locals {
		m[l] = v
	}
	return m
}

// merge sets the locals to what holds on both of two paths.
func (n *numbering) merge(a, b map[*ir.Local]number) {
	n.locals = map[*ir.Local]number{}
	for l, v := range a {
		if b[l] == v {
			n.locals[l] = v
		}
	}
}
