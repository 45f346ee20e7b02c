package syntax

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/rogpeppe/go-internal/txtar"
)

// messages parses one file and returns its sorted diagnostics, one a line.
func messages(src string) string {
	var errs diag.List
	Parse(token.NewFileSet(), "a.kg", []byte(src), &errs)
	errs.Sort()
	var b strings.Builder
	for _, d := range errs.All {
		fmt.Fprintf(&b, "%d:%d: %s: %s\n", d.Pos.Line, d.Pos.Col, d.Severity, d.Msg)
	}
	return b.String()
}

// TestMessages runs the archives of testdata: input.kg is parsed, and its diagnostics must be those of the file want.
// KGEN_UPDATE=1 rewrites them.
func TestMessages(t *testing.T) {
	list, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(list) == 0 {
		t.Fatalf("no archives (%v)", err)
	}
	for _, file := range list {
		t.Run(filepath.Base(file), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Files) != 2 || a.Files[0].Name != "input.kg" || a.Files[1].Name != "want" {
				t.Fatal("an archive holds input.kg and want")
			}
			got := messages(string(a.Files[0].Data))
			if os.Getenv("KGEN_UPDATE") == "1" {
				a.Files[1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if want := string(a.Files[1].Data); got != want {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
}

// TestAttach shows on which node each directive stands.
func TestAttach(t *testing.T) {
	src := `//kg:nobounds
package p

//kg:nobounds

// F is documented.
//kg:cdef x, y	 float64 // both
//
//kg:nobounds
func F(x, y) {
	//kg:nobounds
	for {
		// why
		//kg:nobounds
		// and more
	outer:
		for i := range 3 {
			continue outer
		}
	}
}

//kg:nobounds
const c = 1
`
	var errs diag.List
	fset := token.NewFileSet()
	f := Parse(fset, "a.kg", []byte(src), &errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range f.Directives {
		on := "file"
		switch d.Node.(type) {
		case *ast.FuncDecl:
			on = "func"
		case *ast.ForStmt:
			on = "for"
		case *ast.RangeStmt:
			on = "range"
		}
		at, args := fset.Position(d.Pos), fset.Position(d.ArgsPos)
		if text := src[args.Offset : args.Offset+len(d.Args)]; text != d.Args {
			t.Errorf("%v: the arguments are %q, at their place stands %q", at, d.Args, text)
		}
		got = append(got, fmt.Sprintf("%d %s %s %q", at.Line, on, d.Verb, d.Args))
	}
	want := []string{
		`1 file nobounds ""`, `4 file nobounds ""`, `7 func cdef "x, y\t float64 // both"`, `9 func nobounds ""`,
		`11 for nobounds ""`, `14 range nobounds ""`, `23 file nobounds ""`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestTable holds the table of directives to its own rules.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range verbs {
		if seen[v.name] || v.where == 0 || (v.usage == "") != (v.args == noArgs) {
			t.Errorf("bad entry %+v", v)
		}
		seen[v.name] = true
	}
}

// TestRandomBytes feeds what is no text at all: quickly done, few messages, none of them long.
func TestRandomBytes(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	noise := make([]byte, 10<<20)
	random.Read(noise)
	text := make([]byte, len(noise))
	for i, b := range noise {
		text[i] = ' ' + b%95
	}
	quickly(t, noise)
	quickly(t, text)
}

func quickly(t *testing.T, noise []byte) {
	t.Helper()
	for i, head := range []string{"", "package p\n", "package p\nfunc F() {\n", "package p\nfunc F() { _ = `", "package p\n/*", "package p\nvar x = \""} {
		if i == 2 {
			noise = noise[:len(noise)/10]
		}
		start := time.Now()
		var errs diag.List
		f := Parse(token.NewFileSet(), "a.kg", append([]byte(head), noise...), &errs)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%q: took %v", head, took)
		}
		if !errs.HasErrors() || len(errs.All) > maxErrors+1 {
			t.Errorf("%q: %d messages", head, len(errs.All))
		}
		var out bytes.Buffer
		diag.Print(&out, diag.Sources{"a.kg": f.Src}, errs.All)
		if out.Len() > 20_000 {
			t.Errorf("%q: the messages take %d bytes", head, out.Len())
		}
		for _, r := range out.String() {
			if r < ' ' && r != '\n' && r != '\t' {
				t.Fatalf("%q: control character %U in the output", head, r)
			}
		}
	}
}

// folder writes files to a temporary folder and goes there.
func folder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func names(list []*File) (out []string) {
	for _, f := range list {
		out = append(out, f.Name)
	}
	return out
}

func TestLoad(t *testing.T) {
	folder(t, map[string]string{
		"k/b.kg": "package p\n", "k/a.kg": "package p\n", "k/.hidden.kg": "nonsense", "k/_old.kg": "nonsense",
		"k/consts.go":    "package p\nconst C = 1\n",
		"k/a_test.go":    "package p\n",
		"k/a_kg.go":      "// Code generated by kgen. DO NOT EDIT.\n\npackage p\n",
		"k/c_windows.go": "package p\n",
		"k/tool.go":      "//go:build ignore\n\npackage main\n",
		"k/doc.go":       "package documentation\n",
		"k/sub.kg/x":     "",
	})
	for _, c := range []struct{ path, prefix string }{
		{"k", "k/"}, {"k/", "k/"}, {"./k", "./k/"}, {"k/a.kg", "k/"}, {"./k/b.kg", "./k/"},
	} {
		var errs diag.List
		p := Load(c.path, &errs)
		if err := errs.Err(); err != nil || p == nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		want := []string{c.prefix + "a.kg", c.prefix + "b.kg"}
		if got := names(p.Files); !slices.Equal(got, want) || p.Name != "p" {
			t.Errorf("%s: package %s of %v, want %v", c.path, p.Name, got, want)
		}
		if got := names(p.GoFiles); !slices.Equal(got, []string{c.prefix + "consts.go"}) {
			t.Errorf("%s: Go files %v", c.path, got)
		}
		if got := len(p.Sources()); got != 3 {
			t.Errorf("%s: %d sources", c.path, got)
		}
	}
	t.Chdir("k")
	for _, path := range []string{".", "a.kg"} {
		var errs diag.List
		if p := Load(path, &errs); p == nil || !slices.Equal(names(p.Files), []string{"a.kg", "b.kg"}) {
			t.Errorf("%s in the folder: %v", path, errs.Err())
		}
	}
}

func TestLoadErrors(t *testing.T) {
	folder(t, map[string]string{
		"two/a.kg": "package a\n", "two/b.kg": "package b\n", "mixed/a.kg": "package a\n", "mixed/b.go": "package b\n",
		"none/a.go": "package a\n", "empty/a.kg": " \n", "empty/b.kg": "package a\n", "bad/a.kg": "package a\n", "bad/b.go": "package a\nfunc {\n",
	})
	for path, want := range map[string]string{
		"none":         "none: no kernel files (.kg) in this folder",
		"none/a.go":    "none/a.go: not a kernel file: its name does not end in .kg",
		"missing":      "missing: no such file or folder",
		"none/miss.kg": "none/miss.kg: no such file or folder",
		"two":          "two/b.kg:1:9: two packages in one folder: a and b\n\ttwo/a.kg:1:9: package a is here",
		"mixed/a.kg":   "mixed/b.go:1:9: two packages in one folder: a and b\n\tmixed/a.kg:1:9: package a is here",
		"empty":        "empty/a.kg:1:1: empty file: a kernel file starts with a package clause",
		"bad":          "bad/b.go:2:6: syntax error: expected 'IDENT', found '{'",
	} {
		var errs diag.List
		Load(path, &errs)
		if err := errs.Err(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

// TestLineComments shows that //line moves no position.
func TestLineComments(t *testing.T) {
	got := messages("package p\n//line other.go:100\nfunc F( {\n")
	if !strings.HasPrefix(got, "3:9: error: syntax error: ") {
		t.Errorf("got %s", got)
	}
}

// FuzzParse shows that no text makes Parse panic, or report something outside it.
func FuzzParse(f *testing.F) {
	f.Add([]byte("//kg:nobounds\npackage p\n//kg:cdef x int\nfunc F(x) {\n//kg:nobounds\nfor {}\n}\n"))
	f.Add([]byte("package p\n//kg:\n//kg:x\r\n// kg:cdef\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		var errs diag.List
		fset := token.NewFileSet()
		file := Parse(fset, "a.kg", src, &errs)
		lines := bytes.Count(src, []byte{'\n'}) + 1
		for _, d := range errs.All {
			if d.Pos.Line < 1 || d.Pos.Line > lines || d.Pos.Col < 1 {
				t.Errorf("%v: outside of the text", d)
			}
		}
		for _, d := range file.Directives {
			at := fset.Position(d.ArgsPos).Offset
			if !bytes.HasPrefix(src[at:], []byte(d.Args)) {
				t.Errorf("the arguments %q do not stand at their place", d.Args)
			}
		}
	})
}
