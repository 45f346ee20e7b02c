package ffi_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocs finds every block of Go code in docs/ffi.md among the examples, which the tests run.
func TestDocs(t *testing.T) {
	examples := ""
	for _, pattern := range []string{"example_*test.go", "../examples/ffi/*/main.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			examples += "\n" + codeLines(readFile(t, file))
		}
	}
	blocks := strings.Split(readFile(t, "../docs/ffi.md"), "\n```go\n")[1:]
	if len(blocks) < 10 {
		t.Errorf("%d blocks of Go code", len(blocks))
	}
	for _, block := range blocks {
		code, _, _ := strings.Cut(block, "\n```")
		if !strings.Contains(examples, "\n"+codeLines(code)) {
			t.Errorf("this code is in no example:\n%s", code)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// codeLines returns a text's lines without indentation and without empty ones.
func codeLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
