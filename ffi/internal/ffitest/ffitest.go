// Package ffitest builds the C fixtures of ffi's tests, and runs tests for Windows under wine.
package ffitest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// Compiler returns a C compiler for the architecture that the test runs on: what KGEN_TEST_CC names,
// or the first that is found. On arm64 the one with the long name comes first, because under an emulator the plain names are
// the host's.
func Compiler(t testing.TB) string {
	t.Helper()
	if cc := os.Getenv("KGEN_TEST_CC"); cc != "" {
		return csrctest.Need(t, cc)
	}
	if runtime.GOARCH == "arm64" {
		return csrctest.Need(t, "aarch64-linux-gnu-gcc", "cc", "gcc", "clang", "tcc")
	}
	return csrctest.Need(t, "cc", "gcc", "clang", "tcc")
}

// Build compiles a C file of ffi/testdata to the shared library out.
func Build(t testing.TB, source, out string, flags ...string) {
	t.Helper()
	BuildFile(t, filepath.Join(testdata(t), source), out, flags...)
}

// BuildFile compiles the C file at a path to the shared library out.
func BuildFile(t testing.TB, source, out string, flags ...string) {
	t.Helper()
	server := os.Getenv(envServer)
	if server == "" {
		run(t, exec.Command(Compiler(t), arguments(source, out, flags)...))
		return
	}
	source, err := filepath.Abs(source)
	must(t, err)
	out, err = filepath.Abs(out)
	must(t, err)
	if text, err := ask(server, arguments(source, out, flags)); err != nil {
		t.Fatalf("building %s: %v\n%s", source, err, text)
	}
}

// arguments returns those of a compiler that builds a shared library. On Windows, where it is MinGW's gcc, its long double becomes
// Visual C++'s, which is a double.
func arguments(source, out string, flags []string) []string {
	args := []string{"-shared", "-O2", "-o", out, source}
	if runtime.GOOS == "windows" {
		args = append(args, "-static-libgcc", "-Wl,--export-all-symbols", "-mlong-double-64")
	} else {
		args = append(args, "-fPIC")
	}
	return append(args, flags...)
}

func run(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, text)
	}
}

// testdata returns ffi/testdata. A test runs in its package's folder, which is ffi or lies in it.
func testdata(t testing.TB) string {
	t.Helper()
	for _, dir := range []string{"testdata", "../testdata", "../../testdata"} {
		if _, err := os.Stat(filepath.Join(dir, "block.c")); err == nil {
			return dir
		}
	}
	t.Fatal("no testdata folder above the test's")
	return ""
}
