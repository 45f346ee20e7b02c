//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"fmt"
	"go/constant"
	"go/token"
	"math"
	"math/big"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

type (
	point   struct{ X, Y int32 }
	celsius float32
	name    string
	flag    bool
)

// colorOf returns an enum's value, which is an int for Microsoft's compiler and unsigned for others.
func colorOf(n uint32) any {
	if runtime.GOOS == "windows" {
		return int32(n)
	}
	return n
}

// testCall passes values of all kinds and compares results as Interface returns them.
func testCall(t *testing.T, lib *ffi.Lib, d *ffi.Decls) {
	limit, _ := d.Const("LIMIT")
	green, _ := d.Const("GREEN")
	number := int32(12)
	corner := newRecord(t, d, "struct point")
	set(t, corner, "x", 6)
	set(t, corner, "y", -7)
	tests := []struct {
		name string
		args []any
		want any
	}{
		{"add", []any{1, 2}, int32(3)},
		{"add", []any{int8(-1), uint64(9)}, int32(8)},
		{"add", []any{math.MinInt32, math.MaxInt32}, int32(-1)},
		{"add", []any{limit, true}, int32(41)},
		{"add", []any{big.NewInt(5), 'a'}, int32(102)},
		{"plus", []any{2, 3}, int32(5)}, // a macro stands for add
		{"low", []any{255}, uint8(0)},
		{"minus", []any{-128}, int8(-128)},
		{"not", []any{true}, false},
		{"not", []any{0}, true},
		{"next_color", []any{0}, colorOf(7)},
		{"next_color", []any{green}, colorOf(0)},
		{"top", nil, uint64(math.MaxUint64)},
		{"half", []any{float32(3)}, float32(1.5)},
		{"half", []any{celsius(5)}, float32(2.5)},
		{"half", []any{0.1}, float32(0.05)},
		{"twice", []any{0.1}, 0.2},
		{"twice", []any{21}, 42.0},
		{"twice", []any{limit}, 80.0},
		{"twice", []any{math.Inf(-1)}, math.Inf(-1)},
		{"turn", []any{1 + 2i}, -2 + 1i},
		{"turn", []any{3}, 3i},
		{"turn_float", []any{complex64(1 + 2i)}, complex64(-2 + 1i)},
		{"nothing", nil, nil},
		{"area", []any{corner}, int32(-42)},
		{"area", []any{&point{3, 4}}, int32(12)},
		{"area", []any{[]point{{5, 6}, {7, 8}}}, int32(30)},
		{"length", []any{"héllo"}, uint64(6)},
		{"length", []any{name("abc")}, uint64(3)},
		{"length", []any{""}, uint64(0)},
		{"length", []any{nil}, uint64(99)},
		{"length", []any{[]byte("ab\x00cd")}, uint64(2)},
		{"sum4", []any{[]int32{1, 2, 3, 4, 100}}, int32(10)},
		{"sum4", []any{&[4]int32{1, 2, 3, 5}}, int32(11)},
		{"sum3", []any{[]int32{1, 2, 3}}, int32(6)},
		{"first", []any{&number}, int32(12)},
		{"first", []any{[]int32(nil)}, int32(-1)},
		{"first", []any{nil}, int32(-1)},
		{"first", []any{unsafe.Pointer(&number)}, int32(12)},
		{"first", []any{uintptr(0)}, int32(-1)},
		{"apply", []any{func(x int32) int32 { return x * x }, 7}, int32(49)},
		{"apply", []any{func(x int32) int32 { return -x }, 7}, int32(-7)},
		{"apply_any", []any{func(x int32) int32 { return x * x }, 7}, int32(49)},
	}
	for _, test := range tests {
		got, err := lib.Call(test.name, test.args...)
		if err != nil {
			t.Error(err)
		} else if !reflect.DeepEqual(got.Interface(), test.want) {
			t.Errorf("%s%v is %T(%v), want %T(%v)", test.name, test.args, got.Interface(), got.Interface(), test.want, test.want)
		}
	}
	runtime.KeepAlive(&number)
}

