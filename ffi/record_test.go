//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

// testRecordFields sets fields by path and has C look at them.
func testRecordFields(t *testing.T, lib *ffi.Lib, d *ffi.Decls) {
	p := newRecord(t, d, "struct packet")
	green, _ := d.Const("GREEN")
	fields := []struct {
		path string
		set  any
		want any
	}{
		{"version", 9, uint8(9)},
		{"kind", 5, uint8(5)},
		{"delta", -64, int32(-64)},
		{"big", uint64(0x2aaaabbbbcccc), uint64(0x2aaaabbbbcccc)},
		{"flag", true, true},
		{"corners[2].y", -77, int32(-77)},
		{"value.d", 2.5, 2.5},
		{"right", -2, int16(-2)},
		{"next", p, p.Addr()},
		{"z", 1 - 2i, 1 - 2i},
		{"huge", new(big.Int).Lsh(big.NewInt(1), 100), ffi.Uint128{Hi: 1 << 36}},
		{"color", green, colorOf(7)},
		{"next->f", 0.25, float32(0.25)},
		{"next->next->next->f", float32(0.25), float32(0.25)},
		{"compare", nil, unsafe.Pointer(nil)},
	}
	for _, f := range fields {
		set(t, p, f.path, f.set)
		if got := get(t, p, f.path).Interface(); !reflect.DeepEqual(got, f.want) {
			t.Errorf("%s is %T(%v), want %T(%v)", f.path, got, got, f.want, f.want)
		}
	}
	tenth, _, _ := big.ParseFloat("0.1", 10, uint(ffi.LongDoubleOf(1).Big().Prec()), big.ToNearestEven)
	set(t, p, "wide", tenth)
	set(t, p, "name", "seven77")
	set(t, p, "label", "a label")
	if got := get(t, p, "name").String() + get(t, p, "label").String(); got != "seven77a label" {
		t.Errorf("strings: %q", got)
	}
	if v, err := lib.Call("packet_bits", p); err != nil || v.Int() != 0 {
		t.Errorf("C's condition %v does not hold, %v", v, err)
	}
	if v, err := lib.Call("packet_size"); err != nil || int(v.Int()) != len(p.Bytes()) {
		t.Errorf("the size is %v in C, %d here, %v", v, len(p.Bytes()), err)
	}
	if _, err := lib.Call("packet_fill", p); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int64{"version": 15, "kind": 2, "delta": -1, "big": 5, "flag": 0, "left": -1} {
		if got := get(t, p, path).Int(); got != want {
			t.Errorf("%s is %d, want %d", path, got, want)
		}
	}
}

// testRecordBits writes every bit-field between others, which keep their values.
func testRecordBits(t *testing.T, _ *ffi.Lib, d *ffi.Decls) {
	p := newRecord(t, d, "struct packet")
	ranges := map[string][2]int64{"version": {0, 15}, "kind": {0, 7}, "delta": {-64, 63}, "big": {0, 1<<50 - 1}, "flag": {0, 1}}
	for path, r := range ranges {
		for _, v := range []int64{r[0], r[1], r[0] + 1, (r[0] + r[1]) / 2} {
			for i := range p.Bytes() {
				p.Bytes()[i] = 0xa5
			}
			before := map[string]int64{}
			for other := range ranges {
				before[other] = get(t, p, other).Int()
			}
			set(t, p, path, v)
			before[path] = v
			for other, want := range before {
				if got := get(t, p, other).Int(); got != want {
					t.Errorf("%s = %d: %s is %d, want %d", path, v, other, got, want)
				}
			}
		}
		for _, v := range []int64{r[0] - 1, r[1] + 1} {
			if err := p.Set(path, v); !errors.Is(err, ffi.ErrRange) {
				t.Errorf("%s = %d: %v", path, v, err)
			}
		}
	}
}

