//go:build cgo && linux && !android && (amd64 || arm64) && !noffi

package cgobench

import (
	"path/filepath"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// block is what a small kernel's argument block looks like.
type block struct {
	data unsafe.Pointer
	n    int64
}

func emptyProc(tb testing.TB) ffi.Proc {
	tb.Helper()
	out := filepath.Join(tb.TempDir(), "libblock.so")
	ffitest.Build(tb, "block.c", out)
	lib, err := ffi.Load(out)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := lib.Close(); err != nil {
			tb.Error(err)
		}
	})
	proc, err := lib.Proc("empty")
	if err != nil {
		tb.Fatal(err)
	}
	return proc
}

func BenchmarkProc(b *testing.B) {
	proc := emptyProc(b)
	var k block
	b.ReportAllocs()
	for b.Loop() {
		proc.Call(unsafe.Pointer(&k))
	}
}

func BenchmarkCgo(b *testing.B) {
	var k block
	b.ReportAllocs()
	for b.Loop() {
		Empty(unsafe.Pointer(&k))
	}
}

func BenchmarkCgoAnnotated(b *testing.B) {
	var k block
	b.ReportAllocs()
	for b.Loop() {
		EmptyAnnotated(unsafe.Pointer(&k))
	}
}

func BenchmarkCgoWord(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		EmptyWord(1)
	}
}

// TestSame makes sure that the benchmarks call what they say.
func TestSame(t *testing.T) {
	var k block
	p := unsafe.Pointer(&k)
	if got := [...]int32{emptyProc(t).Call(p), Empty(p), EmptyAnnotated(p), EmptyWord(1)}; got != [4]int32{} {
		t.Errorf("results %v, want zeros", got)
	}
}
