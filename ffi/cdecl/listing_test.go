package cdecl_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what is found into testdata/*.txtar")

// TestListings reads the texts in testdata. Each archive holds in.h, files that it may include, and for targets such as
// linux/amd64 what is to be found, in a file named "want linux/amd64".
func TestListings(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if checkListing(t, a) && *update {
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// checkListing compares what is found with what is wanted, which it replaces. It reports whether it did.
func checkListing(t *testing.T, a *txtar.Archive) (changed bool) {
	sources := fstest.MapFS{}
	for _, f := range a.Files {
		sources[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	wanted := 0
	for i, f := range a.Files {
		target, ok := strings.CutPrefix(f.Name, "want ")
		if !ok {
			continue
		}
		wanted++
		os, arch, _ := strings.Cut(target, "/")
		c := cdecl.Config{Target: ctype.Target{OS: os, Arch: arch}, FS: sources, Include: []string{"."}}
		u, err := cdecl.Text("in.h", string(sources["in.h"].Data), c)
		if got := listing(u); !bytes.Equal(got, f.Data) {
			if !*update {
				t.Errorf("%s: got\n%swant\n%s", f.Name, got, f.Data)
			}
			a.Files[i].Data, changed = got, true
		}
		if (err == nil) != (len(u.Errors) == 0) {
			t.Errorf("%s: %d errors are listed, returned is %v", f.Name, len(u.Errors), err)
		}
	}
	if wanted == 0 {
		t.Error("the archive has no file named want OS/ARCH")
	}
	return changed
}

// listing writes down all that a unit holds.
func listing(u *cdecl.Unit) []byte {
	var b bytes.Buffer
	for _, f := range u.Funcs {
		fmt.Fprintf(&b, "%s func %s%s%s%s%s\n", at(f.Pos), f.Type.Declare(f.Name), word(f.Link != f.Name, " link "+f.Link), word(f.Static, " static"), params(f.Type.Func), doc(f.Doc))
	}
	for _, v := range u.Vars {
		fmt.Fprintf(&b, "%s var %s%s%s%s%s\n", at(v.Pos), v.Type.Declare(v.Name), word(v.Link != v.Name, " link "+v.Link), word(v.Static, " static"), word(v.Thread, " thread"), doc(v.Doc))
	}
	for _, d := range u.Types {
		fmt.Fprintf(&b, "%s type %s = %s%s%s\n", at(d.Pos), d.Name, underlying(d), layout(u.Target, d.Type), doc(d.Doc))
	}
	for _, c := range u.Consts {
		fmt.Fprintf(&b, "%s const %s = %s (%s)%s\n", at(c.Pos), c.Name, c.Value, c.Type, doc(c.Doc))
	}
	for _, m := range u.Macros {
		args := ""
		if m.Function {
			args = "(" + strings.Join(m.Params, ", ") + ")"
		}
		fmt.Fprintf(&b, "%s macro %s%s = %s%s%s\n", at(m.Pos), m.Name, args, m.Text, word(m.Alias != "", " alias "+m.Alias), doc(m.Doc))
	}
	for _, e := range u.Errors {
		fmt.Fprintf(&b, "error %s\n", e)
	}
	return b.Bytes()
}

// at is a place without the name of the main file.
func at(p cdecl.Pos) string { return strings.TrimPrefix(p.String(), "in.h:") }

func word(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

func doc(text string) string {
	return word(text != "", fmt.Sprintf(" // %q", text))
}

// params tells what the parameters ask for beside their types.
func params(f *ctype.FuncType) string {
	text := word(f.Unknown, " unknown")
	for i, p := range f.Params {
		text += word(p.Elems > 0, fmt.Sprintf(" [%d elems %d]", i, p.Elems)) + word(p.NonNull, fmt.Sprintf(" [%d nonnull]", i))
	}
	return text
}

func underlying(d *cdecl.Type) string {
	t := *d.Type
	t.Typedef = ""
	return t.String()
}

// layout is the size and alignment of a type, and the places of a record's fields in bits.
func layout(target ctype.Target, t *ctype.Type) string {
	l, err := target.Layout(t)
	if err != nil {
		return " incomplete"
	}
	text := fmt.Sprintf(" size %d align %d", l.Size, l.Align)
	if t.Kind == ctype.Enum {
		text += " " + t.Enum.Underlying.String()
	}
	if t.Kind.IsRecord() {
		text += " {"
		for i, f := range t.Record.Fields {
			text += fmt.Sprintf(" %s @%d+%d;", f.Type.Declare(f.Name), l.Fields[i].Bit, l.Fields[i].Width)
		}
		text += " }"
	}
	return text
}