func testRecordErrors(t *testing.T, _ *ffi.Lib, d *ffi.Decls) {
	p := newRecord(t, d, "struct packet")
	var none ffi.Record
	gone := ffi.NewArena()
	dead, err := d.New(gone, "struct point")
	if err == nil {
		err = gone.Free()
	}
	if err != nil {
		t.Fatal(err)
	}
	view, err := d.View(p.Addr(), "struct packet")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		r    ffi.Record
		path string
		v    any // to set
		want error
		text string
	}{
		{p, "nothing", 1, ffi.ErrNotFound, "version, kind, delta"},
		{p, "corners[3].x", 1, ffi.ErrRange, "index 3 of struct point [3]"},
		{p, "corners[-1].x", 1, ffi.ErrRange, "index -1"},
		{p, "corners[99999999999999999999].x", 1, ffi.ErrRange, "index 99999999999999999999 of struct point [3]"},
		{p, "corners[x]", 1, ffi.ErrUsage, `"[x]"`},
		{p, "corners[0", 1, ffi.ErrUsage, `"[0"`},
		{p, "corners.x", 1, ffi.ErrType, "has no fields"},
		{p, "corners[0]x", 1, ffi.ErrUsage, `"x"`},
		{p, "version.x", 1, ffi.ErrType, "behind a bit-field"},
		{p, "f[0]", 1, ffi.ErrType, "float has no elements"},
		{p, "next.f", 1, ffi.ErrType, "write ->f"},
		{p, "next->f", 1, ffi.ErrNil, "null pointer"},
		{p, "left->f", 1, ffi.ErrType, "short has no elements"},
		{p, "name", "12345678", ffi.ErrSize, "8 bytes and its zero byte in char [8]"},
		{p, "name", "a\x00b", ffi.ErrNUL, ""},
		{p, "name", make([]byte, 9), ffi.ErrSize, "9 elements"},
		{p, "corners", []any{1}, ffi.ErrType, "[0]"},
		{p, "corners", "text", ffi.ErrType, "string for struct point [3]"},
		{p, "tail", []int32{1}, ffi.ErrSize, "flexible"},
		{p, "left", 40_000, ffi.ErrRange, "40000 does not fit short"},
		{p, "f", "1", ffi.ErrType, "string for float"},
		{p, "label", "a\x00b", ffi.ErrNUL, ""},
		{view, "label", "text", ffi.ErrType, "use CString"},
		{p, "compare", func() {}, ffi.ErrType, ""},
		{p, "next", dead, ffi.ErrFreed, ""},
		{p, "value", dead, ffi.ErrType, "struct point for union number"},
		{dead, "x", 1, ffi.ErrFreed, "arena"},
		{none, "x", 1, ffi.ErrNil, ""},
	}
	for _, test := range tests {
		err := test.r.Set(test.path, test.v)
		var e *ffi.Error
		if !errors.Is(err, test.want) || !errors.As(err, &e) || !strings.Contains(err.Error(), test.text) {
			t.Errorf("set %s: %v, want %v with %q", test.path, err, test.want, test.text)
		}
	}
	for _, r := range []ffi.Record{dead, none} {
		if _, err := r.Get("x"); err == nil || r.Bytes() != nil || !strings.HasPrefix(r.String(), "<") {
			t.Errorf("a record without memory: %v, %v", err, r)
		}
	}
	set(t, p, "name", "kept")
	if err := p.Set("name", "a\x00b"); err == nil || get(t, p, "name").String() != "kept" {
		t.Errorf("a name that was refused is stored: %v, %v", get(t, p, "name"), err)
	}
	if _, err := p.At("kind"); !errors.Is(err, ffi.ErrType) {
		t.Errorf("address of a bit-field: %v", err)
	}
}

func testRecordParts(t *testing.T, _ *ffi.Lib, d *ffi.Decls) {
	p := newRecord(t, d, "struct packet")
	corner, err := p.At("corners[1]")
	if err != nil {
		t.Fatal(err)
	}
	set(t, corner, "", point{5, 6})
	if got := fmt.Sprint(get(t, p, "corners")); got != "{struct point {x: 0, y: 0}, struct point {x: 5, y: 6}, struct point {x: 0, y: 0}}" {
		t.Errorf("the corners are %s", got)
	}
	set(t, p, "corners", []any{corner, point{1, 2}})
	if x := get(t, p, "corners[0].x").Int() + get(t, p, "corners[1].y").Int() + get(t, p, "corners[2].x").Int(); x != 7 {
		t.Errorf("the corners are %v", get(t, p, "corners"))
	}
	corner.Bytes()[0] = 9
	if x := get(t, p, "corners[1].x").Int(); x != 9 {
		t.Errorf("Bytes is a copy: %d", x)
	}
	numbers := newRecord(t, d, "int[4]")
	set(t, numbers, "", []int{1, 2, 3})
	set(t, numbers, "[3]", 4)
	if got := numbers.String(); got != "{1, 2, 3, 4}" || numbers.Type().String() != "int [4]" {
		t.Errorf("%v is %s", numbers.Type(), got)
	}
	matrix := newRecord(t, d, "double[2][3]")
	set(t, matrix, "[1][2]", 0.5)
	set(t, matrix, "[0]", [3]float64{1, 2, 3})
	if got := matrix.String(); got != "{{1, 2, 3}, {0, 0, 0.5}}" {
		t.Errorf("matrix %s", got)
	}
	pointer := newRecord(t, d, "double *")
	set(t, pointer, "", matrix.Addr())
	if x := get(t, pointer, "[2]").Float(); x != 3 {
		t.Errorf("the pointer's element 2 is %v", x)
	}
	text := newRecord(t, d, "char[4]")
	copy(text.Bytes(), "full")
	if got := get(t, text, "").String(); got != "full" || text.String() != `"full"` {
		t.Errorf("a full array is %q, %v", got, text)
	}
	if got := newRecord(t, d, "struct packet").String(); !strings.HasPrefix(got, "struct packet {version: 0, kind: 0, delta: 0, ") {
		t.Errorf("a packet is %s", got)
	}
}