// testCallErrors shows that each wrong call is refused with the name of the argument, before C sees it.
func testCallErrors(t *testing.T, lib *ffi.Lib, d *ffi.Decls) {
	color := newRecord(t, d, "enum color")
	corner := newRecord(t, d, "struct point")
	call := caller(t, lib)
	pi, _ := d.Const("RATIO")
	huge := new(big.Float).SetMantExp(big.NewFloat(1), 2000)
	tests := []struct {
		name string
		args []any
		want error
		text string
	}{
		{"add", []any{1}, ffi.ErrUsage, "1 arguments, 2 wanted: int add(int a, int b)"},
		{"add", []any{1, 2, 3}, ffi.ErrUsage, "3 arguments, 2 wanted"},
		{"add", []any{1, math.MaxInt32 + 1}, ffi.ErrRange, "argument 2 (b) of int add(int a, int b): out of range: 2147483648 does not fit int"},
		{"add", []any{uint64(math.MaxUint64), 1}, ffi.ErrRange, "argument 1 (a)"},
		{"add", []any{1.0, 1}, ffi.ErrType, "float64 for int"},
		{"add", []any{"1", 1}, ffi.ErrType, "string for int"},
		{"add", []any{nil, 1}, ffi.ErrType, "nil for int"},
		{"add", []any{pi, 1}, ffi.ErrType, "for int"},
		{"low", []any{256}, ffi.ErrRange, "256 does not fit unsigned char"},
		{"low", []any{-1}, ffi.ErrRange, "-1 does not fit unsigned char"},
		{"minus", []any{128}, ffi.ErrRange, "does not fit signed char"},
		{"not", []any{2}, ffi.ErrRange, "2 does not fit _Bool"},
		{"half", []any{1e300}, ffi.ErrRange, "does not fit float"},
		{"half", []any{1<<24 + 1}, ffi.ErrRange, "16777217 is not exact as float"},
		{"half", []any{huge}, ffi.ErrRange, "does not fit float"},
		{"twice", []any{1<<53 + 1}, ffi.ErrRange, "9007199254740993 is not exact as double"},
		{"twice", []any{constant.MakeInt64(1<<53 + 1)}, ffi.ErrRange, "9007199254740993 is not exact as double"},
		{"twice", []any{constant.MakeFromLiteral("1e400", token.FLOAT, 0)}, ffi.ErrRange, "1e+400 does not fit double"},
		{"twice", []any{huge}, ffi.ErrRange, "does not fit double"},
		{"twice", []any{(*big.Float)(nil)}, ffi.ErrType, "*big.Float for double"},
		{"twice", []any{flag(true)}, ffi.ErrType, "ffi_test.flag for double"},
		{"twice", []any{true}, ffi.ErrType, "bool for double"},
		{"twice", []any{1i}, ffi.ErrType, "complex128 for double"},
		{"turn", []any{"i"}, ffi.ErrType, "string for double _Complex"},
		{"mirror", []any{1}, ffi.ErrType, ""},
		{"mirror", []any{nil}, ffi.ErrType, "nil for struct point"},
		{"mirror", []any{color}, ffi.ErrType, "enum color for struct point"},
		{"mirror", []any{struct{ A int32 }{}}, ffi.ErrType, ""},
		{"mirror", []any{call("add", 1, 2)}, ffi.ErrType, "C's int for struct point"},
		{"area", []any{color}, ffi.ErrType, "enum color * for const struct point *: pass its address"},
		{"area", []any{&color}, ffi.ErrType, ""},
		{"area", []any{7}, ffi.ErrType, "an address is a uintptr"},
		{"length", []any{"a\x00b"}, ffi.ErrNUL, "argument 1 (s)"},
		{"length", []any{[]int32{1}}, ffi.ErrType, ""},
		{"same", []any{new([]byte)}, ffi.ErrType, "C has no []uint8: in memory, use a pointer"},
		{"same", []any{[]string{"text"}}, ffi.ErrType, "C has no string"},
		{"fill", []any{"text", 4}, ffi.ErrType, "pass a *byte of CString, or for a call a []byte"},
		{"sum4", []any{[]int32{1, 2, 3}}, ffi.ErrSize, "3 elements, at least 4 wanted"},
		{"sum3", []any{&[2]int32{}}, ffi.ErrSize, "2 elements, at least 3 wanted"},
		{"sum4", []any{nil}, ffi.ErrNil, "argument 1 (v)"},
		{"required", []any{nil}, ffi.ErrNil, "argument 1 (p)"},
		{"required", []any{[]int32(nil)}, ffi.ErrNil, "argument 1 (p)"},
		{"apply", []any{func(x int64) int64 { return x }, 1}, ffi.ErrType, "argument 1 (f)"},
		{"apply", []any{func(int32) {}, 1}, ffi.ErrType, "argument 1 (f)"},
		{"apply", []any{freedCallback(t), 1}, ffi.ErrFreed, "argument 1 (f)"},
		{"first", []any{func() {}}, ffi.ErrType, "a function for int *"},
		{"old_style", nil, ffi.ErrUsage, "says nothing about parameters"},
		{"add_all", nil, ffi.ErrUsage, "0 arguments, at least 1 wanted"},
		{"add_all", []any{"i", map[string]int{}}, ffi.ErrType, `map[string]int for "..."`},
		{"add_all", []any{"s", "a\x00"}, ffi.ErrNUL, "argument 2"},
		{"add_all", []any{"i", ffi.Value{}}, ffi.ErrType, "no value"},
		{"add_all", []any{"i", ffi.Record{}}, ffi.ErrNil, "without memory"},
		{"add_all", []any{"i", constant.MakeBool(true)}, ffi.ErrType, "constant true"},
		{"add_all", []any{"i", new(big.Int).Lsh(big.NewInt(1), 64)}, ffi.ErrType, ""},
		{"add", []any{call("nothing"), 1}, ffi.ErrType, "C's nothing for int"},
		{"add", []any{call("mirror", corner), 1}, ffi.ErrType, "C's struct point for int"},
		{"add", []any{new(big.Int).Lsh(big.NewInt(1), 200), 1}, ffi.ErrType, ""},
		{"add", []any{call("top"), 1}, ffi.ErrRange, "18446744073709551615"},
		{"first", []any{call("add", 1, 2)}, ffi.ErrType, "C's int for int *"},
		{"first", []any{call("find", "x", 'x')}, ffi.ErrType, "char * for int *"},
		{"first", []any{pi}, ffi.ErrType, ""},
		{"first", []any{constant.MakeFromLiteral("0x10000000000000000", token.INT, 0)}, ffi.ErrRange, "18446744073709551616 does not fit int *"},
		{"first", []any{"text"}, ffi.ErrType, "string for int *"},
		{"inlined", []any{1}, ffi.ErrNotFound, "inline"},
		{"SQUARE", []any{2}, ffi.ErrNotFound, "it is a macro, which only a C compiler could expand: cdef:11:9: #define SQUARE(x) ((x) * (x))"},
		{"puts", []any{"x"}, ffi.ErrNotFound, "no function of this name was declared"},
	}
	for _, test := range tests {
		_, err := lib.Call(test.name, test.args...)
		var e *ffi.Error
		switch {
		case !errors.Is(err, test.want) || !strings.Contains(fmt.Sprint(err), test.text):
			t.Errorf("%s%v: %v, want %v with %q", test.name, test.args, err, test.want, test.text)
		case !errors.As(err, &e) || e.Op != "call" || e.Symbol != test.name || e.Lib != lib.Name():
			t.Errorf("%s: the error does not name the call: %v", test.name, err)
		}
	}
}

