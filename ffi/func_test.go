//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/plan"
)

// mustFunc is Func for functions that the test takes for granted.
func mustFunc[F any](t testing.TB, l *Lib, name string, o ...Option) F {
	t.Helper()
	f, err := Func[F](l, name, o...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// equal reports what differs.
func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestStackArguments passes more arguments than registers hold, of all sizes.
func TestStackArguments(t *testing.T) {
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		f10 := mustFunc[func(a float64, b float32, c float64, d float32, e float64, f float32, g float64, h float32, i float64, j float32) float64](t, l, "floats10")
		equal(t, "path", Path(f10), "register")
		equal(t, "floats10", f10(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 385)
		mixed := mustFunc[func(a int32, b float64, c int16, d float32, e int64, f float64, g uint8, h float32, i uint32, j float64, k bool, l float32, m int64, n float64, o uint16, p float64) float64](t, l, "mixed16")
		equal(t, "path", Path(mixed), "register")
		equal(t, "mixed16", mixed(-1, 2, -3, 4, -5, 6, 7, 8, 9, 10, true, 12, -13, 14, 15, 16),
			-1+4-9+16-25+36+49+64+81+100+11+144-169+196+225+256)
		ints := mustFunc[func(a, b, c, d, e, f, g, h, i, j, k uint64, l uint8) uint64](t, l, "ints12")
		equal(t, "ints12", ints(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 1+6+15+28+55+78+119+152+207+290+341+444)
	})
}

// The structs of the fixture.
type (
	complex2     struct{ Z struct{ Re, Im float64 } }
	complexArray struct{ Dat [2]float64 }
	longFloats   struct {
		A    int64
		X, Y float32
	}
	floatLong struct {
		X float32
		A int64
	}
	charInt struct {
		C int8
		I int32
	}
	charLong struct {
		C int8
		_ [7]byte
		L int64
	}
	doubleLong struct {
		D float64
		L int64
	}
	bigger  struct{ A, C, D int64 }
	three   struct{ C [3]uint8 }
	floats4 struct{ X [4]float32 }
)

// TestRecordsByValue has the struct cases that purego gets wrong, and others.
func TestRecordsByValue(t *testing.T) {
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		equal(t, "struct of struct", mustFunc[func(re, im float64) complex2](t, l, "make_complex2")(1.5, -2), complex2{struct{ Re, Im float64 }{1.5, -2}})
		equal(t, "struct of array", mustFunc[func(re, im float64) complexArray](t, l, "make_complex_array")(1.5, -2), complexArray{[2]float64{1.5, -2}})
		equal(t, "long, floats", mustFunc[func(a int64, x, y float32) longFloats](t, l, "make_long_floats")(-7, 1.5, 2.5), longFloats{-7, 1.5, 2.5})
		equal(t, "float, long", mustFunc[func(x float32, a int64) floatLong](t, l, "make_float_long")(1.5, -7), floatLong{1.5, -7})
		equal(t, "char, int", mustFunc[func(charInt) int64](t, l, "take_char_int")(charInt{7, 5}), 5007)
		equal(t, "char, long", mustFunc[func(charLong) int64](t, l, "take_char_long")(charLong{C: 7, L: 5}), 5007)
		take := mustFunc[func(a, b, c, d, e, f, g, h float64, s doubleLong) float64](t, l, "take_double_long")
		equal(t, "not split", take(1, 1, 1, 1, 1, 1, 1, 1, doubleLong{2.5, 7}), 8+250+7)
		equal(t, "memory result", mustFunc[func(a, c, d int64) bigger](t, l, "make_big")(1, -2, 3), bigger{1, -2, 3})
		equal(t, "memory argument", mustFunc[func(int32, bigger, int32) int64](t, l, "take_big")(5, bigger{1, 2, 3}, 6), 5+10+200+3000+6)
		equal(t, "3 bytes", mustFunc[func(three) three](t, l, "turn_three")(three{[3]uint8{1, 2, 3}}), three{[3]uint8{3, 1, 2}})
		equal(t, "4 floats", mustFunc[func(floats4) floats4](t, l, "turn_floats4")(floats4{[4]float32{1, 2, 3, 4}}), floats4{[4]float32{4, 3, 2, 1}})
		equal(t, "complex", mustFunc[func(complex128) complex128](t, l, "turn_complex")(1-2i), 2-4i)
		equal(t, "complex float", mustFunc[func(complex64) complex64](t, l, "turn_complexS")(1-2i), 2-4i)
		if runtime.GOOS != "windows" { // the fixture's compiler has x87 numbers there, see LongDouble
			half := mustFunc[func(LongDouble) LongDouble](t, l, "turn_long_double")
			equal(t, "long double", half(LongDoubleOf(0.75)).Float64(), 0.375)
		}
	})
}

