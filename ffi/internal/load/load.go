// Package load finds shared libraries, inspects them, and has the system's loader load them.
//
// What is the same everywhere is pure and takes the machine as an argument: which file names a library's name may
// stand for (names.go), the search through places (search.go), the loader's cache (cache.go) and the inspection
// of files (elf.go, macho.go, pe.go). A file per operating system says which places there are and how to open what was
// found.
package load

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// The causes that package ffi passes on.
var (
	ErrNotFound    = errors.New("not found")
	ErrAmbiguous   = errors.New("ambiguous name")
	ErrNotLibrary  = errors.New("not a shared library")
	ErrArch        = errors.New("wrong architecture")
	ErrUnsupported = errors.New("ffi is not supported")
)

// Options is how a library is found and opened.
type Options struct {
	Global  bool   // later libraries see its symbols
	Lazy    bool   // functions that it needs are resolved when they are called
	Version string // of a library that is named without one, "" for any
}

// Image is a library in memory.
type Image struct {
	Handle uintptr
	after  func() error // what Close does after unloading, nil for nothing
}

// Symbol returns the address of a symbol of the library or of a library that it needs.
func (i *Image) Symbol(name string) (unsafe.Pointer, error) {
	addr, err := sys.Symbol(i.Handle, name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return addr, nil
}

// Close unloads the library.
func (i *Image) Close() error {
	if err := sys.Close(i.Handle); err != nil || i.after == nil {
		return err
	}
	return i.after()
}

// Name loads a library by path, or by a bare name that is searched for.
func Name(name string, o Options) (*Image, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if !versionText.MatchString(o.Version) {
		return nil, fmt.Errorf("%w: %q cannot be a version", ErrNotFound, o.Version)
	}
	return openName(name, o)
}

// versionText is what a version may be: it becomes a part of file names.
var versionText = regexp.MustCompile(`^[0-9A-Za-z._+-]*$`)

// FS loads the library that is the file at path in f.
func FS(f fs.FS, path string, o Options) (*Image, error) {
	if err := CheckName(path); err != nil {
		return nil, err
	}
	return openFS(f, path, o)
}

// CheckName refuses what cannot be a C string that names something.
func CheckName(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%w: the name is empty", ErrNotFound)
	case strings.ContainsRune(name, 0):
		return fmt.Errorf("%w: the name contains a zero byte", ErrNotFound)
	}
	return nil
}

// attempt is one place where a library was tried, and why it was not loaded from there.
type attempt struct {
	place string
	err   error
}

// attempts is the error of a library that no place gave.
type attempts struct {
	what string // what was looked for
	list []attempt
}

// note adds an attempt, unless it is there already.
func (a *attempts) note(place string, err error) {
	text := err.Error()
	if !slices.ContainsFunc(a.list, func(t attempt) bool { return t.place == place && t.err.Error() == text }) {
		a.list = append(a.list, attempt{place, err})
	}
}

func (a *attempts) Error() string {
	var text strings.Builder
	text.WriteString("no place gave " + a.what + ":")
	for _, t := range a.list {
		text.WriteString("\n\t" + t.place + ": " + t.err.Error())
	}
	return text.String()
}

// Unwrap returns the reason of each place.
func (a *attempts) Unwrap() []error {
	reasons := make([]error, len(a.list))
	for i, t := range a.list {
		reasons[i] = t.err
	}
	return reasons
}

// bare strips the operation and the path, which the message around it gives.
func bare(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}
