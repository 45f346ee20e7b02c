package ffi_test

import (
	"errors"
	"fmt"
	"go/constant"
	"go/token"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// TestDeclareHeader declares a header to a library that has nothing of it: its own functions are missing, those of its includes may be.
func TestDeclareHeader(t *testing.T) {
	dir := ffitest.Dir(t)
	for name, text := range map[string]string{
		"mine.h":      "#include <other.h>\n#include <mine/more.h>\nint mine_1(void);\n",
		"mine/more.h": "int mine_2(void);\n",
		"other.h":     "int other_1(void);\nint abs(int);\n",
	} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"mine.h", filepath.Join(dir, "mine.h")} {
		d, err := ffi.Header(path, ffi.OnlyInclude(), ffi.Include(dir))
		if err != nil {
			t.Fatal(err)
		}
		lib := ffi.Self()
		text := fmt.Sprint(lib.Declare(d))
		if !strings.Contains(text, "mine_1") || !strings.Contains(text, "mine_2") || strings.Contains(text, "other_1") {
			t.Errorf("%s: %s", path, text)
		}
		if _, err := lib.Call("other_1"); !errors.Is(err, ffi.ErrNotFound) {
			t.Errorf("call of a missing function: %v", err)
		}
		if v, err := lib.Call("abs", -3); err != nil || v.Int() != 3 {
			t.Errorf("abs: %v, %v", v, err)
		}
	}
}

