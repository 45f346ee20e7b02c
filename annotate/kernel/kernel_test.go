package kernel

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/gen"
)

// generate writes files below a new module and generates the package in its folder k from the kernels there, or, if there are some, from
// those in k/src. It returns the folder.
func generate(t *testing.T, files []txtar.File, o gen.Options) string {
	t.Helper()
	root := t.TempDir()
	files = append(files, txtar.File{Name: "go.mod", Data: []byte("module example.com/m\n\ngo 1.26\n")})
	for _, f := range files {
		name := filepath.Join(root, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			csrctest.Missing(t, "this file system does not have %s", "names with quotes and colons")
		}
	}
	dir := filepath.Join(root, "k")
	source := dir
	if s := filepath.Join(dir, "src"); exists(s) {
		source = s
	}
	if o.Dir == "" {
		o.Dir = dir
	}
	o.Go = true
	r, err := gen.Compile(source, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Write(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// load loads a folder's kernels, which there must be.
func load(t *testing.T, dir string, o Options) *Kernels {
	t.Helper()
	o.Package = "example.com/m/k"
	k, err := Load(context.Background(), dir, o)
	if err != nil || k == nil {
		t.Fatal("no kernels: ", err)
	}
	return k
}

// apply applies kernels to a report that has nothing else and sorts it.
func apply(t *testing.T, k *Kernels) *report.Report {
	t.Helper()
	r := &report.Report{}
	if err := k.Apply(r); err != nil {
		t.Fatal(err)
	}
	r.Sort()
	return r
}

// show writes the findings of a target: kgen's whole, those of C compilers, whose words change from version to version, by kind. Remarks are left out.
func show(r *report.Report, target string) []byte {
	var lines []string
	for _, f := range r.Findings {
		if f.Target != target || f.Kind == report.CRemark {
			continue
		}
		line := fmt.Sprintf("%s:%d:%d: %s %s depth %d", strings.TrimPrefix(f.File, "example.com/m/"), f.Line, f.Col, f.Func, f.Kind, f.Depth)
		if target == "kgen" {
			line += fmt.Sprintf(" ×%d %s", f.Count, f.Text)
		}
		lines = append(lines, line+"\n")
	}
	return []byte(strings.Join(lines, ""))
}

// TestFindings compares the findings about the kernels of each archive with those that it wants of each target; KGEN_UPDATE=1 rewrites
// these. The first line of an archive's comment may be "nobounds".
func TestFindings(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var sources []txtar.File
		wanted := map[string][]byte{}
		for _, f := range a.Files {
			if target, ok := strings.CutPrefix(f.Name, "want."); ok {
				wanted[target] = f.Data
			} else {
				sources = append(sources, f)
			}
		}
		base := strings.TrimSuffix(filepath.Base(name), ".txtar")
		o := gen.Options{C: true, NoBounds: strings.HasPrefix(string(a.Comment), "nobounds\n")}
		update := txtar.Archive{Comment: a.Comment, Files: slices.Clone(sources)}
		for _, target := range []string{"kgen", "gcc", "clang"} {
			t.Run(base+"/"+target, func(t *testing.T) {
				options := Options{NoC: target == "kgen", CC: []string{target}}
				if !options.NoC {
					csrctest.Need(t, target)
				}
				k := load(t, generate(t, sources, o), options)
				if len(k.Warnings) > 0 {
					t.Fatal(k.Warnings)
				}
				got := show(apply(t, k), target)
				update.Files = append(update.Files, txtar.File{Name: "want." + target, Data: got})
				if want := wanted[target]; string(want) != string(got) && os.Getenv("KGEN_UPDATE") == "" {
					t.Errorf("got\n%swant\n%s", got, want)
				}
			})
		}
		if os.Getenv("KGEN_UPDATE") != "" && len(update.Files) == len(sources)+3 {
			if err := os.WriteFile(name, txtar.Format(&update), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}
