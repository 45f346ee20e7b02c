//go:build !linux || android || !(amd64 || arm64) || noffi

package ffi

import (
	"fmt"
	"io/fs"
	"runtime"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// image is a library in memory; there is none in this build.
type image struct{ handle uintptr }

func (i image) close() error { return sys.Close(i.handle) }

func openNamed(string) (image, error) { return image{}, unsupported() }

func openFS(fs.FS, string) (image, error) { return image{}, unsupported() }

// unsupported tells the build tag, which one can leave out, from the platform, which one cannot.
func unsupported() error {
	if runtime.GOOS == "linux" && (runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64") {
		return fmt.Errorf("%w: the program was built with the tag noffi", ErrUnsupported)
	}
	return fmt.Errorf("%w on %s/%s, only on linux/amd64 and linux/arm64", ErrUnsupported, runtime.GOOS, runtime.GOARCH)
}
