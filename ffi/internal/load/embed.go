//go:build ((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64) && !noffi

package load

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// openFS loads the file at name in f.
func openFS(f fs.FS, name string, o Options) (*Image, error) {
	if f == nil {
		return nil, fmt.Errorf("%w: the file system is nil", ErrNotFound)
	}
	info, err := fs.Stat(f, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w in the file system: %w", ErrNotFound, bare(err))
	case err != nil:
		return nil, bare(err)
	case info.IsDir():
		return nil, fmt.Errorf("%w: it is a folder", ErrNotLibrary)
	}
	data, err := fs.ReadFile(f, name)
	if err != nil {
		return nil, bare(err)
	}
	if err := checkLibrary(bytes.NewReader(data), int64(len(data))); err != nil {
		return nil, err
	}
	return openData(path.Base(name), data, carriers, o)
}

// A carrier gives the loader, which takes paths only, a library that is data: it stores the data in
// a file. What it returns beside the path, if not nil, is done after the library is unloaded, or at once if it cannot be loaded.
type carrier struct {
	place string
	store func(name string, data []byte) (file string, after func() error, err error)
}

var cacheFile = carrier{"cache file", storeCached}

// openData loads the library from the first carrier that can store it.
func openData(name string, data []byte, carriers []carrier, o Options) (*Image, error) {
	tried := attempts{what: "a file to load it from"}
	for _, c := range carriers {
		file, after, err := c.store(name, data)
		if err != nil {
			tried.note(c.place, err)
			continue
		}
		img, err := dlopen(file, o)
		if err == nil {
			img.after = after
		} else if after != nil {
			err = errors.Join(err, after())
		}
		return img, err
	}
	return nil, &tried
}

// storeCached makes a file in the cache folder that is named by its content.
func storeCached(_ string, data []byte) (string, func() error, error) {
	dir, err := cacheFolder()
	if err != nil {
		return "", nil, err
	}
	file := filepath.Join(dir, fmt.Sprintf("%x%s", sha256.Sum256(data), extension))
	if intact(file, data) {
		return file, nil, nil
	}
	if err := install(file, data); err != nil && !intact(file, data) { // another process may have been faster
		return "", nil, err
	}
	return file, nil, nil
}

// cacheFolder returns the folder for cached libraries. It refuses one that others could write to: what
// lies there is run.
func cacheFolder() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "kgen-ffi")
	if err := makePrivate(dir); err != nil {
		return "", err
	}
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return "", err
	case !info.IsDir():
		return "", fmt.Errorf("%s is not a folder", dir)
	}
	if err := private(dir, info, 0o700); err != nil {
		return "", fmt.Errorf("%s %w", dir, err)
	}
	return dir, nil
}

// intact reports whether a private file with this content is in place.
func intact(file string, data []byte) bool {
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || private(file, info, 0o600) != nil {
		return false
	}
	old, err := os.ReadFile(file)
	return err == nil && bytes.Equal(old, data)
}

// install puts the content in place in one step, whatever is there: others may be reading or doing the same.
func install(file string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(0o600), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // what went wrong before matters more
	}
	return err
}
