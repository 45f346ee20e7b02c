//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi

import (
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// mustCallback is NewCallback for the duration of the test.
func mustCallback[F any](t testing.TB, f F) *Callback {
	t.Helper()
	cb, err := NewCallback(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !cb.freed.Load() {
			equal(t, "free", cb.Free(), nil)
		}
	})
	return cb
}

// callbacks is the library of callback.c, which the tests share, because building it takes longer than they do.
var callbacks struct {
	sync.Once
	lib *Lib
}

func callbackLib(t testing.TB) *Lib {
	t.Helper()
	callbacks.Do(func() {
		out := filepath.Join(ffitest.Dir(t), "libcallback.so")
		ffitest.Build(t, "callback.c", out)
		lib, err := Load(out)
		if err != nil {
			t.Fatal(err)
		}
		callbacks.lib = lib
	})
	if callbacks.lib == nil {
		t.Fatal("there is no library, see the first test that needs it")
	}
	return callbacks.lib
}

// roundTrip lets C hand each value to a callback, which returns the next one.
func roundTrip[T comparable](t *testing.T, l *Lib, symbol string, values ...T) {
	t.Helper()
	call := mustFunc[func(*Callback, T) T](t, l, "call_"+symbol)
	for i, in := range values {
		out := values[(i+1)%len(values)]
		cb := mustCallback(t, func(x T) T {
			equal(t, symbol+" in Go", x, in)
			return out
		})
		equal(t, symbol+" from C", call(cb, in), out)
	}
}

type (
	smallStruct struct {
		I int32
		F float32
	}
	pairStruct  struct{ X, Y float64 }
	bigStruct   struct{ Word [5]int64 }
	threeStruct struct{ C [3]int8 }
	vecStruct   struct{ X, Y, Z float32 }
)

func TestCallbackValues(t *testing.T) {
	fixtures(t, "callback.c", func(t *testing.T, l *Lib) {
		roundTrip(t, l, "bool", true, false)
		roundTrip[int8](t, l, "int8", 1, -1, math.MaxInt8, math.MinInt8)
		roundTrip[uint8](t, l, "uint8", 1, math.MaxUint8)
		roundTrip[int16](t, l, "int16", 1, -1, math.MaxInt16, math.MinInt16)
		roundTrip[uint16](t, l, "uint16", 1, math.MaxUint16)
		roundTrip[int32](t, l, "int32", 1, -1, math.MaxInt32, math.MinInt32)
		roundTrip[uint32](t, l, "uint32", 1, math.MaxUint32)
		roundTrip[int64](t, l, "int64", 1, -1, math.MaxInt64, math.MinInt64)
		roundTrip(t, l, "int64", 1, -1, math.MaxInt64, math.MinInt64)
		roundTrip[uint64](t, l, "uint64", 1, math.MaxUint64)
		roundTrip[uintptr](t, l, "uint64", 1, math.MaxUint64)
		roundTrip[float32](t, l, "float", 1, -0.5, math.MaxFloat32, float32(math.Inf(-1)))
		roundTrip(t, l, "double", 1, -0.5, math.MaxFloat64, math.Inf(-1))
		roundTrip(t, l, "pointer", new(int64), nil, new(int64))
		roundTrip(t, l, "pointer", unsafe.Pointer(new(int64)), nil)
		roundTrip(t, l, "longdouble", LongDoubleOf(1.5), LongDoubleOf(-1e300))
		roundTrip(t, l, "small", smallStruct{1, 2.5}, smallStruct{-1, -2.5})
		roundTrip(t, l, "pair", pairStruct{1, 2.5}, pairStruct{-1, math.Inf(1)})
		roundTrip(t, l, "big", bigStruct{[5]int64{1, 2, 3, 4, 5}}, bigStruct{[5]int64{-1, -2, -3, -4, -5}})
		roundTrip(t, l, "three", threeStruct{[3]int8{1, 2, 3}}, threeStruct{[3]int8{-1, -2, -3}})
		roundTrip(t, l, "vec", vecStruct{1, 2, 3}, vecStruct{-1, -2, -3})
		roundTrip(t, l, "complex", 1+2i, -3-4i)
		roundTrip[complex64](t, l, "complexfloat", 1+2i, -3-4i)
	})
}

