package opt

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/gen/ir"
)

// TestPasses runs the pass that each archive's comment names in its first line over in.ir and compares with
// want.ir; KGEN_UPDATE=1 rewrites it.
func TestPasses(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, _, _ := strings.Cut(string(a.Comment), "\n")
			u, err := ir.Parse("in.ir", a.Files[0].Data)
			if err != nil {
				t.Fatal(err)
			}
			if err := ir.Verify(u); err != nil {
				t.Fatal(err)
			}
			if err := Run(u, named(t, name), func(Pass) error { return ir.Verify(u) }); err != nil {
				t.Fatal(err)
			}
			got := []byte(u.String())
			if os.Getenv("KGEN_UPDATE") != "" {
				a.Files = append(a.Files[:1], txtar.File{Name: "want.ir", Data: got})
				if err := os.WriteFile(file, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(a.Files) != 2 || !bytes.Equal(a.Files[1].Data, got) {
				t.Errorf("the IR differs from want.ir; it is\n%s", got)
			}
		})
	}
}

// named returns the pass of that name alone.
func named(t *testing.T, name string) []Pass {
	for _, p := range Passes() {
		if p.Name == name {
			return []Pass{p}
		}
	}
	t.Fatalf("no pass %q", name)
	return nil
}
