//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"fmt"
	"log"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

// A callback of one's own can be used by any number of calls, and C may keep it.
func ExampleNewCallback() {
	down, err := ffi.NewCallback(func(a, b *float64) int32 {
		switch {
		case *a > *b:
			return -1
		case *a < *b:
			return 1
		}
		return 0
	})
	if err != nil {
		log.Fatal(err)
	}
	defer down.Free()
	qsort, err := ffi.Func[func(base []float64, n, size uintptr, compare *ffi.Callback)](ffi.Self(), "qsort")
	if err != nil {
		log.Fatal(err)
	}
	numbers := []float64{1.5, -2, 3}
	qsort(numbers, 3, 8, down)
	fmt.Println(numbers)
	// Output: [3 1.5 -2]
}

// Structs and floating-point numbers travel by value in both directions. FuncAt takes C's part here.
func ExampleNewCallback_struct() {
	type point struct{ X, Y float64 }
	type mirror = func(p point, scale float32) point
	cb, err := ffi.NewCallback(mirror(func(p point, scale float32) point {
		return point{-p.X * float64(scale), -p.Y * float64(scale)}
	}))
	if err != nil {
		log.Fatal(err)
	}
	defer cb.Free()
	f, err := ffi.FuncAt[mirror](cb.Ptr())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f(point{1, 2}, 0.5))
	// Output: {-0.5 -1}
}

// A panic does not cross C. The call that led to it returns it as an error.
func ExamplePanicError() {
	qsort, err := ffi.Func[func(base []int32, n, size uintptr, compare func(a, b *int32) int32) error](ffi.Self(), "qsort")
	if err != nil {
		log.Fatal(err)
	}
	err = qsort([]int32{3, 1, 2}, 3, 4, func(a, b *int32) int32 { panic("numbers cannot be compared") })
	var p *ffi.PanicError
	fmt.Println(errors.As(err, &p))
	fmt.Println(p.Value)
	// Output:
	// true
	// numbers cannot be compared
}

func ExampleCallback_Free() {
	cb, err := ffi.NewCallback(func() {})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cb.Free())
	fmt.Println(errors.Is(cb.Free(), ffi.ErrFreed))
	// Output:
	// <nil>
	// true
}

// A callback that returns an error tells it, like a panic, to the call that led to it.
func ExampleCallback_Err() {
	cb, err := ffi.NewCallback(func(p unsafe.Pointer) (int64, error) { return 0, errors.New("no data") })
	if err != nil {
		log.Fatal(err)
	}
	defer cb.Free()
	f, err := ffi.FuncAt[func(unsafe.Pointer) (int64, error)](cb.Ptr())
	if err != nil {
		log.Fatal(err)
	}
	_, err = f(nil)
	fmt.Println(err != nil)
	fmt.Println(cb.Err())
	// Output:
	// true
	// ffi: callback func(unsafe.Pointer) (int64, error): no data
}

func ExampleCallback_Ptr() {
	cb, err := ffi.NewCallback(func(x int64) int64 { return 2 * x })
	if err != nil {
		log.Fatal(err)
	}
	defer cb.Free()
	// A C struct with a function pointer takes it as it is.
	hooks := struct{ Double unsafe.Pointer }{cb.Ptr()}
	double, err := ffi.FuncAt[func(int64) int64](hooks.Double)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(double(21))
	// Output: 42
}

// On a thread that C made there is no call that could return a callback's panic.
func ExampleSetCallbackHook() {
	ffi.SetCallbackHook(func(err error) { fmt.Println(err) })
	defer ffi.SetCallbackHook(nil)
	var libc struct {
		Create func(thread *uintptr, attr, start, arg unsafe.Pointer) int32 `ffi:"pthread_create"`
		Join   func(thread uintptr, result *unsafe.Pointer) int32           `ffi:"pthread_join"`
	}
	if err := ffi.Bind(ffi.Self(), &libc); err != nil {
		log.Fatal(err)
	}
	start, err := ffi.NewCallback(func(arg unsafe.Pointer) unsafe.Pointer { panic("on a thread of C's") })
	if err != nil {
		log.Fatal(err)
	}
	defer start.Free()
	var thread uintptr
	libc.Create(&thread, nil, start.Ptr(), nil)
	libc.Join(thread, nil)
	// Output: ffi: callback func(unsafe.Pointer) unsafe.Pointer: panic: on a thread of C's
}