func freedCallback(t testing.TB) *ffi.Callback {
	t.Helper()
	c, err := ffi.NewCallback(func(x int32) int32 { return x })
	if err == nil {
		err = c.Free()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func testCallClosed(t *testing.T, lib *ffi.Lib, _ *ffi.Decls) {
	lib = open(t, lib.Name())
	d := declare(t, lib, "int add(int, int); extern int counter;")
	if err := lib.Close(); err != nil {
		t.Fatal(err)
	}
	var none *ffi.Lib
	if _, err := none.Call("add", 1, 2); err == nil || !strings.Contains(err.Error(), "the *Lib is nil") {
		t.Errorf("Call of a nil Lib: %v", err)
	}
	for _, l := range []*ffi.Lib{lib, none} {
		if _, err := l.Call("add", 1, 2); !errors.Is(err, ffi.ErrClosed) {
			t.Errorf("Call: %v", err)
		}
		if _, err := l.Variable("counter"); !errors.Is(err, ffi.ErrClosed) {
			t.Errorf("Variable: %v", err)
		}
		if err := l.Declare(d); !errors.Is(err, ffi.ErrClosed) {
			t.Errorf("Declare: %v", err)
		}
	}
}

func testCallErrno(t *testing.T, lib *ffi.Lib, _ *ffi.Decls) {
	for _, code := range []int{2, 0, 22} {
		v, err := lib.Call("fail", code)
		if err != nil || v.Int() != -1 || int(v.Errno()) != code {
			t.Errorf("fail(%d) is %v with errno %d, %v", code, v, v.Errno(), err)
		}
	}
	if v, _ := lib.Call("add", 1, 2); v.Errno() != 0 {
		t.Errorf("errno %d of a function that sets none", v.Errno())
	}
}

// testCallWide passes numbers that Go has no types for.
func testCallWide(t *testing.T, lib *ffi.Lib, _ *ffi.Decls) {
	v, err := lib.Call("third", 1)
	if err != nil {
		t.Fatal(err)
	}
	third := new(big.Float).SetPrec(uint(v.LongDouble().Big().Prec())).Quo(big.NewFloat(1), big.NewFloat(3))
	if got := v.LongDouble().Big(); got.Cmp(third) != 0 || v.Float() != 1.0/3 {
		t.Errorf("a third is %v, want %v", got, third)
	}
	if v, err = lib.Call("third", v.LongDouble()); err != nil || v.Float() != 1.0/9 {
		t.Errorf("a third of a third is %v, %v", v, err)
	}
	const wide = 1<<60 + 1 // more digits than a double has
	v, err = lib.Call("third", 3*wide)
	switch precision := third.Prec(); {
	case precision > 53 && (err != nil || v.LongDouble().Big().Cmp(new(big.Float).SetInt64(wide)) != 0):
		t.Errorf("a third of %d is %v, %v", 3*wide, v, err)
	case precision == 53 && !errors.Is(err, ffi.ErrRange):
		t.Errorf("a long double that is a double holds %d: %v", 3*wide, err)
	}
	v, err = lib.Call("turn_long", ffi.ComplexLongDoubleOf(1+2i))
	if err != nil || v.Complex() != -2+1i || v.String() != "(-2+1i)" {
		t.Errorf("turned: %v, %v", v, err)
	}
	huge, _ := new(big.Int).SetString("-123456789012345678901234567890", 10)
	v, err = lib.Call("shift", huge, 3)
	if err != nil || v.String() != new(big.Int).Lsh(huge, 3).String() {
		t.Errorf("shifted: %v, %v", v, err)
	}
	v, err = lib.Call("shift", v, int64(-3))
	if err != nil || v.Interface().(ffi.Int128).Big().Cmp(huge) != 0 {
		t.Errorf("shifted back: %v, %v", v, err)
	}
	if v, err = lib.Call("widest"); err != nil || v.String() != "340282366920938463463374607431768211455" {
		t.Errorf("widest: %v, %v", v, err)
	}
	if _, err = lib.Call("shift", v, 1); !errors.Is(err, ffi.ErrRange) {
		t.Errorf("the widest unsigned number for a signed one: %v", err)
	}
}

func testCallVariadic(t *testing.T, lib *ffi.Lib, d *ffi.Decls) {
	limit, _ := d.Const("LIMIT")
	ratio, _ := d.Const("RATIO")
	text, _ := d.Const("NAME")
	corner := newRecord(t, d, "struct point")
	set(t, corner, "x", 2)
	set(t, corner, "y", 3)
	number := int32(5)
	array := newRecord(t, d, "int[2]")
	set(t, array, "", []int{50, 60})
	call := caller(t, lib)
	complexValue, mirrored := call("turn", 4-3i), call("mirror", corner)
	tests := []struct {
		types string
		args  []any
		want  float64
	}{
		{"", nil, 0},
		{"i", []any{-7}, -7},
		{"iiiiiiiii", []any{1, int8(2), int16(3), int32(4), int64(5), uint8(6), uint16(7), true, 'a'}, 28 + 1 + 97},
		{"ul", []any{uint32(math.MaxUint32), int64(math.MinInt64)}, math.MaxUint32 + math.MinInt64},
		{"dddddddddd", []any{0.5, float32(0.25), 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, ratio}, 0.75 + 28 + 1.5},
		{"idid", []any{1, 2.5, limit, 0.25}, 43.75},
		{"D", []any{ffi.LongDoubleOf(2.5)}, 2.5},
		{"iDiD", []any{1, ffi.LongDoubleOf(2), 3, ffi.LongDoubleOf(4)}, 10},
		{"ss", []any{"four", text}, 11},
		{"ppp", []any{&number, []int32{6}, nil}, 1011},
		{"Si", []any{corner, 1}, 24},
		{"iS", []any{1, point{4, 5}}, 46},
		{"zd", []any{3 + 4i, 1.0}, 4},
		{"z", []any{complexValue}, 3},
		{"Sii", []any{mirrored, get(t, corner, "x"), get(t, corner, "y")}, 37},
		{"p", []any{newRecord(t, d, "int")}, 0},
		{"pi", []any{array, get(t, array, "[1]")}, 50 + 60},
		{"pp", []any{uintptr(0), newRecord(t, d, "int *").Addr()}, 1000},
		{"u", []any{uint(7)}, 7},
		{"ihi", []any{1, ffi.Int128Of(-3), 2}, 0},
		{"hd", []any{ffi.Uint128Of(3), 0.5}, 3.5},
		{"l", []any{constant.MakeUint64(1 << 63)}, -(1 << 63)},
	}
	for _, test := range tests {
		got, err := lib.Call("add_all", append([]any{test.types}, test.args...)...)
		if err != nil || got.Float() != test.want {
			t.Errorf("%s of %v is %v, %v, want %v", test.types, test.args, got, err, test.want)
		}
	}
}

func testCallRecords(t *testing.T, lib *ffi.Lib, d *ffi.Decls) {
	v, err := lib.Call("mirror", point{3, 4})
	if err != nil || v.String() != "struct point {x: 4, y: 3}" {
		t.Fatalf("mirror: %v, %v", v, err)
	}
	again, err := lib.Call("mirror", v)
	if err != nil || again.Record().String() != "struct point {x: 3, y: 4}" {
		t.Errorf("mirror of a result: %v, %v", again, err)
	}
	if v, err = lib.Call("area", v.Record()); err != nil || v.Int() != 12 {
		t.Errorf("area of a result: %v, %v", v, err)
	}
	n := newRecord(t, d, "union number")
	set(t, n, "i", -5)
	if v, err = lib.Call("as_double", n); err != nil || get(t, v.Record(), "d").Float() != -5 {
		t.Errorf("as_double: %v, %v", v, err)
	}
	b := newRecord(t, d, "struct big")
	set(t, b, "v", []int64{1, 2, 3})
	v, err = lib.Call("grow", b, 10)
	if err != nil || fmt.Sprint(v) != "struct big {v: {11, 12, 13, 10, 10, 10, 10, 10, 10}}" || get(t, b, "v[0]").Int() != 1 {
		t.Errorf("grow: %v, %v", v, err)
	}
	far, err := lib.Call("furthest", []point{{1, 2}, {9, 8}, {3, 4}}, 3)
	if err != nil || far.IsNil() || get(t, far.Record(), "y").Int() != 8 {
		t.Errorf("furthest: %v, %v", far, err)
	}
	if far, err = lib.Call("furthest", nil, 0); err != nil || !far.IsNil() {
		t.Errorf("furthest of none: %v, %v", far, err)
	}
}

func testCallStrings(t *testing.T, lib *ffi.Lib, d *ffi.Decls) {
	v, err := lib.Call("find", "a needle in hay", 'n')
	for range 3 {
		runtime.GC() // the string that the result leads into is Go memory
	}
	if err != nil || v.String() != "needle in hay" {
		t.Errorf("found %q, %v", v, err)
	}
	if v, err = lib.Call("find", "hay", 'n'); err != nil || !v.IsNil() || v.String() != "" {
		t.Errorf("found %q, %v", v, err)
	}
	buf := []byte("........")
	if _, err = lib.Call("fill", buf, 5); err != nil || string(buf) != "xxxxx..." {
		t.Errorf("filled %q, %v", buf, err)
	}
	text := newRecord(t, d, "char[8]")
	if _, err = lib.Call("fill", text, 3); err != nil || get(t, text, "").String() != "xxx" {
		t.Errorf("filled %v, %v", text, err)
	}
	v, err = lib.Call("small_pointer")
	if err != nil || v.Uint() != 7 || v.IsNil() {
		t.Errorf("a number as pointer: %v", err)
	}
	ones, _ := d.Const("ALL_ONES")
	if v, err = lib.Call("same", ones); err != nil || v.Uint() != math.MaxUint64 || v.String() != "0xffffffffffffffff" {
		t.Errorf("ALL_ONES: %v, %v", v, err)
	}
}

func testCallCallbacks(t *testing.T, lib *ffi.Lib, _ *ffi.Decls) {
	square, err := ffi.NewCallback(func(x int32) int32 { return x * x })
	if err != nil {
		t.Fatal(err)
	}
	defer square.Free()
	for _, f := range []string{"apply", "apply_any"} {
		if v, err := lib.Call(f, square, 9); err != nil || v.Int() != 81 {
			t.Errorf("%s: %v, %v", f, v, err)
		}
	}
	v, err := lib.Call("apply_point", func(p point, f float64) point { return point{p.Y, int32(float64(p.X) * f)} }, point{8, 5})
	if err != nil || v.String() != "struct point {x: 5, y: 4}" {
		t.Errorf("apply_point: %v, %v", v, err)
	}
	_, err = lib.Call("apply", func(int32) int32 { panic("boom") }, 1)
	if err == nil || !strings.Contains(err.Error(), "boom") {
		t.Errorf("a panic in a callback: %v", err)
	}
	if v, err := lib.Call("apply", func(x int32) int32 { return x + 1 }, 1); err != nil || v.Int() != 2 {
		t.Errorf("after a panic: %v, %v", v, err)
	}
	for range 20_000 { // more than there are callbacks
		if _, err := lib.Call("apply", func(x int32) int32 { return x }, 1); err != nil {
			t.Fatal(err)
		}
	}
}

func testVariables(t *testing.T, lib *ffi.Lib, d *ffi.Decls) {
	counter, err := lib.Variable("counter")
	if err != nil || get(t, counter, "").Int() != 40 {
		t.Fatalf("counter: %v, %v", counter, err)
	}
	set(t, counter, "", 41)
	if v, err := d.View(counter.Addr(), "int"); err != nil || get(t, v, "").Int() != 41 {
		t.Errorf("counter is %v, %v", v, err)
	}
	greeting, err := lib.Variable("greeting")
	if err != nil || get(t, greeting, "").String() != "hello" {
		t.Errorf("greeting: %v, %v", greeting, err)
	}
	origin, err := lib.Variable("origin")
	if err != nil || origin.String() != "struct point {x: 3, y: -4}" {
		t.Errorf("origin: %v, %v", origin, err)
	}
	if _, err = lib.Variable("nowhere"); !errors.Is(err, ffi.ErrNotFound) {
		t.Errorf("nowhere: %v", err)
	}
}

// testCallParallel calls from many goroutines while the collector runs.
func testCallParallel(t *testing.T, lib *ffi.Lib, _ *ffi.Decls) {
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				if i%50 == 0 {
					runtime.GC()
				}
				text := strings.Repeat("x", i) + "needle"
				n := int32(g*1000 + i)
				found, err := lib.Call("find", text, 'n')
				if err != nil || found.String() != "needle" {
					t.Errorf("found %v, %v", found, err)
				}
				if v, err := lib.Call("apply", func(x int32) int32 { return x + n }, i); err != nil || v.Int() != int64(n)+int64(i) {
					t.Errorf("apply: %v, %v", v, err)
				}
				if v, err := lib.Call("add_all", "sdi", text, float64(g), i); err != nil || v.Float() != float64(2*i+6+g) {
					t.Errorf("add_all: %v, %v", v, err)
				}
				if v, err := lib.Call("fail", i); err != nil || int(v.Errno()) != i {
					t.Errorf("fail(%d) has errno %d, %v", i, v.Errno(), err)
				}
			}
		})
	}
	wg.Wait()
}
