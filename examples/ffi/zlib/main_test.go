package main

import (
	"testing"

	"github.com/kgen-go/kgen/examples/ffi/internal/exampletest"
)

func TestMain(m *testing.M) { exampletest.Main(m, main) }

func Test(t *testing.T) {
	exampletest.NeedLibrary(t, "z")
	exampletest.Run(t, `whole: true true
too small a buffer: ffi: call uncompress of z: zlib's error -5
in pieces: true true
`)
}
