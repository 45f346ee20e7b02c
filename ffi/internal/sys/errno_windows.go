//go:build (amd64 || arm64) && !noffi

//lint:file-ignore U1000 The assembly files use these.

package sys

// errnoOf returns the function of a C run time that returns the address of the thread's errno, 0 when there is none. The
// trampolines call it.
func errnoOf(runtime uintptr) uintptr {
	addr, err := symbol(runtime, "_errno")
	if err != nil {
		return 0
	}
	return uintptr(addr)
}
