package verify

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/csrc/csrctest"
)

// kernelPackages are the folders of the test kernels. Those whose text is valid Go also run as it is.
var kernelPackages = []struct {
	name string
	isGo bool
}{
	{"typed", true},
	{"cdef", false},
	{"names", true},
	{"shadow", true},
}

// kernels is the suite of all test kernels, with the cases of testdata/cases.
var kernels = sync.OnceValues(func() (*Suite, error) {
	s := &Suite{Options: Options{Random: 50, Exhaust: 150, Seed: 2, Steps: 20_000}}
	for _, p := range kernelPackages {
		sub, err := s.Add(filepath.Join("..", "testdata", "kernels", p.name))
		if err != nil {
			return nil, err
		}
		sub.Oracle = p.isGo
		if err := addCaseFiles(s, sub, filepath.Join("..", "testdata", "cases", p.name)); err != nil {
			return nil, err
		}
	}
	return s, nil
})

// addCaseFiles adds each case of a folder's txtar files twice: touching the inaccessible page after its
// buffers, and the one before.
func addCaseFiles(s *Suite, sub *Subject, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, part := range txtar.Parse(data).Files {
			for _, place := range []string{"end", "start"} {
				name := filepath.Base(file) + "/" + part.Name + "/" + place
				c, err := ParseCase(name, string(part.Data)+"place "+place, sub.Result.Unit)
				if err == nil {
					err = s.AddCase(sub, c)
				}
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// runBuild runs the suite on a build, with a subtest for each target.
func runBuild(t *testing.T, s *Suite, b Build) {
	t.Helper()
	runs, err := s.Run(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		t.Run(r.Name, func(t *testing.T) {
			skip(t, r)
			t.Logf("%d cases", r.Cases)
			report(t, r)
		})
	}
}

// skip skips a target that did not run. Only a level that the CPU lacks is no fault of what is installed.
func skip(t *testing.T, r *TargetRun) {
	t.Helper()
	switch {
	case strings.HasPrefix(r.Skipped, lackingLevel):
		t.Skip(r.Skipped)
	case r.Skipped != "":
		csrctest.Missing(t, "%s: "+strings.ReplaceAll(r.Skipped, "%", "%%"), r.Name)
	}
}

// report fails the test for each kernel that differs, with its first mismatch.
func report(t *testing.T, r *TargetRun) {
	seen := map[string]int{}
	for _, m := range r.Mismatches {
		if seen[m.Kernel]++; seen[m.Kernel] == 1 {
			t.Errorf("%s", m)
		}
	}
	for kernel, n := range seen {
		t.Errorf("%s: %d mismatches", kernel, n)
	}
}

// kernelBuilds are the ways in which the test kernels are compiled.
var kernelBuilds = []struct {
	cc    string // also the name
	arch  string
	exec  []string
	runGo bool // run the Go kernels too
}{
	{cc: "gcc", runGo: true},
	{cc: "clang"},
	{cc: "tcc"},
	{cc: "aarch64-linux-gnu-gcc", arch: "arm64", exec: []string{"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"}, runGo: true},
}

func TestKernels(t *testing.T) {
	s, err := kernels()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kernelBuilds {
		t.Run(k.cc, func(t *testing.T) {
			b := findBuild(t, k.cc, k.arch, k.exec)
			b.Go = k.runGo
			runBuild(t, s, b)
		})
	}
}

// findBuild returns the build with a C compiler, for an architecture and the command that runs its programs if
// that is not the host's.
func findBuild(t *testing.T, cc, arch string, exec []string) Build {
	t.Helper()
	t.Setenv("CC", csrctest.Need(t, cc))
	if exec != nil {
		csrctest.Need(t, exec[0])
	}
	compiler, err := csrc.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return Build{Name: cc, CC: compiler, GOARCH: arch, Exec: exec}
}

// TestKernelsGo needs no C compiler.
func TestKernelsGo(t *testing.T) {
	s, err := kernels()
	if err != nil {
		t.Fatal(err)
	}
	runBuild(t, s, Build{Go: true, Oracle: true})
}
