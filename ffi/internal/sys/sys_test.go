//go:build ((linux && !android) || (darwin && !ios)) && (amd64 || arm64) && !noffi

package sys

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

const arm64 = runtime.GOARCH == "arm64"

// fixture is the library of testdata/sys.c; TestMain removes it.
var fixture struct {
	sync.Once
	dir    string
	handle uintptr
}

func TestMain(m *testing.M) {
	SetHandler(func(f *Frame) { current(f) })
	code := m.Run()
	if fixture.dir != "" {
		os.RemoveAll(fixture.dir)
	}
	os.Exit(code)
}

// function returns a function of the fixture.
func function(t testing.TB, name string) unsafe.Pointer {
	t.Helper()
	fixture.Do(func() {
		dir, err := os.MkdirTemp("", "sys")
		if err != nil {
			t.Fatal(err)
		}
		fixture.dir = dir
		ffitest.BuildFile(t, "testdata/sys.c", filepath.Join(dir, "libsys.so"), "-pthread")
		if fixture.handle, err = Open(filepath.Join(dir, "libsys.so"), 0); err != nil {
			t.Fatal(err)
		}
	})
	if fixture.handle == 0 {
		t.Fatal("the fixture could not be built")
	}
	fn, err := Symbol(fixture.handle, name)
	if err != nil {
		t.Fatal(err)
	}
	return fn
}

// current is the handler of the test that runs.
var current func(*Frame)

// handle lets the test handle the callbacks and returns the address of a slot.
func handle(h func(*Frame)) uint64 {
	current = h
	return address(SlotAddr(77))
}

func address(p unsafe.Pointer) uint64 { return uint64(uintptr(p)) }

func bits(x float64) uint64 { return math.Float64bits(x) }

// grow uses so much stack that the goroutine's is moved.
//
//go:noinline
func grow(n int) byte {
	var block [1024]byte
	block[n%len(block)] = byte(n)
	if n == 0 {
		return block[0]
	}
	return grow(n-1) + block[n%len(block)]
}

