package lower

import (
	"bytes"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/gen/check"
	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/syntax"
)

// lowered compiles the text of a package of one file as far as the IR.
func lowered(t testing.TB, name string, src []byte, o Options) *ir.Unit {
	t.Helper()
	var errs diag.List
	fset := token.NewFileSet()
	f := syntax.Parse(fset, name, src, &errs)
	p := check.Check(syntax.NewPackage(fset, []*syntax.File{f}, nil, &errs), &errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	u, err := Lower(p, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := ir.Verify(u); err != nil {
		t.Fatalf("%v\n%s", err, u)
	}
	return u
}

// TestLower compares the IR of each archive's kernel with the archive's expectation; KGEN_UPDATE=1 rewrites it.
// An archive whose comment has a line "nobounds" is lowered without bounds checks.
func TestLower(t *testing.T) {
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
			o := Options{NoBounds: bytes.Contains(a.Comment, []byte("nobounds\n"))}
			got := []byte(lowered(t, a.Files[0].Name, a.Files[0].Data, o).String())
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

// TestKernels lowers every kernel of the three-way tests, with and without bounds checks.
func TestKernels(t *testing.T) {
	files, err := filepath.Glob("../testdata/kernels/*.kg")
	more, err2 := filepath.Glob("../testdata/kernels/*/*.kg")
	files = append(files, more...)
	if err != nil || err2 != nil || len(files) == 0 {
		t.Fatal("no kernels", err, err2)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lowered(t, file, src, Options{})
			for _, f := range lowered(t, file, src, Options{NoBounds: true}).Sites {
				if f.Kind.Bounds() {
					t.Errorf("%s: a bounds check is left in nobounds", f.Pos)
				}
			}
		})
	}
}
