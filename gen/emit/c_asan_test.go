package emit

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// TestCAddressSanitizer runs a C program that calls kernels by hand under the address and undefined
// behaviour sanitizers.
func TestCAddressSanitizer(t *testing.T) {
	for _, compiler := range []string{"gcc", "clang"} {
		t.Run(compiler, func(t *testing.T) {
			csrctest.Need(t, compiler)
			if !canSanitize(t, compiler) {
				csrctest.Missing(t, "the compiler has no sanitizer library: %s", compiler+"-asan")
			}
			dir := t.TempDir()
			args := []string{"-std=c11", "-O1", "-g", "-ffp-contract=off", "-fno-strict-aliasing", "-fsanitize=address,undefined",
				"-fno-sanitize-recover=all", "-o", "driver", "main.c"}
			for _, c := range cCases(t) {
				if c.name == "julia" || c.name == "slices" {
					copyInto(t, dir, writeC(t, c.unit, c.options()))
					args = append(args, FileName(c.unit.Package)+".c")
				}
			}
			copyInto(t, dir, "testdata/asan")
			cmd := exec.Command(compiler, append(args, "-lm")...)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			run := exec.Command(filepath.Join(dir, "driver"))
			if out, err := run.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// canSanitize reports whether the compiler links a program with its sanitizers.
func canSanitize(t *testing.T, compiler string) bool {
	t.Helper()
	dir := t.TempDir()
	source := filepath.Join(dir, "empty.c")
	if err := os.WriteFile(source, []byte("int main(void) { return 0; }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return exec.Command(compiler, "-fsanitize=address,undefined", "-o", filepath.Join(dir, "empty"), source).Run() == nil
}

// copyInto copies the files of a folder; those that are there already are the same.
func copyInto(t *testing.T, to, from string) {
	t.Helper()
	files := os.DirFS(from)
	names, err := fs.Glob(files, "*.[ch]")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
