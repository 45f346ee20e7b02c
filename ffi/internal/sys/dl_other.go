//go:build !(((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64)) || noffi

package sys

import (
	"errors"
	"unsafe"
)

// Supported reports whether this build can load libraries and call them.
const Supported = false

var errUnsupported = errors.New("no dynamic loader in this build")

// Open fails.
func Open(string, Mode) (uintptr, error) { return 0, errUnsupported }

// Symbol fails.
func Symbol(uintptr, string) (unsafe.Pointer, error) { return nil, errUnsupported }

// Close fails.
func Close(uintptr) error { return errUnsupported }

// Resident reports false.
func Resident(string) bool { return false }
