//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi

import (
	"errors"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"unsafe"
)

// grow uses up stack, so that the goroutine's moves to a larger one.
func grow(n int) int {
	var room [256]byte
	room[n%256] = 1
	if n == 0 {
		return int(room[0])
	}
	return grow(n-1) + int(room[(n+1)%256])
}

// TestStackMoves passes the address of a local variable on every path, while a callback makes the stack move and the
// collector is busy.
func TestStackMoves(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	l := fixture(t, "func.c")
	back := func(p *int64) int64 {
		before := *p
		*p = int64(grow(2000)) + before
		return before
	}
	cb, err := NewCallback(back)
	if err != nil {
		t.Fatal(err)
	}
	defer cb.Free()
	direct := mustFunc[func(f unsafe.Pointer, p *int64) int64](t, l, "apply_pointer")
	register := mustFunc[func(f *Callback, p *int64) (int64, error)](t, l, "apply_pointer")
	reflected := mustFunc[func(f func(*int64) int64, p *int64) int64](t, l, "apply_pointer")
	equal(t, "paths", Path(direct)+Path(register)+Path(reflected), "directregisterreflect")
	calls := map[string]func(p *int64) int64{
		"direct":   func(p *int64) int64 { return direct(cb.Ptr(), p) },
		"register": func(p *int64) int64 { n, _ := register(cb, p); return n },
		"reflect":  func(p *int64) int64 { return reflected(back, p) },
	}
	for name, call := range calls {
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() { // each with a small stack
				x := int64(i)
				if got := call(&x); got != int64(i)+x || x <= int64(i) {
					t.Errorf("%s: %d and %d after %d", name, got, x, i)
				}
			})
		}
		wg.Wait()
	}
}

// TestResultKeepsMemory drops all but C's result as a reference to memory, on the fast paths, with the collector busy.
func TestResultKeepsMemory(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	l := fixture(t, "func.c")
	direct := mustFunc[func(*[64]int64) *[64]int64](t, l, "same")
	register := mustFunc[func(*[64]int64) (*[64]int64, error)](t, l, "same")
	var kept []*[64]int64
	for i := range 2000 {
		p := direct(&[64]int64{int64(i)})
		q, err := register(&[64]int64{int64(i)})
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, p, q)
	}
	for i, p := range kept {
		equal(t, "word", p[0], int64(i/2))
	}
}

func TestFuncArguments(t *testing.T) {
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		apply := mustFunc[func(f func(int64) int64, x int64) int64](t, l, "apply")
		for i := range int64(100) {
			equal(t, "closure", apply(func(x int64) int64 { return x*x + i }, 7), 49+i)
		}
		equal(t, "nil", apply(nil, 7), -1)
		double := mustFunc[func(f func(float64) float64, x float64) float64](t, l, "apply_double")
		equal(t, "double", double(func(x float64) float64 { return x / 2 }, 7), 3.5)
		// A callback's own calls, and callbacks of these.
		var down func(int64) int64
		down = func(x int64) int64 {
			if x == 0 {
				return 0
			}
			return 1 + apply(down, x-1)
		}
		equal(t, "nested", apply(down, 20), 20)
		pointer := mustFunc[func(f *Callback, x int64) int64](t, l, "apply")
		equal(t, "path", Path(pointer), "register")
		equal(t, "nil", pointer(nil, 7), -1)
	})
}

func TestQsort(t *testing.T) {
	qsort := mustFunc[func(base []int32, n, size uintptr, compare func(a, b *int32) int32)](t, Self(), "qsort")
	data := []int32{5, -3, 9, 0, 7, 7, -100}
	want := slices.Sorted(slices.Values(data))
	qsort(data, uintptr(len(data)), 4, func(a, b *int32) int32 { return *a - *b })
	equal(t, "sorted", slices.Equal(data, want), true)
}

// TestCallbackPanics has a panic in a callback on every path: C goes on, then the call fails.
func TestCallbackPanics(t *testing.T) {
	l := fixture(t, "func.c")
	boom := errors.New("boom")
	back := func() int32 { panic(boom) }
	cb, err := NewCallback(back)
	if err != nil {
		t.Fatal(err)
	}
	defer cb.Free()
	direct := mustFunc[func(f unsafe.Pointer, out *int32) int32](t, l, "apply_store")
	register := mustFunc[func(f *Callback, out *int32) int32](t, l, "apply_store")
	reflected := mustFunc[func(f func() int32, out *int32) int32](t, l, "apply_store")
	for name, call := range map[string]func(out *int32){
		"direct":   func(out *int32) { direct(cb.Ptr(), out) },
		"register": func(out *int32) { register(cb, out) },
		"reflect":  func(out *int32) { reflected(back, out) },
	} {
		out := int32(7)
		wantPanic(t, func() { call(&out) }, boom, "call apply_store of ", "boom")
		equal(t, name+": what C stored", out, 0)
	}
	registerErr := mustFunc[func(f *Callback, out *int32) (int32, error)](t, l, "apply_store")
	reflectErr := mustFunc[func(f func() int32, out *int32) (int32, error)](t, l, "apply_store", FailErrno(0))
	out := int32(7)
	_, err = registerErr(cb, &out)
	wantError(t, err, boom, "call apply_store of ")
	_, err = reflectErr(back, &out)
	wantError(t, err, boom, "call apply_store of ")
	equal(t, "no panic is left", pending.Load(), 0)
}
