//go:build linux && !android && (amd64 || arm64) && !noffi

package load

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// library returns a library whose function value returns 5.
func library(t testing.TB) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "lib.so")
	ffitest.Build(t, "value.c", out, "-DVALUE=5")
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// useCached opens the data through a cache file, calls it and closes it.
func useCached(data []byte) error {
	img, err := openData("", data, carriers[1:], Options{})
	if err != nil {
		return err
	}
	value, err := img.Symbol("value")
	if err != nil {
		return err
	}
	if got := sys.CallBlock(value, nil); got != 5 {
		return errors.New("another library was loaded")
	}
	return img.Close()
}

// TestCacheFile finds various things in the cache file's place; all are replaced but the intact file.
func TestCacheFile(t *testing.T) {
	data := library(t)
	tests := []struct {
		name    string
		prepare func(file string) error
		keep    bool
	}{
		{"absent", os.Remove, false},
		{"intact", func(string) error { return nil }, true},
		{"damaged", func(file string) error { return os.WriteFile(file, data[:len(data)-1], 0o600) }, false},
		{"changed", func(file string) error {
			return os.WriteFile(file, bytes.ReplaceAll(data, []byte("value"), []byte("eulav")), 0o600)
		}, false},
		{"open mode", func(file string) error { return os.Chmod(file, 0o622) }, false},
		{"symlink", func(file string) error {
			return errors.Join(os.Rename(file, file+".moved"), os.Symlink(file+".moved", file))
		}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cache := t.TempDir()
			t.Setenv("XDG_CACHE_HOME", cache)
			if err := useCached(data); err != nil {
				t.Fatal(err)
			}
			files, err := filepath.Glob(filepath.Join(cache, "kgen-ffi", "*"))
			if err != nil || len(files) != 1 {
				t.Fatalf("the cache holds %v (%v), want one file", files, err)
			}
			if err := test.prepare(files[0]); err != nil {
				t.Fatal(err)
			}
			before, _ := os.Lstat(files[0]) // nil where there is nothing
			if err := useCached(data); err != nil {
				t.Fatal(err)
			}
			after, err := os.Lstat(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if os.SameFile(before, after) != test.keep {
				t.Errorf("the file was replaced: %v, want %v", test.keep, !test.keep)
			}
			if !intact(files[0], data) {
				t.Error("the file is not intact afterwards")
			}
		})
	}
}

// TestCacheFolder offers cache folders that must be refused.
func TestCacheFolder(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(dir string) error
		want    string
	}{
		{"open mode", func(dir string) error { return errors.Join(os.Mkdir(dir, 0o700), os.Chmod(dir, 0o755)) }, "mode 0755"},
		{"symlink", func(dir string) error {
			return errors.Join(os.Mkdir(dir+".real", 0o700), os.Symlink(dir+".real", dir))
		}, "not a folder"},
		{"file", func(dir string) error { return os.WriteFile(dir, nil, 0o600) }, "not a directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cache := t.TempDir()
			t.Setenv("XDG_CACHE_HOME", cache)
			if err := test.prepare(filepath.Join(cache, "kgen-ffi")); err != nil {
				t.Fatal(err)
			}
			if err := useCached(library(t)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestCacheOfAnother(t *testing.T) {
	if os.Geteuid() != 0 {
		csrctest.Missing(t, "giving files away needs %s", "root")
	}
	data := library(t)
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	if err := useCached(data); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(cache, "kgen-ffi", "*.so"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if err := os.Lchown(files[0], 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if intact(files[0], data) {
		t.Error("another user's file counts as intact")
	}
	if err := os.Lchown(filepath.Dir(files[0]), 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if err := useCached(data); err == nil || !strings.Contains(err.Error(), "another user") {
		t.Errorf("error %v, want another user's folder to be refused", err)
	}
}

func TestCacheConcurrent(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	data := library(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if err := useCached(data); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestMemoryFile shows that the memory file is the one that is used, under the library's name.
func TestMemoryFile(t *testing.T) {
	data := library(t)
	img, err := openData("libnamed.so", data, carriers, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if img.after == nil {
		t.Error("the library did not come from a memory file")
	}
	if err := img.Close(); err != nil {
		t.Error(err)
	}
	file, after, err := storeMemory("libnamed.so", data)
	if err != nil {
		t.Fatal(err)
	}
	link, err := os.Readlink(file)
	if err != nil || !strings.Contains(link, "memfd:libnamed.so") {
		t.Errorf("the file is %s (%v), want a memory file with the library's name", link, err)
	}
	if err := after(); err != nil {
		t.Error(err)
	}
}

// TestCarriers makes the memory file fail, and then the cache file too.
func TestCarriers(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	data := library(t)
	list := append([]carrier(nil), carriers...)
	list[0].store = func(string, []byte) (string, func() error, error) { return "", nil, errors.New("out of memory files") }
	img, err := openData("lib.so", data, list, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if img.after != nil {
		t.Error("the library came from a memory file")
	}
	if err := img.Close(); err != nil {
		t.Error(err)
	}
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	_, err = openData("lib.so", data, list, Options{})
	for _, want := range []string{"memory file: out of memory files", "cache file: ", "HOME"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %q", err, want)
		}
	}
}

// FuzzCheckELF shows that no header is too odd, and that what is accepted lies inside the file.
func FuzzCheckELF(f *testing.F) {
	data := library(f)
	f.Add(data[:len(data)/2])
	f.Add(data)
	f.Add(data[:64])
	f.Add([]byte("GROUP ( /lib/libm.so.6 )"))
	f.Fuzz(func(t *testing.T, data []byte) {
		err := checkLibrary(bytes.NewReader(data), int64(len(data)))
		switch {
		case err == nil && !bytes.HasPrefix(data, []byte("\x7fELF\x02\x01")):
			t.Error("accepted a file without the header")
		case err != nil && !errors.Is(err, ErrNotLibrary) && !errors.Is(err, ErrArch):
			t.Errorf("error %v has no kind", err)
		}
	})
}
