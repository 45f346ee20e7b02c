// Package exampletest runs the examples of ffi as tests: each as a program of its own, because C writes to the real
// standard output.
package exampletest

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi"
)

// envRun makes a test executable run the example.
const envRun = "KGEN_RUN_EXAMPLE"

// Main is the TestMain of an example whose function main is given.
func Main(m *testing.M, main func()) {
	if os.Getenv(envRun) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// Run runs the example and compares what it prints.
func Run(t *testing.T, want string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envRun+"=1")
	cmd.Stderr = os.Stderr
	got, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v, after it printed\n%s", err, got)
	}
	if string(got) != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

// NeedLibrary skips the test if there is no such library, or fails it when KGEN_REQUIRE asks for that.
func NeedLibrary(t *testing.T, name string) {
	t.Helper()
	lib, err := ffi.Load(name)
	switch {
	case errors.Is(err, ffi.ErrUnsupported):
		t.Skip(err)
	case errors.Is(err, ffi.ErrNotFound):
		csrctest.Missing(t, "there is no library %s", "lib"+name)
	case err != nil:
		t.Fatal(err)
	}
	if err := lib.Close(); err != nil {
		t.Error(err)
	}
}