func TestCallbackArguments(t *testing.T) {
	fixtures(t, "callback.c", func(t *testing.T, l *Lib) {
		dirty := mustFunc[func(*Callback) int32](t, l, "call_dirty")
		equal(t, "dirty", dirty(mustCallback(t, func(a int8, b uint16, c bool, d int32) int32 {
			equal(t, "dirty arguments", fmt.Sprint(int64(a), uint64(b), c, int64(d)), "-2 255 true -3")
			return -4
		})), -4)

		many := mustFunc[func(*Callback) float64](t, l, "call_many")
		equal(t, "many", many(mustCallback(t, func(a int8, b float64, c int16, d float32, e int32, f float64, g int64, h float32, i uint8, j float64,
			k uint16, l float32, m uint32, n float64, o uint64, p float32, q bool, r float64) float64 {
			equal(t, "many arguments", fmt.Sprint(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r),
				"-1 2 -3 4 -5 6 -7 8 9 10 11 12 13 14 15 16 true 18")
			return 0.5
		})), 0.5)

		text := mustFunc[func(*Callback) int64](t, l, "call_text")
		type Name string
		equal(t, "text", text(mustCallback(t, func(a string, b Name) int64 {
			equal(t, "texts", fmt.Sprintf("%q %q", a, b), `"text" ""`)
			return 7
		})), 7)
		calls := 0
		mustFunc[func(*Callback)](t, l, "call_void")(mustCallback(t, func() { calls++ }))
		equal(t, "calls", calls, 1)
	})
}

// TestCallbackForCall passes Go functions as arguments.
func TestCallbackForCall(t *testing.T) {
	l := callbackLib(t)
	add := mustFunc[func(func(a, b int64) int64, int64, int64) int64](t, l, "call_add")
	for i := range int64(2 * sys.Slots) { // each is freed after its call
		if got := add(func(a, b int64) int64 { return a + b + i }, 1, 2); got != 3+i {
			t.Fatalf("call %d: %d", i, got)
		}
	}
	_, err := Func[func(func([]int32))](l, "call_void")
	wantError(t, err, ErrType, "bind call_void of ", "argument 1", "[]int32")
}

func TestCallbackNoAllocation(t *testing.T) {
	l := callbackLib(t)
	add := mustFunc[func(*Callback, int64, int64) int64](t, l, "call_add")
	mul := mustFunc[func(*Callback, float64, float64) float64](t, l, "call_mul")
	plus := mustCallback(t, func(a, b int64) int64 { return a + b })
	times := mustCallback(t, func(a, b float64) float64 { return a * b })
	allocs := testing.AllocsPerRun(100, func() {
		equal(t, "sum", add(plus, 1, 2), 3)
		equal(t, "product", mul(times, 1.5, 2), 3)
	})
	equal(t, "allocations", allocs, 0)
}

func TestCallbackFree(t *testing.T) {
	l := callbackLib(t)
	keep := mustFunc[func(*Callback)](t, l, "keep")
	call := mustFunc[func(int64) (int64, error)](t, l, "call_kept")
	cb := mustCallback(t, func(x int64) int64 { return x + 1 })
	keep(cb)
	n, err := call(41)
	equal(t, "result", n, 42)
	equal(t, "error", err, nil)
	equal(t, "free", cb.Free(), nil)

	wantError(t, cb.Free(), ErrFreed, "ffi: free func(int64) int64: ")
	wantPanic(t, func() { cb.Ptr() }, ErrFreed, "callback func(int64) int64")
	wantPanic(t, func() { keep(cb) }, ErrFreed, "call keep of ", "argument 1: freed already: the callback")
	n, err = call(41)
	equal(t, "result of a freed one", n, 0)
	wantError(t, err, ErrFreed, "call call_kept of ", "callback func(int64) int64")
	wantError(t, cb.Err(), ErrFreed)

	var none *Callback
	equal(t, "nil callback's pointer", none.Ptr(), nil)
	equal(t, "nil callback's error", none.Err(), nil)
	wantError(t, none.Free(), ErrNil)
}