// TestVariableArguments passes ...any and fixed Go types for C's "...".
func TestVariableArguments(t *testing.T) {
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		f := mustFunc[func(format string, args ...any) float64](t, l, "variable")
		equal(t, "none", f(""), 0)
		equal(t, "double", f("d", 1.5), 1.5)
		cell := int32(9)
		for range 2 { // the second time with the plan of the first
			equal(t, "many", f("ildsp", int32(-1), int64(1)<<40, 2.5, "four", &cell), -1+2*float64(1<<40)+7.5+16+45)
			equal(t, "promoted", f("iiiiidi", int8(-1), uint8(255), int16(-2), uint16(65535), true, float32(0.5), 'x'), -1+510-6+4*65535+5+3+7*'x')
		}
		all, want := []any{}, 0.0
		for i := range 30 {
			all, want = append(all, float64(i)), want+float64(i*(i+1))
		}
		equal(t, "30 doubles", f(strings.Repeat("d", 30), all...), want)
		g := mustFunc[func(format *byte, a float64, b int32) float64](t, l, "variable", Variadic(1))
		equal(t, "fixed types", g(&[]byte("di\x00")[0], 1.5, 2), 5.5)
		wantPanic(t, func() { f("i", nil) }, ErrNil, "argument 2", "unsafe.Pointer(nil)")
		wantPanic(t, func() { f("i", "x", map[int]int{}) }, ErrType, "argument 3", "map[int]int")
		_, err := Func[func(format string, x float32) float64](l, "variable", Variadic(1))
		wantError(t, err, ErrType, "argument 2", "use float64")
	})
}

// wantError checks what an error is and says.
func wantError(t testing.TB, err, is error, words ...string) {
	t.Helper()
	if !errors.Is(err, is) {
		t.Errorf("error %v, want one that is %v", err, is)
		return
	}
	var located *Error
	if !errors.As(err, &located) {
		t.Errorf("error %v is no *Error", err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q, which lacks %q", err, word)
		}
	}
}

func wantPanic(t testing.TB, f func(), is error, words ...string) {
	t.Helper()
	defer func() {
		t.Helper()
		err, _ := recover().(error)
		wantError(t, err, is, words...)
	}()
	f()
}

