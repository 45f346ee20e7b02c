package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/kgen-go/kgen/gen/check"
	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// builder lowers one kernel.
type builder struct {
	*lowerer
	kernel   *check.Kernel
	fn       *ir.Func
	block    *ir.Block // where instructions go
	dead     bool      // the block has ended: what follows cannot be reached and is dropped
	pos      diag.Pos  // place of the construct that is being lowered
	vars     map[*types.Var]*variable
	assigned assigned
	names    map[string]int
	temps    int
	targets  targets
	nobounds bool
}

// operand is an expression's value. Of a complex number re and im are its floats; of
// anything else re is the value and im is nil.
type operand struct{ re, im *ir.Value }

// variable is what a variable of the source became: a value or a local, two of them when it is complex.
type variable struct {
	typ    types.Type
	value  operand
	re, im *ir.Local
}

// at makes pos the place of the instructions to come.
func (b *builder) at(pos token.Pos) { b.pos = b.pkg.Syntax.Pos(pos) }

// unique returns the name, with a number where it is taken.
func (b *builder) unique(name string) string {
	b.names[name]++
	if n := b.names[name]; n > 1 {
		return b.unique(fmt.Sprintf("%s.%d", name, n))
	}
	return name
}

// temp returns a new value without a name of the source.
func (b *builder) temp(t ir.Type) *ir.Value {
	b.temps++
	return &ir.Value{Name: fmt.Sprintf("%d", b.temps), Type: t}
}

// emit appends an instruction, unless it cannot be reached.
func (b *builder) emit(in *ir.Instr) {
	if b.dead {
		return
	}
	in.Pos = b.pos
	b.block.Instrs = append(b.block.Instrs, in)
	b.dead = ir.Terminates(b.block)
}

// splice appends the instructions of a block that was lowered apart.
func (b *builder) splice(block *ir.Block) {
	if b.dead {
		return
	}
	b.block.Instrs = append(b.block.Instrs, block.Instrs...)
	b.dead = ir.Terminates(b.block)
}

// op appends an operation with one result and returns the result.
func (b *builder) op(op ir.Op, t ir.Type, args ...*ir.Value) *ir.Value {
	v := b.temp(t)
	b.emit(&ir.Instr{Op: op, Results: []*ir.Value{v}, Args: args})
	return v
}

// check appends a check of the kind, which fails with the values x and y.
func (b *builder) check(kind kg.Kind, unsigned bool, x, y *ir.Value) {
	if kind.Bounds() && b.nobounds || b.dead {
		return
	}
	in := &ir.Instr{Op: ir.OpCheckBound, Args: []*ir.Value{x, y}, Site: b.site(kind, unsigned)}
	switch kind {
	case kg.Index:
		in.Op = ir.OpCheckIndex
	case kg.Divide:
		in.Op, in.Args = ir.OpCheckNonzero, in.Args[:1]
	}
	b.emit(in)
}

// within runs fn with instructions going to a new block, which it returns with whether its end is reached.
func (b *builder) within(fn func()) (block *ir.Block, open bool) {
	outer, dead := b.block, b.dead
	b.block, b.dead = &ir.Block{}, dead
	fn()
	block, open = b.block, !b.dead
	b.block, b.dead = outer, dead
	return block, open
}

// branch appends an if with the two bodies; orElse may be nil.
func (b *builder) branch(cond *ir.Value, then, orElse func()) {
	pos := b.pos
	in := &ir.Instr{Op: ir.OpIf, Args: []*ir.Value{cond}}
	in.Body, _ = b.within(then)
	if orElse != nil {
		b.pos = pos
		in.Else, _ = b.within(orElse)
	}
	b.pos = pos
	b.emit(in)
}

// local adds a local to the function.
func (b *builder) local(name string, t ir.Type) *ir.Local {
	l := &ir.Local{Name: b.unique(name), Type: t}
	b.fn.Locals = append(b.fn.Locals, l)
	return l
}

func (b *builder) get(l *ir.Local) *ir.Value {
	v := b.temp(l.Type)
	b.emit(&ir.Instr{Op: ir.OpGet, Results: []*ir.Value{v}, Local: l})
	return v
}

func (b *builder) set(l *ir.Local, v *ir.Value) {
	b.emit(&ir.Instr{Op: ir.OpSet, Local: l, Args: []*ir.Value{v}})
}

// declareLocal gives a variable its local or, when it is complex, its two.
func (b *builder) declareLocal(v *types.Var) *variable {
	x := &variable{typ: v.Type()}
	t := typeOf(v.Type())
	if t.Kind.IsPair() {
		part := ir.Scalar(t.Kind.Part())
		x.re, x.im = b.local(v.Name()+".re", part), b.local(v.Name()+".im", part)
	} else {
		x.re = b.local(v.Name(), t)
	}
	b.vars[v] = x
	return x
}

