//go:build !(((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64)) || noffi

package load

import (
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
)

// platforms are those on which libraries can be loaded.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// IsPath reports whether the name of a library is a path, which is not searched for.
func IsPath(name string) bool { return strings.Contains(name, "/") }

func openName(string, Options) (*Image, error) { return nil, unsupported() }

func openFS(fs.FS, string, Options) (*Image, error) { return nil, unsupported() }

// Self fails.
func Self() (*Image, error) { return nil, unsupported() }

// unsupported tells the build tag, which one can leave out, from the platform, which one cannot.
func unsupported() error {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	if slices.Contains(platforms, platform) {
		return fmt.Errorf("%w: the program was built with the tag noffi", ErrUnsupported)
	}
	return fmt.Errorf("%w on %s, only on %s", ErrUnsupported, platform, strings.Join(platforms, ", "))
}