func TestStrings(t *testing.T) {
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		length := mustFunc[func(string) int32](t, l, "length")
		for _, s := range []string{"", "a", strings.Repeat("x", 100_000)} {
			equal(t, "length", length(s), int32(len(s)))
		}
		wantPanic(t, func() { length("a\x00b") }, ErrNUL, "call length of ", "argument 1")
		type Name string
		equal(t, "named", mustFunc[func(Name) int32](t, l, "length")("abc"), 3)
		withError := mustFunc[func(string) (int32, error)](t, l, "length")
		if n, err := withError("\x00"); n != 0 || err == nil {
			t.Errorf("%d, %v", n, err)
		} else {
			wantError(t, err, ErrNUL, "argument 1")
		}
		buffer := make([]byte, 20)
		joined := mustFunc[func(a, b string, out []byte, n int32) int32](t, l, "joined")
		equal(t, "path", Path(joined), "register")
		equal(t, "joined", joined("hello, ", "world", buffer, 20), 12)
		equal(t, "buffer", string(buffer[:13]), "hello, world\x00")

		borrowed := mustFunc[func(int32) string](t, l, "borrowed")
		for i, want := range []string{"", "", "borrowed text"} {
			equal(t, "borrowed", borrowed(int32(i)), want)
		}
		owned := mustFunc[func(string) string](t, l, "owned", FreeWith("release"))
		alive := mustFunc[func() int32](t, l, "alive")
		equal(t, "path", Path(owned), "register")
		for _, s := range []string{"", "mine", strings.Repeat("y", 10_000)} {
			equal(t, "owned", owned(s), s)
		}
		equal(t, "not freed", alive(), 0)
		mustFunc[func(string) string](t, l, "owned")("leaked")
		equal(t, "leaked", alive(), 1)
	})
}

func TestPointers(t *testing.T) {
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		x := int64(42)
		deref := mustFunc[func(*int64) int64](t, l, "deref")
		equal(t, "path", Path(deref), "direct")
		equal(t, "deref", deref(&x), 42)
		equal(t, "nil", deref(nil), -1)
		mustFunc[func(*int64, int64)](t, l, "store")(&x, -5)
		equal(t, "store", x, -5)
		equal(t, "same", mustFunc[func(*int64) *int64](t, l, "same")(&x), &x)
		data := []float64{1, 2, 3.5}
		sum := mustFunc[func([]float64, int) float64](t, l, "sumD")
		equal(t, "path", Path(sum), "register")
		equal(t, "sum", sum(data, 3), 6.5)
		equal(t, "nil slice", sum(nil, 0), 0)
		equal(t, "advance", mustFunc[func(unsafe.Pointer, int64) unsafe.Pointer](t, l, "advance")(unsafe.Pointer(&data[0]), 8), unsafe.Pointer(&data[1]))

		strict := mustFunc[func(*int64) int64](t, l, "deref", NonNil(1))
		equal(t, "path", Path(strict), "register")
		equal(t, "strict", strict(&x), -5)
		wantPanic(t, func() { strict(nil) }, ErrNil, "call deref of ", "argument 1")
		_, err := mustFunc[func(*int64) (int64, error)](t, l, "deref", NonNil(1))(nil)
		wantError(t, err, ErrNil, "argument 1")
	})
}

func TestFuncAt(t *testing.T) {
	l := fixture(t, "func.c")
	p := mustFunc[func() unsafe.Pointer](t, l, "get_sub64")()
	f, err := FuncAt[func(x, y int64) int64](p)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "result", f(5, 7), -2)
	_, err = FuncAt[func()](nil)
	wantError(t, err, ErrNil)
}

func TestVar(t *testing.T) {
	l := fixture(t, "func.c")
	counter, err := Var[int64](l, "counter")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "counter", *counter, 41)
	*counter = 99
	equal(t, "next", mustFunc[func() int64](t, l, "next")(), 100)
	equal(t, "counter", *counter, 100)
	pair, err := Var[struct {
		X int32
		Y float64
	}](l, "pair")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "pair", pair.Y, 0.5)
	_, err = Var[int64](l, "missing")
	wantError(t, err, ErrNotFound, "variable missing of ")
	_, err = Var[string](l, "counter")
	wantError(t, err, ErrType, "*byte")
	_, err = Var[int64](nil, "counter")
	wantError(t, err, ErrClosed)
}

