//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"fmt"
	"testing/fstest"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

// The C library's atoi takes a pointer and returns an int, as a Proc does.
func Example() {
	lib, err := ffi.Load("libc.so.6")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer lib.Close()
	atoi, err := lib.Proc("atoi")
	if err != nil {
		fmt.Println(err)
		return
	}
	text := [...]byte{'-', '4', '2', 0}
	fmt.Println(atoi.Call(unsafe.Pointer(&text)))
	// Output: -42
}

func ExampleLoad() {
	_, err := ffi.Load("./libnothing.so")
	fmt.Println(err)
	fmt.Println(errors.Is(err, ffi.ErrNotFound))
	// Output:
	// ffi: load ./libnothing.so: not found: no such file or directory
	// true
}

func ExampleLoadFS() {
	files := fstest.MapFS{"lib/libm.so": {Data: []byte("GROUP ( /lib/libm.so.6 )")}}
	_, err := ffi.LoadFS(files, "lib/libm.so")
	fmt.Println(err)
	// Output:
	// ffi: load lib/libm.so: not a shared library: it is a linker script; load what it names, /lib/libm.so.6
}

func ExampleLib_Symbol() {
	lib, err := ffi.Load("libc.so.6")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer lib.Close()
	// Variables are read through their address. This one is NULL-terminated and exists in every C program.
	environ, err := lib.Symbol("environ")
	fmt.Println(environ != nil, err)
	_, err = lib.Symbol("no_such_function")
	fmt.Println(errors.Is(err, ffi.ErrNotFound))
	// Output:
	// true <nil>
	// true
}

func ExampleLib_Close() {
	lib, err := ffi.Load("libc.so.6")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(lib.Close())
	fmt.Println(lib.Close())
	// Output:
	// <nil>
	// ffi: close libc.so.6: the library is closed
}
