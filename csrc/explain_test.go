package csrc

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// TestExplain asks each compiler about a loop that both make vector code of: the record and the assembly name its line.
func TestExplain(t *testing.T) {
	const source = "void f(double *restrict x, const double *restrict y, long n)\n{\n\tfor (long i = 0; i < n; i++)\n\t\tx[i] += y[i];\n}\n"
	for compiler, want := range map[string]string{"gcc": "f.c:3:", "clang": "File: f.c, Line: 3,"} {
		t.Run(compiler, func(t *testing.T) {
			csrctest.Need(t, compiler)
			cc, err := Named(context.Background(), compiler)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "f.c"), []byte(source), 0o666); err != nil {
				t.Fatal(err)
			}
			e, err := cc.Explain(context.Background(), dir, "f.c")
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(e.Records), want) || !strings.Contains(string(e.Records), "vectorized") {
				t.Errorf("the record does not tell of the loop:\n%s", e.Records)
			}
			if !strings.Contains(string(e.Assembly), ".loc") || cc.GOARCH == "amd64" && e.Level != explainLevel {
				t.Errorf("level %d, assembly:\n%s", e.Level, e.Assembly)
			}
			var failed *Error
			if _, err := cc.Explain(context.Background(), dir, "missing.c"); !errors.As(err, &failed) {
				t.Errorf("a file that is missing: %v", err)
			}
		})
	}
	t.Run("tcc", func(t *testing.T) {
		csrctest.Need(t, "tcc")
		cc, err := Named(context.Background(), "tcc")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cc.Explain(context.Background(), t.TempDir(), "f.c"); !errors.Is(err, ErrSilent) {
			t.Errorf("want ErrSilent, got %v", err)
		}
	})
}

// TestNamed refuses command lines without a program.
func TestNamed(t *testing.T) {
	for _, cc := range []string{"", "  ", "no-such-compiler"} {
		if _, err := Named(context.Background(), cc); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: want ErrNotFound, got %v", cc, err)
		}
	}
}
