package sigtest_test

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// TestArm64 runs the tests with C fixtures for arm64 under an emulator.
func TestArm64(t *testing.T) {
	if runtime.GOOS+runtime.GOARCH == "linuxarm64" {
		t.Log("the tests run on arm64 as it is")
		return
	}
	qemu := csrctest.Need(t, "qemu-aarch64") + " -L /usr/aarch64-linux-gnu"
	gcc := csrctest.Need(t, "aarch64-linux-gnu-gcc")
	emulate(t, qemu, []string{"GOOS=linux", "GOARCH=arm64", "KGEN_TEST_CC=" + gcc, "KGEN_SOAK_TIME=2s"},
		"TestPlans", "TestWrong", "TestRandomSignatures", "TestSoak")
}

// TestWindows runs the tests with C fixtures for Windows under wine.
func TestWindows(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("the tests run on Windows as they are")
		return
	}
	wine := ffitest.NewWine(t)
	emulate(t, wine.Exec, append(wine.Env, "GOOS=windows", "GOARCH=amd64"), "TestPlans", "TestWrong", "TestRandomSignatures")
}

// emulate runs some of the tests in and below this folder by a program, and checks that they ran.
func emulate(t *testing.T, program string, env []string, names ...string) {
	t.Helper()
	args := []string{"test", "-count=1", "-v", "-timeout=1h", "-exec", program, "-run", "^(" + strings.Join(names, "|") + ")$"}
	if testing.Short() {
		args = append(args, "-short")
	}
	cmd := exec.Command(csrctest.Need(t, "go"), append(args, "./...")...)
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "prototypes") {
			t.Log(strings.TrimSpace(line))
		}
	}
	for _, name := range names {
		if !strings.Contains(string(out), "--- PASS: "+name+" ") {
			t.Errorf("%s did not run and pass:\n%s", name, out)
		}
	}
}
