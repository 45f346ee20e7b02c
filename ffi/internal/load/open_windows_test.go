//go:build (amd64 || arm64) && !noffi

package load

import (
	"debug/pe"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/sys/windows"

	"github.com/kgen-go/kgen/ffi/internal/ffitest"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// build makes a library whose function value returns the value.
func build(t *testing.T, path string, value int) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	ffitest.Build(t, "value.c", path, fmt.Sprintf("-DVALUE=%d", value))
}

// valueOf calls the function and unloads the library.
func valueOf(t *testing.T, img *Image, err error) int {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	value, err := img.Symbol("value")
	if err != nil {
		t.Fatal(err)
	}
	n := sys.CallBlock(value, nil)
	if err := img.Close(); err != nil {
		t.Error(err)
	}
	return int(n)
}

func TestOpenPath(t *testing.T) {
	dir := ffitest.Dir(t)
	build(t, filepath.Join(dir, "value.dll"), 7)
	t.Chdir(dir)
	for _, name := range []string{filepath.Join(dir, "value.dll"), filepath.ToSlash(dir) + "/value.dll", `.\value.dll`, "./value.dll"} {
		img, err := Name(name, Options{})
		if got := valueOf(t, img, err); got != 7 {
			t.Errorf("%s: value %d", name, got)
		}
	}
}