// TestCallbackFreesItself frees the callback while it runs.
func TestCallbackFreesItself(t *testing.T) {
	l := callbackLib(t)
	call := mustFunc[func(*Callback, int64) (int64, error)](t, l, "call_times")
	var cb *Callback
	cb = mustCallback(t, func(x int64) int64 {
		equal(t, "free", cb.Free(), nil)
		runtime.GC()
		return x + 5
	})
	n, err := call(cb, 2)
	equal(t, "sum", n, 5)
	wantError(t, err, ErrFreed)
}

// TestCallbackQuarantine makes sure that a freed callback is reused, but in check mode only when all others were.
func TestCallbackQuarantine(t *testing.T) {
	defer Check(checking())
	Check(false)
	equal(t, "reused at once", reused(t, restSlots/2), false)
	equal(t, "reused later", reused(t, sys.Slots+2), true)
	Check(true)
	equal(t, "reused soon in check mode", reused(t, sys.Slots-100), false)
	equal(t, "reused in check mode", reused(t, sys.Slots+2), true)
}

// reused reports whether one of the next n callbacks has the function pointer of one that is freed now.
func reused(t *testing.T, n int) bool {
	cb := mustCallback(t, func() {})
	old := cb.slot
	equal(t, "free", cb.Free(), nil)
	for range n {
		cb := mustCallback(t, func() {})
		equal(t, "free", cb.Free(), nil)
		if cb.slot == old {
			return true
		}
	}
	return false
}

func TestCallbackFull(t *testing.T) {
	l := callbackLib(t)
	call := mustFunc[func(*Callback, int64, int64) int64](t, l, "call_add")
	var live []*Callback
	for {
		n := int64(len(live))
		cb, err := NewCallback(func(a, b int64) int64 { return a*b + n })
		if err != nil {
			wantError(t, err, ErrFull, "16384")
			break
		}
		live = append(live, cb)
	}
	if len(live) < sys.Slots-2 { // the package may hold some itself
		t.Errorf("%d callbacks at once, want %d", len(live), sys.Slots)
	}
	for i, cb := range live {
		if got := call(cb, 2, 3); got != int64(6+i) {
			t.Fatalf("callback %d returned %d", i, got)
		}
	}
	for _, cb := range live {
		equal(t, "free", cb.Free(), nil)
	}
	equal(t, "a new one", call(mustCallback(t, func(a, b int64) int64 { return a - b }), 2, 3), -1)
}

func TestCallbackBadTypes(t *testing.T) {
	tests := []struct {
		f     any
		is    error
		words string
	}{
		{nil, ErrType, "not a function"},
		{7, ErrType, "callback int: wrong type: it is not a function"},
		{(func())(nil), ErrNil, "the function is nil"},
		{func(...any) {}, ErrType, "variable arguments"},
		{func(int32, []byte) {}, ErrType, "argument 2: wrong type: C does not tell how long []uint8 is"},
		{func(func()) {}, ErrType, "FuncAt"},
		{func(*Callback) {}, ErrType, "FuncAt"},
		{func(namedCallback) {}, ErrType, "FuncAt"},
		{func(map[int]int) {}, ErrType, "map[int]int"},
		{func() string { return "" }, ErrType, "use *byte"},
		{func() (int32, int32) { return 0, 0 }, ErrType, "one result"},
	}
	for _, test := range tests {
		_, err := newCallback(reflect.ValueOf(test.f), nil)
		wantError(t, err, test.is, test.words)
	}
}

