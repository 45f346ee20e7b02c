//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"fmt"
	"log"
	"testing/fstest"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

func Example() {
	libm, err := ffi.Load("m")
	if err != nil {
		log.Fatal(err)
	}
	defer libm.Close()
	pow, err := ffi.Func[func(x, y float64) float64](libm, "pow")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(pow(2, 0.5))
	// Output: 1.4142135623730951
}

// Without Go types: C's own declarations say how functions are called, and arguments are converted.
func Example_declarations() {
	d, err := ffi.CDef(`
		typedef struct { int quot, rem; } div_t;
		div_t div(int numerator, int denominator);
	`)
	if err != nil {
		log.Fatal(err)
	}
	libc := ffi.Self()
	if err := libc.Declare(d); err != nil {
		log.Fatal(err)
	}
	result, err := libc.Call("div", 17, 5)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Interface())
	// Output: div_t {quot: 3, rem: 2}
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

func ExampleVersion() {
	libm, err := ffi.Load("m", ffi.Version("6"))
	if err != nil {
		log.Fatal(err)
	}
	defer libm.Close()
	_, err = ffi.Load("m", ffi.Version("5"))
	fmt.Println(errors.Is(err, ffi.ErrNotFound))
	// Output: true
}

func ExampleGlobal() {
	libm, err := ffi.Load("m", ffi.Global(), ffi.Lazy())
	if err != nil {
		log.Fatal(err)
	}
	defer libm.Close()
	// Now its functions are found in the program, too.
	fdim, err := ffi.Func[func(x, y float64) float64](ffi.Self(), "fdim")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fdim(5, 3))
	// Output: 2
}

func ExampleLazy() {
	libm, err := ffi.Load("m", ffi.Lazy())
	fmt.Println(libm.Name(), err)
	fmt.Println(libm.Close())
	// Output:
	// m <nil>
	// <nil>
}

func ExampleSelf() {
	abs, err := ffi.Func[func(int32) int32](ffi.Self(), "abs")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(abs(-5))
	// Output: 5
}

func ExampleError() {
	_, err := ffi.Func[func()](ffi.Self(), "no_such_function")
	var located *ffi.Error
	if errors.As(err, &located) {
		fmt.Printf("op %s, symbol %s\n", located.Op, located.Symbol)
	}
	fmt.Println(errors.Is(err, ffi.ErrNotFound))
	// Output:
	// op bind, symbol no_such_function
	// true
}

func ExampleLib_Symbol() {
	lib, err := ffi.Load("libc.so.6")
	if err != nil {
		log.Fatal(err)
	}
	defer lib.Close()
	environ, err := lib.Symbol("environ")
	fmt.Println(environ != nil, err)
	_, err = lib.Symbol("no_such_function")
	fmt.Println(errors.Is(err, ffi.ErrNotFound))
	// Output:
	// true <nil>
	// true
}

// The C library's atoi takes a pointer and returns an int, as a Proc does.
func ExampleLib_Proc() {
	atoi, err := ffi.Self().Proc("atoi")
	if err != nil {
		log.Fatal(err)
	}
	text := [...]byte{'-', '4', '2', 0}
	fmt.Println(atoi.Call(unsafe.Pointer(&text)))
	// Output: -42
}

// A function that is called after its library was closed panics before it reaches C.
func ExampleLib_Close() {
	lib, err := ffi.Load("libc.so.6")
	if err != nil {
		log.Fatal(err)
	}
	abs, err := ffi.Func[func(int32) int32](lib, "abs")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(abs(-1), lib.Close())
	fmt.Println(lib.Close())
	defer func() { fmt.Println(recover()) }()
	abs(-1)
	// Output:
	// 1 <nil>
	// ffi: close libc.so.6: the library is closed
	// ffi: call abs of libc.so.6: the library is closed
}

func ExampleVar() {
	environ, err := ffi.Var[**byte](ffi.Self(), "environ")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*environ != nil)
	// Output: true
}
