//go:build ((linux && !android) || (darwin && !ios)) && (amd64 || arm64) && !noffi

package load

import (
	"fmt"
	"path/filepath"
	"strings"
)

// IsPath reports whether the name of a library is a path, which is not searched for.
func IsPath(name string) bool { return strings.Contains(name, "/") }

// explain makes more of the loader's message: it looks itself at the file that the message begins with,
// and knows the message of a missing file (here one that the library needs).
func explain(_ string, err error) error {
	path, _, _ := strings.Cut(err.Error(), ": ")
	if filepath.IsAbs(path) {
		if why := inspect(path, checkLibrary); why != nil {
			return fmt.Errorf("%s: %w", path, why)
		}
	}
	if strings.Contains(err.Error(), notFoundText) {
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return err
}
