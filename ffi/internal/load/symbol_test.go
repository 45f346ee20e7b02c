//go:build linux && !android && (amd64 || arm64) && !noffi

package load

import (
	"path/filepath"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// TestInfo asks about symbols of the library itself, of one that it needs, and of the program.
func TestInfo(t *testing.T) {
	if filepath.Base(ffitest.Compiler(t)) == "tcc" {
		csrctest.Missing(t, "tcc has neither these symbols nor this choice of hash tables; it takes one of %s", "gcc", "clang")
	}
	dir := t.TempDir()
	ffitest.Build(t, "value.c", filepath.Join(dir, "libvalue.so"), "-DVALUE=1")
	for _, style := range []string{"gnu", "sysv", "both"} {
		lib := filepath.Join(dir, "lib"+style+".so")
		ffitest.Build(t, "symbols.c", lib, "-Wl,--no-as-needed", filepath.Join(dir, "libvalue.so"), "-Wl,-rpath,"+dir, "-Wl,--hash-style="+style)
		img, err := Name(lib, Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = img.Close() })
		for _, test := range []struct {
			name string
			want Info
		}{
			{"function", Info{Kind: Function}},
			{"picked", Info{Kind: Function}},
			{"number", Info{Variable, 4}},
			{"table", Info{Variable, 40}},
			{"constant", Info{Variable, 8}},
			{"weak", Info{Variable, 2}},
			{"common", Info{Variable, 24}},
			{"perThread", Info{ThreadLocal, 8}},
			{"untyped", Info{}},
			{"value", Info{Kind: Function}}, // of libvalue.so
			{"counter", Info{Variable, 4}},
			{"strlen", Info{Kind: Function}}, // of the C library, which picks one for the processor
			{"printf", Info{Kind: Function}},
			{"environ", Info{Variable, 8}},
		} {
			check(t, img, style+": "+test.name, test.name, test.want)
		}
	}
	self, err := Self()
	if err != nil {
		t.Fatal(err)
	}
	check(t, self, "program", "malloc", Info{Kind: Function})
	check(t, self, "program", "stdout", Info{Variable, 8})
}

func check(t *testing.T, img *Image, what, name string, want Info) {
	t.Helper()
	addr, err := img.Symbol(name)
	if err != nil {
		t.Error(err)
		return
	}
	if got := img.Info(name, addr); got != want {
		t.Errorf("%s is %+v, want %+v", what, got, want)
	}
}
