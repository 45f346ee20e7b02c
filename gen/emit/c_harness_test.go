package emit

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// parseUnit returns the verified unit of an IR text.
func parseUnit(t testing.TB, text string) *ir.Unit {
	t.Helper()
	u, err := ir.Parse("test.ir", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := ir.Verify(u); err != nil {
		t.Fatal(err)
	}
	return u
}

// writeC writes the unit's C and the headers that it includes to a new folder.
func writeC(t testing.TB, u *ir.Unit, o COptions) string {
	t.Helper()
	files, err := C(u, o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, csrc.Include()); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// cLibrary is a built and loaded library, called as the Go stub calls it.
type cLibrary struct {
	t    testing.TB
	u    *ir.Unit
	name string
	lib  *ffi.Lib
	csrc.Result
}

// buildC builds the unit with the compiler of that name and loads it.
func buildC(t testing.TB, u *ir.Unit, compiler string) *cLibrary {
	t.Helper()
	csrctest.Need(t, compiler)
	t.Setenv("CC", compiler)
	ctx := context.Background()
	cc, err := csrc.Find(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dir := writeC(t, u, COptions{Name: u.Package, Fingerprint: "f"})
	out := filepath.Join(dir, LibraryName(u.Package, ".so"))
	result, err := cc.Build(ctx, csrc.Library{Dir: dir, Name: FileName(u.Package), Out: out, Lanes: UsesLanes(u)})
	if failed := (*csrc.Error)(nil); errors.As(err, &failed) {
		t.Fatalf("%v\n%s\n%s", err, failed.Command, failed.Output)
	}
	if err != nil {
		t.Fatal(err)
	}
	lib, err := ffi.Load(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lib.Close() })
	return &cLibrary{t, u, u.Package, lib, result}
}

// levels runs the test once for each level of the library that this CPU has.
func (l *cLibrary) levels(test func(level int64)) {
	l.t.Helper()
	for _, level := range l.Levels {
		if state, ok := l.level(int64(level)); ok {
			test(state[1])
		} else {
			csrctest.Missing(l.t, "the CPU does not have x86-64-%s", "v"+string(rune('0'+level)))
		}
	}
}

// level asks for a CPU level and returns want, have, best and built.
func (l *cLibrary) level(want int64) ([4]int64, bool) {
	l.t.Helper()
	proc, err := l.lib.Proc(LevelSymbol(l.name))
	if err != nil {
		l.t.Fatal(err)
	}
	state := [4]int64{want}
	return state, proc.Call(unsafe.Pointer(&state)) == 0
}

// memory is the bytes of buffers, by buffer.
type memory map[*ir.Buffer][]byte

// bytes returns the bytes of a buffer, filled from its cells at first.
func (m memory) bytes(b *ir.Buffer) []byte {
	if b == nil {
		return nil
	}
	if m[b] == nil {
		words := make([]uint64, len(b.Cells)+2) // aligned, and never without an address
		m[b] = unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 8*len(words))
		encode(m[b], b.Elem, b.Cells)
	}
	return m[b]
}

// cellKinds returns the kinds of the cells that a value of type t is made of.
func cellKinds(t ir.Type) []ir.Kind {
	dims, elem := t.Dims()
	n := 1
	for _, d := range dims {
		n *= d
	}
	var kinds []ir.Kind
	for range n {
		if elem.Kind.IsPair() {
			kinds = append(kinds, elem.Kind.Part(), elem.Kind.Part())
		} else {
			kinds = append(kinds, elem.Kind)
		}
	}
	return kinds
}

// encode writes cells of values of type t as they lie in memory.
func encode(to []byte, t ir.Type, cells []uint64) {
	kinds := cellKinds(t)
	for i, cell := range cells {
		size := kinds[i%len(kinds)].Bits() / 8
		var word [8]byte
		binary.LittleEndian.PutUint64(word[:], cell)
		copy(to[:size], word[:])
		to = to[size:]
	}
}

// decode is encode's inverse for n cells.
func decode(from []byte, t ir.Type, n int) []uint64 {
	kinds := cellKinds(t)
	cells := make([]uint64, n)
	for i := range cells {
		size := kinds[i%len(kinds)].Bits() / 8
		var word [8]byte
		copy(word[:], from[:size])
		cells[i] = binary.LittleEndian.Uint64(word[:])
		from = from[size:]
	}
	return cells
}

// call calls a kernel as Eval does: results, a *kg.Error for a failed check, and the buffers changed.
func (l *cLibrary) call(fn string, args []ir.Datum) ([]ir.Datum, error) {
	l.t.Helper()
	layout, err := Layout(l.u, l.u.Func(fn))
	if err != nil {
		l.t.Fatal(err)
	}
	proc, err := l.lib.Proc(Symbol(l.name, fn))
	if err != nil {
		l.t.Fatal(err)
	}
	mem, made := memory{}, l.allocate(layout, args)
	words := make([]uint64, layout.Size/8)
	block := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), layout.Size)
	for _, field := range layout.Fields {
		to := block[field.Offset:]
		switch {
		case field.Role == FieldBuffer:
			if b := made[field.Index]; b != nil {
				encode(to, ir.ArrayOf(2, ir.Scalar(ir.U64)), []uint64{address(mem.bytes(b), 0), uint64(len(b.Cells) / len(cellKinds(b.Elem)))})
			}
		case field.Role == FieldParam && field.Type.Kind == ir.Slice:
			s := args[field.Index].Slice
			header := []uint64{address(mem.bytes(s.Buf), s.Off*field.Type.Elem.Size()), uint64(s.Len), uint64(s.Cap)}
			encode(to, ir.ArrayOf(3, ir.Scalar(ir.U64)), header)
		case field.Role == FieldParam:
			encode(to, field.Type, args[field.Index].Cells)
		}
	}
	status := proc.Call(unsafe.Pointer(&words[0]))
	runtime.KeepAlive(mem)
	for b, bytes := range mem {
		copy(b.Cells, decode(bytes, b.Elem, len(b.Cells)))
	}
	if status < 0 {
		l.t.Fatalf("%s: status %d", fn, status)
	}
	if status > 0 {
		site := l.u.Sites[status-1]
		return nil, &kg.Error{Site: kg.Site{Kind: site.Kind, Unsigned: site.Unsigned, Kernel: site.Kernel, File: site.Pos.File,
			Line: site.Pos.Line, Col: site.Pos.Col}, X: int64(words[0]), Y: int64(words[1])}
	}
	return l.results(layout, args, made, block), nil
}

