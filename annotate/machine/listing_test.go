package machine

import (
	"bytes"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what was found into testdata/listings")

// The files in testdata/listings are listings made by hand, named by their architecture, and what must be found in them.
func TestListings(t *testing.T) {
	names, _ := filepath.Glob("testdata/listings/*.txtar")
	if len(names) == 0 {
		t.Fatal("no files in testdata/listings")
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := dump(t, ar.Files[0].Name, ar.Files[0].Data)
			if *update {
				ar.Files[1].Data = []byte(got)
				write(t, name, string(txtar.Format(ar)))
				return
			}
			if want := string(ar.Files[1].Data); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// dump parses text and shows the functions and the lines that were not understood.
func dump(t *testing.T, goarch string, text []byte) string {
	t.Helper()
	var b strings.Builder
	p := NewParser(goarch, func(f *Func) {
		check(t, f)
		fmt.Fprintf(&b, "%s size %d at %s", f.Symbol, f.Size, show(f.Pos))
		if f.Dup {
			b.WriteString(" dup")
		}
		if f.Wrapper {
			b.WriteString(" wrapper")
		}
		b.WriteString("\n")
		for _, l := range f.Loops {
			fmt.Fprintf(&b, "\tloop %d, parent %d, instructions %v\n", l.Depth, l.Parent, l.Instrs)
		}
		for _, e := range f.Events {
			fmt.Fprintf(&b, "\t%s %s %d %s\n", show(e.Pos), e.Kind, e.Depth, e.Symbol)
		}
	})
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if !p.Line(line) {
			fmt.Fprintf(&b, "? %q\n", line)
		}
	}
	p.Close()
	return b.String()
}

func show(p Pos) string {
	if p.Phys != "" {
		return fmt.Sprintf("%s|%d|%s|%d", p.File, p.Line, p.Phys, p.PhysLine)
	}
	return fmt.Sprintf("%s|%d", p.File, p.Line)
}

// A listing without its jump tables gives the same for functions with one.
func TestLostTables(t *testing.T) {
	dir, _ := corpus(t)
	text := listing(t, dir, "amd64", "./switches")
	var without []byte
	lost, skip := 0, false
	for line := range bytes.Lines(text) {
		if line[0] != '\t' {
			skip = bytes.Contains(line, []byte(".jump"))
			if skip {
				lost++
			}
		}
		if !skip {
			without = append(without, line...)
		}
	}
	if lost == 0 {
		t.Fatal("the listing has no jump tables")
	}
	all := parse(t, "amd64", text)
	for _, f := range parse(t, "amd64", without) {
		i := slices.IndexFunc(all, func(g *Func) bool { return g.Symbol == f.Symbol })
		if f.Symbol != "m/switches.Two" && fmt.Sprint(*f) != fmt.Sprint(*all[i]) {
			t.Errorf("got %.300v without the tables, %.300v with them", *f, *all[i])
		}
	}
}

// The parser keeps nothing of the lines that it is given.
func TestReusedLine(t *testing.T) {
	dir, _ := corpus(t)
	text := listing(t, dir, "arm64", "./loops")
	var funcs []*Func
	p := NewParser("arm64", func(f *Func) { funcs = append(funcs, f) })
	var buf []byte
	for line := range bytes.Lines(text) {
		buf = append(buf[:0], bytes.TrimSuffix(line, []byte("\n"))...)
		p.Line(buf)
		for i := range buf {
			buf[i] = '!'
		}
	}
	p.Close()
	want := parse(t, "arm64", text)
	if len(funcs) != len(want) {
		t.Fatalf("%d functions, want %d", len(funcs), len(want))
	}
	for i := range want {
		if got, want := fmt.Sprint(*funcs[i]), fmt.Sprint(*want[i]); got != want {
			t.Errorf("got  %.300s\nwant %.300s", got, want)
		}
	}
}

// No text makes the parser fail, and what it finds is consistent.
func FuzzParser(f *testing.F) {
	names, _ := filepath.Glob("testdata/listings/*.txtar")
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(ar.Files[0].Name, ar.Files[0].Data)
		f.Add("riscv64", ar.Files[0].Data)
		f.Add("wasm", ar.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, goarch string, text []byte) {
		p := NewParser(goarch, func(f *Func) { check(t, f) })
		for line := range bytes.Lines(text) {
			p.Line(bytes.TrimSuffix(line, []byte("\n")))
		}
		p.Close()
	})
}

// BenchmarkParser reads the listing of net/http: about 25 MB.
func BenchmarkParser(b *testing.B) {
	lines := bytes.Split(listing(b, b.TempDir(), "amd64", "net/http"), []byte("\n"))
	size := 0
	for _, line := range lines {
		size += len(line) + 1
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		p := NewParser("amd64", func(*Func) {})
		for _, line := range lines {
			p.Line(line)
		}
		p.Close()
	}
}
