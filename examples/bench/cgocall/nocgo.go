//go:build !cgo

// Package cgocall is the rival of a kernel's call: an empty C function through cgo.
package cgocall

// Empty is nil: this build has no cgo.
var Empty func()
