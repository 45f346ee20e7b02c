package sys

import _ "unsafe" // for linkname

// CheckPointers panics when an argument, a pointer, slice, struct or array, leads to a Go pointer in Go memory. It is the check of
// cgo, which works without cgo.
func CheckPointers(arg any) { cgoCheckPointer(arg, nil) }

//go:linkname cgoCheckPointer runtime.cgoCheckPointer
func cgoCheckPointer(ptr any, arg any)
