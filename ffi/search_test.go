//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// program runs the test's executable, or a copy, as the program of TestMain and returns what it prints.
// Where the system refuses it as foreign, the tests run under an emulator and so does the program.
func program(t *testing.T, exe, dir string, attr *syscall.SysProcAttr, env ...string) string {
	t.Helper()
	run := func(argv ...string) ([]byte, error) {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Dir, cmd.Env, cmd.SysProcAttr = dir, append(append(os.Environ(), "GORACE=atexit_sleep_ms=0"), env...), attr
		return cmd.CombinedOutput()
	}
	out, err := run(exe)
	if errors.Is(err, syscall.ENOEXEC) && runtime.GOARCH == "arm64" {
		out, err = run(csrctest.Need(t, "qemu-aarch64"), "-L", "/usr/aarch64-linux-gnu", exe)
	}
	if errors.Is(err, syscall.EPERM) && attr != nil {
		csrctest.Missing(t, "own mount namespaces need %s", "root")
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// searchFolders makes a folder with sub-folders and, in those that are named, a library that returns
// the number. It returns the folder and the executable's copy in its sub-folder exe.
func searchFolders(t *testing.T, libs map[string]int) (root, exe string) {
	t.Helper()
	root = t.TempDir()
	for _, dir := range []string{"exe", "cwd", "a", "b", "cut", "text"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for dir, value := range libs {
		ffitest.Build(t, "value.c", filepath.Join(root, dir, "libkgtest.so"), fmt.Sprintf("-DVALUE=%d", value))
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	exe = filepath.Join(root, "exe", "program")
	if err := os.WriteFile(exe, read(t, self), 0o755); err != nil {
		t.Fatal(err)
	}
	return root, exe
}

// TestSearch runs programs that load a library by a bare name, with LD_LIBRARY_PATH given in terms of
// the folders (R is their root), from the current folder cwd.
func TestSearch(t *testing.T) {
	root, exe := searchFolders(t, map[string]int{"cwd": 1, "a": 2, "b": 3})
	good := read(t, filepath.Join(root, "a/libkgtest.so"))
	for file, data := range map[string][]byte{
		"cut/libkgtest.so":  good[:lastSegment(good)-1],
		"text/libkgtest.so": []byte("no library"),
		"cwd/libkgonly.so":  good,

		"a/libkgversion.so.1": good,
		"b/libkgversion.so.1": good,
		"b/libkgversion.so.2": read(t, filepath.Join(root, "b/libkgtest.so")),
		"a/libkgscript.so":    []byte("/* GNU ld script */ GROUP ( libkgversion.so.1 )"),
	} {
		if err := os.WriteFile(filepath.Join(root, file), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name, variable string
		want           string // words, separated by |
	}{
		{"libkgtest.so", "R/a", "value 2"},
		{"libkgtest.so", "R/b:R/a", "value 3"},
		{"libkgtest.so", "R/exe;R/a", "value 2"},
		{"libkgtest.so", "R/nowhere:R/a", "value 2"},
		{"libkgtest.so", "R/cut:R/a", "value 2"},
		{"libkgtest.so", "R/text:R/a", "value 2"},
		{"libkgtest.so", ":R/a", "value 2"},
		{"libkgtest.so", "R/a:", "value 2"},
		{"libkgtest.so", ".", "value 1"}, // written out
		{"./libkgtest.so", "R/a", "value 1"},
		{"../b/libkgtest.so", "", "value 3"},
		{"libkgtest.so", "", `R/exe/libkgtest.so: not found|system's loader|write "./libkgtest.so"`},
		{"libkgtest.so", ":", `R/exe/libkgtest.so: not found|LD_LIBRARY_PATH: an empty entry|lib/libkgtest.so: not found|write "./libkgtest.so"`},
		{"libkgtest.so", "R/exe:", `LD_LIBRARY_PATH: an empty entry|write "./libkgtest.so"`},
		{"libkgtest.so", "R/cut:R/text", "R/cut/libkgtest.so: not a shared library: the file is cut off|R/text/libkgtest.so: not a shared library: it does not begin"},
		{"libkgnone.so", "R/a:R/b", "R/exe/libkgnone.so: not found|R/a/libkgnone.so: not found|R/b/libkgnone.so: not found|system's loader"},
		{"libkgonly.so", "R/a", `write "./libkgonly.so"`},
		{"kgtest", "R/a", "value 2"},
		{"libkgtest", "R/b:R/a", "value 3"},
		{"kgversion", "R/a", "value 2"},
		{"libkgversion.so", "R/a", "value 2"},
		{"kgversion", "R/b:R/a", "ambiguous name: R/b has libkgversion.so.1, libkgversion.so.2: name one of them"},
		{"libkgversion.so.2", "R/b:R/a", "value 3"},
		{"kgscript", "R/a", "value 2"},
		{"kgtest", "", `system's loader|write "./libkgtest.so"`},
		{"m", "", "loaded m"},
		{"c", "", "loaded c"},
		{"gcc_s", "", "loaded gcc_s"}, // of which there is libgcc_s.so.1 and no libgcc_s.so
		{"libm.so.6", "", "loaded libm.so.6"},
		{"libm.so.6", "R/a", "loaded libm.so.6"},
		{"libm.so.6", ":", "loaded libm.so.6"},
	}
	for _, test := range tests {
		t.Run(test.name+" "+test.variable, func(t *testing.T) {
			variable := strings.ReplaceAll(test.variable, "R/", root+"/")
			out := program(t, exe, filepath.Join(root, "cwd"), nil, envLoad+"="+test.name, "LD_LIBRARY_PATH="+variable)
			for _, word := range strings.Split(test.want, "|") {
				if word = strings.ReplaceAll(word, "R/", root+"/"); !strings.Contains(out, word) {
					t.Errorf("%q is missing from\n%s", word, out)
				}
			}
		})
	}
}

// TestSearchBeside shows that the library beside the executable comes first, and that
// a bad one there does not end the search.
func TestSearchBeside(t *testing.T) {
	root, exe := searchFolders(t, map[string]int{"exe": 1, "a": 2})
	env := []string{envLoad + "=libkgtest.so", "LD_LIBRARY_PATH=" + filepath.Join(root, "a")}
	if out := program(t, exe, root, nil, env...); !strings.HasPrefix(out, "value 1 ") {
		t.Errorf("printed %s, want the value of the library beside the executable", out)
	}
	if err := os.WriteFile(filepath.Join(root, "exe/libkgtest.so"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if out := program(t, exe, root, nil, env...); !strings.HasPrefix(out, "value 2 ") {
		t.Errorf("printed %s, want the value of the library in LD_LIBRARY_PATH", out)
	}
}

// TestWithoutProc loads an embedded library where /proc is hidden: a cache file takes the memory file's place.
func TestWithoutProc(t *testing.T) {
	root, exe := searchFolders(t, map[string]int{"a": 2})
	cache := filepath.Join(root, "cache")
	out := program(t, exe, root, &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS},
		envLoadFS+"=a/libkgtest.so", "XDG_CACHE_HOME="+cache)
	if !strings.HasPrefix(out, "value 2 ") {
		t.Errorf("printed %s, want value 2", out)
	}
	if files, err := filepath.Glob(filepath.Join(cache, "kgen-ffi", "*.so")); len(files) != 1 {
		t.Errorf("the cache holds %v (%v), want one library", files, err)
	}
}
