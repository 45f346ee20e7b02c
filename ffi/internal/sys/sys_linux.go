//go:build linux && !android && (amd64 || arm64) && !noffi

package sys

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Supported reports whether this build can load libraries.
const Supported = true

// rtldNoload makes dlopen return only a library that is loaded already (glibc and musl agree on the value).
const rtldNoload = 4

// Every function below that may fail holds its OS thread, because dlerror's text belongs to the thread
// and purego asks for it in a second call.

// Open loads the library at a path, or by a bare name as the system's loader does, with its symbols
// resolved at once and kept to itself. The error is dlerror's text.
func Open(path string) (handle uintptr, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

// Symbol returns the address of a symbol of the library or of the libraries that it needs.
func Symbol(handle uintptr, name string) (unsafe.Pointer, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	addr, err := purego.Dlsym(handle, name)
	if err != nil {
		return nil, err
	}
	// The address lies in C memory, which the collector does not manage and vet cannot know about.
	return *(*unsafe.Pointer)(unsafe.Pointer(&addr)), nil
}

// Close gives the handle back; the last one unloads the library.
func Close(handle uintptr) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := purego.Dlclose(handle); err != nil {
		return errors.New("dlclose: " + err.Error())
	}
	return nil
}

// Resident reports whether the loader still holds a library under this path.
func Resident(path string) bool {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	handle, err := purego.Dlopen(path, purego.RTLD_LAZY|rtldNoload)
	if err != nil {
		return false
	}
	_ = purego.Dlclose(handle) // undoes the Dlopen above and nothing more
	return true
}

// Call runs the C function `int32_t fn(void *arg)` on the thread's system stack. The run time hands the
// argument over in the C convention's first register and returns the low 32 bits of its result
// register, so this shape of function needs no trampoline.
func Call(fn, arg unsafe.Pointer) int32 { return cgocall(fn, arg) }

// cgocall tells the scheduler that the thread is away in C. While it is, a stack is neither moved nor
// shrunk unless C calls back into Go; callers forbid that, which is what makes noescape true.
//
//go:linkname cgocall runtime.cgocall
//go:noescape
func cgocall(fn, arg unsafe.Pointer) int32
