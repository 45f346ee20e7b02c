package serve

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/output"
)

// DefaultEditor is the template for those who name none.
const DefaultEditor = "vscode://file{file}:{line}:{col}"

// Editor opens files at a place.
type Editor struct {
	url  string   // template of an address; or
	argv []string // templates of a command's arguments
}

// ParseEditor reads a template: an address that the browser opens ("vscode://file{file}:{line}:{col}") or a command with its
// arguments ("code -g {file}:{line}:{col}"), which is run without a shell; quotes keep an argument together. {file} is the absolute path of
// the file, in an address with a slash before it on every system; {line} and {col} count from 1.
func ParseEditor(template string) (*Editor, error) {
	if !strings.Contains(template, "{file}") {
		return nil, fmt.Errorf("editor %q: there is no {file} in it; write it like %q or %q", template, "code -g {file}:{line}:{col}", DefaultEditor)
	}
	for rest := template; ; {
		_, after, open := strings.Cut(rest, "{")
		name, tail, closed := strings.Cut(after, "}")
		if !open {
			break
		}
		if !closed || !slices.Contains([]string{"file", "line", "col"}, name) {
			return nil, fmt.Errorf("editor %q: unknown {%s; there are {file}, {line} and {col}", template, strings.TrimSuffix(after, tail))
		}
		rest = tail
	}
	argv, err := output.Fields(template)
	if err != nil {
		return nil, fmt.Errorf("editor %w", err)
	}
	if len(argv) == 1 && strings.Contains(argv[0], "://") {
		return &Editor{url: argv[0]}, nil
	}
	if strings.Contains(argv[0], "{") {
		return nil, fmt.Errorf("editor %q: the first word must be the command", template)
	}
	return &Editor{argv: argv}, nil
}

// link returns the address that opens a file, with {line} and {column} left open; "" for a command.
func (e *Editor) link(file string) string {
	if e.url == "" {
		return ""
	}
	path := filepath.ToSlash(file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		// A colon stays, for C:. All else that means something in an address does not.
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(part), "+", "%20"), "%3A", ":")
	}
	return strings.NewReplacer("{file}", strings.Join(parts, "/"), "{col}", "{column}").Replace(e.url)
}

// command returns the command that opens a file; nil for an address.
func (e *Editor) command(file string, line, col int) []string {
	fill := strings.NewReplacer("{file}", file, "{line}", strconv.Itoa(line), "{col}", strconv.Itoa(col))
	var argv []string
	for _, arg := range e.argv {
		argv = append(argv, fill.Replace(arg))
	}
	return argv
}
