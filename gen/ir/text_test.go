package ir_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
)

// files returns the test files that match, of which there must be some.
func files(t testing.TB, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s (%v)", pattern, err)
	}
	return names
}

// sources returns the units that pass, which are in canonical form.
func sources(t testing.TB) []string {
	t.Helper()
	return append(files(t, "*.ir"), files(t, "pass/*.ir")...)
}

// canonical returns a source without its comment lines and empty lines.
func canonical(src string) string {
	var lines []string
	for line := range strings.Lines(src) {
		if text := strings.TrimSpace(line); text != "" && !strings.HasPrefix(text, "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// TestPass reads, verifies and prints the units that pass.
func TestPass(t *testing.T) {
	for _, file := range sources(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			u := load(t, file)
			if err := ir.Verify(u); err != nil {
				t.Fatal(err)
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := u.String()
			if got, want := canonical(text), canonical(string(src)); got != want {
				t.Errorf("printed:\n%s\nwant:\n%s", got, want)
			}
			again, err := ir.Parse(file, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(u, again) {
				t.Error("the unit is another after printing and parsing")
			}
		})
	}
}

// TestFail checks each NAME.ir in the archives of testdata/fail against the messages in NAME.want.
// KGEN_UPDATE=1 writes the messages that come.
func TestFail(t *testing.T) {
	for _, file := range files(t, "fail/*.txtar") {
		updateArchive(t, file, func(name, src string) string {
			u, err := ir.Parse(name, []byte(src))
			if err == nil {
				err = ir.Verify(u)
			}
			var list *diag.Errors
			if !errors.As(err, &list) {
				t.Fatalf("%s: %s: the error is %v, not a list of diagnostics", file, name, err)
			}
			for _, d := range list.All {
				if !d.Pos.IsValid() {
					t.Errorf("%s: %s: no place: %v", file, name, d)
				}
			}
			return err.Error() + "\n"
		})
	}
}

// updateArchive runs every NAME.ir of an archive and compares with, or under KGEN_UPDATE sets, its NAME.want.
func updateArchive(t *testing.T, file string, run func(name, src string) string) {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range a.Files {
		want[f.Name] = string(f.Data)
	}
	out := &txtar.Archive{Comment: a.Comment}
	for _, f := range a.Files {
		name, ok := strings.CutSuffix(f.Name, ".ir")
		if !ok {
			continue
		}
		got := run(f.Name, string(f.Data))
		out.Files = append(out.Files, f, txtar.File{Name: name + ".want", Data: []byte(got)})
		if os.Getenv("KGEN_UPDATE") == "" && got != want[name+".want"] {
			t.Errorf("%s: %s: got:\n%swant:\n%s", file, f.Name, got, want[name+".want"])
		}
	}
	if os.Getenv("KGEN_UPDATE") != "" {
		if err := os.WriteFile(file, txtar.Format(out), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOps checks that the op table and the test files are complete.
func TestOps(t *testing.T) {
	used := map[ir.Op]bool{}
	for _, file := range sources(t) {
		for _, f := range load(t, file).Funcs {
			ir.Walk(f.Body, func(in *ir.Instr) bool {
				used[in.Op] = true
				return true
			})
		}
	}
	names := map[string]ir.Op{}
	for op := ir.OpAdd; op <= ir.OpReturn; op++ {
		if before, ok := names[op.String()]; ok || strings.HasPrefix(op.String(), "Op(") {
			t.Errorf("operation %d has no name of its own: %s (%d)", op, op, before)
		}
		names[op.String()] = op
		if !used[op] {
			t.Errorf("no file that passes has %s", op)
		}
	}
}
