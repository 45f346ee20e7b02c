package main

import (
	"testing"

	"github.com/kgen-go/kgen/examples/ffi/internal/exampletest"
)

func TestMain(m *testing.M) { exampletest.Main(m, main) }

func Test(t *testing.T) {
	exampletest.NeedLibrary(t, "c")
	exampletest.Run(t, `qsort: [-3 0 5 7 99]
div: -3 remainder -1
snprintf: the elephant has 4 legs and weighs 5.5 t
strtod: true ffi: call strtod of the program: numerical result out of range
printf: 1, 2.5, x, a string
`)
}
