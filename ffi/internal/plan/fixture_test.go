package plan

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// prototype is a function of testdata/calls.h.
type prototype struct {
	name  string
	fn    *ctype.Type
	extra []*ctype.Type // behind the "..."
}

// types returns the types of all arguments.
func (p *prototype) types() []*ctype.Type {
	var list []*ctype.Type
	for _, param := range p.fn.Func.Params {
		list = append(list, param.Type)
	}
	return append(list, p.extra...)
}

// with is a comment behind a prototype that gives the types of more arguments.
var with = regexp.MustCompile(`// with (.*)`)

// prototypes reads testdata/calls.h.
func prototypes(t testing.TB, target ctype.Target) (list []*prototype, header string) {
	t.Helper()
	text, err := os.ReadFile("testdata/calls.h")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	source := with.ReplaceAllStringFunc(string(text), func(comment string) string {
		n++
		return fmt.Sprintf("void with%d(%s);", n, strings.TrimPrefix(comment, "// with "))
	})
	unit, err := cdecl.Text("calls.h", source, cdecl.Config{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range unit.Funcs {
		if !strings.HasPrefix(f.Name, "with") {
			list = append(list, &prototype{name: f.Name, fn: f.Type})
			continue
		}
		p := list[len(list)-1]
		for _, param := range f.Type.Func.Params {
			p.extra = append(p.extra, param.Type)
		}
	}
	return list, string(text)
}

// Values travel through the fixture's memory in and out: the arguments one behind the other, and the result.
const (
	slot    = 1024 // bytes for each value
	maxArgs = 32
)

// write writes the C of a prototype: a function that stores its arguments and returns what it finds, and one that calls
// a function with what it finds and stores the result.
func (p *prototype) write(b *strings.Builder) {
	types, result := p.types(), p.fn.Func.Result
	named := len(p.fn.Func.Params)
	var params, take, stores, loads, names []string
	for i, typ := range types {
		name := fmt.Sprintf("a%d", i)
		names = append(names, name)
		loads = append(loads, fmt.Sprintf("%s; memcpy(&%s, in + %d, sizeof %s);", typ.Declare(name), name, i*slot, name))
		stores = append(stores, fmt.Sprintf("memcpy(in + %d, &%s, sizeof %s);", i*slot, name, name))
		if i < named {
			params = append(params, typ.Declare(name))
			continue
		}
		take = append(take, fmt.Sprintf("%s = __builtin_va_arg(list, %s);", typ.Declare(name), typ))
	}
	if p.extra != nil {
		params = append(params, "...")
		take = append([]string{fmt.Sprintf("__builtin_va_list list; __builtin_va_start(list, a%d);", named-1)}, take...)
	}
	if params == nil {
		params = []string{"void"}
	}
	list := strings.Join(params, ", ")
	give, keep, call := "", "", "f("+strings.Join(names, ", ")+")"
	if result.Kind != ctype.Void {
		give = result.Declare("r") + "; memcpy(&r, out, sizeof r); return r;"
		keep = "memcpy(out, &r, sizeof r);"
		call = result.Declare("r") + " = " + call
	}
	fmt.Fprintf(b, "%s {\n\t%s\n\t%s\n\t%s\n}\n", result.Declare(p.name+"("+list+")"), strings.Join(take, "\n\t"), strings.Join(stores, "\n\t"), give)
	fmt.Fprintf(b, "void call_%s(%s) {\n\t%s\n\t%s;\n\t%s\n}\n\n", p.name, result.Declare("(*f)("+list+")"), strings.Join(loads, "\n\t"), call, keep)
}

// fixture is a library made of testdata/calls.h and testdata/more.c by one compiler.
type fixture struct {
	target  ctype.Target
	list    []*prototype
	handle  uintptr
	in, out unsafe.Pointer
}

// toolset builds fixtures.
type toolset struct {
	target  ctype.Target // whose conventions the code follows
	compile func(t testing.TB, source, out string)
}

// toolsets are what the calls are tested with.
func toolsets() map[string]toolset {
	all := map[string]toolset{"default": {ctype.Host(), func(t testing.TB, source, out string) {
		ffitest.BuildFile(t, source, out, "-w", "-Wno-psabi")
	}}}
	addToolsets(all)
	return all
}

// fixtures are those that were built, by the names of their toolsets. TestMain removes the folder.
var fixtures struct {
	dir   string
	built map[string]*fixture
}

// fixture returns the fixture of a toolset, built once.
func (s toolset) fixture(t testing.TB, name string) *fixture {
	t.Helper()
	if f := fixtures.built[name]; f != nil {
		return f
	}
	dir := filepath.Join(fixtures.dir, strings.ReplaceAll(name, "/", "-"))
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if fixtures.built == nil {
		fixtures.built = map[string]*fixture{}
	}
	f := s.build(t, dir)
	fixtures.built[name] = f
	return f
}

// prologue comes first in the fixture. The memory of a foreign fixture is in another file.
const prologue = `#define memcpy __builtin_memcpy
#ifdef FOREIGN
extern char in[], out[];
#elif defined(_WIN32)
__declspec(dllexport) char in[%[1]d], out[%[2]d];
#else
char in[%[1]d], out[%[2]d];
#endif
`

// build compiles the fixture in a folder and loads it.
func (s toolset) build(t testing.TB, dir string) *fixture {
	t.Helper()
	list, header := prototypes(t, s.target)
	more, err := os.ReadFile("testdata/more.c")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, prologue, maxArgs*slot, slot)
	b.WriteString(header)
	for _, p := range list {
		p.write(&b)
	}
	b.Write(more)
	source, library := filepath.Join(dir, "calls.c"), filepath.Join(dir, "libcalls.so")
	if err := os.WriteFile(source, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	s.compile(t, source, library)
	f := &fixture{target: s.target, list: list}
	if f.handle, err = sys.Open(library, 0); err != nil {
		t.Fatal(err)
	}
	f.in, f.out = f.symbol(t, "in"), f.symbol(t, "out")
	return f
}

func (f *fixture) symbol(t testing.TB, name string) unsafe.Pointer {
	t.Helper()
	p, err := sys.Symbol(f.handle, name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// value returns the bytes of argument i in the fixture's memory.
func (f *fixture) value(i, size int) []byte {
	return unsafe.Slice((*byte)(unsafe.Add(f.in, i*slot)), size)
}

func (f *fixture) result(size int) []byte { return unsafe.Slice((*byte)(f.out), size) }

// pattern fills the memory of a value with random bytes that are a value of its type.
func pattern(rng *rand.Rand, mask, memory []byte, bools []byte) {
	for i := range memory {
		memory[i] = byte(rng.Uint32()) & mask[i] &^ bools[i]
	}
}

// masks returns the bits of a type's bytes that are part of its value, and those that bools must leave 0.
func masks(t ctype.Target, typ *ctype.Type) (mask, bools []byte) {
	size, _ := t.Sizeof(typ)
	mask, bools = make([]byte, size), make([]byte, size)
	addMask(t, typ, 0, mask, bools)
	return mask, bools
}

func addMask(t ctype.Target, typ *ctype.Type, at int64, mask, bools []byte) {
	size, _ := t.Sizeof(typ)
	switch {
	case typ.Kind.IsRecord():
		addRecordMask(t, typ, at, mask, bools)
	case typ.Kind == ctype.Array:
		step, _ := t.Sizeof(typ.Elem)
		for i := range typ.Len {
			addMask(t, typ.Elem, at+i*step, mask, bools)
		}
	default:
		if typ.Kind.Part() == ctype.LongDouble && t.LongDouble() == ctype.Extended {
			for ; size > 0; size, at = size-16, at+16 {
				setBits(mask, 8*at, 80)
			}
			return
		}
		setBits(mask, 8*at, 8*size)
		if typ.Base() == ctype.Bool {
			setBits(bools, 8*at+1, 7)
		}
	}
}

func addRecordMask(t ctype.Target, typ *ctype.Type, at int64, mask, bools []byte) {
	l, _ := t.Layout(typ)
	for i, f := range typ.Record.Fields {
		switch {
		case f.BitField && f.Name == "": // padding
		case f.BitField:
			setBits(mask, 8*at+l.Fields[i].Bit, l.Fields[i].Width)
		default:
			addMask(t, f.Type, at+l.Fields[i].Offset, mask, bools)
		}
	}
}

func setBits(mask []byte, from, n int64) {
	for bit := from; bit < from+n; bit++ {
		mask[bit/8] |= 1 << (bit % 8)
	}
}
