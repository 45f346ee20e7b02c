package emit

import (
	"fmt"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// entry finds the sizes of a kernel's buffers. It runs symbolically through what the kernel does
// unconditionally, callees included, and keeps for each value that depends on the parameters
// alone a value of the prologue.
type entry struct {
	unit   *ir.Unit
	plans  map[*ir.Func]*bufferPlan
	layout *BlockLayout
	diags  *diag.List
	calls  []diag.Pos          // the calls from the kernel to the current function
	instrs []*ir.Instr         // candidates for the prologue
	names  map[string]struct{} // of the parameters and the prologue's values
	left   bool                // the kernel may have returned or failed by now
	sized  bool                // there was a check of a make's size
}

// entryValue is what is known at entry about a value: a scalar's val, a slice's len and cap. Nil
// fields are unknown.
type entryValue struct{ val, len, cap *ir.Value }

// frame is the state of one function on the path.
type frame struct {
	*entry
	values  map[*ir.Value]entryValue
	locals  map[*ir.Local]entryValue
	results []entryValue // of the return at the end of the path
}

// kernel walks the exported kernel and fills the layout's buffers and prologue.
func (e *entry) kernel(f *ir.Func) {
	e.layout.Buffers = make([]BlockBuffer, e.plans[f].count)
	e.names = map[string]struct{}{}
	args := make([]entryValue, len(f.Params))
	for i, p := range f.Params {
		e.names[p.Name] = struct{}{}
		args[i].val = p
	}
	for i, p := range f.Params {
		if p.Type.Kind == ir.Slice {
			args[i] = entryValue{len: e.emit(ir.OpLen, ir.Scalar(ir.Int), p), cap: e.emit(ir.OpCap, ir.Scalar(ir.Int), p)}
		}
	}
	e.function(f, args, 0, true)
	e.layout.Prologue = e.needed()
}

// function walks one call of f whose buffers begin at base; known says that it is called exactly once
// (or not at all, after an earlier return).
func (e *entry) function(f *ir.Func, args []entryValue, base int, known bool) []entryValue {
	fr := &frame{entry: e, values: map[*ir.Value]entryValue{}, locals: map[*ir.Local]entryValue{}}
	for i, p := range f.Params {
		fr.values[p] = args[i]
	}
	plan := e.plans[f]
	for _, l := range f.Locals {
		if isLarge(l) {
			dims, elem := l.Type.Dims()
			n := 1
			for _, d := range dims {
				n *= d
			}
			e.layout.Buffers[base+plan.locals[l]] = BlockBuffer{Elem: elem, Cap: intConst(n), Pos: f.Pos}
			continue
		}
		fr.locals[l] = zeroAtEntry(l.Type)
	}
	fr.block(f.Body, plan, base, known)
	if fr.results == nil || returnsEarly(f.Body) {
		return make([]entryValue, len(f.Results))
	}
	return fr.results
}

// block walks a block. known says that it runs exactly once.
func (fr *frame) block(b *ir.Block, plan *bufferPlan, base int, known bool) {
	if b == nil {
		return
	}
	for _, in := range b.Instrs {
		switch in.Op {
		case ir.OpMake:
			size, capacity := fr.value(in.Args[0]), fr.value(in.Args[1])
			fr.makeBuffer(in, capacity.val, base+plan.instrs[in], known)
			fr.values[in.Results[0]] = entryValue{len: size.val, cap: capacity.val}
		case ir.OpCall:
			fr.call(in, base+plan.instrs[in], known)
		case ir.OpReturn:
			if known {
				for _, a := range in.Args {
					fr.results = append(fr.results, fr.value(a))
				}
			}
			fr.left = fr.left || !known
			return
		default:
			fr.block(in.Body, plan, base, false)
			fr.block(in.Else, plan, base, false)
			fr.forget(in)
			if known {
				fr.instr(in)
			}
			fr.left = fr.left || fr.mayFail(in)
		}
	}
}

// makeBuffer records a make, or reports why it cannot be.
func (fr *frame) makeBuffer(in *ir.Instr, capacity *ir.Value, number int, known bool) {
	const hint = "the C target has its memory allocated before the call; move the make to the top of the kernel, " +
		"with a size that depends only on integer parameters, constants and len"
	switch {
	case !known:
		fr.refuse(in, "make in a loop or under a condition is not possible for the C target", hint)
	case capacity == nil:
		fr.refuse(in, "make of a size that is not known at the kernel's entry is not possible for the C target", hint)
	default:
		fr.layout.Buffers[number] = BlockBuffer{Elem: *in.Results[0].Type.Elem, Cap: capacity, Pos: in.Pos, Late: fr.left}
		fr.left = fr.left || fr.sized
	}
}

// mayFail reports whether an instruction is a check that may end the kernel. One of the size of a make says so only
// about what comes behind that make.
func (fr *frame) mayFail(in *ir.Instr) bool {
	if !in.Op.IsCheck() {
		return false
	}
	if k := fr.unit.Sites[in.Site].Kind; k == kg.MakeLen || k == kg.MakeCap {
		fr.sized = true
		return false
	}
	return true
}

func (fr *frame) refuse(in *ir.Instr, msg, hint string) {
	d := fr.diags.Errorf(in.Pos, 0, "%s", msg).Note(diag.Pos{}, "%s", hint)
	for i := len(fr.calls) - 1; i >= 0; i-- {
		d.Note(fr.calls[i], "called here")
	}
}

func (fr *frame) call(in *ir.Instr, base int, known bool) {
	callee := fr.unit.Func(in.Callee)
	args := make([]entryValue, len(in.Args))
	for i, a := range in.Args {
		args[i] = fr.value(a)
	}
	fr.calls = append(fr.calls, in.Pos)
	results := fr.function(callee, args, base, known)
	fr.calls = fr.calls[:len(fr.calls)-1]
	if known {
		for i, r := range in.Results {
			fr.values[r] = results[i]
		}
	}
}

// instr carries what is known about the operands of an instruction that runs exactly once to its result.
func (fr *frame) instr(in *ir.Instr) {
	switch in.Op {
	case ir.OpSet:
		fr.locals[in.Local] = fr.value(in.Args[0])
	case ir.OpGet:
		fr.values[in.Results[0]] = fr.locals[in.Local]
	case ir.OpNil, ir.OpZero:
		fr.values[in.Results[0]] = zeroAtEntry(in.Results[0].Type)
	case ir.OpLen:
		fr.values[in.Results[0]] = entryValue{val: fr.value(in.Args[0]).len}
	case ir.OpCap:
		fr.values[in.Results[0]] = entryValue{val: fr.value(in.Args[0]).cap}
	case ir.OpSlice:
		low, high, limit := fr.value(in.Args[1]).val, fr.value(in.Args[2]).val, fr.value(in.Args[3]).val
		fr.values[in.Results[0]] = entryValue{len: fr.difference(high, low), cap: fr.difference(limit, low)}
	default:
		fr.pure(in)
	}
}

// pure copies an instruction whose operands are known integers or conditions into the prologue.
func (fr *frame) pure(in *ir.Instr) {
	if !entryOps[in.Op] || !isEntryScalar(in.Results[0].Type) {
		return
	}
	args := make([]*ir.Value, len(in.Args))
	for i, a := range in.Args {
		args[i] = fr.value(a).val
		if args[i] == nil || !isEntryScalar(args[i].Type) {
			return
		}
	}
	fr.values[in.Results[0]] = entryValue{val: fr.emit(in.Op, in.Results[0].Type, args...)}
}

// entryOps are the operations that may compute a size: total up to division by zero.
var entryOps = map[ir.Op]bool{
	ir.OpAdd: true, ir.OpSub: true, ir.OpMul: true, ir.OpDiv: true, ir.OpRem: true, ir.OpAnd: true, ir.OpOr: true,
	ir.OpXor: true, ir.OpAndNot: true, ir.OpShl: true, ir.OpShr: true, ir.OpNeg: true, ir.OpNot: true,
	ir.OpEq: true, ir.OpNe: true, ir.OpLt: true, ir.OpLe: true, ir.OpGt: true, ir.OpGe: true,
	ir.OpMin: true, ir.OpMax: true, ir.OpAbs: true, ir.OpConv: true, ir.OpSelect: true,
}

func isEntryScalar(t ir.Type) bool { return t.Lanes == 1 && (t.Kind.IsInteger() || t.Kind == ir.Bool) }

// value returns what is known about v.
func (fr *frame) value(v *ir.Value) entryValue {
	if v.Const {
		return entryValue{val: v}
	}
	return fr.values[v]
}

// forget drops what is known about the locals that the blocks of in assign.
func (fr *frame) forget(in *ir.Instr) {
	drop := func(in *ir.Instr) bool {
		if in.Op == ir.OpSet {
			delete(fr.locals, in.Local)
		}
		return true
	}
	ir.Walk(in.Body, drop)
	ir.Walk(in.Else, drop)
}

func (e *entry) difference(x, y *ir.Value) *ir.Value {
	if x == nil || y == nil {
		return nil
	}
	return e.emit(ir.OpSub, ir.Scalar(ir.Int), x, y)
}

// emit appends an instruction to the prologue's candidates.
func (e *entry) emit(op ir.Op, t ir.Type, args ...*ir.Value) *ir.Value {
	v := &ir.Value{Name: e.name(), Type: t}
	e.instrs = append(e.instrs, &ir.Instr{Op: op, Results: []*ir.Value{v}, Args: args, Pos: e.layout.Func.Pos})
	return v
}

func (e *entry) name() string {
	for n := len(e.instrs); ; n++ {
		name := fmt.Sprint("n", n)
		if _, taken := e.names[name]; !taken {
			e.names[name] = struct{}{}
			return name
		}
	}
}

// needed returns the instructions that the buffers' capacities depend on.
func (e *entry) needed() []*ir.Instr {
	used := map[*ir.Value]bool{}
	for _, b := range e.layout.Buffers {
		used[b.Cap] = true
	}
	keep := make([]bool, len(e.instrs))
	for i := len(e.instrs) - 1; i >= 0; i-- {
		if keep[i] = used[e.instrs[i].Results[0]]; keep[i] {
			for _, a := range e.instrs[i].Args {
				used[a] = true
			}
		}
	}
	var out []*ir.Instr
	for i, in := range e.instrs {
		if keep[i] {
			out = append(out, in)
		}
	}
	return out
}

// returnsEarly reports whether a return stands inside a nested block, so that the one at the end of
// the body is not the only one.
func returnsEarly(body *ir.Block) bool {
	early := false
	for _, in := range body.Instrs {
		find := func(in *ir.Instr) bool {
			early = early || in.Op == ir.OpReturn
			return !early
		}
		ir.Walk(in.Body, find)
		ir.Walk(in.Else, find)
	}
	return early
}

func zeroAtEntry(t ir.Type) entryValue {
	switch {
	case isEntryScalar(t):
		return entryValue{val: &ir.Value{Type: t, Const: true}}
	case t.Kind == ir.Slice:
		return entryValue{len: intConst(0), cap: intConst(0)}
	}
	return entryValue{}
}

func intConst(n int) *ir.Value {
	return &ir.Value{Type: ir.Scalar(ir.Int), Const: true, Bits: [2]uint64{uint64(n)}}
}