// cdef reads C text without errors.
func cdef(t testing.TB, text string, o ...ffi.Option) *ffi.Decls {
	t.Helper()
	d, err := ffi.CDef(text, o...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCDefErrors(t *testing.T) {
	d, err := ffi.CDef("int good(int);\nint bad(unknown_t *, );\nstruct s { int a; };\nint worse(;\nenum { YES = 1 };\n")
	for _, want := range []string{"cdef:2:", "cdef:4:"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
	var e *ffi.Error
	if !errors.As(err, &e) || e.Op != "cdef" {
		t.Errorf("%T: %v", err, err)
	}
	if v, ok := d.Const("YES"); !ok || v.String() != "1" || len(d.Funcs()) == 0 || d.Funcs()[0].Name != "good" {
		t.Errorf("what is right is lost: %v, %v", v, d.Funcs())
	}
	if n, err := d.Sizeof("struct s"); err != nil || n != 4 {
		t.Errorf("struct s has %d bytes, %v", n, err)
	}
}

func TestDeclsOptions(t *testing.T) {
	dir := ffitest.Dir(t)
	if err := os.WriteFile(filepath.Join(dir, "mine.h"), []byte("#ifdef WIDE\ntypedef long long mine;\n#else\ntypedef char mine;\n#endif\nstruct m { char c; mine x; };\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "#include <mine.h>\nstruct mm { mine x; };\n"
	tests := []struct {
		o    []ffi.Option
		want int
	}{
		{[]ffi.Option{ffi.Include(dir), ffi.OnlyInclude()}, 2},
		{[]ffi.Option{ffi.Include(ffitest.Dir(t)), ffi.Include(dir), ffi.Define("WIDE"), ffi.OnlyInclude()}, 16},
		{[]ffi.Option{ffi.Include(dir), ffi.Define("OTHER=1", "WIDE=0"), ffi.Pack(1), ffi.OnlyInclude()}, 9},
	}
	for i, test := range tests {
		d, err := ffi.CDef(text, test.o...)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := d.Sizeof("struct m"); err != nil || n != test.want {
			t.Errorf("%d: struct m has %d bytes, %v, want %d", i, n, err, test.want)
		}
		if d, err = ffi.Header("mine.h", test.o...); err != nil {
			t.Fatal(err)
		}
		if n, err := d.Sizeof("struct m"); err != nil || n != test.want {
			t.Errorf("%d: struct m of the header has %d bytes, %v, want %d", i, n, err, test.want)
		}
	}
	if _, err := ffi.CDef(text, ffi.OnlyInclude()); err == nil || !strings.Contains(err.Error(), "mine.h") {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := ffi.Header("mine.h", ffi.OnlyInclude()); err == nil || !strings.Contains(err.Error(), "mine.h") {
		t.Errorf("a header that is not there: %v", err)
	}
	if d, err := ffi.CDef("int f(void);", ffi.Global()); d != nil || !errors.Is(err, ffi.ErrUsage) {
		t.Errorf("an option of Load: %v", err)
	}
}

func TestDeclsList(t *testing.T) {
	d := cdef(t, `
/* Adds. */
int add(int a, int b);
extern const char *names[3];
typedef unsigned long size;
/* A point. */
struct point { int x, y; };
enum color { RED, GREEN = 5 };
#define LIMIT (1 << 4)
#define TEXT "abc"
#define SQUARE(x) ((x) * (x))
`)
	find := func(list []ffi.Declaration, name string) ffi.Declaration {
		for _, x := range list {
			if x.Name == name {
				return x
			}
		}
		t.Errorf("%s is not listed", name)
		return ffi.Declaration{}
	}
	add := find(d.Funcs(), "add")
	if add.C != "int add(int a, int b)" || !strings.Contains(add.Doc, "Adds.") || add.Pos != "cdef:3:5" {
		t.Errorf("add: %+v", add)
	}
	if v := find(d.Vars(), "names"); v.C != "extern const char *names[3]" {
		t.Errorf("names: %+v", v)
	}
	if v := find(d.Types(), "size"); v.C != "typedef unsigned long size" {
		t.Errorf("size: %+v", v)
	}
	if v := find(d.Types(), "struct point"); !strings.Contains(v.C, "int x;") || !strings.Contains(v.Doc, "A point.") {
		t.Errorf("point: %+v", v)
	}
	if v := find(d.Consts(), "GREEN"); v.Value.String() != "5" || v.C != "GREEN = 5" {
		t.Errorf("GREEN: %+v", v)
	}
	if v := find(d.Consts(), "LIMIT"); !constant.Compare(v.Value, token.EQL, constant.MakeInt64(16)) {
		t.Errorf("LIMIT: %+v", v)
	}
	if v := find(d.Consts(), "TEXT"); constant.StringVal(v.Value) != "abc" {
		t.Errorf("TEXT: %+v", v)
	}
	if v := find(d.Macros(), "SQUARE"); v.C != "#define SQUARE(x) ((x) * (x))" {
		t.Errorf("SQUARE: %+v", v)
	}
	if _, ok := d.Const("SQUARE"); ok {
		t.Error("SQUARE is a constant")
	}
	var none *ffi.Decls
	if n := len(none.Funcs()) + len(none.Vars()) + len(none.Types()) + len(none.Consts()) + len(none.Macros()); n != 0 {
		t.Errorf("nil lists %d declarations", n)
	}
}

func TestDeclsTypes(t *testing.T) {
	d := cdef(t, "struct s { char c; struct { short a, e; }; double d[4]; }; struct bits { int b : 3; }; typedef struct s alias; struct open;")
	for cType, want := range map[string]int{"int": 4, "struct s": 40, "alias": 40, "alias[3]": 120, "char *": 8, "int (*)(void)": 8, "uint16_t[5]": 10} {
		if n, err := d.Sizeof(cType); err != nil || n != want {
			t.Errorf("sizeof(%s) is %d, %v, want %d", cType, n, err, want)
		}
	}
	for field, want := range map[string]int{"c": 0, "a": 2, "e": 4, "d": 8} {
		if n, err := d.Offsetof("alias", field); err != nil || n != want {
			t.Errorf("%s is at %d, %v, want %d", field, n, err, want)
		}
	}
	for cType, field := range map[string]string{"struct bits": "b", "alias": "z", "struct open": "x", "int": "x", "nothing": "x"} {
		if n, err := d.Offsetof(cType, field); err == nil {
			t.Errorf("offsetof(%s, %s) is %d", cType, field, n)
		}
	}
	if _, err := d.Sizeof("struct open"); !errors.Is(err, ctype.ErrIncomplete) {
		t.Errorf("the size of an incomplete type: %v", err)
	}
	if typ, err := d.Type("const alias *"); err != nil || typ.String() != "const alias *" {
		t.Errorf("%v, %v", typ, err)
	}
	var none *ffi.Decls
	if _, err := none.Type("int"); !errors.Is(err, ffi.ErrNil) {
		t.Errorf("nil declarations: %v", err)
	}
}

// TestWideBits writes bit-fields of more than 64 bits.
func TestWideBits(t *testing.T) {
	d := cdef(t, "struct wide { unsigned __int128 low : 100, high : 28; __int128 signed_one : 70; };")
	var memory [6]uint64
	r, err := d.View(unsafe.Pointer(&memory[0]), "struct wide")
	if err != nil {
		t.Fatal(err)
	}
	one := big.NewInt(1)
	widest := new(big.Int).Lsh(one, 100)
	widest.Sub(widest, one)
	lowest := new(big.Int).Lsh(big.NewInt(-1), 69)
	for path, v := range map[string]*big.Int{"low": widest, "high": big.NewInt(0x5a5a5a5), "signed_one": lowest} {
		if err := r.Set(path, v); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.String(); got != fmt.Sprintf("struct wide {low: %v, high: %d, signed_one: %v}", widest, 0x5a5a5a5, lowest) {
		t.Error(got)
	}
	for path, v := range map[string]*big.Int{"low": widest.Add(widest, one), "signed_one": lowest.Sub(lowest, one)} {
		if err := r.Set(path, v); !errors.Is(err, ffi.ErrRange) {
			t.Errorf("%s = %v: %v", path, v, err)
		}
	}
}

// FuzzRecordPath reads and writes what a path names: an error or a part within the record.
func FuzzRecordPath(f *testing.F) {
	for _, path := range []string{"", "a", "b[1].c", "b[2]", "b[-1]", "p->a", "p.a", "p[0]", "bits.x", "b[99999999999999999999]", "[0]", ".a", "b[1", "->", "u.d", "inner", "b[1]->c", "a-"} {
		f.Add(path)
	}
	d := cdef(f, "struct s { char a; struct { short c; } b[2]; struct s *p; int bits : 5; union { double d; char inner[3]; } u; };")
	size, err := d.Sizeof("struct s")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		memory := make([]uint64, size/8+4)
		r, err := d.View(unsafe.Pointer(&memory[2]), "struct s")
		if err != nil {
			t.Fatal(err)
		}
		if part, err := r.At(path); err == nil {
			start, end := uintptr(part.Addr())-uintptr(r.Addr()), uintptr(part.Addr())-uintptr(r.Addr())+uintptr(len(part.Bytes()))
			if end > uintptr(size) || start > end {
				t.Errorf("%q is at %d to %d", path, start, end)
			}
		}
		_, errGet := r.Get(path)
		if err := r.Set(path, 1); err == nil && errGet != nil {
			t.Errorf("%q can be set and not read: %v", path, errGet)
		}
		if memory[0]|memory[1]|memory[len(memory)-1]|memory[len(memory)-2] != 0 {
			t.Errorf("%q wrote outside of the record", path)
		}
	})
}
