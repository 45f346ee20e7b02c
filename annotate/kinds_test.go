package annotate_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kgen-go/kgen/annotate"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/gen"
)

// kernelKinds are the kinds whose examples are kernels.
var kernelKinds = []report.Kind{report.NotVector, report.Vector, report.Check, report.CheckGone}

// TestKindExamples compiles the example of each kind: what costs is there before and gone after, a credit the other way round.
func TestKindExamples(t *testing.T) {
	csrctest.Need(t, "gcc")
	dir := exampleModule(t)
	for _, k := range report.Kinds() {
		for name, code := range map[string]string{"before": k.Before, "after": k.After} {
			if code != "" {
				writeExample(t, filepath.Join(dir, string(k.Kind), name), k.Kind, code)
			}
		}
	}
	r, err := annotate.Run(context.Background(), annotate.Options{Dir: dir, Patterns: []string{"./..."}, Mod: "mod", CC: []string{"gcc"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Packages {
		if p.Error != "" {
			t.Errorf("%s: %s", p.Path, p.Error)
		}
	}
	for _, k := range report.Kinds() {
		before, after := has(r, k, "before"), has(r, k, "after")
		if want := k.Before != "" && k.Class != report.Credit; before != want {
			t.Errorf("%s: found before: %v, want %v", k.Kind, before, want)
		}
		if want := k.Class == report.Credit; after != want {
			t.Errorf("%s: found after: %v, want %v", k.Kind, after, want)
		}
	}
}

// has reports whether the example has a finding of its kind.
func has(r *report.Report, k report.KindInfo, name string) bool {
	return slices.ContainsFunc(r.Findings, func(f *report.Finding) bool {
		return f.Kind == k.Kind && f.Package == fmt.Sprintf("examples/%s/%s", k.Kind, name) && f.Lines() > 0
	})
}

// exampleModule makes a module that uses this one.
func exampleModule(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mod := fmt.Sprintf("module examples\n\ngo 1.26.0\n\nrequire github.com/kgen-go/kgen v0.0.0\n\nreplace github.com/kgen-go/kgen => %q\n", root)
	writeFile(t, filepath.Join(dir, "go.mod"), mod)
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "go.sum"), string(sum))
	return dir
}

// writeExample writes the package of an example, compiling it first if it is a kernel.
func writeExample(t *testing.T, dir string, kind report.Kind, code string) {
	t.Helper()
	if !slices.Contains(kernelKinds, kind) {
		writeFile(t, filepath.Join(dir, "p.go"), "package p\n\n"+code+"\n")
		return
	}
	source := filepath.Join(dir, "p.kg")
	writeFile(t, source, "package p\n\n"+code+"\n")
	result, err := gen.Compile(source, gen.Options{Go: true, C: true})
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	for _, f := range result.Files {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(f.Name)), string(f.Data))
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
