//go:build ((linux && !android) || (darwin && !ios)) && (amd64 || arm64) && !noffi

package sys

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Supported reports whether this build can load libraries and call them.
const Supported = true

// Every function below that may fail holds its OS thread, because dlerror's text belongs to the thread
// and purego asks for it in a second call.

// Open loads the library at a path, or by a bare name as the system's loader does; the empty path is the program itself.
// The error is dlerror's text.
func Open(path string, mode Mode) (handle uintptr, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if path == "" {
		return self()
	}
	return purego.Dlopen(path, mode.native())
}

// self opens the program itself: dlopen of no name, which purego does not offer.
func self() (uintptr, error) {
	c := Ints{Fn: pointer(mustFind("dlopen"))}
	c.Args[1] = uint64(Mode(0).native())
	c.Do()
	if c.Args[0] == 0 {
		return 0, errors.New("dlopen: the program has no handle")
	}
	return uintptr(c.Args[0]), nil
}

// native returns the mode as dlopen takes it.
func (m Mode) native() int {
	flags := purego.RTLD_NOW
	if m&Lazy != 0 {
		flags = purego.RTLD_LAZY
	}
	if m&Global != 0 {
		return flags | purego.RTLD_GLOBAL
	}
	return flags | purego.RTLD_LOCAL
}

// Symbol returns the address of a symbol of the library or of the libraries that it needs.
func Symbol(handle uintptr, name string) (unsafe.Pointer, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	addr, err := purego.Dlsym(handle, name)
	if err != nil {
		return nil, err
	}
	return pointer(addr), nil
}

// pointer converts an address in C memory, which the collector does not manage and vet cannot know about.
func pointer(addr uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&addr)) }

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