func TestBind(t *testing.T) {
	l := fixture(t, "func.c")
	var c struct {
		Sub      func(x, y int64) int64          `ffi:"sub64"`
		Fails    func(a, b int32) (int32, error) `ffi:"fails,fail=-1"`
		Copy     func(string) string             `ffi:"owned,free=release"`
		Fast     func(x int64) int64             `ffi:"i64,leaf"`
		Optional func()                          `ffi:"no_such_function,optional"`
		Counter  *int64                          `ffi:"counter"`
		Other    int
	}
	if err := Bind(l, &c); err != nil {
		t.Fatal(err)
	}
	equal(t, "sub", c.Sub(1, 2), -1)
	if n, err := c.Fails(0, 5); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	_, err := c.Fails(-1, int32(syscall.EPERM))
	wantError(t, err, syscall.EPERM)
	equal(t, "copy", c.Copy("text"), "text")
	equal(t, "fast", c.Fast(3), 3)
	equal(t, "optional", c.Optional == nil, true)
	equal(t, "counter", *c.Counter, 41)

	var wrong struct {
		A func()         `ffi:"missing_a"`
		B func()         `ffi:"missing_b"`
		C func()         `ffi:"nothing"`
		D func(chan int) `ffi:"nothing"`
		E int            `ffi:"counter"`
		F func()         `ffi:"nothing,quick"`
		g func()         `ffi:"nothing"`
		H func()         `ffi:"nothing,leaf=1"`
		I *int64         `ffi:"counter,leaf"`
	}
	err = Bind(l, &wrong)
	wantError(t, err, ErrNotFound, "bind missing_a of ", "bind missing_b of ", "argument 1", "chan int", "field E", `"quick"`, "field g",
		`"leaf=1"`, "field I")
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 8 {
		t.Errorf("%d lines, want one for each of 8 fields:\n%v", lines, err)
	}
	wrong.C()
	wantPanic(t, wrong.A, ErrNotFound, "bind missing_a of ")
	_ = wrong.g
	for _, dst := range []any{nil, 1, wrong, (*struct{})(nil), new(int)} {
		wantError(t, Bind(l, dst), ErrUsage, "pointer to a struct")
	}
}

// TestAfterClose calls functions on every path after their library was closed.
func TestAfterClose(t *testing.T) {
	l := fixture(t, "func.c")
	direct := mustFunc[func(x, y int64) int64](t, l, "sub64")
	register := mustFunc[func(x int8) int64](t, l, "i8")
	reflected := mustFunc[func(three) (three, error)](t, l, "turn_three")
	equal(t, "paths", Path(direct)+Path(register)+Path(reflected), "directregisterreflect")
	other, err := Load(l.Name())
	if err != nil {
		t.Fatal(err)
	}
	closed := mustFunc[func(x, y int64) int64](t, other, "sub64")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	wantPanic(t, func() { closed(1, 2) }, ErrClosed, "call sub64 of ", l.Name())
	equal(t, "still open", direct(1, 2), -1)
	_, err = Func[func()](other, "nothing")
	wantError(t, err, ErrClosed)
	l.closed.Store(true)
	defer l.closed.Store(false)
	wantPanic(t, func() { direct(1, 2) }, ErrClosed, "call sub64 of ")
	wantPanic(t, func() { register(1) }, ErrClosed, "call i8 of ")
	wantPanic(t, func() { reflected(three{}) }, ErrClosed, "call turn_three of ")
	_, err = Func[func()](nil, "nothing")
	wantError(t, err, ErrClosed, "bind nothing")
}

// namedCallback is defined as *Callback, and none.
type namedCallback *Callback

