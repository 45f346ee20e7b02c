//go:build !noffi

package sys

import (
	"math"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// fixture loads testdata/win64.c, once for all tests, and returns a function that finds its symbols.
func fixture(t *testing.T) func(name string) unsafe.Pointer {
	t.Helper()
	win64.once.Do(func() {
		path := filepath.Join(ffitest.Dir(t), "win64.dll")
		ffitest.Build(t, "win64.c", path)
		win64.handle, win64.err = Open(path, 0)
	})
	if win64.err != nil || win64.handle == 0 {
		t.Fatal("no fixture:", win64.err)
	}
	return func(name string) unsafe.Pointer {
		t.Helper()
		addr, err := Symbol(win64.handle, name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return addr
	}
}

var win64 struct {
	once   sync.Once
	handle uintptr
	err    error
}

// grow makes the goroutine's stack n kilobytes deeper for the time of the call.
func grow(n int) int {
	var room [1024]byte
	room[n%len(room)] = 1
	if n == 0 {
		return int(room[0])
	}
	return grow(n-1) + int(room[n%len(room)])
}

func TestSmallBlocks(t *testing.T) {
	symbol := fixture(t)
	ints := Ints{Fn: symbol("ints")}
	floats := Floats{Fn: symbol("floats")}
	mixed := Small{Fn: symbol("mixed")}
	for _, call := range []struct {
		name                string
		ints, floats, mixed func()
	}{
		{"do", ints.Do, floats.Do, mixed.Do},
		{"leaf", ints.Leaf, floats.Leaf, mixed.Leaf},
	} {
		t.Run(call.name, func(t *testing.T) {
			ints.Args = [NInt]uint64{1, 2, 3, 1 << 40}
			floats.Args = [NVector]float64{1, 2, 3, 0.5}
			mixed.Floats = [NVector]float64{1, 99, 3, 99}
			mixed.Ints = [NInt]uint64{99, 2, 99, 4}
			call.ints()
			call.floats()
			call.mixed()
			if got := ints.Args[0]; got != 321+1000<<40 {
				t.Errorf("ints %d", got)
			}
			if got := floats.Args[0]; got != 821 {
				t.Errorf("floats %v", got)
			}
			if got := mixed.Floats[0]; got != 4321 {
				t.Errorf("mixed %v", got)
			}
		})
	}
}

func TestStackArguments(t *testing.T) {
	ten := fixture(t)("ten")
	for _, leaf := range []bool{false, true} {
		image := [6]uint64{math.Float64bits(5), 6, math.Float64bits(7), 8, uint64(math.Float32bits(9)), 0xffffffffffffff0a}
		c := Call{Fn: ten, Image: unsafe.Pointer(&image), ImageSize: uint32(unsafe.Sizeof(image))}
		c.General = [NGeneral]uint64{99, 2, 99, 4}
		c.Vector = [NVector]Vec{{math.Float64bits(1)}, {}, {math.Float64bits(3)}, {}}
		if leaf {
			c.Leaf()
		} else {
			c.Do()
		}
		if got := math.Float64frombits(c.Vector[0][0]); got != 385 {
			t.Errorf("leaf %v: %v, want 385", leaf, got)
		}
	}
}

// TestMemory has an aggregate travel both ways through the image, by addresses that only the trampoline knows.
func TestMemory(t *testing.T) {
	image := [8]int64{100, 200, 300} // the argument, padding, the result at byte 32
	c := Call{
		Fn:         fixture(t)("twice"),
		Image:      unsafe.Pointer(&image),
		ImageSize:  uint32(unsafe.Sizeof(image)),
		ResultOff:  32,
		ResultSize: 24,
		Relocs:     []Reloc{{At: ^0, To: 32}, {At: ^1, To: 0}},
	}
	c.General[2] = 7
	c.Do()
	if want := [8]int64{100, 200, 300, 0, 207, 407, 607}; image != want {
		t.Errorf("image %v, want %v", image, want)
	}
}

// TestHuge passes the biggest struct, on a thread whose stack nobody has touched.
func TestHuge(t *testing.T) {
	const n = MaxImage / 8
	image := make([]int64, n)
	want := int64(0)
	for i := range image {
		image[i] = int64(i) * 3
		want += image[i]
	}
	c := Call{
		Fn:        fixture(t)("sum_huge"),
		Image:     unsafe.Pointer(&image[0]),
		ImageSize: n * 8,
		Relocs:    []Reloc{{At: ^0, To: 0}},
	}
	done := make(chan int64)
	go func() {
		runtime.LockOSThread()
		c.Do()
		done <- int64(c.General[0])
	}()
	if got := <-done; got != want {
		t.Errorf("sum %d, want %d", got, want)
	}
}

func TestErrors(t *testing.T) {
	symbol := fixture(t)
	c := Call{Fn: symbol("set_both"), Flags: WantErrno | WantLastError}
	for i := range 3 { // each call must see zeros
		c.General = [NGeneral]uint64{uint64(33 + i), uint64(5 + i)}
		c.Do()
		if c.General[0] != 1 || c.Errno != int32(33+i) || c.LastError != uint32(5+i) {
			t.Errorf("zero before: %d; errno %d, last error %d", c.General[0], c.Errno, c.LastError)
		}
	}
	c.Fn = symbol("set_neither")
	c.Do()
	if c.Errno != 0 || c.LastError != 0 {
		t.Errorf("errno %d and last error %d of a function that sets neither", c.Errno, c.LastError)
	}
}

// TestErrnoOfBoth has each of the C run times set its own errno.
func TestErrnoOfBoth(t *testing.T) {
	for _, module := range []uintptr{ucrt, msvcrt} {
		strtol, err := symbol(module, "strtol")
		if err != nil {
			t.Fatal(err)
		}
		text := []byte("99999999999\x00")
		c := Call{Fn: strtol, Flags: WantErrno}
		c.General = [NGeneral]uint64{uint64(uintptr(unsafe.Pointer(&text[0]))), 0, 10}
		c.Do()
		runtime.KeepAlive(text)
		const erange = 34
		if int32(c.General[0]) != math.MaxInt32 || c.Errno != erange {
			t.Errorf("strtol returned %d with errno %d", int32(c.General[0]), c.Errno)
		}
	}
}

// received is what a callback of win64.c's type got.
func received(f *Frame) [6]float64 {
	stack := (*[2]uint64)(f.Stack)
	return [6]float64{
		float64(f.General[0]), math.Float64frombits(f.Vector[1][0]),
		float64(f.General[2]), math.Float64frombits(f.Vector[3][0]),
		float64(stack[0]), math.Float64frombits(stack[1]),
	}
}

// sumOf is a handler that returns the sum of what it received, and the slot's number, from a deeper stack.
func sumOf(f *Frame) {
	grow(64)
	sum := float64(f.Slot)
	for _, v := range received(f) {
		sum += v
	}
	f.Vector[0][0] = math.Float64bits(sum)
}

func TestCallback(t *testing.T) {
	SetHandler(sumOf)
	call := fixture(t)("call")
	for _, slot := range []int{0, 1, 1000, Slots - 1} {
		c := Call{Fn: call}
		c.General = [NGeneral]uint64{uint64(uintptr(SlotAddr(slot))), 10}
		c.Do()
		if got, want := math.Float64frombits(c.Vector[0][0]), float64(slot)+67.5; got != want {
			t.Errorf("slot %d: %v, want %v", slot, got, want)
		}
	}
}

// TestMovedStack has the stack move during each call: what lies on it must be written where it is now.
func TestMovedStack(t *testing.T) {
	depth := 0
	SetHandler(func(f *Frame) { grow(depth); f.Vector[0][0] = math.Float64bits(float64(depth)) })
	call := fixture(t)("call")
	for i := range 50 {
		depth = 8 * i
		done := make(chan [3]float64)
		go func() { // with a small stack
			c := Call{Fn: call}
			s := Small{Fn: call}
			c.General = [NGeneral]uint64{uint64(uintptr(SlotAddr(3)))}
			s.Ints = [NInt]uint64{uint64(uintptr(SlotAddr(3)))}
			var local [1]float64
			at := &local
			s.Do()
			c.Do()
			at[0] = s.Floats[0]
			done <- [3]float64{local[0], math.Float64frombits(c.Vector[0][0]), s.Floats[0]}
		}()
		if got, want := <-done, float64(depth); got != [3]float64{want, want, want} {
			t.Errorf("results %v, want %v", got, want)
		}
	}
}

func TestPreserved(t *testing.T) {
	SetHandler(func(f *Frame) { grow(8); runtime.GC(); f.General[0] = 1 })
	c := Ints{Fn: fixture(t)("preserved")}
	c.Args[0] = uint64(uintptr(SlotAddr(7)))
	c.Do()
	if c.Args[0] != 0 {
		t.Errorf("a callback changed registers of C: %b", c.Args[0])
	}
}

func TestForeignThreads(t *testing.T) {
	SetHandler(sumOf)
	c := Call{Fn: fixture(t)("on_threads")}
	for range 10 {
		c.General = [NGeneral]uint64{uint64(uintptr(SlotAddr(0))), 8}
		c.Do()
		// Each call's sum is 6n + 7.5.
		if got, want := math.Float64frombits(c.Vector[0][0]), 10*(6*28+8*7.5); got != want {
			t.Fatalf("sum %v, want %v", got, want)
		}
	}
}

func TestGoroutine(t *testing.T) {
	here := Goroutine()
	if here == 0 || here != Goroutine() {
		t.Error("the identity changes")
	}
	other := make(chan uintptr)
	go func() { other <- Goroutine() }()
	if <-other == here {
		t.Error("another goroutine has the same identity")
	}
	var inside uintptr
	SetHandler(func(*Frame) { inside = Goroutine() })
	c := Ints{Fn: fixture(t)("preserved")}
	c.Args[0] = uint64(uintptr(SlotAddr(7)))
	c.Do()
	if inside != here {
		t.Errorf("a callback is on goroutine %#x, its caller on %#x", inside, here)
	}
}

func TestSelf(t *testing.T) {
	handle, err := Open("", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"malloc", "printf", "GetTickCount"} {
		if _, err := Symbol(handle, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Symbol(handle, "no_such_function"); err == nil {
		t.Error("found a function that does not exist")
	}
	if err := Close(handle); err != nil {
		t.Error(err)
	}
}

func TestStub(t *testing.T) {
	if !StubUsable() {
		t.Error("Go's calling convention is not the expected one")
	}
}
