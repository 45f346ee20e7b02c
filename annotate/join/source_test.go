package join

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/kgen-go/kgen/annotate/golist"
	"github.com/kgen-go/kgen/annotate/report"
)

const sample = `package p

func F(xs []int) {
	for i := 0; i < len(xs); i++ {
		for _, x := range xs { f(x)
		}
		g := func() {
			h()
			for {
				k()
			}
		}
		g()
	}
}

func (p *P[T]) M() {}
func (P) V()
func G[T any]() {}
`

func parsed(t testing.TB, text string) *source {
	t.Helper()
	name := filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return readSource(name, name)
}

func TestSource(t *testing.T) {
	s := parsed(t, sample)
	f := s.declAt(5)
	for _, c := range []struct {
		line, col, depth int
	}{
		{4, 7, 0}, {4, 15, 1}, {4, 27, 1}, {5, 21, 1}, {5, 26, 2}, {7, 3, 1}, {8, 4, 0}, {10, 5, 1}, {13, 3, 1}, {15, 1, 0},
	} {
		if got := f.depth(point{c.line, c.col}); got != c.depth {
			t.Errorf("%d:%d has depth %d, want %d", c.line, c.col, got, c.depth)
		}
	}
	if got := f.bodyDepth(5); got != 2 {
		t.Errorf("the body of the loop on line 5 has depth %d", got)
	}
	if got := f.bodyDepth(9); got != 1 {
		t.Errorf("the body of the loop in the literal has depth %d", got)
	}
	for line, want := range map[int]string{1: "", 3: "F", 14: "F", 17: "(*P).M", 18: "P.V", 19: "G", 20: "", 0: ""} {
		got := ""
		if d := s.declAt(line); d != nil {
			got = d.name
		}
		if got != want {
			t.Errorf("line %d is in %q, want %q", line, got, want)
		}
	}
	if m, v, g := s.declAt(17), s.declAt(18), s.declAt(19); !m.generic || v.generic || v.body || !g.generic {
		t.Errorf("%+v %+v %+v", m, v, g)
	}
	if line, ok := f.lineOfCall("k"); line != 10 || !ok {
		t.Errorf("k is called on line %d", line)
	}
}

func FuzzSource(f *testing.F) {
	f.Add(sample)
	f.Add("package p; func f() { for { //line x.go:1\n } }")
	f.Add("package p\nfunc (")
	f.Fuzz(func(t *testing.T, text string) {
		s := parsed(t, text)
		for line := range len(s.text) + 2 {
			s.statementAt(line)
			if d := s.declAt(line); d != nil && (d.depth(point{line, 1}) < 0 || d.bodyDepth(line) < 0 || line < d.from || line > d.to) {
				t.Errorf("line %d in %+v", line, d)
			}
		}
	})
}

func TestFuncName(t *testing.T) {
	for printed, want := range map[string]string{
		"get":                            "get",
		"strings.(*Builder).WriteString": "strings.(*Builder).WriteString",
		"g.Sum[go.shape.int]":            "g.Sum",
		"g.(*Box[go.shape.struct { F int }]).Put": "g.(*Box).Put",
		`"net/url".Parse`:                         "url.Parse",
		"Outer.func2.1":                           "Outer",
		"Range-range1":                            "Range",
		"function":                                "function",
		"T.function":                              "T.function",
	} {
		if got := funcName(printed); got != want {
			t.Errorf("%s: %s, want %s", printed, got, want)
		}
	}
}

func TestEvidence(t *testing.T) {
	for text, want := range map[string]evidence{
		`"x escapes to heap" escapes to heap`: none,
		"26 escapes to heap":                  none,
		"n escapes to heap":                   values,
		"n + 1 escapes to heap":               strs,
		"string(b) escapes to heap":           strs,
		"([]byte)(s) escapes to heap":         strs,
		"&T{...} escapes to heap":             values,
		"make([]int, n + 1) escapes to heap":  values,
		"func literal escapes to heap":        values,
		"... argument escapes to heap":        values,
	} {
		if got := evidenceOf(&report.Finding{Kind: report.Escape, Text: text}); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

func TestOwners(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "m", "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "m", "go.mod"), []byte("// module no\nmodule \"ex.com/m\" // yes\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	goroot, cache := filepath.Join(dir, "goroot"), filepath.Join(dir, "cache")
	o := newOwners(&golist.Listing{
		Env: golist.Env{GOROOT: goroot, GOMODCACHE: cache, Cwd: filepath.Join(dir, "m")},
		Packages: []*golist.Package{
			{ImportPath: "named", Dir: filepath.Join(dir, "named")}, {ImportPath: "a.test", Name: "main", Dir: filepath.Join(dir, "a")},
		},
	})
	for folder, want := range map[string]string{
		"named": "named", "a": "a.test", "m": "ex.com/m", "m/sub": "ex.com/m/sub", "m/vendor/dep.org/x": "dep.org/x",
		"goroot/src/net/http": "net/http", "cache/gonum.org/v1/gonum@v0.16.0/mat": "gonum.org/v1/gonum/mat",
		"cache/github.com/!burnt!sushi/toml@v1.0.0": "github.com/BurntSushi/toml", "elsewhere": "",
	} {
		if got := o.packageOf(filepath.Join(dir, filepath.FromSlash(folder))); got != want {
			t.Errorf("%s: %q, want %q", folder, got, want)
		}
	}
	if got := o.display(filepath.Join(dir, "m", "sub", "x.go")); got != filepath.Join("sub", "x.go") {
		t.Error(got)
	}
}
