package emit

import (
	"fmt"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
)

// The interface between the Go stub and the C library of a package called NAME.
//
// A kernel is the symbol Symbol(NAME, kernel), a C function `int32_t f(struct block *)`. It returns 0,
// or the number of the failed check's site plus one with the fault's values in the block, or a negative
// number for an internal error: the library and its caller do not fit together.
//
// A slice comes back as a kg_ref: the number of its buffer, or -1 for nil, and offset, length and
// capacity in elements. The buffers are the slice parameters in order (number 0 is the first slice
// parameter), then the block's buffers: memory for each make and each large local array, which the caller allocates,
// zeroed; one of no elements has an address, too. A buffer whose size at entry is negative or too large to allocate is passed as {nil, 0}: the kernel then
// reports the error at its place in program order.
//
// FingerprintSymbol(NAME) is a zero-terminated `const char []`. LevelSymbol(NAME) is a C function
// `int32_t f(struct kg_level *)` on {int64 want, have, best, built}: it chooses the variant
// for CPU level want (0: the best there is), sets have to the level in use, best to the highest level that the CPU
// has and built to the set of levels in the library (bit n for level n), and returns 0; or 1, changing nothing
// but these, when want is not built or not in the CPU. Levels are 1 (the only variant of a library
// that has no levels) and 2, 3, 4 for x86-64-v2, -v3 and -v4. When the library is loaded the best level
// is chosen; have is 0 when there is none, and every kernel then returns -1.

// BlockLayout is the argument block of an exported kernel: what its Go stub and the C header agree on.
type BlockLayout struct {
	Func    *ir.Func
	Size    int
	Fields  []BlockField // by offset: fault, parameters, results, buffers
	Slices  int          // the number of slice parameters
	Buffers []BlockBuffer
	// Prologue computes the buffers' capacities from the parameters: integer, boolean and comparison
	// operations, conversions, selects, and len and cap of slice parameters. It is total: x / 0 may be anything.
	Prologue []*ir.Instr
}

// FieldRole is what a field of a block is for.
type FieldRole uint8

// The roles. A fault is two int64, a buffer a pointer and an int64 capacity in elements; a slice is
// {pointer, len, cap} as a parameter and {buffer number, offset, len, cap}, four int64, as a result.
const (
	FieldFault FieldRole = iota
	FieldParam
	FieldResult
	FieldBuffer
)

// BlockField is a field of a block. Index counts the parameters, results or buffers.
type BlockField struct {
	Role          FieldRole
	Index         int
	Type          ir.Type // of a parameter or result; of a buffer its element's
	Offset, Size  int
	GoName, CName string
}

// BlockBuffer is memory that the caller allocates: Cap elements, Cap being a constant, a parameter or
// a result of the Prologue. Its number in a slice result is Slices plus its index.
type BlockBuffer struct {
	Elem ir.Type
	Cap  *ir.Value
	Pos  diag.Pos // of the make, or of the function of the local array
	Late bool     // the kernel may return or fail before the make
}

// BufferNumber returns the number of the buffer that is slice parameter i, or -1 when it is no slice.
func (b *BlockLayout) BufferNumber(i int) int {
	if b.Func.Params[i].Type.Kind != ir.Slice {
		return -1
	}
	n := 0
	for _, p := range b.Func.Params[:i] {
		if p.Type.Kind == ir.Slice {
			n++
		}
	}
	return n
}

// Symbol returns the name of the C function of an exported kernel in the package called name.
func Symbol(name, kernel string) string { return cPackage(name) + "_" + cIdent(kernel) }

// FingerprintSymbol returns the name of the package's fingerprint in its library.
func FingerprintSymbol(name string) string { return cPackage(name) + "_fingerprint" }

// LevelSymbol returns the name of the function that asks for and sets the CPU level.
func LevelSymbol(name string) string { return cPackage(name) + "_level" }

// Layout lays out the block of the exported kernel f, and finds the buffers that f and what it calls
// need. A make whose size is not known at entry is an error, as is recursion.
func Layout(u *ir.Unit, f *ir.Func) (*BlockLayout, error) {
	var diags diag.List
	checkSignature(f, &diags)
	plans := planBuffers(u, &diags)
	if err := diags.Err(); err != nil {
		return nil, err
	}
	b := &BlockLayout{Func: f}
	e := &entry{unit: u, plans: plans, layout: b, diags: &diags}
	e.kernel(f)
	if err := diags.Err(); err != nil {
		return nil, err
	}
	b.place()
	return b, nil
}