func TestOpenSystem(t *testing.T) {
	for _, name := range []string{"kernel32", "kernel32.dll", "KERNEL32.DLL"} {
		img, err := Name(name, Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := img.Symbol("GetTickCount"); err != nil {
			t.Error(err)
		}
		if _, err := img.Symbol("NoSuchFunction"); err == nil {
			t.Error("found a function that does not exist")
		}
		if err := img.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestOpenInfo tells functions from variables.
func TestOpenInfo(t *testing.T) {
	dir := ffitest.Dir(t)
	build(t, filepath.Join(dir, "value.dll"), 7)
	img, err := Name(filepath.Join(dir, "value.dll"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Info{"value": {Kind: Function}, "counter": {Kind: Variable}} {
		addr, err := img.Symbol(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Info(name, addr); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if err := img.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenSearch(t *testing.T) {
	dir := ffitest.Dir(t)
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	build(t, filepath.Join(a, "kgtest.dll"), 1)
	build(t, filepath.Join(b, "libkgtest.dll"), 2)
	build(t, filepath.Join(b, "libkgother-3.dll"), 3)
	build(t, filepath.Join(b, "kgtwo-1.dll"), 1)
	build(t, filepath.Join(b, "kgtwo-2.dll"), 2)
	t.Chdir(a)
	t.Setenv("PATH", b)
	for _, test := range []struct {
		name, version string
		want          int
	}{
		{"kgtest", "", 2}, // not the one in the current folder
		{"libkgtest", "", 2},
		{"libkgtest.dll", "", 2},
		{"kgother", "", 3},
		{"kgother", "3", 3},
		{"kgtwo", "2", 2},
	} {
		img, err := Name(test.name, Options{Version: test.version})
		if got := valueOf(t, img, err); got != test.want {
			t.Errorf("%s: value %d, want %d", test.name, got, test.want)
		}
	}
	if _, err := Name("kgtwo", Options{}); !errors.Is(err, ErrAmbiguous) || !strings.Contains(err.Error(), "kgtwo-1.dll, kgtwo-2.dll") {
		t.Errorf("two versions: %v", err)
	}
	for _, path := range []string{"", ".", `..\a`} {
		t.Setenv("PATH", path)
		_, err := Name("kgtest", Options{})
		if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "the current folder is not searched") {
			t.Errorf("PATH %q: %v", path, err)
		}
	}
}

func TestOpenBad(t *testing.T) {
	dir := ffitest.Dir(t)
	build(t, filepath.Join(dir, "whole.dll"), 1)
	whole, err := os.ReadFile(filepath.Join(dir, "whole.dll"))
	if err != nil {
		t.Fatal(err)
	}
	other := map[string]uint16{"amd64": pe.IMAGE_FILE_MACHINE_ARM64, "arm64": pe.IMAGE_FILE_MACHINE_AMD64}[runtime.GOARCH]
	for name, data := range map[string][]byte{
		"text.dll":  []byte("hello"),
		"cut.dll":   whole[:len(whole)/2],
		"arch.dll":  fakePE(other, pe.IMAGE_FILE_DLL, 0x100),
		"empty.dll": nil,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name string
		kind error
		text string
	}{
		{"text.dll", ErrNotLibrary, "does not begin like a PE file"},
		{"cut.dll", ErrNotLibrary, "cut off"},
		{"arch.dll", ErrArch, "built for"},
		{"empty.dll", ErrNotLibrary, "empty"},
		{"none.dll", ErrNotFound, "not found"},
		{`none\none.dll`, ErrNotFound, "not found"},
		{".", ErrNotLibrary, "folder"},
	} {
		img, err := Name(dir+`\`+test.name, Options{})
		if img != nil || !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: %v, want %v with %q", test.name, err, test.kind, test.text)
		}
	}
}

// TestOpenNeeds loads a library that needs another one, which lies beside it, and then lies nowhere.
func TestOpenNeeds(t *testing.T) {
	dir := ffitest.Dir(t)
	value, needs := filepath.Join(dir, "kgvalue.dll"), filepath.Join(dir, "kgneeds.dll")
	build(t, value, 21)
	ffitest.Build(t, "needs.c", needs, value)
	img, err := Name(needs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := img.Close(); err != nil {
		t.Error(err)
	}
	if err := os.Rename(value, value+".away"); err != nil {
		t.Fatal(err)
	}
	_, err = Name(needs, Options{})
	if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "it needs kgvalue.dll") {
		t.Errorf("error %v, want one that names what is missing", err)
	}
}

// TestOpenFS loads an embedded library: newly, from the cache, and when what is in the cache is not what it should be.
func TestOpenFS(t *testing.T) {
	cache, dir := ffitest.Dir(t), ffitest.Dir(t)
	t.Setenv("LocalAppData", cache)
	build(t, filepath.Join(dir, "value.dll"), 9)
	data, err := os.ReadFile(filepath.Join(dir, "value.dll"))
	if err != nil {
		t.Fatal(err)
	}
	f := fstest.MapFS{"lib/value.dll": {Data: data}, "lib/text.dll": {Data: []byte("hello")}}
	for range 2 {
		img, err := FS(f, "lib/value.dll", Options{})
		if got := valueOf(t, img, err); got != 9 {
			t.Errorf("value %d", got)
		}
	}
	files, err := filepath.Glob(filepath.Join(cache, "kgen-ffi", "*.dll"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the cache has %v (%v), want one file", files, err)
	}
	if err := os.WriteFile(files[0], data[:1000], 0o666); err != nil {
		t.Fatal(err)
	}
	img, err := FS(f, "lib/value.dll", Options{})
	if got := valueOf(t, img, err); got != 9 {
		t.Errorf("value %d after the file was damaged", got)
	}
	if _, err := FS(f, "lib/text.dll", Options{}); !errors.Is(err, ErrNotLibrary) {
		t.Errorf("text: %v", err)
	}
	if _, err := FS(f, "lib/none.dll", Options{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("none: %v", err)
	}
}

// TestPrivate judges folders by who may write to them.
func TestPrivate(t *testing.T) {
	dir := ffitest.Dir(t)
	user, err := currentUser()
	if err != nil {
		t.Fatal(err)
	}
	for i, test := range []struct {
		access string // without the owner; %[1]s is the user
		want   string // "" for private
	}{
		{"D:P(A;;FA;;;%[1]s)", ""},
		{"D:P(A;;FA;;;%[1]s)(A;;FA;;;SY)(A;;FA;;;BA)", ""},
		{"D:P(A;;FA;;;%[1]s)(A;;FR;;;WD)", ""},
		{"D:P(A;;FA;;;%[1]s)(A;;FA;;;WD)", "lets S-1-1-0 write"},
		{"D:P(A;;FA;;;%[1]s)(A;;0x2;;;AU)", "lets S-1-5-11 write"},
	} {
		access, err := windows.SecurityDescriptorFromString(fmt.Sprintf("O:%[1]s"+test.access, user))
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := access.DACL()
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := onlyFor(user, list); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("case %d: %q, want %q", i, got, test.want)
		}
	}
	if err := onlyFor(user, nil); err == nil {
		t.Error("a folder without a list, which all may write to, counts as private")
	}
	mine := filepath.Join(dir, "mine")
	for range 2 {
		if err := makePrivate(mine); err != nil {
			t.Fatal(err)
		}
		if err := private(mine, nil, 0); err != nil {
			t.Error("a folder made for the user alone", err)
		}
	}
}