// declare introduces a variable with its first value.
func (b *builder) declare(v *types.Var, init operand) {
	_, isArray := v.Type().Underlying().(*types.Array)
	if b.assigned.whole[v] || isArray {
		b.assign(b.declareLocal(v), init)
		return
	}
	b.vars[v] = &variable{typ: v.Type(), value: init}
	b.rename(v.Name(), init)
}

// rename gives temporaries the name of the variable that they are the value of.
func (b *builder) rename(name string, x operand) {
	if x.im != nil {
		b.renameValue(name+".re", x.re)
		b.renameValue(name+".im", x.im)
		return
	}
	b.renameValue(name, x.re)
}

func (b *builder) renameValue(name string, v *ir.Value) {
	if !v.Const && v.Name[0] >= '0' && v.Name[0] <= '9' {
		v.Name = b.unique(name)
	}
}

// read returns a variable's value now.
func (b *builder) read(x *variable) operand {
	switch {
	case x.re == nil:
		return x.value
	case x.im != nil:
		return operand{b.get(x.re), b.get(x.im)}
	}
	return operand{re: b.get(x.re)}
}

// assign stores a value in a variable that has locals.
func (b *builder) assign(x *variable, v operand) {
	b.set(x.re, v.re)
	if x.im != nil {
		b.set(x.im, v.im)
	}
}

// fromMemory turns a value as memory, parameters and results hold it into an operand.
func (b *builder) fromMemory(v *ir.Value) operand {
	if !v.Type.Kind.IsPair() {
		return operand{re: v}
	}
	part := ir.Scalar(v.Type.Kind.Part())
	return operand{b.op(ir.OpRe, part, v), b.op(ir.OpIm, part, v)}
}

// toMemory is the inverse of fromMemory.
func (b *builder) toMemory(x operand) *ir.Value {
	if x.im == nil {
		return x.re
	}
	kind := ir.C128
	if x.re.Type.Is(ir.F32) {
		kind = ir.C64
	}
	return b.op(ir.OpPair, ir.Scalar(kind), x.re, x.im)
}

// intConst returns a constant of type int.
func intConst(n int64) *ir.Value { return constInt(ir.Int, n) }

func constInt(k ir.Kind, n int64) *ir.Value {
	bits := uint64(n)
	if w := k.Bits(); w < 64 {
		bits &= 1<<w - 1
	}
	return &ir.Value{Type: ir.Scalar(k), Const: true, Bits: [2]uint64{bits}}
}

// zero returns the zero value of a type.
func (b *builder) zero(t ir.Type) *ir.Value {
	switch {
	case t.Kind == ir.Slice:
		return b.op(ir.OpNil, t)
	case t.Kind == ir.Array:
		return b.op(ir.OpZero, t)
	}
	return &ir.Value{Type: t, Const: true}
}

// zeroOperand returns the zero value of a checked type.
func (b *builder) zeroOperand(t types.Type) operand {
	typ := typeOf(t)
	if typ.Kind.IsPair() {
		z := b.zero(ir.Scalar(typ.Kind.Part()))
		return operand{z, z}
	}
	return operand{re: b.zero(typ)}
}

// assigned tells which variables are assigned after their declaration: whole ones, and arrays of which elements are.
type assigned struct{ whole, element map[*types.Var]bool }

// changes reports whether the variable is assigned in any way.
func (a assigned) changes(v *types.Var) bool { return a.whole[v] || a.element[v] }

// assignedVars finds the variables that are assigned within a node. The declaration of a variable does not count,
// but for `var x T` without a value, x := v and x = v do.
func assignedVars(info *check.Info, root ast.Node) assigned {
	a := assigned{map[*types.Var]bool{}, map[*types.Var]bool{}}
	mark := func(e ast.Expr) {
		set := a.whole
		for {
			switch x := e.(type) {
			case *ast.ParenExpr:
				e = x.X
				continue
			case *ast.IndexExpr:
				if _, ok := info.Types[x.X].Type.Underlying().(*types.Array); !ok {
					return
				}
				set, e = a.element, x.X
				continue
			case *ast.Ident:
				if v, ok := info.Uses[x].(*types.Var); ok {
					set[v] = true
				}
			}
			return
		}
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, lhs := range n.Lhs {
				mark(lhs)
			}
		case *ast.IncDecStmt:
			mark(n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				for _, e := range []ast.Expr{n.Key, n.Value} {
					if e != nil {
						mark(e)
					}
				}
			}
		}
		return true
	})
	return a
}
