// Package ffitest builds the C fixtures of ffi's tests.
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
	args := append([]string{"-shared", "-fPIC", "-O2", "-o", out, filepath.Join(testdata(t), source)}, flags...)
	text, err := exec.Command(Compiler(t), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("building %s: %v\n%s", source, err, text)
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
