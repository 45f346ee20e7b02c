//go:build !noffi

//lint:file-ignore U1000 The assembly files use these.

package sys

// errnoLocation is of the one C run time that libraries for arm64 use.
var errnoLocation = errnoOf(ucrt)
