//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// image is a library in memory.
type image struct {
	handle uintptr
	memfd  *memfd // what it was loaded from, nil for a file
}

// close unloads the library. The memory file is closed only when the loader has forgotten it: the
// loader recognises libraries by path, and a reused descriptor makes the same path. Some libraries are never
// unloaded, and theirs stays open for good.
func (i image) close() error {
	if err := sys.Close(i.handle); err != nil {
		return err
	}
	if i.memfd == nil || sys.Resident(i.memfd.path()) {
		return nil
	}
	return i.memfd.close()
}

// openPath loads the file at path. The loader is given an absolute path, because it takes a path that
// it has seen before for the same library, even after a change of the current folder.
func openPath(path string) (image, error) {
	if err := inspect(path); err != nil {
		return image{}, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return image{}, err
	}
	return dlopen(abs)
}

func dlopen(name string) (image, error) {
	handle, err := sys.Open(name)
	if err != nil {
		return image{}, explain(err)
	}
	return image{handle: handle}, nil
}

// inspect returns why the file at path cannot be a library for this program, nil when it can.
func inspect(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%w: %w", ErrNotFound, bare(err))
	case err != nil:
		return bare(err)
	case info.IsDir():
		return fmt.Errorf("%w: it is a folder", ErrNotLibrary)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: it is not a regular file", ErrNotLibrary)
	}
	file, err := os.Open(path)
	if err != nil {
		return bare(err)
	}
	defer file.Close()
	return checkLibrary(file, info.Size(), machine)
}

// bare strips the operation and the path, which the message around it gives.
func bare(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// explain makes more of the loader's message: it looks itself at the file that the message begins with,
// and knows the message of a missing file (here one that the library needs).
func explain(err error) error {
	path, _, _ := strings.Cut(err.Error(), ": ")
	if filepath.IsAbs(path) {
		if why := inspect(path); why != nil {
			return fmt.Errorf("%s: %w", path, why)
		}
	}
	if strings.Contains(err.Error(), "cannot open shared object file") {
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return err
}

// attempt is one place where a library was tried, and why it was not loaded from there.
type attempt struct {
	place string
	err   error
}

// attempts is the error of a search that failed in every place.
type attempts []attempt

func (a attempts) Error() string {
	var text strings.Builder
	text.WriteString("no place gave a library:")
	for _, t := range a {
		text.WriteString("\n\t" + t.place + ": " + t.err.Error())
	}
	return text.String()
}

// Unwrap returns the reason of each place.
func (a attempts) Unwrap() []error {
	reasons := make([]error, len(a))
	for i, t := range a {
		reasons[i] = t.err
	}
	return reasons
}
