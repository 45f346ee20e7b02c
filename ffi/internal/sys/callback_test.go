//go:build ((linux && !android) || (darwin && !ios)) && (amd64 || arm64) && !noffi

package sys

import (
	"bytes"
	"math"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// callC calls a function of the fixture that takes a callback and two more words.
func callC(fn unsafe.Pointer, slot, a, b uint64) uint64 {
	c := Ints{Fn: fn, Args: [NInt]uint64{slot, a, b}}
	c.Do()
	return c.Args[0]
}

func add(f *Frame) { f.General[0] += f.General[1] }

func TestCallback(t *testing.T) {
	slot := handle(add)
	if got := callC(function(t, "call_int"), slot, 40, 2); got != 42 {
		t.Errorf("40 + 2 = %d", got)
	}
	slot = handle(func(f *Frame) {
		x, y := math.Float64frombits(f.Vector[0][0]), math.Float64frombits(f.Vector[1][0])
		f.Vector[0][0] = bits(x / y)
	})
	c := Small{Fn: function(t, "call_double"), Ints: [NInt]uint64{slot}, Floats: [NVector]float64{1, 8}}
	c.Do()
	if c.Floats[0] != 0.125 {
		t.Errorf("1 / 8 = %g", c.Floats[0])
	}
}

// TestCallbackArgs has arguments in all registers and on the stack, and a result in two vector registers.
func TestCallbackArgs(t *testing.T) {
	slot := handle(func(f *Frame) {
		stack := unsafe.Slice((*uint64)(f.Stack), 20-NInt-8)
		ints := append(append([]uint64{}, f.General[:NInt]...), stack[:10-NInt]...)
		for i, n := range ints {
			if n != uint64(i+1) {
				t.Errorf("integer %d is %d", i, n)
			}
		}
		for i := range 10 {
			x := math.Float64frombits(append(stack[10-NInt:], 0)[max(i-8, 0)])
			if i < 8 {
				x = math.Float64frombits(f.Vector[i][0])
			}
			if x != float64(i)+0.5 {
				t.Errorf("double %d is %g", i, x)
			}
		}
		f.Vector[0][0], f.Vector[1][0] = bits(3), bits(4)
	})
	c := Call{Fn: function(t, "call_args")}
	c.General[0] = slot
	c.Do()
	if x, y := math.Float64frombits(c.Vector[0][0]), math.Float64frombits(c.Vector[1][0]); x != 3 || y != 4 {
		t.Errorf("result {%g, %g}, want {3, 4}", x, y)
	}
}

// TestCallbackResults returns values in every place that there is.
func TestCallbackResults(t *testing.T) {
	memory := func(f *Frame) []uint64 { // the memory result, whose address is an argument and a result on amd64
		place := &f.General[0]
		if arm64 {
			place = &f.General[NGeneral-1]
		}
		return unsafe.Slice(*(**uint64)(unsafe.Pointer(place)), 4)
	}
	tests := map[string]func(*Frame){
		"call_four": func(f *Frame) {
			for i := range 4 {
				if arm64 {
					f.Vector[i%NVectorResults][0] = bits(float64(i + 1))
				} else {
					memory(f)[i] = bits(float64(i + 1))
				}
			}
		},
		"call_triple": func(f *Frame) { copy(memory(f), []uint64{5, 6, 7}) },
		"call_half": func(f *Frame) {
			if f.NX87 != 0 {
				t.Error("NX87 is not 0 on entry")
			}
			f.NX87 = 1
			f.X87[0] = [2]uint64{0xc000000000000000, 0x3fff}
			f.Vector[0] = quad(0x3fff8 << 44)
		},
		"call_halves": func(f *Frame) {
			f.NX87 = 2
			f.X87 = [2][2]uint64{{0xc000000000000000, 0x3fff}, {0xa000000000000000, 0xc000}}
			f.Vector[0], f.Vector[1] = quad(0x3fff8<<44), quad(0xc0004<<44)
		},
	}
	for name, h := range tests {
		for range 10 { // an unbalanced x87 stack overflows after eight
			if callC(function(t, name), handle(h), 0, 0)&0xffffffff != 1 {
				t.Errorf("%s got something else", name)
			}
		}
	}
}

// quad returns a vector whose high word, if it has one, is given.
func quad(high uint64) (v Vec) {
	v[VecWords-1] = high
	return v
}

func TestAllSlots(t *testing.T) {
	handle(func(f *Frame) {
		if f.General[0] != uint64(f.Slot) {
			f.General[0] = ^uint64(0)
		}
	})
	if got := callC(function(t, "call_all_slots"), address(SlotAddr(0)), slotSize, Slots); got != Slots {
		t.Errorf("%d of %d slots know their number", got, Slots)
	}
}

func TestPreserved(t *testing.T) {
	slot := handle(func(f *Frame) { grow(64); runtime.GC() })
	if bad := callC(function(t, "preserved"), slot, 0, 0); bad != 0 {
		t.Errorf("a callback changed registers that C wants preserved: %#x", bad)
	}
}

// TestStackGrowth moves the goroutine's stack in the callback: every kind of block must be found again.
func TestStackGrowth(t *testing.T) {
	slot := handle(func(f *Frame) { grow(64); add(f) })
	ints := function(t, "call_int")
	for i := range uint64(50) {
		onNewStack(func() {
			small := Ints{Fn: ints, Args: [NInt]uint64{slot, i, 1}}
			small.Do()
			mixed := Small{Fn: ints, Ints: [NInt]uint64{slot, i, 2}}
			mixed.Do()
			errno := Small{Fn: ints, Ints: [NInt]uint64{slot, i, 4}, Errno: 99}
			errno.DoErrno()
			full := Call{Fn: ints, Flags: WantErrno}
			full.General[0], full.General[1], full.General[2] = slot, i, 3
			full.Do()
			if got := [4]uint64{small.Args[0], mixed.Ints[0], full.General[0], errno.Ints[0]}; got != [4]uint64{i + 1, i + 2, i + 3, i + 4} {
				t.Errorf("results %v, want %d + 1, 2, 3, 4", got, i)
			}
			if errno.Errno == 99 {
				t.Error("errno is not stored where the block is now")
			}
		})
	}
}

// TestNested lets callbacks call C functions that call back, and makes sure that stack traces see through it all.
func TestNested(t *testing.T) {
	fn := function(t, "call_int")
	slot := address(SlotAddr(1))
	var trace string
	handle(func(f *Frame) {
		if depth := f.General[0]; depth > 0 {
			f.General[0] = callC(fn, slot, depth-1, 0) + 1
			return
		}
		trace = frames()
	})
	if got := callC(fn, slot, 20, 0); got != 20 {
		t.Errorf("result %d after 20 nested calls", got)
	}
	if n := strings.Count(trace, "runtime.cgocall "); n != 21 || !strings.Contains(trace, "sys.TestNested ") {
		t.Errorf("%d calls into C in the trace, want 21:\n%s", n, trace)
	}
}

// frames returns the names of the functions on the stack.
func frames() string {
	pcs := make([]uintptr, 1000)
	list := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	var names strings.Builder
	for {
		f, more := list.Next()
		names.WriteString(f.Function + " ")
		if !more {
			return names.String()
		}
	}
}

func TestForeignThreads(t *testing.T) {
	var calls atomic.Int64
	slot := handle(func(f *Frame) {
		calls.Add(1)
		grow(8)
		add(f)
	})
	fn := function(t, "threads")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				const n = 50
				if got := callC(fn, slot, n, 0); got != 4*(n*(n-1)/2+n*n) {
					t.Errorf("result %d", got)
				}
			}
		})
	}
	wg.Wait()
	if got := calls.Load(); got != 4*10*4*50 {
		t.Errorf("%d callbacks, want 8000", got)
	}
}

