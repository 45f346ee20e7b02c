//go:build ((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64) && !noffi

package load

import (
	"path/filepath"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

func openName(name string, o Options) (*Image, error) {
	if IsPath(name) {
		return openPath(name, o)
	}
	s, places := newSearch(name, o)
	return s.run(places)
}

// openPath loads the file at path.
func openPath(path string, o Options) (*Image, error) {
	if err := inspect(path, checkLibrary); err != nil {
		return nil, err
	}
	return openFile(path, o)
}

// openFile loads the file at path, which was inspected. The loader is given an absolute path, because it takes
// a path that it has seen before for the same library, even after a change of the current folder.
func openFile(path string, o Options) (*Image, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	return dlopen(abs, o)
}

// Self is the program itself with all that it is linked to.
func Self() (*Image, error) { return dlopen("", Options{}) }

func dlopen(name string, o Options) (*Image, error) {
	mode := sys.Mode(0)
	if o.Global {
		mode |= sys.Global
	}
	if o.Lazy {
		mode |= sys.Lazy
	}
	handle, err := sys.Open(name, mode)
	if err != nil {
		return nil, explain(name, err)
	}
	return &Image{Handle: handle}, nil
}
