//go:build linux && !android && (amd64 || arm64) && !noffi

package load

import (
	"io"
	"os"
	"runtime"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// loaderPath is what the system's loader goes by: it reads the variable before the program starts, and does not
// trust it where the program has more rights than its user.
var loaderPath = func() string {
	if os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid() {
		return ""
	}
	return os.Getenv("LD_LIBRARY_PATH")
}()

// notFoundText is in the loader's message about a missing file.
const notFoundText = "cannot open shared object file"

func newSearch(name string, o Options) (*search, []place) {
	exe, err := os.Executable()
	host := linux{root: "/", exe: exe, exeErr: err, paths: loaderPath, musl: isMusl(), arch: linuxArchs[runtime.GOARCH]}
	return &search{
		names:   linuxNames(name, o.Version),
		open:    func(path string) (*Image, error) { return openFile(path, o) },
		inspect: func(path string) error { return inspect(path, checkLibrary) },
		ask:     func(file string) (*Image, error) { return dlopen(file, o) },
		traps:   entries(loaderPath),
	}, host.places()
}

// isMusl reports whether the program's C library is musl, whose loader has neither cache nor the same folders.
func isMusl() bool {
	self, err := Self()
	if err != nil {
		return false
	}
	_, err = sys.Symbol(self.Handle, "gnu_get_libc_version")
	return err != nil
}

func checkLibrary(file io.ReaderAt, size int64) error {
	return checkELF(file, size, linuxArchs[runtime.GOARCH].machine)
}
