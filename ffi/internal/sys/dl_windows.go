//go:build (amd64 || arm64) && !noffi

package sys

import (
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Supported reports whether this build can load libraries and call them.
const Supported = true

// self is the handle of the program itself, which no module has.
const self = ^uintptr(0)

// The C run times that libraries use: that of current Visual C++ and the one that MinGW uses by tradition. A program may have
// both, each with an errno of its own. They stay loaded.
var (
	ucrt   = systemLibrary("ucrtbase.dll")
	msvcrt = systemLibrary("msvcrt.dll")
)

// selfModules are the libraries whose symbols count as the program's own, in the order in which they are asked.
var selfModules = [...]uintptr{program(), ucrt, msvcrt, systemLibrary("kernel32.dll")}

// systemLibrary returns the handle of a library of the system, 0 when there is none.
func systemLibrary(name string) uintptr {
	handle, err := windows.LoadLibraryEx(name, 0, windows.LOAD_LIBRARY_SEARCH_SYSTEM32)
	if err != nil {
		return 0
	}
	return uintptr(handle)
}

// program returns the handle of the program's own file.
func program() uintptr {
	var handle windows.Handle
	if windows.GetModuleHandleEx(windows.GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, nil, &handle) != nil {
		return 0
	}
	return uintptr(handle)
}

// Open loads the library at an absolute path, and what it needs from beside it, from beside the program and from the system's
// folder; or a library of one of the latter two by a bare name. The empty path is the program itself. Windows knows no
// modes. The error is a [windows.Errno].
func Open(path string, _ Mode) (handle uintptr, err error) {
	if path == "" {
		return self, nil
	}
	flags := uintptr(windows.LOAD_LIBRARY_SEARCH_DEFAULT_DIRS)
	if filepath.IsAbs(path) {
		flags |= windows.LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR
	}
	h, err := windows.LoadLibraryEx(path, 0, flags)
	return uintptr(h), err
}

// Symbol returns the address of a symbol that the library exports.
func Symbol(handle uintptr, name string) (unsafe.Pointer, error) {
	if handle != self {
		return symbol(handle, name)
	}
	var err error
	for _, module := range selfModules {
		var addr unsafe.Pointer
		if addr, err = symbol(module, name); err == nil {
			return addr, nil
		}
	}
	return nil, err
}

func symbol(module uintptr, name string) (unsafe.Pointer, error) {
	if module == 0 {
		return nil, windows.ERROR_MOD_NOT_FOUND
	}
	addr, err := windows.GetProcAddress(windows.Handle(module), name)
	if err != nil {
		return nil, err
	}
	// The address lies in C memory, which the collector does not manage and vet cannot know about.
	return *(*unsafe.Pointer)(unsafe.Pointer(&addr)), nil
}

// Close gives the handle back; the last one unloads the library.
func Close(handle uintptr) error {
	if handle == self {
		return nil
	}
	return windows.FreeLibrary(windows.Handle(handle))
}

// Resident reports whether the loader holds a library under this path.
func Resident(path string) bool {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return false
	}
	var handle windows.Handle
	return windows.GetModuleHandleEx(windows.GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, name, &handle) == nil
}
