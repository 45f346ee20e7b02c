// Package lower turns a checked kernel package into IR.
//
// A variable that is assigned only where it is declared becomes a value, any other a local; an array
// variable is always a local, because elements are read from locals. A complex number is two floats from
// here on: only memory, parameters, results and calls see pairs. Operands are evaluated strictly from left to
// right; an assignment evaluates all its operands first, and checks the indexes on its left side when
// it stores, as the Go specification says.
//
// Each operation that can fail is preceded by a check with a site. In a nobounds region the bounds checks are
// left out and the accesses are marked Unchecked.
package lower

import (
	_ "embed"
	"go/types"

	"github.com/kgen-go/kgen/gen/check"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// Options change what is lowered.
type Options struct {
	NoBounds bool // leave out every bounds check, as if each file said //kg:nobounds
}

// complexDiv is the one text of complex division, a function of the IR that kernels call.
//
//go:embed complexdiv.ir
var complexDiv []byte

// complexDivName cannot be the name of a kernel.
const complexDivName = "complex.div"

// Lower returns the package as a unit that ir.Verify accepts.
func Lower(p *check.Package, o Options) (*ir.Unit, error) {
	l := &lowerer{pkg: p, unit: &ir.Unit{Package: p.Name}}
	for _, k := range p.Kernels {
		l.unit.Funcs = append(l.unit.Funcs, l.kernel(k, k.NoBounds || o.NoBounds))
	}
	if l.divides {
		lib, err := ir.Parse("complexdiv.ir", complexDiv)
		if err != nil {
			return nil, err
		}
		l.unit.Funcs = append(l.unit.Funcs, lib.Funcs...)
	}
	return l.unit, nil
}

// lowerer is what the functions of one unit share.
type lowerer struct {
	pkg     *check.Package
	unit    *ir.Unit
	divides bool // some kernel divides complex numbers
}

// kernel lowers one kernel.
func (l *lowerer) kernel(k *check.Kernel, nobounds bool) *ir.Func {
	b := &builder{
		lowerer:  l,
		kernel:   k,
		fn:       &ir.Func{Name: k.Name, Exported: k.Exported, Body: &ir.Block{}, Pos: l.pkg.Syntax.Pos(k.Decl.Name.Pos())},
		vars:     map[*types.Var]*variable{},
		assigned: assignedVars(l.pkg.Info, k.Decl.Body),
		names:    map[string]int{},
		targets:  targets{},
		nobounds: nobounds,
	}
	b.block = b.fn.Body
	b.pos = b.fn.Pos
	b.params()
	b.results()
	b.stmts(k.Decl.Body.List)
	b.finish()
	b.fn.RecomputeAssigns()
	return b.fn
}

// params declares the parameters. A complex parameter is taken apart once, one that the body assigns is
// copied into a local.
func (b *builder) params() {
	for _, v := range b.kernel.Params {
		p := &ir.Value{Name: b.unique(nameOr(v.Name(), "p")), Type: typeOf(v.Type())}
		b.fn.Params = append(b.fn.Params, p)
		if v.Name() == "" || v.Name() == "_" {
			continue
		}
		b.declare(v, b.fromMemory(p))
	}
}

// results declares the named results as variables with the value zero.
func (b *builder) results() {
	for _, v := range b.kernel.Results {
		b.fn.Results = append(b.fn.Results, typeOf(v.Type()))
		if v.Name() != "" && v.Name() != "_" {
			b.assigned.whole[v] = true
			b.declareLocal(v)
		}
	}
}

// finish ends the body with the return that the source leaves out. A function with results cannot
// get there, but where that takes more than the structure to see, the IR asks for a return too.
func (b *builder) finish() {
	if b.dead {
		return
	}
	ret := &ir.Instr{Op: ir.OpReturn}
	for _, t := range b.fn.Results {
		ret.Args = append(ret.Args, b.zero(t))
	}
	b.emit(ret)
}

func nameOr(name, other string) string {
	if name == "" || name == "_" {
		return other
	}
	return name
}

// basicKinds maps Go's basic types to kinds; byte and rune are uint8 and int32.
var basicKinds = map[types.BasicKind]ir.Kind{
	types.Bool: ir.Bool, types.UntypedBool: ir.Bool,
	types.Int: ir.Int, types.Int8: ir.I8, types.Int16: ir.I16, types.Int32: ir.I32, types.Int64: ir.I64,
	types.Uint: ir.Uint, types.Uint8: ir.U8, types.Uint16: ir.U16, types.Uint32: ir.U32, types.Uint64: ir.U64,
	types.Float32: ir.F32, types.Float64: ir.F64, types.Complex64: ir.C64, types.Complex128: ir.C128,
	types.UntypedInt: ir.Int, types.UntypedRune: ir.I32, types.UntypedFloat: ir.F64, types.UntypedComplex: ir.C128,
}

// typeOf returns the IR's type for a checked type.
func typeOf(t types.Type) ir.Type {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		if k, ok := basicKinds[t.Kind()]; ok {
			return ir.Scalar(k)
		}
	case *types.Array:
		return ir.ArrayOf(int(t.Len()), typeOf(t.Elem()))
	case *types.Slice:
		return ir.SliceOf(typeOf(t.Elem()))
	}
	panic("lower: no type of the IR for " + t.String())
}

// site adds a check's place to the unit.
func (b *builder) site(kind kg.Kind, unsigned bool) int {
	b.unit.Sites = append(b.unit.Sites, ir.Site{Kind: kind, Unsigned: unsigned, Kernel: b.kernel.Name, Pos: b.pos})
	return len(b.unit.Sites) - 1
}
