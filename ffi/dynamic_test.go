//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// dynamicTests are the tests that share the fixture dynamic.c and what its header declares.
var dynamicTests = []struct {
	name string
	run  func(t *testing.T, lib *ffi.Lib, d *ffi.Decls)
}{
	{"Call", testCall},
	{"CallErrors", testCallErrors},
	{"CallCheck", testCallCheck},
	{"CallErrno", testCallErrno},
	{"CallWide", testCallWide},
	{"CallVariadic", testCallVariadic},
	{"CallRecords", testCallRecords},
	{"CallStrings", testCallStrings},
	{"CallCallbacks", testCallCallbacks},
	{"Variables", testVariables},
	{"CallParallel", testCallParallel},
	{"CallClosed", testCallClosed},
	{"DeclareErrors", testDeclareErrors},
	{"RecordFields", testRecordFields},
	{"RecordBits", testRecordBits},
	{"RecordErrors", testRecordErrors},
	{"RecordParts", testRecordParts},
	{"NewErrors", testNewErrors},
	{"ValuePanics", testValuePanics},
}

func TestDynamic(t *testing.T) {
	path := filepath.Join(ffitest.Dir(t), "libdynamic.so")
	var flags []string
	if runtime.GOOS == "windows" {
		flags = []string{"-mlong-double-64"} // Microsoft's long double
	}
	ffitest.Build(t, "dynamic.c", path, flags...)
	lib := open(t, path)
	text, err := os.ReadFile(filepath.Join("testdata", "dynamic.h"))
	if err != nil {
		t.Fatal(err)
	}
	d := declare(t, lib, strings.ReplaceAll(string(text), "#include", "//"))
	for _, test := range dynamicTests {
		t.Run(test.name, func(t *testing.T) { test.run(t, lib, d) })
	}
}

// open loads a library for the time of a test.
func open(t testing.TB, path string) *ffi.Lib {
	t.Helper()
	lib, err := ffi.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := lib.Close(); err != nil && !errors.Is(err, ffi.ErrClosed) {
			t.Error(err)
		}
	})
	return lib
}

// declare reads C text and declares it for the library, without errors.
func declare(t testing.TB, lib *ffi.Lib, text string) *ffi.Decls {
	t.Helper()
	d, err := ffi.CDef(text)
	if err == nil {
		err = lib.Declare(d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// caller returns a function that calls one of a library and ends the test when that is refused.
func caller(t testing.TB, lib *ffi.Lib) func(name string, args ...any) ffi.Value {
	return func(name string, args ...any) ffi.Value {
		t.Helper()
		v, err := lib.Call(name, args...)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newRecord(t testing.TB, d *ffi.Decls, cType string) ffi.Record {
	t.Helper()
	r, err := d.New(freed(t), cType)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func set(t testing.TB, r ffi.Record, path string, v any) {
	t.Helper()
	if err := r.Set(path, v); err != nil {
		t.Fatal(err)
	}
}

func get(t testing.TB, r ffi.Record, path string) ffi.Value {
	t.Helper()
	v, err := r.Get(path)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// testDeclareErrors declares what the library does not have beside what it has.
func testDeclareErrors(t *testing.T, lib *ffi.Lib, _ *ffi.Decls) {
	lib = open(t, lib.Name())
	d := cdef(t, "int add(int a, int b);\nint missing(void);\nextern double gone;\nstatic int hidden(void);\nfloat half(float);\n")
	for range 2 { // the second time, too
		err := lib.Declare(d)
		for _, want := range []string{"cdef:2:5: missing: not found", "cdef:3:15: gone: not found"} {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("no %q in: %v", want, err)
			}
		}
		if !errors.Is(err, ffi.ErrNotFound) || strings.Contains(err.Error(), "hidden") {
			t.Error(err)
		}
	}
	if v, err := lib.Call("add", 1, 2); err != nil || v.Int() != 3 {
		t.Errorf("add: %v, %v", v, err)
	}
	if v, err := lib.Call("half", 1); err != nil || v.Float() != 0.5 {
		t.Errorf("half: %v, %v", v, err)
	}
	if _, err := lib.Call("missing"); !errors.Is(err, ffi.ErrNotFound) {
		t.Errorf("missing: %v", err)
	}
	if _, err := lib.Call("hidden"); !errors.Is(err, ffi.ErrNotFound) || !strings.Contains(err.Error(), "static or inline at cdef:4:12") {
		t.Errorf("hidden: %v", err)
	}
	if _, err := lib.Variable("gone"); !errors.Is(err, ffi.ErrNotFound) {
		t.Errorf("gone: %v", err)
	}
	err := lib.Declare(cdef(t, "int add(int, int);\nint half(int);\n"))
	if !errors.Is(err, ffi.ErrType) || !strings.Contains(err.Error(), "cdef:2:5: half: wrong type: declared differently at cdef:5:7") || strings.Contains(err.Error(), "add") {
		t.Errorf("declared differently: %v", err)
	}
}
