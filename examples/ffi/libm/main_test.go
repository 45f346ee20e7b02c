package main

import (
	"testing"

	"github.com/kgen-go/kgen/examples/ffi/internal/exampletest"
)

func TestMain(m *testing.M) { exampletest.Main(m, main) }

func Test(t *testing.T) {
	exampletest.NeedLibrary(t, "m")
	exampletest.Run(t, `pow: 1.4142135623730951 direct
sqrtf: 1.4142135 direct
frexp: 0.625 × 2^6
remquo: 17 = 3 × 5 + 2
csqrt: (0+2i)
clogf: (0+0i)
sqrtl: 2.5
`)
}