func TestGoroutine(t *testing.T) {
	here := Goroutine()
	var inside uintptr
	slot := handle(func(f *Frame) { inside = Goroutine() })
	callC(function(t, "call_int"), slot, 0, 0)
	var other uintptr
	onNewStack(func() { other = Goroutine() })
	if here == 0 || inside != here || other == here {
		t.Errorf("goroutine %#x, in its callback %#x, another one %#x", here, inside, other)
	}
}

// TestUnderLoad calls and calls back from many goroutines while the collector, stack moves and the profiler's signals interfere.
func TestUnderLoad(t *testing.T) {
	slot := handle(func(f *Frame) {
		if f.General[0]%64 == 0 {
			grow(int(f.General[0]) % 100)
		}
		add(f)
	})
	fn := function(t, "call_many")
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Fatal(err)
	}
	defer pprof.StopCPUProfile()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if got, want := callC(fn, slot, 100, 0), manySum(100); got != want {
					t.Errorf("sum %d, want %d", got, want)
					return
				}
			}
		})
	}
	for range 20 {
		runtime.GC()
	}
	wg.Wait()
}

// manySum is call_many with add as callback.
func manySum(n uint64) (sum uint64) {
	for ; n > 0; n-- {
		sum += n - 1 + sum
	}
	return sum
}

func TestCallbackNoAllocation(t *testing.T) {
	fn, slot := function(t, "call_int"), handle(add)
	if allocs := testing.AllocsPerRun(100, func() { callC(fn, slot, 1, 2) }); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkCallback(b *testing.B) {
	fn, slot := function(b, "call_int"), handle(add)
	for b.Loop() {
		callC(fn, slot, 1, 2)
	}
}
