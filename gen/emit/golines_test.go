package emit

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/diag"
)

// TestGoLines checks //line directives for all archives: without them the text is the same, gofmt leaves it alone, each line of a kernel is at
// the line of the source that GoLines tells, and all else at its own.
func TestGoLines(t *testing.T) {
	for _, c := range goCases(t) {
		t.Run(c.name, func(t *testing.T) {
			o := c.options().GoOptions
			plain, err := Go(c.unit, o)
			if err != nil {
				t.Fatal(err)
			}
			text, from, err := GoLines(c.unit, o)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(c.archive.Files[0].Data, []byte(".kg\":")) && !slices.ContainsFunc(from, diag.Pos.IsValid) {
				t.Error("no line comes from the source")
			}
			if !bytes.Equal(text, plain) || len(from) != bytes.Count(text, []byte("\n")) {
				t.Fatalf("GoLines gives another text than Go, or not a position for each of its lines:\n%s", text)
			}
			o.Lines, o.SourceDir = true, "../src"
			lined, err := Go(c.unit, o)
			if err != nil {
				t.Fatal(err)
			}
			if formatted, err := format.Source(lined); err != nil || !bytes.Equal(formatted, lined) {
				t.Errorf("gofmt would change it (%v):\n%s", err, lined)
			}
			checkDirectives(t, string(plain), from, string(lined))
		})
	}
}

// checkDirectives compares the lines that a file with directives claims with those wanted. Inner braces, which have no code, may claim any.
func checkDirectives(t *testing.T, plain string, from []diag.Pos, lined string) {
	fset := token.NewFileSet()
	f := fset.AddFile("/pkg/p_kg.go", -1, len(lined))
	tree, err := parser.ParseFile(token.NewFileSet(), "", lined, parser.ParseComments)
	if err != nil || !ast.IsGenerated(tree) {
		t.Fatalf("the file with directives is not one of generated Go: %v", err)
	}
	readDirectives(f, lined)
	want := strings.Split(strings.TrimSuffix(plain, "\n"), "\n")
	at := 0
	for n, line := range strings.Split(strings.TrimSuffix(lined, "\n"), "\n") {
		for at < len(want) && want[at] == "" {
			at++
		}
		if at >= len(want) || line != want[at] {
			if line != "" && line != "//" && !strings.HasPrefix(line, "//line ") {
				t.Fatalf("line %d is not that of the plain file: %q", n+1, line)
			}
			continue
		}
		got, pos := f.Position(f.LineStart(n+1)), from[at]
		at++
		switch {
		case pos.IsValid() && isInnerBrace(line):
		case pos.IsValid():
			if got.Line != pos.Line || filepath.Base(got.Filename) != baseName(pos.File) || filepath.Base(filepath.Dir(got.Filename)) != "src" {
				t.Errorf("line %d is at %s, want %s: %q", n+1, got, pos, line)
			}
		case got.Line != n+1 || filepath.Base(got.Filename) != "p_kg.go" && !strings.HasSuffix(got.Filename, "_kg.go"):
			t.Errorf("line %d is at %s, want itself: %q", n+1, got, line)
		}
	}
	if at != len(want) {
		t.Errorf("%d of %d lines are there", at, len(want))
	}
}

// readDirectives gives the file its lines as the compiler reads them.
func readDirectives(f *token.File, text string) {
	f.SetLinesForContent([]byte(text))
	offset := 0
	for line := range strings.Lines(text) {
		offset += len(line)
		if rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "//line "); ok {
			colon := strings.LastIndex(rest, ":")
			n := 0
			for _, d := range rest[colon+1:] {
				n = n*10 + int(d-'0')
			}
			f.AddLineInfo(offset, filepath.Join("/pkg", rest[:colon]), n)
		}
	}
}
