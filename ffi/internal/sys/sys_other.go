//go:build !linux || android || !(amd64 || arm64) || noffi

package sys

import (
	"errors"
	"unsafe"
)

// Supported reports whether this build can load libraries.
const Supported = false

var errUnsupported = errors.New("no dynamic loader in this build")

// Symbol fails.
func Symbol(uintptr, string) (unsafe.Pointer, error) { return nil, errUnsupported }

// Close fails.
func Close(uintptr) error { return errUnsupported }

// Call cannot be reached: without a library there is no function to call.
func Call(fn, arg unsafe.Pointer) int32 { panic(errUnsupported) }