// TestCallbackDeclared compares Go functions with C's prototype.
func TestCallbackDeclared(t *testing.T) {
	proto := func(result ctype.Kind, params ...ctype.Kind) *ctype.Type {
		fn := &ctype.FuncType{Result: ctype.Basic(result)}
		for _, p := range params {
			fn.Params = append(fn.Params, ctype.Param{Type: ctype.Basic(p)})
		}
		return &ctype.Type{Kind: ctype.Func, Func: fn}
	}
	good := proto(ctype.Int, ctype.Double, ctype.Int)
	cb, err := newCallback(reflect.ValueOf(func(x float64, n int32) int32 { return int32(x) + n }), good)
	if err != nil {
		t.Fatal(err)
	}
	defer cb.Free()
	call, err := FuncAt[func(float64, int32) int32](cb.Ptr())
	equal(t, "error", err, nil)
	equal(t, "result", call(3, 4), 7)
	for _, f := range []any{
		func(x float32, n int32) int32 { return 0 },
		func(x float64, n int64) int32 { return 0 },
		func(x float64) int32 { return 0 },
		func(x float64, n int32) {},
		func(x float64, n int32) error { return nil },
		func(x float64, n int32) float64 { return 0 },
	} {
		_, err := newCallback(reflect.ValueOf(f), good)
		wantError(t, err, ErrType)
	}
	variadic := proto(ctype.Int, ctype.Int)
	variadic.Func.Variadic = true
	_, err = newCallback(reflect.ValueOf(func(int32) int32 { return 0 }), variadic)
	wantError(t, err, ErrType, "variable arguments")
}

// TestCallbackUnderLoad calls back on many goroutines and foreign threads, moves the stacks and collects garbage.
func TestCallbackUnderLoad(t *testing.T) {
	l := callbackLib(t)
	thread := mustFunc[func(*Callback, int64) int64](t, l, "call_thread")
	times := mustFunc[func(*Callback, int64) int64](t, l, "call_times")
	var wg sync.WaitGroup
	var calls atomic.Int64
	for range 8 {
		wg.Go(func() {
			for i := range 50 {
				offset := new(int64)
				*offset = int64(i)
				cb, err := NewCallback(func(x int64) int64 {
					if calls.Add(1)%100 == 0 {
						deep(200)
						runtime.GC()
					}
					return x + *offset
				})
				if err != nil {
					t.Error(err)
					return
				}
				equal(t, "sum", times(cb, 100), 4950+100**offset)
				equal(t, "sum on a thread", thread(cb, 10), 45+10**offset)
				equal(t, "free", cb.Free(), nil)
			}
		})
	}
	wg.Wait()
	equal(t, "callbacks", calls.Load(), 8*50*110)
}

// deep moves the goroutine's stack.
//
//go:noinline
func deep(n int) int {
	var block [512]byte
	block[n] = byte(n)
	if n == 0 {
		return int(block[0])
	}
	return deep(n-1) + int(block[n])
}

func BenchmarkCallbackInt(b *testing.B) {
	l := callbackLib(b)
	add := mustFunc[func(*Callback, int64, int64) int64](b, l, "call_add")
	cb := mustCallback(b, func(x, y int64) int64 { return x + y })
	b.ReportAllocs()
	for b.Loop() {
		add(cb, 1, 2)
	}
}

func BenchmarkCallbackDouble(b *testing.B) {
	l := callbackLib(b)
	mul := mustFunc[func(*Callback, float64, float64) float64](b, l, "call_mul")
	cb := mustCallback(b, func(x, y float64) float64 { return x * y })
	b.ReportAllocs()
	for b.Loop() {
		mul(cb, 1, 2)
	}
}

// BenchmarkCallbackPointer passes the function pointer as what it is, which takes the direct path.
func BenchmarkCallbackPointer(b *testing.B) {
	l := callbackLib(b)
	add := mustFunc[func(unsafe.Pointer, int64, int64) int64](b, l, "call_add")
	cb := mustCallback(b, func(x, y int64) int64 { return x + y }).Ptr()
	b.ReportAllocs()
	for b.Loop() {
		add(cb, 1, 2)
	}
}

func BenchmarkNewCallback(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		cb, err := NewCallback(func(x, y float64) float64 { return x * y })
		if err != nil {
			b.Fatal(err)
		}
		cb.Free()
	}
}
