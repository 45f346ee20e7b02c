//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"fmt"
	"log"
	"math/big"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

// putenv keeps the string that it is given, so it must be C memory that lives on.
func ExampleCString() {
	arena := ffi.NewArena() // not freed: the environment refers to it
	var libc struct {
		Putenv func(*byte) int32   `ffi:"putenv"`
		Getenv func(string) string `ffi:"getenv"`
	}
	if err := ffi.Bind(ffi.Self(), &libc); err != nil {
		log.Fatal(err)
	}
	text, err := ffi.CString(arena, "KGEN_EXAMPLE=kept by C")
	if err != nil {
		log.Fatal(err)
	}
	libc.Putenv(text)
	fmt.Println(libc.Getenv("KGEN_EXAMPLE"))
	// Output: kept by C
}

// An array of C strings is memory with pointers in it, which only C memory may point to.
func ExampleAlloc() {
	arena := ffi.NewArena()
	defer arena.Free()
	words, err := ffi.Alloc[*byte](arena, 3)
	if err != nil {
		log.Fatal(err)
	}
	for i, text := range []string{"one", "two", "three"} {
		if words[i], err = ffi.CString(arena, text); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(ffi.GoString(words[2]))
	// Output: three
}

func ExampleArena() {
	arena := ffi.NewArena()
	numbers, err := ffi.Alloc[float64](arena, 1000)
	fmt.Println(len(numbers), err)
	fmt.Println(arena.Free())
	_, err = ffi.Alloc[float64](arena, 1)
	fmt.Println(errors.Is(err, ffi.ErrFreed))
	// Output:
	// 1000 <nil>
	// <nil>
	// true
}

func ExampleGoString() {
	getenv, err := ffi.Func[func(string) *byte](ffi.Self(), "getenv")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", ffi.GoString(getenv("THERE_IS_NO_SUCH_VARIABLE")))
	// Output: ""
}

func ExampleGoBytes() {
	memchr, err := ffi.Func[func(p []byte, c int32, n uintptr) unsafe.Pointer](ffi.Self(), "memchr")
	if err != nil {
		log.Fatal(err)
	}
	p := memchr([]byte("key=value"), '=', 9)
	fmt.Printf("%s\n", ffi.GoBytes(p, 6))
	// Output: =value
}

// Long double has more digits than float64.
func ExampleLongDouble() {
	libm, err := ffi.Load("m")
	if err != nil {
		log.Fatal(err)
	}
	defer libm.Close()
	sqrtl, err := ffi.Func[func(ffi.LongDouble) ffi.LongDouble](libm, "sqrtl")
	if err != nil {
		log.Fatal(err)
	}
	root := sqrtl(ffi.LongDoubleOf(2))
	fmt.Println(root.Big().Text('f', 18))
	fmt.Println(root.Float64())
	// Output:
	// 1.414213562373095049
	// 1.4142135623730951
}

func ExampleLongDoubleFrom() {
	third, _, err := big.ParseFloat("0.333333333333333333333333333333333333", 10, 200, big.ToNearestEven)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ffi.LongDoubleFrom(third).Float64())
	// Output: 0.3333333333333333
}

func ExampleComplexLongDouble() {
	libm, err := ffi.Load("m")
	if err != nil {
		log.Fatal(err)
	}
	defer libm.Close()
	csqrtl, err := ffi.Func[func(ffi.ComplexLongDouble) ffi.ComplexLongDouble](libm, "csqrtl")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(csqrtl(ffi.ComplexLongDoubleOf(-4)).Complex128())
	// Output: (0+2i)
}

func ExampleInt128() {
	x, err := ffi.Int128From(new(big.Int).Lsh(big.NewInt(-1), 127))
	fmt.Println(x, err)
	_, err = ffi.Int128From(new(big.Int).Lsh(big.NewInt(1), 127))
	fmt.Println(errors.Is(err, ffi.ErrRange))
	// Output:
	// -170141183460469231731687303715884105728 <nil>
	// true
}

func ExampleUint128() {
	x := ffi.Uint128{Lo: 0, Hi: 1}
	fmt.Println(x, ffi.Uint128Of(7))
	// Output: 18446744073709551616 7
}