// TestBadFunctions has what cannot be bound.
func TestBadFunctions(t *testing.T) {
	l := fixture(t, "func.c")
	check := func(err, is error, words ...string) {
		t.Helper()
		wantError(t, err, is, append(words, "ffi: bind ")...)
	}
	_, err := Func[int](l, "nothing")
	check(err, ErrType, "int is not a function type")
	f, err := Func[func(int32, map[string]int) chan bool](l, "nothing")
	check(err, ErrType, "argument 2", "map[string]int", "result", "chan bool")
	wantPanic(t, func() { f(1, nil) }, ErrType)
	_, err = Func[func() (int, int)](l, "nothing")
	check(err, ErrType, "one result")
	_, err = Func[func([4]int32)](l, "nothing")
	check(err, ErrType, "argument 1", "*[4]int32")
	_, err = Func[func(any)](l, "nothing")
	check(err, ErrType, "argument 1", "interface")
	_, err = Func[func(...int)](l, "nothing")
	check(err, ErrType, "...any")
	_, err = Func[func() []byte](l, "nothing")
	check(err, ErrType, "unsafe.Slice")
	_, err = Func[func() func()](l, "nothing")
	check(err, ErrType, "FuncAt")
	_, err = Func[func(func(chan int))](l, "nothing")
	check(err, ErrType, "argument 1", "chan int")
	_, err = Func[func(namedCallback)](l, "nothing")
	check(err, ErrType, "argument 1", "use *ffi.Callback itself")
	_, err = Func[func(struct{ F *Callback })](l, "nothing")
	check(err, ErrType, "argument 1", "field F", "unsafe.Pointer")
	type named LongDouble
	_, err = Func[func(named)](l, "nothing")
	check(err, ErrType, "argument 1", "use ffi.LongDouble itself")
	_, err = Func[func(struct{ B [1 << 21]byte })](l, "nothing")
	check(err, plan.ErrTooLarge)
	_, err = Func[func(struct{ S string })](l, "nothing")
	check(err, ErrType, "field S", "CString")
	_, err = Func[func()](l, "missing")
	check(err, ErrNotFound)
	_, err = Func[func()](l, "a\x00b")
	check(err, ErrNotFound)
	type misaligned struct {
		A LongDouble
		B byte
		C LongDouble
	}
	_, err = Func[func(misaligned)](l, "nothing")
	if unsafe.Sizeof(LongDouble{}) == 16 {
		check(err, ErrType, "field C", "offset 24 in Go and 32 in C", "_ [8]byte")
	}
}

// TestBadOptions has options that do not fit the function.
func TestBadOptions(t *testing.T) {
	l := fixture(t, "func.c")
	check := func(err, is error, words ...string) {
		t.Helper()
		wantError(t, err, is, append(words, "ffi: bind ")...)
	}
	for _, o := range []Option{{}, FailErrno(-1), Fail(func(int32) error { return nil }), FreeWith("release"), NonNil(1), Variadic(3), Global()} {
		_, err := Func[func(int32) int32](l, "i32", o)
		check(err, ErrUsage)
	}
	_, err := Func[func(int32) (int32, error)](l, "i32", Fail(func(int64) error { return nil }))
	check(err, ErrType, "int64")
	_, err = Func[func(int32) (int32, error)](l, "i32", Fail[int32](nil))
	check(err, ErrUsage)
	_, err = Func[func(float64) (float64, error)](l, "f64", FailErrno(-1))
	check(err, ErrType)
	_, err = Func[func(string) string](l, "owned", FreeWith("missing"))
	check(err, ErrNotFound, "FreeWith missing")
	_, err = Func[func(string) string](l, "owned", FreeWith(""))
	check(err, ErrNotFound, "the name is empty")
	for _, bad := range []int64{1 << 32, -1<<31 - 1} {
		_, err = Func[func(int32) (int32, error)](l, "i32", FailErrno(bad))
		check(err, ErrRange, fmt.Sprint(bad))
	}
	_, err = Func[func(func(int64) int64, int64) int64](l, "apply", Leaf())
	check(err, ErrUsage, "argument 1", "callback")
	if runtime.GOOS != "windows" {
		_, err = Func[func() error](l, "nothing", LastError())
		check(err, ErrUnsupported, "Windows")
	}
}

