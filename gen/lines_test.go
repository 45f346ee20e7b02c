package gen

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// TestLines compiles kernels with and without line directives: the fingerprint, and what remains without them, are the same.
func TestLines(t *testing.T) {
	const source = "../examples/julia"
	plain, err := Compile(source, Options{Go: true, C: true})
	if err != nil {
		t.Fatal(err)
	}
	lined, err := Compile(source, Options{Go: true, C: true, Lines: true})
	if err != nil {
		t.Fatal(err)
	}
	if plain.Fingerprint != lined.Fingerprint || len(plain.Files) != len(lined.Files) {
		t.Error("directives change the fingerprint or the files")
	}
	goText, err := lined.GoText()
	if err != nil {
		t.Fatal(err)
	}
	cText, err := lined.CText()
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]Text{goText.Name: goText, cFolder + "/" + cText.Name: cText}
	for i, f := range plain.Files {
		text, ok := texts[f.Name]
		switch same := bytes.Equal(f.Data, lined.Files[i].Data); {
		case !ok && !same:
			t.Errorf("directives change %s", f.Name)
		case ok && same:
			t.Errorf("%s has no directives", f.Name)
		case ok && !bytes.Equal(text.Data, f.Data):
			t.Errorf("the text of %s is not that of the file without directives", f.Name)
		case ok && len(text.From) != bytes.Count(f.Data, []byte("\n")):
			t.Errorf("%s has %d lines, %d positions", f.Name, bytes.Count(f.Data, []byte("\n")), len(text.From))
		}
	}
}

// TestLinesName refuses a file whose name would end a directive.
func TestLinesName(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a\nb.kg"), []byte("package p\n"), 0o666); err != nil {
		csrctest.Missing(t, "this file system does not have %s", "names with line breaks")
	}
	if _, err := Compile(dir, Options{Go: true, Lines: true}); err == nil || !strings.Contains(err.Error(), "a line directive cannot hold") {
		t.Errorf("want an error about the name, got %v", err)
	}
}