// onNewStack runs f on a goroutine of its own, whose stack is small.
func onNewStack(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

func TestSmallBlocks(t *testing.T) {
	for name, leaf := range map[string]bool{"Do": false, "Leaf": true} {
		t.Run(name, func(t *testing.T) {
			i := Ints{Fn: function(t, "ints"), Args: [NInt]uint64{1, 2, 3, 4}}
			f := Floats{Fn: function(t, "floats"), Args: [NVector]float64{1, 2, 3, 4}}
			s := Small{Fn: function(t, "mixed"), Ints: [NInt]uint64{3}, Floats: [NVector]float64{1.5}}
			if leaf {
				i.Leaf()
				f.Leaf()
				s.Leaf()
			} else {
				i.Do()
				f.Do()
				s.Do()
			}
			if i.Args[0] != 4321 || f.Args[0] != 4321 || s.Floats[0] != 4.5 {
				t.Errorf("results %d, %g, %g, want 4321, 4321, 4.5", i.Args[0], f.Args[0], s.Floats[0])
			}
		})
	}
}

func TestSingles(t *testing.T) {
	c := Call{Fn: function(t, "singles")}
	c.Vector[0][0] = uint64(math.Float32bits(1.5))
	c.Vector[1][0] = uint64(math.Float32bits(4))
	c.Do()
	if got := math.Float32frombits(uint32(c.Vector[0][0])); got != -2.5 {
		t.Errorf("1.5 - 4 = %g", got)
	}
}

// TestMany fills all registers and the stack.
func TestMany(t *testing.T) {
	ints := []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	want := int64(0)
	c := Call{Fn: function(t, "many"), Vectors: 8}
	for _, n := range ints {
		want = want*3 + int64(n)
	}
	for i := range 9 {
		want = want*3 + int64(i+20)
	}
	copy(c.General[:NInt], ints)
	for i := range 8 {
		c.Vector[i][0] = bits(float64(i + 20))
	}
	stack := [6]uint64{}
	n := copy(stack[:], ints[NInt:])
	stack[n] = bits(28)
	c.Image, c.ImageSize = unsafe.Pointer(&stack), uint32(len(stack)*8)
	for name, call := range map[string]func(){"Do": c.Do, "Leaf": c.Leaf} {
		again := c.General
		call()
		if got := int64(c.General[0]); got != want {
			t.Errorf("%s: result %d, want %d", name, got, want)
		}
		c.General = again
		for i := range 8 {
			c.Vector[i] = Vec{bits(float64(i + 20))}
		}
	}
}

func TestErrno(t *testing.T) {
	fails := function(t, "fails")
	for _, want := range []syscall.Errno{0, syscall.ENOENT, syscall.ERANGE} {
		c := Call{Fn: fails, Flags: WantErrno}
		c.General[0] = uint64(want)
		c.Do()
		if c.Errno != int32(want) || int32(c.General[0]) != 0 {
			t.Errorf("errno %d after the call and %d before, want %d and 0", c.Errno, c.General[0], want)
		}
		small := Small{Fn: fails, Ints: [NInt]uint64{uint64(want)}, Errno: 99}
		small.DoErrno()
		if small.Errno != int32(want) || int32(small.Ints[0]) != 0 {
			t.Errorf("errno %d after the small call and %d before, want %d and 0", small.Errno, small.Ints[0], want)
		}
		c.General[0], c.Errno = 7, 99
		c.Flags = 0
		c.Leaf()
		if c.Errno != 0 {
			t.Errorf("errno %d though it was not asked for", c.Errno)
		}
	}
}

func TestVariadic(t *testing.T) {
	c := Call{Fn: function(t, "variadic"), Vectors: 3}
	c.General[0] = 3
	if runtime.GOOS == "darwin" && arm64 {
		stack := [4]float64{1, 2, 4}
		c.Image, c.ImageSize = unsafe.Pointer(&stack), 32
	}
	for i, x := range []float64{1, 2, 4} {
		c.Vector[i][0] = bits(x)
	}
	c.Do()
	if got := math.Float64frombits(c.Vector[0][0]); got != 7 {
		t.Errorf("sum %g, want 7", got)
	}
}

// TestImage passes structs of 64 KiB and 1 MiB by value: in the stack arguments on amd64, as copies on arm64.
func TestImage(t *testing.T) {
	for name, size := range map[string]int{"take_64k": 1 << 16, "take_1m": MaxImage} {
		image := make([]byte, size)
		for i := range image {
			image[i] = byte(i*7 + i>>8)
		}
		c := Call{Fn: function(t, name), Image: unsafe.Pointer(&image[0]), ImageSize: uint32(size)}
		if arm64 {
			c.Relocs = []Reloc{{At: ^0, To: 0}}
		}
		c.Do()
		want := int64(0)
		for _, b := range image {
			want = want*31 + int64(b)
		}
		if got := int64(c.General[0]); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

func TestImageTooBig(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for an image above the limit")
		}
	}()
	c := Call{Fn: function(t, "nothing"), ImageSize: MaxImage + 16}
	c.Do()
}

// TestReloc passes the address of a piece of the image in a register and in the image itself.
func TestReloc(t *testing.T) {
	c := Call{Fn: function(t, "sum_bytes"), Relocs: []Reloc{{At: 0, To: 17}, {At: ^0, To: 17}}}
	image := [32]byte{17: 1, 18: 2, 19: 3}
	c.General[1] = 3
	c.Image, c.ImageSize = unsafe.Pointer(&image), 32
	c.ResultOff, c.ResultSize = 0, 8
	c.Do()
	if c.General[0] != (1*31+2)*31+3 {
		t.Errorf("result %d", c.General[0])
	}
	place := *(*uint64)(unsafe.Pointer(&image))
	if place == 0 || place == address(unsafe.Pointer(&image))+17 {
		t.Errorf("the image's own address is %#x", place)
	}
}

func TestTwoResults(t *testing.T) {
	c := Call{Fn: function(t, "make_pair"), Vector: [NVector]Vec{{bits(2.5)}}}
	c.Do()
	if x, y := math.Float64frombits(c.Vector[0][0]), math.Float64frombits(c.Vector[1][0]); x != 2.5 || y != -2.5 {
		t.Errorf("{%g, %g}, want {2.5, -2.5}", x, y)
	}
}

func TestLongDouble(t *testing.T) {
	c := Call{Fn: function(t, "half"), Flags: WantX87}
	c.General[0] = 3
	c.Do()
	pair := Call{Fn: function(t, "halves"), Flags: WantX87 | WantX87Pair}
	pair.General[0], pair.General[1] = 3, ^uint64(4)
	pair.Do()
	one := [2]uint64{0xc000000000000000, 0x3fff}
	two := [2]uint64{0xa000000000000000, 0xc000}
	got := [3][2]uint64{c.X87[0], pair.X87[0], pair.X87[1]}
	if arm64 {
		got = [3][2]uint64{wide(c.Vector[0]), wide(pair.Vector[0]), wide(pair.Vector[1])}
		one, two = [2]uint64{0, 0x3fff8 << 44}, [2]uint64{0, 0xc0004 << 44}
	}
	if got != [3][2]uint64{one, one, two} {
		t.Errorf("1.5, 1.5, -2.5 are %#x", got)
	}
}

func wide(v Vec) (w [2]uint64) {
	copy(w[:], v[:])
	return w
}

// TestMemoryResult lets the callback move the stack before the result is copied back to the image on it.
func TestMemoryResult(t *testing.T) {
	slot := handle(func(f *Frame) { grow(64); f.General[0] = f.General[0] * 2 })
	fn := function(t, "make_triple")
	for range 50 {
		onNewStack(func() {
			var image [4]int64
			image[3] = 99
			tripleCall(fn, slot, &image)
			if image != [4]int64{21, 42, 63, 99} {
				t.Errorf("result %v, want 21 42 63 and 99 untouched", image)
			}
		})
	}
}

// tripleCall does not look at its block after the call, so that only Do itself keeps the block's pointer up to date.
func tripleCall(fn unsafe.Pointer, slot uint64, image *[4]int64) {
	c := Call{Fn: fn, Image: unsafe.Pointer(image), ImageSize: 32, ResultOff: 0, ResultSize: 24}
	if arm64 {
		c.General[0], c.General[1] = 21, slot
		c.Relocs = memoryResult[:1]
	} else {
		c.General[1], c.General[2] = 21, slot
		c.Relocs = memoryResult[1:]
	}
	c.Do()
}

var memoryResult = []Reloc{{At: ^8, To: 0}, {At: ^0, To: 0}}

func TestNoAllocation(t *testing.T) {
	fn := function(t, "ints")
	allocs := testing.AllocsPerRun(100, func() {
		i := Ints{Fn: fn}
		i.Do()
		s := Small{Fn: fn}
		s.Leaf()
		c := Call{Fn: fn, Flags: WantErrno}
		c.Do()
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkInts(b *testing.B) {
	fn := function(b, "ints")
	for b.Loop() {
		c := Ints{Fn: fn, Args: [NInt]uint64{1, 2}}
		c.Do()
	}
}

func BenchmarkFloats(b *testing.B) {
	fn := function(b, "floats")
	for b.Loop() {
		c := Floats{Fn: fn, Args: [NVector]float64{1, 2}}
		c.Do()
	}
}

func BenchmarkSmall(b *testing.B) {
	fn := function(b, "mixed")
	for b.Loop() {
		c := Small{Fn: fn}
		c.Do()
	}
}

func BenchmarkCall(b *testing.B) {
	fn := function(b, "ints")
	for b.Loop() {
		c := Call{Fn: fn}
		c.Do()
	}
}

func BenchmarkCallErrno(b *testing.B) {
	fn := function(b, "ints")
	for b.Loop() {
		c := Call{Fn: fn, Flags: WantErrno}
		c.Do()
	}
}

func BenchmarkIntsLeaf(b *testing.B) {
	fn := function(b, "ints")
	for b.Loop() {
		c := Ints{Fn: fn, Args: [NInt]uint64{1, 2}}
		c.Leaf()
	}
}

func BenchmarkFloatsLeaf(b *testing.B) {
	fn := function(b, "floats")
	for b.Loop() {
		c := Floats{Fn: fn, Args: [NVector]float64{1, 2}}
		c.Leaf()
	}
}
