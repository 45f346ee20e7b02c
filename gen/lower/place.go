package lower

import (
	"go/ast"
	"go/types"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// place is where an addressable expression is: a variable, or an element of a slice or of a local array.
// Its operands are evaluated; its checks are pending until it is read or written.
type place struct {
	v      *variable // a whole variable; otherwise
	slice  *ir.Value // the slice, or
	local  *ir.Local // the array
	path   []*ir.Value
	typ    types.Type
	checks []indexCheck
	blank  bool // _
}

// indexCheck is a check that an access still owes.
type indexCheck struct {
	index, length *ir.Value
	unsigned      bool
	pos           diag.Pos
}

// place evaluates the operands of an addressable expression.
func (b *builder) place(e ast.Expr) place {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return b.place(e.X)
	case *ast.Ident:
		if e.Name == "_" {
			return place{blank: true}
		}
		v := b.variable(e)
		return place{v: v, typ: v.typ}
	case *ast.IndexExpr:
		return b.element(e)
	}
	panic("lower: no place for this expression")
}

// variable returns the variable that an identifier uses or declares.
func (b *builder) variable(id *ast.Ident) *variable {
	obj := b.pkg.Info.Uses[id]
	if obj == nil {
		obj = b.pkg.Info.Defs[id]
	}
	return b.vars[obj.(*types.Var)]
}

// element evaluates the operands of an index expression.
func (b *builder) element(e *ast.IndexExpr) place {
	var p place
	switch t := b.typeOf(e.X).Underlying().(type) {
	case *types.Slice:
		s := b.expr(e.X).re
		i, unsigned := b.index(e.Index)
		b.at(e.Index.Pos())
		p = place{slice: s, path: []*ir.Value{i}, typ: t.Elem()}
		if !b.nobounds {
			p.checks = []indexCheck{{i, b.op(ir.OpLen, ir.Scalar(ir.Int), s), unsigned, b.pos}}
		}
	case *types.Array:
		p = b.arrayPlace(e.X)
		i, unsigned := b.index(e.Index)
		b.at(e.Index.Pos())
		p.path = append(p.path, i)
		p.typ = t.Elem()
		if !i.Const && !b.nobounds {
			p.checks = append(p.checks, indexCheck{i, intConst(t.Len()), unsigned, b.pos})
		}
	}
	return p
}

// arrayPlace returns the place of an array to be indexed; one that has no place is copied to a local.
func (b *builder) arrayPlace(e ast.Expr) place {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.IndexExpr:
		p := b.place(x)
		if p.v != nil {
			p.local, p.v = p.v.re, nil
		}
		return p
	}
	return place{local: b.spill(b.expr(e).re)}
}

// spill copies a value into a new local.
func (b *builder) spill(v *ir.Value) *ir.Local {
	l := b.local("t", v.Type)
	b.set(l, v)
	return l
}

// index evaluates an index, a bound or a size as an int, and tells whether its own type is unsigned.
func (b *builder) index(e ast.Expr) (v *ir.Value, unsigned bool) {
	v = b.expr(e).re
	unsigned = !v.Type.Kind.IsSigned()
	return b.toInt(v), unsigned
}

func (b *builder) toInt(v *ir.Value) *ir.Value {
	if v.Const {
		return intConst(signExtend(v))
	}
	return b.convValue(v, ir.Scalar(ir.Int))
}

// signExtend returns the value of an integer constant as an int64.
func signExtend(v *ir.Value) int64 {
	if w := v.Type.Kind.Bits(); v.Type.Kind.IsSigned() && w < 64 {
		return int64(v.Bits[0]<<(64-w)) >> (64 - w)
	}
	return int64(v.Bits[0])
}

// settle emits the checks that a place owes.
func (b *builder) settle(p *place) {
	pos := b.pos
	for _, c := range p.checks {
		b.pos = c.pos
		b.check(kg.Index, c.unsigned, c.index, c.length)
	}
	p.checks = nil
	b.pos = pos
}

// load reads a place.
func (b *builder) load(p *place) operand {
	if p.v != nil {
		return b.read(p.v)
	}
	b.settle(p)
	v := b.temp(typeOf(p.typ))
	in := &ir.Instr{Op: ir.OpElem, Results: []*ir.Value{v}, Local: p.local, Args: p.path, Unchecked: b.unchecked(p)}
	switch {
	case p.slice != nil:
		in.Op, in.Args = ir.OpLoad, append([]*ir.Value{p.slice}, p.path...)
	case len(p.path) == 0:
		in.Op = ir.OpGet
	}
	b.emit(in)
	return b.fromMemory(v)
}

// store writes a place.
func (b *builder) store(p *place, x operand) {
	switch {
	case p.blank:
		return
	case p.v != nil:
		b.assign(p.v, x)
		return
	}
	b.settle(p)
	in := &ir.Instr{Op: ir.OpSetElem, Local: p.local, Unchecked: b.unchecked(p)}
	if p.slice != nil {
		in.Op, in.Args = ir.OpStore, append(in.Args, p.slice)
	}
	in.Args = append(append(in.Args, p.path...), b.toMemory(x))
	b.emit(in)
}

// unchecked reports whether an access to the place leaves out a check that it would need. Constant
// indexes of arrays were checked with the types.
func (b *builder) unchecked(p *place) bool {
	if !b.nobounds {
		return false
	}
	if p.slice != nil {
		return true
	}
	for _, i := range p.path {
		if !i.Const {
			return true
		}
	}
	return false
}