func testNewErrors(t *testing.T, _ *ffi.Lib, d *ffi.Decls) {
	a := freed(t)
	for cType, want := range map[string]string{
		"struct unknown": "", "struct packet *[": "", "void": "void", "int[]": "", "int(int)": "", "nothing": "", "": "",
		"struct big[9223372036854775807]": "",
	} {
		_, err := d.New(a, cType)
		var e *ffi.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("new %q: %v", cType, err)
		}
	}
	if _, err := d.View(nil, "int"); !errors.Is(err, ffi.ErrNil) {
		t.Errorf("view of nil: %v", err)
	}
	if _, err := d.New(nil, "int"); !errors.Is(err, ffi.ErrNil) {
		t.Errorf("nil arena: %v", err)
	}
}

func TestAlignedRecord(t *testing.T) {
	d, err := ffi.CDef("struct line { _Alignas(64) char c[64]; };")
	if err != nil {
		t.Fatal(err)
	}
	a := freed(t)
	for range 20 {
		r, err := d.New(a, "struct line")
		if err != nil || uintptr(r.Addr())%64 != 0 {
			t.Fatalf("a line at %p, %v", r.Addr(), err)
		}
	}
}

// testValuePanics calls accessors that do not suit the type.
func testValuePanics(t *testing.T, lib *ffi.Lib, d *ffi.Decls) {
	call := func(name string, args ...any) ffi.Value {
		v, err := lib.Call(name, args...)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	number, real, big, void, record := call("add", 1, -2), call("twice", 1), call("top"), call("nothing"), newRecord(t, d, "struct point")
	null := call("same", nil)
	tests := []struct {
		name string
		call func()
		want error
	}{
		{"Int of double", func() { real.Int() }, ffi.ErrType},
		{"Int of void", func() { void.Int() }, ffi.ErrType},
		{"Int of the largest", func() { big.Int() }, ffi.ErrRange},
		{"Uint of -1", func() { number.Uint() }, ffi.ErrRange},
		{"Uint of double", func() { real.Uint() }, ffi.ErrType},
		{"Float of int", func() { number.Float() }, ffi.ErrType},
		{"LongDouble of int", func() { number.LongDouble() }, ffi.ErrType},
		{"Complex of double", func() { real.Complex() }, ffi.ErrType},
		{"Bool of double", func() { real.Bool() }, ffi.ErrType},
		{"IsNil of int", func() { number.IsNil() }, ffi.ErrType},
		{"Pointer of int", func() { number.Pointer() }, ffi.ErrType},
		{"Record of int", func() { number.Record() }, ffi.ErrType},
		{"Record of void *", func() { null.Record() }, ffi.ErrType},
		{"Record of null", func() { get(t, newRecord(t, d, "struct packet"), "next").Record() }, ffi.ErrNil},
		{"Int of struct", func() { get(t, record, "").Int() }, ffi.ErrType},
	}
	for _, test := range tests {
		func() {
			defer func() {
				err, _ := recover().(*ffi.Error)
				if err == nil || !errors.Is(err, test.want) {
					t.Errorf("%s: %v", test.name, err)
				}
			}()
			test.call()
		}()
	}
	if got := fmt.Sprint(number, real, big, void, null); got != "-1 2 "+fmt.Sprint(uint64(math.MaxUint64))+" void 0x0" {
		t.Errorf("printed: %s", got)
	}
}

func TestCheckLayout(t *testing.T) {
	d, err := ffi.CDef(`
struct point { int x, y; };
struct mixed { char tag; double value; short max_len; struct { int a; union { float f; int i; }; }; struct point at[2]; char *name; };
struct flags { unsigned a : 3, b : 5; int n; };
struct __attribute__((packed)) tight { char c; int n; };
union either { int i; double d; };
struct flex { int n; short data[]; };
struct similar { int a_b, ab; };
`)
	if err != nil {
		t.Fatal(err)
	}
	type inner struct {
		A int32
		F float32
	}
	type mixed struct {
		Tag    int8
		Value  float64
		MaxLen int16
		inner
		At   [2]point
		Name *byte
	}
	good := map[string]error{
		"point": ffi.CheckLayout[point](d, "struct point"),
		"mixed": ffi.CheckLayout[mixed](d, "struct mixed"),
		"tagged": ffi.CheckLayout[struct {
			A, B int32 `ffi:"-"`
		}](d, "struct point"),
		"renamed": ffi.CheckLayout[struct {
			Left  int32 `ffi:"x"`
			Right int32 `ffi:"y"`
		}](d, "struct point"),
		"blank": ffi.CheckLayout[struct{ _, Y int32 }](d, "struct point"),
		"flags": ffi.CheckLayout[struct {
			Bits uint32 `ffi:"-"`
			N    int32
		}](d, "struct flags"),
		"union": ffi.CheckLayout[struct{ D float64 }](d, "union either"),
		"union member": ffi.CheckLayout[struct {
			I int32
			_ [4]byte
		}](d, "union either"),
		"array":    ffi.CheckLayout[[2]point](d, "struct point[2]"),
		"flexible": ffi.CheckLayout[struct{ N int32 }](d, "struct flex"),
		"scalar":   ffi.CheckLayout[int32](d, "int"),
		"similar": ffi.CheckLayout[struct {
			A_b int32
			ab  int32
		}](d, "struct similar"),
	}
	for name, err := range good {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := []struct {
		err  error
		want []string
	}{
		{ffi.CheckLayout[struct{ X int32 }](d, "struct point"), []string{"y: a C field at offset 4, of 4 bytes, without a Go field", "size 4, in C 8"}},
		{ffi.CheckLayout[struct{ X, Z int32 }](d, "struct point"), []string{"Z: struct point has no field of this name"}},
		{ffi.CheckLayout[struct{ X, Y int64 }](d, "struct point"), []string{"X: int64 has 8 bytes, in C int has 4", "size 16, in C 8"}},
		{ffi.CheckLayout[struct{ X, Y uint32 }](d, "struct point"), []string{"X: ", "Y: ", "uint32", "int"}},
		{ffi.CheckLayout[struct{ X, Y float32 }](d, "struct point"), []string{"X: ", "float32"}},
		{ffi.CheckLayout[struct {
			Tag    int8
			_      [3]byte
			Value  float32
			MaxLen int16
		}](d, "struct mixed"), []string{"Value: offset 4, in C 8: add _ [4]byte before it", "Value: float32 has 4 bytes, in C double has 8", "at: a C field", "name: a C field"}},
		{ffi.CheckLayout[struct {
			A uint32
			N int32
		}](d, "struct flags"), []string{"A: C has a bit-field of 3 bits"}},
		{ffi.CheckLayout[struct {
			C int8
			N int32
		}](d, "struct tight"), []string{"N: offset 4, in C 1: Go aligns it more strictly", "size 8, in C 5"}},
		{ffi.CheckLayout[struct{ I int32 }](d, "union either"), []string{"size 4, in C 8"}},
		{ffi.CheckLayout[point](d, "struct unknown"), []string{"struct unknown"}},
		{ffi.CheckLayout[int64](d, "int"), []string{"int64"}},
	}
	for i, test := range bad {
		if test.err == nil {
			t.Errorf("%d: no error, want %q", i, test.want)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(test.err.Error(), want) {
				t.Errorf("%d: no %q in: %v", i, want, test.err)
			}
		}
	}
	if err := ffi.CheckLayout[struct{ A, B, C int32 }](d, "struct point"); strings.Count(err.Error(), "\n") < 3 {
		t.Errorf("not all differences are listed: %v", err)
	}
}
