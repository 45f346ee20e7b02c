package sigtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// Compiler builds fixtures for the platform that the test runs on.
type Compiler struct {
	Name  string
	clang bool
	flags []string
}

// Compilers returns those whose code is tested: gcc and clang, each without and with optimization. Windows has mingw's gcc alone.
func Compilers() []Compiler {
	list := []Compiler{
		{"gcc -O0", false, []string{"-O0"}}, {"gcc -O2", false, []string{"-O2"}},
		{"clang -O2", true, []string{"-O2"}}, {"clang -O0", true, []string{"-O0"}},
	}
	if runtime.GOOS != "linux" {
		return list[:2]
	}
	return list
}

// Build compiles the text to a shared library and returns its path. The library must be closed at the end of the test.
func (c Compiler) Build(t testing.TB, source string) string {
	t.Helper()
	dir := ffitest.Dir(t)
	file, library := filepath.Join(dir, "fixture.c"), filepath.Join(dir, "libfixture.so")
	if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	flags := append([]string{"-w", "-Wno-psabi"}, c.flags...)
	if !c.clang {
		ffitest.BuildFile(t, file, library, flags...)
		return library
	}
	object := filepath.Join(dir, "fixture.o")
	target := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH] + "-linux-gnu"
	compile := append([]string{"--target=" + target, "-fPIC", "-c", "-o", object, file}, flags...)
	run(t, csrctest.Need(t, "clang"), compile...)
	ffitest.BuildFile(t, object, library)
	return library
}

func run(t testing.TB, tool string, args ...string) {
	t.Helper()
	if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", tool, args, err, out[:min(len(out), 4000)])
	}
}
