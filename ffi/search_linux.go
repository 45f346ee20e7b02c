//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// loaderPath is what the system's loader goes by: it reads the variable before the program starts.
var loaderPath = os.Getenv("LD_LIBRARY_PATH")

// openNamed loads a library by path, or by a bare name that is searched for.
func openNamed(name string) (image, error) {
	if strings.Contains(name, "/") {
		return openPath(name)
	}
	exe, err := os.Executable()
	s := search{name: name}
	if err != nil {
		s.note("the executable's folder", err)
	} else if img, ok := s.try(filepath.Dir(exe)); ok {
		return img, nil
	}
	if img, ok := s.tryLoader(loaderPath); ok {
		return img, nil
	}
	s.hint()
	return image{}, s.tried
}

// search is the search for one bare name: the places tried so far, none with success.
type search struct {
	name  string
	tried attempts
}

func (s *search) note(place string, err error) {
	s.tried = append(s.tried, attempt{place, err})
}

// try loads the library from a folder.
func (s *search) try(dir string) (image, bool) {
	path := filepath.Join(dir, s.name)
	img, err := openPath(dotted(path))
	if err != nil {
		s.note(path, err)
	}
	return img, err == nil
}

// dotted marks a path in the current folder as a path.
func dotted(path string) string {
	if !strings.Contains(path, "/") {
		return "./" + path
	}
	return path
}

var errEmptyEntry = errors.New("an empty entry means the current folder, which is not searched")

// tryLoader looks where the system's loader looks. The loader does it by itself, unless the variable would lead it
// into the current folder or to a file that it cannot be trusted with (it maps a truncated file
// and dies of it); then the folders are tried here one by one.
func (s *search) tryLoader(variable string) (image, bool) {
	dirs := entries(variable)
	if !slices.ContainsFunc(dirs, s.isTrap) {
		img, err := dlopen(s.name)
		if err == nil {
			return img, true
		}
		for _, dir := range dirs {
			s.note(filepath.Join(dir, s.name), inspect(filepath.Join(dir, s.name)))
		}
		s.note("the system's loader (cache and default folders)", err)
		return image{}, false
	}
	for _, dir := range dirs {
		if dir == "" {
			s.note("LD_LIBRARY_PATH", errEmptyEntry)
		} else if img, ok := s.try(dir); ok {
			return img, true
		}
	}
	for _, dir := range defaultFolders {
		if img, ok := s.try(dir); ok {
			return img, true
		}
	}
	return image{}, false
}

// isTrap reports whether the loader must be kept from a folder: every one is safe in which the library
// is sound or absent.
func (s *search) isTrap(dir string) bool {
	if dir == "" {
		return true
	}
	err := inspect(filepath.Join(dir, s.name))
	return err != nil && !errors.Is(err, ErrNotFound)
}

// entries splits LD_LIBRARY_PATH as the loader does. A variable that is set but empty has no entries.
func entries(variable string) []string {
	if variable == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(variable, ";", ":"), ":")
}

// defaultFolders are those that distributions configure their loaders with.
var defaultFolders = []string{
	"/usr/local/lib",
	"/lib/" + triple, "/usr/lib/" + triple,
	"/lib64", "/usr/lib64",
	"/lib", "/usr/lib",
}

var triple = map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[runtime.GOARCH]

// hint adds the library that lies in the current folder, if there is one.
func (s *search) hint() {
	if info, err := os.Stat(s.name); err == nil && info.Mode().IsRegular() {
		s.note("./"+s.name, fmt.Errorf("the current folder is not searched; if you mean this file, write %q", "./"+s.name))
	}
}
