//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"fmt"
	"math"
	"path/filepath"
	"runtime/debug"
	"sync"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// build compiles a fixture into a folder of the test's.
func build(t testing.TB, source string, flags ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "libfixture.so")
	ffitest.Build(t, source, out, flags...)
	return out
}

func load(t testing.TB, path string) *ffi.Lib {
	t.Helper()
	lib, err := ffi.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func proc(t testing.TB, lib *ffi.Lib, name string) ffi.Proc {
	t.Helper()
	p, err := lib.Proc(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func closeLib(t testing.TB, lib *ffi.Lib) {
	t.Helper()
	if err := lib.Close(); err != nil {
		t.Error(err)
	}
}

func TestCallResult(t *testing.T) {
	lib := load(t, build(t, "block.c"))
	defer closeLib(t, lib)
	status := proc(t, lib, "status")
	for _, want := range []int32{0, 1, -1, 255, 256, -256, 65535, -65536, math.MaxInt32, math.MinInt32, math.MinInt32 + 1} {
		block := want
		if got := status.Call(unsafe.Pointer(&block)); got != want {
			t.Errorf("status of %d is %d", want, got)
		}
	}
	if got := proc(t, lib, "empty").Call(nil); got != 0 {
		t.Errorf("empty returned %d", got)
	}
	if got := proc(t, lib, "wide").Call(nil); got != -42 {
		t.Errorf("the result is not the low 32 bits: %d, want -42", got)
	}
}

func TestCallBlockOnStack(t *testing.T) {
	lib := load(t, build(t, "block.c"))
	defer closeLib(t, lib)
	same, sum := proc(t, lib, "same"), proc(t, lib, "sum")
	allocs := testing.AllocsPerRun(100, func() {
		var self struct{ first, self unsafe.Pointer }
		self.self = unsafe.Pointer(&self)
		if same.Call(unsafe.Pointer(&self)) != 1 {
			t.Error("C got another address than that of the block")
		}
		data := [4]int64{1, 2, 3, 4}
		block := newSum(data[:])
		if status := sum.Call(unsafe.Pointer(&block)); status != 0 || block.sum != 10 {
			t.Errorf("status %d, sum %d, want 0, 10", status, block.sum)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations per run, want none", allocs)
	}
}

// TestCallZero shows that the zero Proc panics as a nil func does: the run time's own answer
// could not be recovered from.
func TestCallZero(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	ffi.Proc{}.Call(nil)
}

// TestCallUnderCollector keeps the collector busy while blocks and data lie on stacks that grow and on the heap.
func TestCallUnderCollector(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	lib := load(t, build(t, "block.c"))
	defer closeLib(t, lib)
	sum, deep := proc(t, lib, "sum"), proc(t, lib, "deep")
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				if err := sumAtDepth(sum, i%50, int64(g*1000+i)); err != nil {
					t.Error(err)
					return
				}
				if word := int32(i); deep.Call(unsafe.Pointer(&word)) != 1+word {
					t.Error("deep returned something else")
				}
			}
		})
	}
	wg.Wait()
}

// sumAtDepth sums numbers that only the block refers to, after growing the stack.
func sumAtDepth(sum ffi.Proc, depth int, seed int64) error {
	var room [64]int64
	room[depth] = seed
	if depth > 0 {
		return sumAtDepth(sum, depth-1, room[depth]+1)
	}
	heap := make([]int64, 1000+seed%7)
	want := int64(0)
	for i := range heap {
		heap[i] = seed * int64(i)
		want += heap[i]
	}
	block := newSum(heap)
	onStack := newSum(room[:1])
	if status := sum.Call(unsafe.Pointer(&block)) + sum.Call(unsafe.Pointer(&onStack)); status != 0 || block.sum != want || onStack.sum != seed {
		return fmt.Errorf("status %d, sums %d and %d, want %d and %d", status, block.sum, onStack.sum, want, seed)
	}
	return nil
}
