//go:build (amd64 || arm64) && !noffi

package load

import (
	"debug/pe"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sys/windows"
)

// IsPath reports whether the name of a library is a path, which is not searched for.
func IsPath(name string) bool { return strings.ContainsAny(name, `/\:`) }

func newSearch(name string, o Options) (*search, []place) {
	return &search{
		names:   windowsNames(name, o.Version),
		open:    func(path string) (*Image, error) { return openFile(path, o) },
		inspect: func(path string) error { return inspect(path, checkLibrary) },
		ask:     func(file string) (*Image, error) { return dlopen(file, o) },
	}, thisHost().places()
}

func thisHost() *windowsHost {
	host := windowsHost{paths: filepath.SplitList(os.Getenv("PATH"))}
	host.exe, host.exeErr = os.Executable()
	host.system, _ = windows.GetSystemDirectory() // where it fails, the loader still knows the folder
	return &host
}

func checkLibrary(file io.ReaderAt, size int64) error {
	return checkPE(file, size, peMachines[runtime.GOARCH])
}

// explain makes more of the loader's error for a library: the loader does not say which library was not found, this one or one that it
// needs.
func explain(name string, err error) error {
	switch {
	case !errors.Is(err, windows.ERROR_MOD_NOT_FOUND):
		return err
	case !filepath.IsAbs(name):
		return ErrNotFound
	}
	file, openErr := pe.Open(name)
	if openErr != nil {
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	defer file.Close()
	var missing []string
	symbols, _ := file.ImportedSymbols() // "symbol:library"; an error leaves the list empty
	for _, symbol := range symbols {
		_, need, _ := strings.Cut(symbol, ":")
		if !slices.Contains(missing, need) && !available(need, filepath.Dir(name)) {
			missing = append(missing, need)
		}
	}
	if missing == nil {
		return fmt.Errorf("%w: a library that is needed by one that it needs", ErrNotFound)
	}
	return fmt.Errorf("%w: it needs %s", ErrNotFound, strings.Join(missing, ", "))
}

// available reports whether the loader finds a library for one in the folder.
func available(name, dir string) bool {
	lower := strings.ToLower(name)
	if strings.HasPrefix(lower, "api-ms-") || strings.HasPrefix(lower, "ext-ms-") {
		return true // no file: the loader has a table of these
	}
	host := thisHost()
	return slices.ContainsFunc([]string{dir, filepath.Dir(host.exe), host.system}, func(dir string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err == nil
	})
}

var carriers = []carrier{cacheFile}
