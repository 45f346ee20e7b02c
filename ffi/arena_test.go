//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

// freed frees an arena at the end of a test.
func freed(t testing.TB) *ffi.Arena {
	t.Helper()
	a := ffi.NewArena()
	t.Cleanup(func() {
		if err := a.Free(); err != nil && !errors.Is(err, ffi.ErrFreed) {
			t.Error(err)
		}
	})
	return a
}

func TestArenaMemory(t *testing.T) {
	a := freed(t)
	type block struct {
		data []byte
		fill byte
	}
	var blocks []block
	for i := range 2000 {
		n := i * 7 % 300
		if i%100 == 0 {
			n = 20_000 + i
		}
		data, err := ffi.Alloc[byte](a, n)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) != n || cap(data) != n || uintptr(unsafe.Pointer(unsafe.SliceData(data)))%16 != 0 {
			t.Fatalf("%d bytes: len %d, cap %d, at %p", n, len(data), cap(data), data)
		}
		for _, b := range data {
			if b != 0 {
				t.Fatal("the memory is not zeroed")
			}
		}
		fill := byte(i + 1)
		for j := range data {
			data[j] = fill
		}
		blocks = append(blocks, block{data, fill})
	}
	for _, b := range blocks {
		if strings.Count(string(b.data), string([]byte{b.fill})) != len(b.data) {
			t.Fatal("two allocations overlap")
		}
	}
}

func TestArenaParallel(t *testing.T) {
	a := freed(t)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 500 {
				p, err := ffi.Alloc[int64](a, 1+i%9)
				if err != nil || p[0] != 0 {
					t.Errorf("%v, %v", p, err)
				}
				p[0] = int64(g)
			}
		})
	}
	wg.Wait()
}

func TestArenaErrors(t *testing.T) {
	a := freed(t)
	var none *ffi.Arena
	alloc := func(_ any, err error) error { return err }
	gone := ffi.NewArena()
	if err := gone.Free(); err != nil {
		t.Fatal(err)
	}
	_, errGone := ffi.CString(gone, "x")
	_, errNUL := ffi.CString(a, "a\x00b")
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"negative", alloc(ffi.Alloc[int32](a, -1)), ffi.ErrRange},
		{"overflow", alloc(ffi.Alloc[[1 << 40]byte](a, 1<<30)), ffi.ErrRange},
		{"all memory", alloc(ffi.Alloc[byte](a, math.MaxInt)), ffi.ErrRange},
		{"too much", alloc(ffi.Alloc[byte](a, math.MaxInt/2)), ffi.ErrSize},
		{"string", alloc(ffi.Alloc[string](a, 1)), ffi.ErrType},
		{"slice in array in struct", alloc(ffi.Alloc[struct{ a [2][]int }](a, 1)), ffi.ErrType},
		{"nil arena", alloc(ffi.Alloc[byte](none, 1)), ffi.ErrNil},
		{"nil Free", none.Free(), ffi.ErrNil},
		{"second Free", gone.Free(), ffi.ErrFreed},
		{"Alloc after Free", alloc(ffi.Alloc[byte](gone, 1)), ffi.ErrFreed},
		{"CString after Free", errGone, ffi.ErrFreed},
		{"zero byte", errNUL, ffi.ErrNUL},
	}
	for _, test := range tests {
		var e *ffi.Error
		if !errors.Is(test.err, test.want) || !errors.As(test.err, &e) {
			t.Errorf("%s: %v, want %v", test.name, test.err, test.want)
		}
	}
}

func TestArenaNothing(t *testing.T) {
	a := freed(t)
	if s, err := ffi.Alloc[int](a, 0); err != nil || len(s) != 0 {
		t.Errorf("no elements: %v, %v", s, err)
	}
	if s, err := ffi.Alloc[struct{}](a, 5); err != nil || len(s) != 5 {
		t.Errorf("empty elements: %v, %v", s, err)
	}
}

func TestCStrings(t *testing.T) {
	a := freed(t)
	for _, s := range []string{"", "a", "héllo", strings.Repeat("long ", 10_000)} {
		p, err := ffi.CString(a, s)
		if err != nil {
			t.Fatal(err)
		}
		if got := ffi.GoString(p); got != s {
			t.Errorf("%.20q comes back as %.20q", s, got)
		}
		if got := ffi.GoBytes(unsafe.Pointer(p), len(s)+1); string(got) != s+"\x00" {
			t.Errorf("%.20q has the bytes %.20q", s, got)
		}
	}
	if ffi.GoString(nil) != "" || ffi.GoBytes(nil, 3) != nil || ffi.GoBytes(unsafe.Pointer(new(int)), -1) != nil {
		t.Error("nil is not empty")
	}
}

// TestArenaCost shows that a small allocation costs no call of C.
func TestArenaCost(t *testing.T) {
	a := freed(t)
	if n := testing.AllocsPerRun(1000, func() {
		if _, err := ffi.Alloc[int64](a, 2); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v Go allocations for one in C memory", n)
	}
}
