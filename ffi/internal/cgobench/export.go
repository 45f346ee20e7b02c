//go:build cgo && linux && !android && (amd64 || arm64) && !noffi

package main

// #include <stdint.h>
import "C"

//export goInt
func goInt(x C.int64_t) C.int64_t { return x + 1 }

//export goDouble
func goDouble(x C.double) C.double { return x + 1 }
