//go:build darwin && !ios && (amd64 || arm64) && !noffi

package load

import (
	"debug/macho"
	"io"
	"os"
	"path"
	"runtime"
)

// loaderPath is what the system's loader goes by: it reads the variable before the program starts.
var loaderPath = os.Getenv("DYLD_LIBRARY_PATH")

// notFoundText is in the loader's message about a missing file.
const notFoundText = "(no such file)"

func newSearch(name string, o Options) (*search, []place) {
	n := darwinNames(name, o.Version)
	exe, err := os.Executable()
	host := darwin{root: "/", exe: exe, exeErr: err, paths: loaderPath}
	return &search{
		names:   n,
		open:    func(path string) (*Image, error) { return openFile(path, o) },
		inspect: func(path string) error { return inspect(path, checkLibrary) },
		ask:     func(file string) (*Image, error) { return askSystem(n, file, o) },
	}, host.places(n)
}

// askSystem has the loader look among the system's own libraries. It is given a path, because it looks for a bare name in
// the current folder too.
func askSystem(n names, file string, o Options) (*Image, error) {
	if n.framework() {
		return dlopen(path.Join("/System/Library/Frameworks", file), o)
	}
	return dlopen(path.Join("/usr/lib", file), o)
}

func checkLibrary(file io.ReaderAt, size int64) error {
	return checkMachO(file, size, map[string]macho.Cpu{"amd64": macho.CpuAmd64, "arm64": macho.CpuArm64}[runtime.GOARCH])
}

var carriers = []carrier{cacheFile}
