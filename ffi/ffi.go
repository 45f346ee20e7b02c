// Package ffi loads C libraries and calls their functions without cgo.
//
//	lib, err := ffi.Load("./libjulia.so")
//	...
//	defer lib.Close()
//	kernel, err := lib.Proc("calculate_z") // int32_t calculate_z(void *block)
//	...
//	status := kernel.Call(unsafe.Pointer(&block))
//
// It works the same with CGO_ENABLED=0 and 1, needs no C compiler, and reports what goes wrong as an
// *[Error], which [errors.Is] compares with [ErrNotFound] and its siblings.
//
// # Where a library is looked for
//
// A name with a slash is a path, and only that file is tried. A bare name such as "libm.so.6" is tried
//
//  1. beside the executable,
//  2. in the folders of LD_LIBRARY_PATH, as it was when the program started,
//  3. wherever else the system's loader looks: its cache and its default folders.
//
// The current folder is not among them, not even through an empty entry in LD_LIBRARY_PATH, which the system's
// loader takes for it. (A "." written there is a folder like any other.) A library that lies there and
// nowhere else is refused with the advice to write "./name". Names are exact: nothing is added.
//
// A file found by path is inspected before the system's loader sees it: a text file, a linker script, a
// truncated file or a library for another processor is an error. What lies beyond its ELF headers is
// trusted: loading a library runs its initialisers, and a malicious or corrupted one can do anything.
//
// # Embedded libraries
//
// [LoadFS] loads a library from a file system such as an [embed.FS], through an anonymous file in memory.
// Where the system offers none, lacks /proc to open it through, or forbids running it, the library is
// written to the folder kgen-ffi in the user's cache folder ([os.UserCacheDir]). That folder must belong to the
// user alone, and the file is compared with the library before each use. An embedded library
// cannot refer to other files beside it.
//
// # Lifetime
//
// A library stays loaded until [Lib.Close]; nothing closes it when the Lib becomes garbage. Close
// invalidates every address and [Proc] that came from the library: no call may be running, and none may
// follow. Loading one file twice by path gives two Libs that share the library and its variables, and it
// stays loaded until both are closed. Whether two loads of one embedded library share variables is unspecified.
// The methods of a Lib may be used by many goroutines at once.
//
// # What a block call may do
//
// [Proc.Call] passes one pointer, usually to a block that holds arguments and results, and returns a
// status. It costs about as much as a cgo call and allocates nothing; block and the data it points to may
// lie on the Go stack. During the call
//
//   - C may read and write the block and all that pointers in it lead to. Go memory must be
//     referred to by real pointers (unsafe.Pointer, *T), not by uintptr: only those keep it alive.
//   - C must not keep a Go pointer after it returns.
//   - C must not store a Go pointer where the collector does not look, nor anything but Go pointers and
//     C addresses in fields that Go declares as pointers.
//   - C must not call back into Go: the stack under the block could move.
//
// The call may take as long as it likes; other goroutines and the collector go on meanwhile. A crash in C
// ends the program. Nothing checks that the symbol is a function of the right type.
//
// # Platforms
//
// Linux on amd64 and arm64, with a C library that is loaded dynamically. Elsewhere, and under the build
// tag noffi, the package compiles, and [Load] and [LoadFS] return [ErrUnsupported]. A program that imports ffi is a
// dynamically linked executable even with CGO_ENABLED=0; with noffi it is static again.
package ffi

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// Lib is a loaded library.
type Lib struct {
	name string

	mu    sync.RWMutex // held for reading while the handle is in use
	image image        // the zero image when closed
}

// Load loads a shared library. The package comment says where a name without a slash is looked for.
func Load(name string) (*Lib, error) {
	return newLib(name, func() (image, error) { return openNamed(name) })
}

// LoadFS loads the shared library that is the file at path in f.
//
//	//go:embed _kgen/libjulia.so
//	var files embed.FS
//
//	lib, err := ffi.LoadFS(files, "_kgen/libjulia.so")
func LoadFS(f fs.FS, path string) (*Lib, error) {
	return newLib(path, func() (image, error) { return openFS(f, path) })
}

func newLib(name string, open func() (image, error)) (*Lib, error) {
	img, err := image{}, checkName(name)
	if err == nil {
		img, err = open()
	}
	if err != nil {
		return nil, &Error{Op: "load", Lib: name, Err: err}
	}
	return &Lib{name: name, image: img}, nil
}

// checkName refuses what cannot be a C string that names something.
func checkName(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%w: the name is empty", ErrNotFound)
	case strings.ContainsRune(name, 0):
		return fmt.Errorf("%w: the name contains a zero byte", ErrNotFound)
	}
	return nil
}

// Name returns the name or path that the library was loaded by.
func (l *Lib) Name() string {
	if l == nil {
		return ""
	}
	return l.name
}

// Symbol returns the address of a function or variable of the library, or of a library that it needs.
// The address is C memory and valid until Close.
func (l *Lib) Symbol(name string) (unsafe.Pointer, error) {
	addr, err := l.symbol(name)
	if err != nil {
		return nil, &Error{Op: "symbol", Lib: l.Name(), Symbol: name, Err: err}
	}
	return addr, nil
}

func (l *Lib) symbol(name string) (unsafe.Pointer, error) {
	if l == nil {
		return nil, ErrClosed
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.image.handle == 0 {
		return nil, ErrClosed
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	addr, err := sys.Symbol(l.image.handle, name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return addr, nil
}

// Proc returns the C function `int32_t name(void *block)`.
func (l *Lib) Proc(name string) (Proc, error) {
	fn, err := l.Symbol(name)
	return Proc{fn}, err
}

// Close unloads the library unless it is also loaded through another Lib. No call into it may be
// running. A second Close, or one of a nil Lib, returns [ErrClosed].
func (l *Lib) Close() error {
	if err := l.close(); err != nil {
		return &Error{Op: "close", Lib: l.Name(), Err: err}
	}
	return nil
}

func (l *Lib) close() error {
	if l == nil {
		return ErrClosed
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.image.handle == 0 {
		return ErrClosed
	}
	img := l.image
	l.image = image{}
	return img.close()
}

// Proc is a C function `int32_t f(void *block)`. The zero Proc is like a nil func.
type Proc struct{ fn unsafe.Pointer }

var errNilProc = errors.New("ffi: call of the zero Proc")

// Call calls the function with the block and returns its result. It does not allocate, and block may
// point into the Go stack. The package comment says what the C function must not do: keep
// the pointer, and call back into Go. Like the call of a nil func, that of the zero Proc panics.
func (p Proc) Call(block unsafe.Pointer) int32 {
	if p.fn == nil {
		panic(errNilProc)
	}
	return sys.Call(p.fn, block)
}
