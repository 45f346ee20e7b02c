package kg_test

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/kgen-go/kgen/gen/kg"
)

// A generated file registers its package; a program can ask which target runs, and why.
func ExampleVariants() {
	kg.Register("example.org/calc", "f00d", false)
	for _, v := range kg.Variants() {
		if v.Package == "example.org/calc" {
			fmt.Println(v)
		}
	}
	// Output: example.org/calc: go (generated for Go only)
}

// The error of a kernel tells the place in its source and is a runtime.Error.
func ExampleError() {
	sites := kg.Sites{{Kind: kg.Index, Kernel: "Sum", File: "calc.kg", Line: 7, Col: 12}}
	defer func() {
		err := recover().(error)
		fmt.Println(err)
		var runtimeError runtime.Error
		fmt.Println(errors.As(err, &runtimeError))
	}()
	panic(sites.Error(0, 5, 3))
	// Output:
	// calc.kg:7:12: kernel Sum: index out of range [5] with length 3
	// true
}

// Conversions of floats to integers saturate.
func ExampleToInt8() {
	fmt.Println(kg.ToInt8(1.9), kg.ToInt8(300), kg.ToInt8(-1e9))
	// Output: 1 127 -128
}

// A C kernel returns a slice as a place in a buffer.
func ExampleSub() {
	buffer := []int{1, 2, 3, 4}
	s := kg.Sub(buffer, kg.Ref{Off: 1, Len: 2, Cap: 3})
	fmt.Println(s, len(s), cap(s))
	// Output: [2 3] 2 3
}
