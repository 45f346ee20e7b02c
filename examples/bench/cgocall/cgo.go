//go:build cgo

// Package cgocall is the rival of a kernel's call: an empty C function through cgo.
package cgocall

// static void empty(void) {}
import "C"

// Empty calls an empty C function. It is nil in a build without cgo.
var Empty = func() { C.empty() }
