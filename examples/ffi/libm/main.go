// Command libm calls the mathematical functions of C: scalars by the fast way, complex numbers and long double, which
// Go's own package math does not have.
package main

import (
	"fmt"
	"log"

	"github.com/kgen-go/kgen/ffi"
)

func main() {
	lib, err := ffi.Load("m")
	if err != nil {
		log.Fatal(err)
	}
	defer lib.Close()

	var m struct {
		Pow   func(x, y float64) float64                  `ffi:"pow,leaf"`
		Sqrtf func(x float32) float32                     `ffi:"sqrtf,leaf"`
		Frexp func(x float64, exponent *int32) float64    `ffi:"frexp,leaf"`
		Csqrt func(z complex128) complex128               `ffi:"csqrt,leaf"`
		Sqrtl func(x ffi.LongDouble) ffi.LongDouble       `ffi:"sqrtl,leaf"`
		Clog  func(z complex64) complex64                 `ffi:"clogf,leaf"`
		Remqu func(x, y float64, quotient *int32) float64 `ffi:"remquo,leaf"`
	}
	if err := ffi.Bind(lib, &m); err != nil {
		log.Fatal(err)
	}

	fmt.Println("pow:", m.Pow(2, 0.5), ffi.Path(m.Pow))
	fmt.Println("sqrtf:", m.Sqrtf(2), ffi.Path(m.Sqrtf))
	var exponent int32
	fraction := m.Frexp(40, &exponent)
	fmt.Printf("frexp: %g × 2^%d\n", fraction, exponent)
	var quotient int32
	rest := m.Remqu(17, 5, &quotient)
	fmt.Printf("remquo: 17 = %d × 5 + %g\n", quotient, rest)
	fmt.Println("csqrt:", m.Csqrt(-4))
	fmt.Println("clogf:", m.Clog(1))
	fmt.Println("sqrtl:", m.Sqrtl(ffi.LongDoubleOf(6.25)))
}
