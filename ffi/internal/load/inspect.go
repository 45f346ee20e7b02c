package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// inspect returns why the file at path cannot be a library for this program, nil when it can. The check is that of its
// content, given with its size in bytes.
func inspect(path string, check func(io.ReaderAt, int64) error) error {
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
	return check(file, info.Size())
}
