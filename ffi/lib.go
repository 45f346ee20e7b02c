package ffi

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/load"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// Lib is a loaded library. Its methods may be used by many goroutines at once.
type Lib struct {
	name   string
	closed atomic.Bool // read by every call of a function of the library
	none   error       // why there is no image, nil when there is one

	mu    sync.RWMutex // held for reading while the image is in use
	image *load.Image  // nil when closed

	declared declarations
}

// Load loads a shared library. The package comment says where a name without a slash is looked for.
// The options are [Global], [Lazy] and [Version].
func Load(name string, o ...Option) (*Lib, error) {
	return newLib(name, forLoad, o, func(o loadOptions) (*load.Image, error) {
		if o.Version != "" && load.IsPath(name) {
			return nil, fmt.Errorf("%w: the option Version is for bare names, not for paths", ErrUsage)
		}
		return load.Name(name, o)
	})
}

// LoadFS loads the shared library that is the file at path in f. The options are [Global] and [Lazy].
//
//	//go:embed _kgen/libjulia.so
//	var files embed.FS
//
//	lib, err := ffi.LoadFS(files, "_kgen/libjulia.so")
func LoadFS(f fs.FS, path string, o ...Option) (*Lib, error) {
	return newLib(path, forFS, o, func(o loadOptions) (*load.Image, error) { return load.FS(f, path, o) })
}

func newLib(name string, place use, list []Option, open func(loadOptions) (*load.Image, error)) (*Lib, error) {
	o, err := gather(place, list)
	if err == nil {
		img := (*load.Image)(nil)
		if img, err = open(o.load); err == nil {
			return &Lib{name: name, image: img}, nil
		}
	}
	return nil, &Error{Op: "load", Lib: name, Err: err}
}

// Self returns the program itself: its symbols are those of the C library and of all else that the program is linked to, and
// of libraries that were loaded with [Global]. On Windows they are those of the C run time and of the system's
// basic libraries. Each call returns a Lib of its own; closing it unloads nothing. Where ffi is not supported,
// its methods return [ErrUnsupported].
func Self() *Lib {
	img, err := load.Self()
	return &Lib{name: "the program", image: img, none: err}
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
	addr, err := l.lookup(name)
	if err != nil {
		return nil, &Error{Op: "symbol", Lib: l.Name(), Symbol: name, Err: err}
	}
	return addr, nil
}

// lookup is Symbol with the bare cause as error.
func (l *Lib) lookup(name string) (unsafe.Pointer, error) {
	if l == nil {
		return nil, errNilLib
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.find(name)
}

// find is lookup with the lock held.
func (l *Lib) find(name string) (unsafe.Pointer, error) {
	if err := l.usable(); err != nil {
		return nil, err
	}
	if err := load.CheckName(name); err != nil {
		return nil, err
	}
	return l.image.Symbol(name)
}

var errNilLib = fmt.Errorf("%w: the *Lib is nil", ErrClosed)

// isOpen returns an error for a library that is closed or nil.
func (l *Lib) isOpen() error {
	switch {
	case l == nil:
		return errNilLib
	case l.closed.Load():
		return ErrClosed
	}
	return nil
}

// usable returns why the library has no image. The lock is held.
func (l *Lib) usable() error {
	switch {
	case l.none != nil:
		return l.none
	case l.closed.Load() || l.image == nil:
		return ErrClosed
	}
	return nil
}

// function is lookup for a symbol that must be a function, as far as the library tells.
func (l *Lib) function(name string) (unsafe.Pointer, error) {
	addr, info, err := l.describe(name)
	if err != nil {
		return nil, err
	}
	if info.Kind == load.Variable || info.Kind == load.ThreadLocal {
		return nil, fmt.Errorf("%w: it is a variable of %d bytes", ErrNotFunction, info.Size)
	}
	return addr, nil
}

// variable is lookup for a symbol that must be a variable of the size in bytes, as far as the library tells; 0 is any size.
func (l *Lib) variable(name string, size uintptr) (unsafe.Pointer, error) {
	addr, info, err := l.describe(name)
	switch {
	case err != nil:
		return nil, err
	case info.Kind == load.Function:
		return nil, fmt.Errorf("%w: it is a function", ErrNotVariable)
	case info.Kind == load.ThreadLocal:
		return nil, errThreadLocal
	case info.Kind == load.Variable && info.Size != 0 && size != 0 && info.Size != uint64(size):
		return nil, fmt.Errorf("%w: the variable has %d bytes, not %d", ErrSize, info.Size, size)
	}
	return addr, nil
}

var errThreadLocal = fmt.Errorf("%w: each thread has one of its own, and goroutines change threads", ErrNotVariable)

// describe is lookup with what the library tells about the symbol.
func (l *Lib) describe(name string) (unsafe.Pointer, load.Info, error) {
	if l == nil {
		return nil, load.Info{}, errNilLib
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	addr, err := l.find(name)
	if err != nil {
		return nil, load.Info{}, err
	}
	return addr, l.image.Info(name, addr), nil
}

// Proc returns the C function `int32_t name(void *block)`.
func (l *Lib) Proc(name string) (Proc, error) {
	fn, err := l.Symbol(name)
	return Proc{fn}, err
}

// Close unloads the library unless it is also loaded through another Lib. No call into it may be
// running; functions that were made from it panic when they are called afterwards. A second Close, or one of a
// nil Lib, returns [ErrClosed].
func (l *Lib) Close() error {
	if err := l.close(); err != nil {
		return &Error{Op: "close", Lib: l.Name(), Err: err}
	}
	return nil
}

func (l *Lib) close() error {
	if l == nil {
		return errNilLib
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usable(); err != nil {
		return err
	}
	img := l.image
	l.closed.Store(true)
	l.image = nil
	return img.Close()
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
	return sys.CallBlock(p.fn, block)
}
