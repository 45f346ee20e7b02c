package ffi_test

import (
	"bytes"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// goTool runs the go command in this folder without cgo, with the environment added.
func goTool(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command(csrctest.Need(t, "go"), args...)
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s go %s: %v\n%s", strings.Join(env, " "), strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestPlatforms builds the package everywhere. It depends on purego only where it calls the system's loader through it.
func TestPlatforms(t *testing.T) {
	tests := []struct {
		platform, tags string
		purego         bool
	}{
		{"linux/amd64", "", true},
		{"linux/arm64", "", true},
		{"linux/amd64", "noffi", false},
		{"linux/386", "", false},
		{"android/arm64", "", false},
		{"darwin/amd64", "", true},
		{"darwin/arm64", "", true},
		{"darwin/arm64", "noffi", false},
		{"windows/amd64", "", false},
		{"windows/arm64", "", false},
		{"windows/amd64", "noffi", false},
		{"freebsd/amd64", "", false},
		{"js/wasm", "", false},
	}
	for _, test := range tests {
		t.Run(test.platform+" "+test.tags, func(t *testing.T) {
			system, arch, _ := strings.Cut(test.platform, "/")
			env := []string{"GOOS=" + system, "GOARCH=" + arch}
			goTool(t, env, "build", "-tags", test.tags, "./...")
			deps := goTool(t, env, "list", "-deps", "-tags", test.tags, ".")
			if got := strings.Contains(deps, "purego"); got != test.purego {
				t.Errorf("depends on purego: %v, want %v", got, test.purego)
			}
		})
	}
}

// TestStatic builds a program with the tag noffi: it is static and runs where there is no other file.
func TestStatic(t *testing.T) {
	root := t.TempDir()
	program := filepath.Join(root, "program")
	goTool(t, []string{"GOOS=linux", "GOARCH=" + runtime.GOARCH}, "build", "-tags", "noffi", "-o", program, "./testdata/noffi")
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the program has a segment %v: it is not static", p.Type)
		}
	}
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		csrctest.Missing(t, "running in an empty root folder needs Linux and %s", "root")
	}
	cmd := exec.Command("/program")
	cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", []string{}, inRoot(root)
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("ffi: load ./libm.so.6: ffi is not supported: the program was built with the tag noffi")) {
		t.Errorf("%v, printed %s", err, out)
	}
}

// TestArm64 runs the package's other tests for arm64 under an emulator.
func TestArm64(t *testing.T) {
	if runtime.GOOS+runtime.GOARCH == "linuxarm64" {
		t.Log("the tests run on arm64 as it is")
		return
	}
	qemu := csrctest.Need(t, "qemu-aarch64")
	env := []string{"GOOS=linux", "GOARCH=arm64", "KGEN_TEST_CC=" + csrctest.Need(t, "aarch64-linux-gnu-gcc")}
	out := goTool(t, env, "test", "-count=1", "-v", "-exec", qemu+" -L /usr/aarch64-linux-gnu",
		"-skip", hostTests, ".", "./internal/sys", "./internal/load", "./internal/plan")
	for _, name := range []string{"TestCallResult", "TestCallBlockOnStack", "TestLoadFS", "TestSearch", "TestSymbolKinds", "TestMessageOfThread", "TestSearchScenes"} {
		if !strings.Contains(out, "--- PASS: "+name+" ") {
			t.Errorf("%s did not run and pass:\n%s", name, out)
		}
	}
}
