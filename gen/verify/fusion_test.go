package verify

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/gen"
)

// fused are the instructions of amd64 that round a product and a sum at once.
var fused = regexp.MustCompile(`(?m)^.*\bvfn?m(add|sub)[0-9a-z]*\b.*$`)

// TestNoFusion looks for fused instructions in the machine code of all test kernels that do not ask for them: they
// change results only now and then, which the comparison of bits may miss.
func TestNoFusion(t *testing.T) {
	objdump := csrctest.Need(t, "objdump")
	for _, compiler := range []string{"gcc", "clang"} {
		t.Run(compiler, func(t *testing.T) {
			t.Setenv("CC", csrctest.Need(t, compiler))
			cc, err := csrc.Find(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if cc.GOARCH != "amd64" {
				csrctest.Missing(t, "a compiler for %s", "amd64")
			}
			for _, pkg := range []string{"typed", "cdef"} {
				if lines := disassemble(t, cc, objdump, withoutFMA(t, pkg)); len(lines) > 0 {
					t.Errorf("package %s: %d fused operations, the first\n%s", pkg, len(lines), lines[0])
				}
			}
			if lines := disassemble(t, cc, objdump, write(t, "package k\n\nfunc F(x, y, z float64) float64 { return fma(x, y, z) }\n")); len(lines) == 0 {
				t.Error("fma is not found: neither would anything else be")
			}
		})
	}
}

// disassemble builds the library of a package and returns the lines with fused instructions.
func disassemble(t *testing.T, cc *csrc.Compiler, objdump, dir string) [][]byte {
	t.Helper()
	r, err := gen.Compile(dir, gen.Options{C: true, NoBounds: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Write(); err != nil {
		t.Fatal(err)
	}
	lib, err := r.Build(t.Context(), cc)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(objdump, "-d", lib.Path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return fused.FindAll(out, -1)
}

// withoutFMA copies the kernel files of a test package that do not use fma to a folder.
func withoutFMA(t *testing.T, pkg string) string {
	t.Helper()
	dir := t.TempDir()
	files, err := filepath.Glob(filepath.Join("../testdata/kernels", pkg, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no kernels", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(bytes.ToLower(src), []byte("fma(")) {
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), src, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// write writes a kernel file to a folder of its own.
func write(t *testing.T, src string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "k.kg"), []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}
