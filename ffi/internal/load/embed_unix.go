//go:build ((linux && !android) || (darwin && !ios)) && (amd64 || arm64) && !noffi

package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// extension is that of cached libraries.
const extension = ".so"

// makePrivate makes a folder for the user alone, unless it is there.
func makePrivate(dir string) error { return os.MkdirAll(dir, 0o700) }

// private returns what lets others write to a file or folder, which should have the mode.
func private(_ string, info fs.FileInfo, mode fs.FileMode) error {
	switch {
	case !owned(info):
		return errors.New("belongs to another user")
	case info.Mode().Perm() != mode:
		return fmt.Errorf("has mode %#o, it must be %#o", info.Mode().Perm(), mode)
	}
	return nil
}

func owned(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
