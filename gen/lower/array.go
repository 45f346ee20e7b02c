package lower

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/kgen-go/kgen/gen/ir"
)

// arrayLit evaluates an array literal.
func (b *builder) arrayLit(e *ast.CompositeLit) *ir.Value {
	l := b.local("t", typeOf(b.typeOf(e)))
	b.set(l, b.zero(l.Type))
	b.fillArray(e, l, nil)
	return b.get(l)
}

// fillArray stores the elements of a literal in the array at path of a local.
func (b *builder) fillArray(e *ast.CompositeLit, l *ir.Local, path []*ir.Value) {
	next := int64(0)
	for _, elt := range e.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			next, _ = constant.Int64Val(constant.ToInt(b.pkg.Info.Types[kv.Key].Value))
			elt = kv.Value
		}
		at := append(path[:len(path):len(path)], intConst(next))
		next++
		if inner, ok := elt.(*ast.CompositeLit); ok {
			b.fillArray(inner, l, at)
			continue
		}
		v := b.toMemory(b.expr(elt))
		b.at(elt.Pos())
		b.emit(&ir.Instr{Op: ir.OpSetElem, Local: l, Args: append(at, v)})
	}
}

// compareArrays computes x == y or x != y element by element, and stops at the first difference.
func (b *builder) compareArrays(op ir.Op, x, y *ir.Value) *ir.Value {
	dims, elem := x.Type.Dims()
	lx, ly := b.spill(x), b.spill(y)
	equal := b.spill(&ir.Value{Type: ir.Scalar(ir.Bool), Const: true, Bits: [2]uint64{1}})
	label := b.unique("equal")
	body, _ := b.within(func() {
		b.overElements(dims, nil, func(path []*ir.Value) {
			ex, ey := b.elem(lx, elem, path), b.elem(ly, elem, path)
			b.branch(b.compare(ir.OpNe, ex, ey), func() {
				b.set(equal, &ir.Value{Type: equal.Type, Const: true})
				b.emit(&ir.Instr{Op: ir.OpBreak, Label: label})
			}, nil)
		})
	})
	b.emit(&ir.Instr{Op: ir.OpBlock, Label: label, Body: body})
	v := b.get(equal)
	if op == ir.OpNe {
		v = b.op(ir.OpNot, v.Type, v)
	}
	return v
}

func (b *builder) elem(l *ir.Local, t ir.Type, path []*ir.Value) operand {
	v := b.temp(t)
	b.emit(&ir.Instr{Op: ir.OpElem, Results: []*ir.Value{v}, Local: l, Args: path})
	return b.fromMemory(v)
}

// overElements emits nested loops over all indexes of an array of these dimensions.
func (b *builder) overElements(dims []int, path []*ir.Value, body func(path []*ir.Value)) {
	if len(dims) == 0 {
		body(path)
		return
	}
	b.counted("i", intConst(0), intConst(int64(dims[0])), b.unique("loop"), func(i *ir.Value) {
		b.overElements(dims[1:], append(path[:len(path):len(path)], i), body)
	})
}

// arrayLocal returns a local that holds the array while a loop ranges over it: the variable's own
// if the loop leaves the variable alone, else a copy.
func (b *builder) arrayLocal(e ast.Expr, body ast.Node) *ir.Local {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		v, isVar := b.pkg.Info.Uses[id].(*types.Var)
		if isVar && !assignedVars(b.pkg.Info, body).changes(v) {
			return b.variable(id).re
		}
	}
	return b.spill(b.expr(e).re)
}
