//go:build linux && (amd64 || arm64) && !noffi

package kgc

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"unsafe"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/gen/kg"
)

var library = Library{Path: "_kgen/libcalc.so", Fingerprint: "calc_fingerprint", Level: "calc_level"}

// compile returns the fixture as a library, compiled with these macros.
func compile(t *testing.T, macros ...string) fs.FS {
	t.Helper()
	cc := os.Getenv("KGEN_TEST_CC")
	if cc == "" {
		cc = csrctest.Need(t, "cc", "gcc", "clang", "tcc")
	}
	out := filepath.Join(t.TempDir(), "libcalc.so")
	args := []string{"-shared", "-fPIC", "-o", out}
	for _, m := range macros {
		args = append(args, "-D"+m)
	}
	if text, err := exec.Command(cc, append(args, "testdata/library.c")...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{library.Path: {Data: data}}
}

// register returns a package of its own with the fingerprint of the fixture.
func register(t *testing.T, target kg.Target) *kg.Package {
	t.Setenv(kg.TargetVariable, string(target))
	return kg.Register(t.Name(), "right", true)
}

// variantOf returns what kg.Variants tells of the test's package.
func variantOf(t *testing.T) kg.Variant {
	t.Helper()
	for _, v := range kg.Variants() {
		if v.Package == t.Name() {
			return v
		}
	}
	t.Fatal("the package is not registered")
	return kg.Variant{}
}

// block is that of the fixture's kernel.
type block struct {
	fault     kg.Fault
	a, b, sum int64
}

func TestBind(t *testing.T) {
	files := compile(t)
	p := register(t, kg.TargetC)
	var add ffi.Proc
	if !Bind(p, files, library, Kernel{"calc_Add", &add}) {
		t.Fatal(variantOf(t))
	}
	if v := variantOf(t); v.Target != kg.TargetC || v.Level != "x86-64-v3" || v.Reason != "" {
		t.Error(v)
	}
	p.RunsGo() // nothing refuses
	b := block{a: 40, b: 2}
	if status := add.Call(unsafe.Pointer(&b)); status != 0 || b.sum != 42 {
		t.Error(status, b)
	}
	b.b = 0
	status := add.Call(unsafe.Pointer(&b))
	sites := kg.Sites{{Kind: kg.Divide}}
	if err, ok := sites.Failed(status, b.fault).(*kg.Error); !ok || err.X != 40 || err.Y != 42 || err.Kind != kg.Divide {
		t.Error(status, b, err)
	}
	runtime.KeepAlive(&b)
	if n := testing.AllocsPerRun(100, func() {
		b := block{a: 1, b: 1}
		add.Call(unsafe.Pointer(&b))
		runtime.KeepAlive(&b)
	}); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

func TestLevels(t *testing.T) {
	for _, c := range []struct {
		demand, macro string
		level, reason string
	}{
		{"", "BEST=3", "x86-64-v3", ""},
		{"2", "BEST=3", "x86-64-v2", ""},
		{"4", "BEST=3", "", "CPU level 4 is not possible: the CPU has level 3, the library levels 2 3"},
		{"", "BEST=0", "", "the CPU has level 0, the library only levels 2 3"},
		{"v3", "BEST=3", "", `KGEN_LEVEL="v3" is not the number of a CPU level`},
		{"-1", "BEST=3", "", `KGEN_LEVEL="-1" is not the number of a CPU level`},
	} {
		t.Run(c.demand+c.macro, func(t *testing.T) {
			t.Setenv(LevelVariable, c.demand)
			var add ffi.Proc
			bound := Bind(register(t, kg.TargetAuto), compile(t, c.macro), library, Kernel{"calc_Add", &add})
			if v := variantOf(t); bound != (c.reason == "") || v.Level != c.level || v.Reason != c.reason {
				t.Errorf("%+v: bound %v, %+v", c, bound, v)
			}
			if bound == (add == ffi.Proc{}) {
				t.Error("the kernel is set though nothing is bound, or the other way round")
			}
		})
	}
}

func TestRefused(t *testing.T) {
	text := fstest.MapFS{library.Path: {Data: []byte("no library\n")}}
	for name, c := range map[string]struct {
		files   fs.FS
		symbol  string
		reasons []string
	}{
		"missing":        {fstest.MapFS{}, "calc_Add", []string{"_kgen/libcalc.so is not built", "kgen -target go,c -build"}},
		"text":           {text, "calc_Add", []string{"not a shared library"}},
		"fingerprint":    {compile(t, `FINGERPRINT="wrong"`), "calc_Add", []string{"fingerprint is wrong, the Go file's is right"}},
		"no fingerprint": {compile(t, "NO_FINGERPRINT"), "calc_Add", []string{"calc_fingerprint", "not found"}},
		"no level":       {compile(t, "NO_LEVEL"), "calc_Add", []string{"calc_level", "not found"}},
		"no kernel":      {compile(t, "NO_KERNEL"), "calc_Add", []string{"calc_Add", "not found"}},
		"other kernel":   {compile(t), "calc_Sub", []string{"calc_Sub", "not found"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, target := range []kg.Target{kg.TargetAuto, kg.TargetC} {
				t.Run("target="+string(target), func(t *testing.T) { refused(t, target, c.files, c.symbol, c.reasons) })
			}
		})
	}
}

// refused demands that a library is not bound, for these reasons, and loudly when C is demanded.
func refused(t *testing.T, target kg.Target, files fs.FS, symbol string, reasons []string) {
	var first, second ffi.Proc
	p := register(t, target)
	defer func() {
		v := variantOf(t)
		for _, reason := range reasons {
			if v.Target != kg.TargetGo || !strings.Contains(v.Reason, reason) {
				t.Errorf("want %q, got %+v", reason, v)
			}
		}
		if err, _ := recover().(error); (err != nil) != (target == kg.TargetC) || err != nil && !strings.Contains(err.Error(), v.Reason) {
			t.Errorf("panics with %v", err)
		}
		if (first != ffi.Proc{} || second != ffi.Proc{}) {
			t.Error("a kernel is set though nothing is bound")
		}
	}()
	if Bind(p, files, library, Kernel{"calc_level", &first}, Kernel{symbol, &second}) {
		t.Error("bound")
	}
}

func TestGoDemanded(t *testing.T) {
	var add ffi.Proc
	if Bind(register(t, kg.TargetGo), compile(t), library, Kernel{"calc_Add", &add}) {
		t.Error("bound")
	}
	if v := variantOf(t); v.Target != kg.TargetGo || v.Reason != "KGEN_TARGET=go" {
		t.Error(v)
	}
}
