package abi_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/ctype"
)

var update = flag.Bool("update", false, "write what Classify says into the tables; read the difference before you believe it")

// with is a comment behind a prototype that gives the types of more arguments.
var with = regexp.MustCompile(`// with (.*)`)

// TestTables compares Classify with the tables of testdata, which are C text for the target of the file's name: below each
// prototype, indented by a tab, are the lines of Call.String, or the error.
func TestTables(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) != len(ctype.Targets()) {
		t.Fatalf("%d tables for %d targets, error %v", len(files), len(ctype.Targets()), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := classifyAll(t, targetOf(file), string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			compareLines(t, file, string(text), got)
		})
	}
}

func targetOf(file string) ctype.Target {
	os, arch, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), "-")
	return ctype.Target{OS: os, Arch: arch}
}

// compareLines reports where a table has other lines than it should have.
func compareLines(t *testing.T, file, want, got string) {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if i >= len(w) || i >= len(g) {
			t.Fatalf("%s has %d lines, want %d", file, len(w), len(g))
		}
		if w[i] != g[i] {
			t.Fatalf("%s:%d: the table says\n%s\nClassify says\n%s", file, i+1, w[i], g[i])
		}
	}
}

// classifyAll returns a table with the lines that Classify gives.
func classifyAll(t *testing.T, target ctype.Target, table string) string {
	var source, out strings.Builder
	for _, line := range strings.Split(table, "\n") {
		if !strings.HasPrefix(line, "\t") {
			source.WriteString(with.ReplaceAllString(line, "void with(${1});") + "\n")
		}
	}
	var next int
	var code strings.Builder
	for i, line := range strings.Split(source.String(), "\n") {
		code.WriteString(strings.Replace(line, "void with(", fmt.Sprintf("void with%d(", i+1), 1) + "\n")
	}
	unit, err := cdecl.Text("table", code.String(), cdecl.Config{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	lines := map[int]string{}
	for i, f := range unit.Funcs {
		if strings.HasPrefix(f.Name, "with") {
			continue
		}
		var extra []*ctype.Type
		if i+1 < len(unit.Funcs) && unit.Funcs[i+1].Pos.Line == f.Pos.Line {
			for _, p := range unit.Funcs[i+1].Type.Func.Params {
				extra = append(extra, p.Type)
			}
		}
		lines[f.Pos.Line] = describe(target, f.Type, extra)
	}
	for _, line := range strings.Split(strings.TrimSuffix(table, "\n"), "\n") {
		if strings.HasPrefix(line, "\t") {
			continue
		}
		next++
		out.WriteString(line + "\n" + lines[next])
	}
	return out.String()
}

// describe returns the lines below a prototype.
func describe(target ctype.Target, fn *ctype.Type, extra []*ctype.Type) string {
	c, err := abi.Classify(target, fn, extra)
	if err != nil {
		return "\terror: " + err.Error() + "\n"
	}
	text := c.String()
	if c.Stack > 0 {
		text += fmt.Sprintf("stack: %d bytes\n", c.Stack)
	}
	if text == "" {
		return ""
	}
	return "\t" + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n\t") + "\n"
}
