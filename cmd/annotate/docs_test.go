package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// block is a block of code in a Markdown text.
var block = regexp.MustCompile("(?ms)^```(go|console)\n(.*?)^```\n")

// TestDocs runs the examples of docs/annotate.md in their order: blocks of Go of package dot are written to its files, and the commands in console
// blocks, behind $, must print what stands below them. "…" there is any text, and alone on a line any lines.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/annotate.md")
	if err != nil {
		t.Fatal(err)
	}
	var script, files strings.Builder
	files.WriteString("-- go.mod --\nmodule example.com/dot\n\ngo 1.26\n")
	script.WriteString("[!git] skip 'no git'\n[!unix] skip 'no shell'\n")
	commands := 0
	for i, m := range block.FindAllStringSubmatch(string(text), -1) {
		switch {
		case m[1] == "console":
			commands += console(&script, m[2])
		case strings.HasPrefix(m[2], "package dot\n"):
			name := "dot.go"
			if strings.Contains(m[2], "import \"testing\"") {
				name = "dot_test.go"
			}
			fmt.Fprintf(&files, "-- blocks/%d --\n%s", i, m[2])
			fmt.Fprintf(&script, "cp blocks/%d %s\n", i, name)
		}
	}
	if commands < 5 {
		t.Fatalf("only %d commands in the manual", commands)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "manual.txtar"), []byte(script.String()+files.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	p := scripts(t, dir)
	p.UpdateScripts = false
	testscript.Run(t, p)
}

// console turns a block with a session at a terminal into lines of a script, and returns the number of commands.
func console(script *strings.Builder, session string) (n int) {
	want := ""
	flush := func() {
		if n > 0 {
			fmt.Fprintf(script, "stdout '%s'\n", pattern(want))
		}
		want = ""
	}
	for line := range strings.Lines(session) {
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			want += line
			continue
		}
		flush()
		n++
		fmt.Fprintf(script, "exec sh -c '{ %s; } 2>&1'\n", quote(strings.TrimSpace(command)))
	}
	flush()
	return n
}

// pattern is an expression for an output, as an argument of a script.
func pattern(want string) string {
	want = regexp.QuoteMeta(want)
	want = regexp.MustCompile(`(?m)^…\n`).ReplaceAllString(want, "(?:.*\\n)*")
	return quote(`\A` + strings.NewReplacer("…", ".*", "\n", `\n`).Replace(want) + `\z`)
}

// quote writes text for between the single quotes of a script.
func quote(s string) string { return strings.ReplaceAll(s, "'", "''") }