// checkSignature reports types that cannot travel in a block.
func checkSignature(f *ir.Func, diags *diag.List) {
	check := func(t ir.Type) {
		_, elem := t.Dims()
		if t.Kind == ir.Slice {
			_, elem = t.Elem.Dims()
		}
		empty := t.Size() == 0 || t.Kind == ir.Slice && t.Elem.Size() == 0
		if empty || elem.Kind == ir.Slice || elem.Lanes > 1 || elem.Kind.IsMask() {
			diags.Errorf(f.Pos, len(f.Name), "kernel %s: the type %s cannot be a parameter or result for the C target", f.Name, t)
		}
	}
	for _, p := range f.Params {
		check(p.Type)
	}
	for _, t := range f.Results {
		check(t)
	}
}

// Sizes of what a block holds beside scalars and arrays.
const (
	faultSize  = 16 // kg_fault
	refSize    = 32 // kg_ref
	bufferSize = 16 // kg_buffer
)

// place gives each field its offset, by the rules that Go and C share on 64-bit targets.
func (b *BlockLayout) place() {
	add := func(role FieldRole, i int, t ir.Type, name string, size, align int) {
		b.Size = (b.Size + align - 1) / align * align
		b.Fields = append(b.Fields, BlockField{role, i, t, b.Size, size, name, name})
		b.Size += size
	}
	add(FieldFault, 0, ir.Type{}, "fault", faultSize, 8)
	for i, p := range b.Func.Params {
		add(FieldParam, i, p.Type, fmt.Sprint("p", i), p.Type.Size(), p.Type.Align())
		b.Fields[len(b.Fields)-1].CName = paramField(i, p.Name)
		if p.Type.Kind == ir.Slice {
			b.Slices++
		}
	}
	for i, t := range b.Func.Results {
		size, align := t.Size(), t.Align()
		if t.Kind == ir.Slice {
			size = refSize
		}
		add(FieldResult, i, t, fmt.Sprint("r", i), size, align)
	}
	for i, m := range b.Buffers {
		add(FieldBuffer, i, m.Elem, fmt.Sprint("b", i), bufferSize, 8)
	}
	b.Size = (b.Size + 7) / 8 * 8
}

// paramField returns the C name of parameter i's field: the user's name behind the number that keeps
// it apart from every other name.
func paramField(i int, name string) string { return fmt.Sprintf("p%d_%s", i, cIdent(name)) }

// largeLocal is the size in bytes from which on a local array lives in a buffer of the caller instead
// of the stack.
const largeLocal = 64 << 10

// bufferPlan numbers the buffers that a function needs, its calls included, from 0.
type bufferPlan struct {
	locals map[*ir.Local]int // large arrays
	instrs map[*ir.Instr]int // makes; calls: the first of the callee's buffers
	count  int
}

// planBuffers plans every function of the unit, callees first. Recursion is an error.
func planBuffers(u *ir.Unit, diags *diag.List) map[*ir.Func]*bufferPlan {
	plans := map[*ir.Func]*bufferPlan{}
	active := map[*ir.Func]bool{}
	var plan func(f *ir.Func) *bufferPlan
	plan = func(f *ir.Func) *bufferPlan {
		if p := plans[f]; p != nil {
			return p
		}
		active[f] = true
		defer delete(active, f)
		p := &bufferPlan{locals: map[*ir.Local]int{}, instrs: map[*ir.Instr]int{}}
		for _, l := range f.Locals {
			if isLarge(l) {
				p.locals[l] = p.count
				p.count++
			}
		}
		ir.Walk(f.Body, func(in *ir.Instr) bool {
			switch in.Op {
			case ir.OpMake:
				p.instrs[in] = p.count
				p.count++
			case ir.OpCall:
				callee := u.Func(in.Callee)
				if active[callee] {
					diags.Errorf(in.Pos, 0, "kernel %s calls itself through %s: recursion is not possible for the C target", callee.Name, f.Name)
					break
				}
				p.instrs[in] = p.count
				p.count += plan(callee).count
			}
			return true
		})
		plans[f] = p
		return p
	}
	for _, f := range u.Funcs {
		plan(f)
	}
	return plans
}

func isLarge(l *ir.Local) bool { return l.Type.Kind == ir.Array && l.Type.Size() > largeLocal }