// address is of a place in a buffer's bytes; a nil buffer has none.
func address(b []byte, offset int) uint64 {
	if b == nil {
		return 0
	}
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) + uint64(offset)
}

// allocate runs the layout's prologue, as a function of the IR, and makes the block's buffers.
func (l *cLibrary) allocate(layout *BlockLayout, args []ir.Datum) []*ir.Buffer {
	l.t.Helper()
	if len(layout.Buffers) == 0 {
		return nil
	}
	entry := &ir.Func{Name: "entry", Params: layout.Func.Params, Body: &ir.Block{}}
	sizes := &ir.Instr{Op: ir.OpReturn}
	for _, b := range layout.Buffers {
		sizes.Args = append(sizes.Args, b.Cap)
		entry.Results = append(entry.Results, ir.Scalar(ir.Int))
	}
	entry.Body.Instrs = append(append(entry.Body.Instrs, layout.Prologue...), sizes)
	results, err := ir.Eval(&ir.Unit{Package: "entry", Funcs: []*ir.Func{entry}}, "entry", args, ir.Limits{})
	if err != nil {
		l.t.Fatal(err)
	}
	var made []*ir.Buffer
	for i, b := range layout.Buffers {
		if n := int64(results[i].Cells[0]); n >= 0 && n < 1<<22 {
			made = append(made, ir.NewBuffer(b.Elem, int(n)))
		} else {
			made = append(made, nil)
		}
	}
	return made
}

// results reads the result fields of the block.
func (l *cLibrary) results(layout *BlockLayout, args []ir.Datum, made []*ir.Buffer, block []byte) []ir.Datum {
	var buffers []*ir.Buffer
	var starts []int
	for _, a := range args {
		if a.Type.Kind == ir.Slice {
			buffers, starts = append(buffers, a.Slice.Buf), append(starts, a.Slice.Off)
		}
	}
	for _, b := range made {
		buffers, starts = append(buffers, b), append(starts, 0)
	}
	var out []ir.Datum
	for _, field := range layout.Fields {
		from := block[field.Offset:]
		switch {
		case field.Role != FieldResult:
		case field.Type.Kind == ir.Slice:
			ref := decode(from, ir.ArrayOf(4, ir.Scalar(ir.U64)), 4)
			d := ir.Datum{Type: field.Type}
			if n := int64(ref[0]); n >= 0 {
				d.Slice = ir.SliceRef{Buf: buffers[n], Off: starts[n] + int(ref[1]), Len: int(ref[2]), Cap: int(ref[3])}
			}
			out = append(out, d)
		default:
			out = append(out, ir.Datum{Type: field.Type, Cells: decode(from, field.Type, len(cellKinds(field.Type)))})
		}
	}
	return out
}
