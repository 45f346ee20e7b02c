//go:build ((linux && !android) || (darwin && !ios)) && (amd64 || arm64) && !noffi

package sys

import "github.com/ebitengine/purego"

// errnoLocation is the C library's function that returns the address of the thread's errno. The
// trampolines call it.
//
//lint:ignore U1000 the assembly uses it
var errnoLocation = mustFind(errnoFunction)

// mustFind returns the address of a function without which no C library is.
func mustFind(name string) uintptr {
	addr, err := purego.Dlsym(purego.RTLD_DEFAULT, name)
	if err != nil {
		panic("ffi: the C library lacks " + name + ": " + err.Error())
	}
	return addr
}