func TestPath(t *testing.T) {
	l := fixture(t, "func.c")
	type Word uint64
	type Node struct{ Next *Node }
	equal(t, "named types", Path(mustFunc[func(a, b Word) Word](t, l, "sub64")), "direct")
	equal(t, "pointees", Path(mustFunc[func(*Node) *Node](t, l, "node")), "direct")
	equal(t, "leaf", Path(mustFunc[func(a, b int64) int64](t, l, "sub64", Leaf())), "direct")
	equal(t, "error", Path(mustFunc[func(a, b int64) (int64, error)](t, l, "sub64")), "register")
	equal(t, "string", Path(mustFunc[func(string) int32](t, l, "length")), "register")
	for _, f := range []any{nil, 1, (func())(nil), func() {}, TestPath, strings.ToUpper} {
		equal(t, fmt.Sprintf("%T", f), Path(f), "")
	}
}

// TestNoAllocations measures functions on the two fast paths.
func TestNoAllocations(t *testing.T) {
	l := fixture(t, "func.c")
	data := []float64{1, 2, 3}
	cell := new(int64)
	sub := mustFunc[func(a, b int64) int64](t, l, "sub64")
	subD := mustFunc[func(a, b float64) float64](t, l, "subD")
	store := mustFunc[func(*int64, int64)](t, l, "store")
	narrow := mustFunc[func(a uint8, b uint16, c uint32, d uint64, e int8, f int16, g int32, h int64) uint64](t, l, "ints8")
	floats := mustFunc[func(a float64, b float32, c float64, d float32, e float64, f float32, g float64, h float32, i float64, j float32) float64](t, l, "floats10")
	sum := mustFunc[func([]float64, int) float64](t, l, "sumD")
	errno := mustFunc[func(a, b int32) (int32, error)](t, l, "sub32")
	rule := mustFunc[func(a, b int32) (int32, error)](t, l, "sub32", Fail(func(int32) error { return nil }))
	strict := mustFunc[func(*int64) (*int64, error)](t, l, "same", NonNil(1), FailErrno(0))
	pointerRule := mustFunc[func(*int64) (*int64, error)](t, l, "same", Fail(func(*int64) error { return nil }))
	leaf := mustFunc[func(a, b int64) int64](t, l, "sub64", Leaf())
	number := mustFunc[func(complex64) complex64](t, l, "turn_complexS")
	for name, f := range map[string]func(){
		"direct":       func() { sub(1, 2); subD(1, 2); store(cell, 3) },
		"leaf":         func() { leaf(1, 2) },
		"register":     func() { narrow(1, 2, 3, 4, 5, 6, 7, 8) },
		"stack":        func() { floats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) },
		"slice":        func() { sum(data, 3) },
		"complex":      func() { number(1i) },
		"errno":        func() { errno(1, 2) },
		"rule":         func() { rule(1, 2) },
		"pointer":      func() { strict(cell) },
		"pointer rule": func() { pointerRule(cell) },
	} {
		equal(t, name, testing.AllocsPerRun(100, f), 0)
	}
	length := mustFunc[func(string) int32](t, l, "length")
	equal(t, "string", testing.AllocsPerRun(100, func() { length("some text") }), 1)
}

// TestCheck finds Go pointers in Go memory, on every path.
func TestCheck(t *testing.T) {
	l := fixture(t, "func.c")
	Check(true)
	defer Check(false)
	deref := mustFunc[func(**int64) int64](t, l, "deref")
	equal(t, "path", Path(deref), "reflect")
	inner := new(int64)
	wantPanic(t, func() { deref(&inner) }, ErrPointer, "call deref of ", "argument 1")
	var none *int64
	equal(t, "nil inside", deref(&none), 0)
	var pinner runtime.Pinner
	pinner.Pin(inner)
	defer pinner.Unpin()
	deref(&inner)
	type node struct{ p *int }
	list := mustFunc[func([]node) (unsafe.Pointer, error)](t, l, "node")
	_, err := list([]node{{}, {new(int)}})
	wantError(t, err, ErrPointer, "argument 1")
	Check(false)
	equal(t, "path", Path(mustFunc[func(**int64) int64](t, l, "deref")), "direct")
}
