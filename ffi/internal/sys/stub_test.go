//go:build ((linux && !android) || (darwin && !ios)) && (amd64 || arm64) && !noffi

package sys

import (
	"errors"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// stubFunc returns a func value of type F with this handler.
func stubFunc[F any](handle func(*Stub, *GoRegs) Pointers, pointers ...int) F {
	s := &Stub{Handle: handle}
	for _, i := range pointers {
		s.Mask[i] = ^uintptr(0)
	}
	s.Init(NGoFloat)
	return *(*F)(unsafe.Pointer(&s))
}

// goCode returns a func value as CallGo takes it.
func goCode[F any](f *F) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(f)) }

func TestStubUsable(t *testing.T) {
	if !StubUsable() {
		t.Error("the stub does not work with this Go release")
	}
}

func TestStubRegisters(t *testing.T) {
	type all func(a, b, c, d, e, f, g, h, i uint64, x [1]float64, y, z float64, s float32) (uint64, uint64, uint64, uint64, float64, float32)
	f := stubFunc[all](func(_ *Stub, r *GoRegs) Pointers {
		for i := range 9 {
			if r.Int[i] != uint64(i+1) {
				t.Errorf("integer register %d is %d", i, r.Int[i])
			}
		}
		for i := range 3 {
			if r.Float[i] != bits(float64(i)+0.5) {
				t.Errorf("float register %d is %#x", i, r.Float[i])
			}
		}
		if uint32(r.Float[3]) != math.Float32bits(-7) {
			t.Errorf("float register 3 is %#x", r.Float[3])
		}
		for i := range 4 {
			r.Int[i] = uint64(i) << 60
		}
		r.Float[0], r.Float[1] = bits(math.Inf(1)), uint64(math.Float32bits(0.25))
		return Pointers{}
	})
	a, b, c, d, x, y := f(1, 2, 3, 4, 5, 6, 7, 8, 9, [1]float64{0.5}, 1.5, 2.5, -7)
	if a != 0 || b != 1<<60 || c != 2<<60 || d != 3<<60 || x != math.Inf(1) || y != 0.25 {
		t.Error("results:", a, b, c, d, x, y)
	}
}

type node struct {
	n    int
	next *node
	_    [1000]byte
}

// TestStubKeepsAlive has the collector run and the stack move while the only references to an argument and to results are in
// registers.
func TestStubKeepsAlive(t *testing.T) {
	freed := new(atomic.Bool) // of the call under way: finalizers of earlier calls may run during it
	f := stubFunc[func(int, *node) (*node, error)](func(_ *Stub, r *GoRegs) Pointers {
		grow(64)
		for range 3 {
			runtime.GC()
			runtime.Gosched()
		}
		if freed.Load() {
			t.Error("the argument is garbage during the call")
		}
		old := *(**node)(unsafe.Pointer(&r.Int[1]))
		fresh := &node{n: old.n + int(r.Int[0]), next: &node{n: 7}}
		err := errors.New("seven")
		words := *(*[2]unsafe.Pointer)(unsafe.Pointer(&err))
		r.Int = [NGoInt]uint64{}
		return Pointers{unsafe.Pointer(fresh), words[0], words[1], nil}
	}, 1)
	for range 5 {
		onNewStack(func() {
			freed = new(atomic.Bool)
			got, err := f(2, finalized(&node{n: 40}, freed))
			runtime.GC()
			if got.n != 42 || got.next.n != 7 || err.Error() != "seven" {
				t.Error("results:", got.n, got.next.n, err)
			}
		})
	}
	if !eventually(freed.Load) {
		t.Error("the argument never becomes garbage, so that the test proves nothing")
	}
}

// finalized lets the flag tell when the node is garbage.
//
//go:noinline
func finalized(n *node, freed *atomic.Bool) *node {
	runtime.SetFinalizer(n, func(*node) { freed.Store(true) })
	return n
}

// eventually collects garbage until the condition is true.
func eventually(condition func() bool) bool {
	for range 100 {
		if condition() {
			return true
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	return false
}

func TestStubTrace(t *testing.T) {
	var trace string
	f := stubFunc[func()](func(*Stub, *GoRegs) Pointers {
		trace = frames()
		return Pointers{}
	})
	f()
	if !strings.Contains(trace, "sys.TestStubTrace ") {
		t.Errorf("the trace does not reach the caller: %s", trace)
	}
	p := stubFunc[func()](func(*Stub, *GoRegs) Pointers { panic("through the stub") })
	defer func() {
		if recover() == nil {
			t.Error("the panic did not get through")
		}
	}()
	p()
}

func TestStubUnderLoad(t *testing.T) {
	f := stubFunc[func(*node, float64, int8) float64](func(_ *Stub, r *GoRegs) Pointers {
		n := *(**node)(unsafe.Pointer(&r.Int[0]))
		r.Float[0] = bits(float64(n.n) + math.Float64frombits(r.Float[0]) + float64(int8(r.Int[1])))
		return Pointers{}
	}, 0)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 20000 {
				if got := f(&node{n: i}, 0.5, -3); got != float64(i)-2.5 {
					t.Errorf("%d: %g", i, got)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestCallGo(t *testing.T) {
	sum := 0
	f := func(a int8, b uint16, x float32, c bool, y float64, p *int) (float64, uint8) {
		grow(64)
		sum++
		return float64(a) + float64(b) + float64(x) + y + float64(*p), uint8(b)
	}
	for range 20 {
		onNewStack(func() {
			p := 100
			var r GoRegs
			copy(r.Int[:], []uint64{^uint64(4), 300, 1, address(unsafe.Pointer(&p))})
			r.Float[0], r.Float[1] = uint64(math.Float32bits(0.5)), bits(0.25)
			escape(&p)
			CallGo(goCode(&f), &r)
			if got := math.Float64frombits(r.Float[0]); got != 395.75 || uint8(r.Int[0]) != 44 {
				t.Errorf("results %g and %d, want 395.75 and 44", got, uint8(r.Int[0]))
			}
		})
	}
	if sum != 20 {
		t.Errorf("%d calls, want 20", sum)
	}
}

var sink *int

func escape(p *int) { sink = p }

func TestStubNoAllocation(t *testing.T) {
	fn := function(t, "floats")
	f := stubFunc[func(a, b float64) float64](func(_ *Stub, r *GoRegs) Pointers {
		c := Floats{Fn: fn}
		c.Args[0], c.Args[1] = math.Float64frombits(r.Float[0]), math.Float64frombits(r.Float[1])
		c.Do()
		r.Float[0] = bits(c.Args[0])
		return Pointers{}
	})
	if allocs := testing.AllocsPerRun(100, func() { f(1, 2) }); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkStub(b *testing.B) {
	f := stubFunc[func(a, b int) int](func(_ *Stub, r *GoRegs) Pointers { return Pointers{} })
	for b.Loop() {
		f(1, 2)
	}
}

func BenchmarkCallGo(b *testing.B) {
	f := func(a, b int) int { return a + b }
	var r GoRegs
	for b.Loop() {
		CallGo(goCode(&f), &r)
	}
}
