//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"testing"
	"testing/fstest"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

func TestSelf(t *testing.T) {
	self := ffi.Self()
	text := [...]byte{'4', '2', 0}
	if got := proc(t, self, "atoi").Call(unsafe.Pointer(&text)); got != 42 {
		t.Errorf("atoi returned %d, want 42", got)
	}
	_, err := self.Symbol("no_such_function")
	wantError(t, err, "symbol", self.Name(), ffi.ErrNotFound, "no_such_function of the program")
	closeLib(t, self)
	_, err = self.Symbol("atoi")
	wantError(t, err, "symbol", self.Name(), ffi.ErrClosed)
	wantError(t, self.Close(), "close", self.Name(), ffi.ErrClosed)
	if _, err := ffi.Self().Symbol("atoi"); err != nil {
		t.Error("after another one was closed:", err)
	}
}

// TestGlobal loads a library that uses a function without naming the library it is in.
func TestGlobal(t *testing.T) {
	const rename = "-Dvalue=kgen_test_global_value"
	value := build(t, "value.c", "-DVALUE=21", rename)
	user := build(t, "needs.c", rename, "-Wl,-z,lazy")

	private := load(t, value)
	_, err := ffi.Load(user)
	wantError(t, err, "load", user, nil, "undefined symbol: kgen_test_global_value")
	_, err = ffi.Self().Symbol("kgen_test_global_value")
	wantError(t, err, "symbol", "the program", ffi.ErrNotFound)
	closeLib(t, private)

	global, err := ffi.Load(value, ffi.Global())
	if err != nil {
		t.Fatal(err)
	}
	defer closeLib(t, global)
	lib := load(t, user)
	defer closeLib(t, lib)
	if got := proc(t, lib, "twice").Call(nil); got != 42 {
		t.Errorf("twice returned %d, want 42", got)
	}
	if got := proc(t, ffi.Self(), "kgen_test_global_value").Call(nil); got != 21 {
		t.Errorf("the value is %d, want 21", got)
	}
}

// TestLazy loads a library with a function that nobody has, and uses another one.
func TestLazy(t *testing.T) {
	user := build(t, "needs.c", "-Dvalue=kgen_test_missing_value", "-Wl,-z,lazy")
	_, err := ffi.Load(user)
	wantError(t, err, "load", user, nil, "undefined symbol: kgen_test_missing_value")
	lib, err := ffi.Load(user, ffi.Lazy())
	if err != nil {
		t.Fatal(err)
	}
	defer closeLib(t, lib)
	if _, err := lib.Symbol("twice"); err != nil {
		t.Error(err)
	}
}

func TestVersion(t *testing.T) {
	lib, err := ffi.Load("m", ffi.Version("6"))
	if err != nil {
		t.Fatal(err)
	}
	closeLib(t, lib)
	_, err = ffi.Load("m", ffi.Version("99"))
	wantError(t, err, "load", "m", ffi.ErrNotFound, "no place gave a library named libm.so.99")
	_, err = ffi.Load("m", ffi.Version("../6"))
	wantError(t, err, "load", "m", ffi.ErrNotFound, `"../6" cannot be a version`)
}

func TestWrongOptions(t *testing.T) {
	_, err := ffi.Load("./libm.so", ffi.Version("6"))
	wantError(t, err, "load", "./libm.so", ffi.ErrUsage, "Version")
	_, err = ffi.LoadFS(fstest.MapFS{}, "libm.so", ffi.Version("6"))
	wantError(t, err, "load", "libm.so", ffi.ErrUsage, "not an option of this function: Version")
	_, err = ffi.Load("m", ffi.Option{})
	wantError(t, err, "load", "m", ffi.ErrUsage, "the zero Option")
}
