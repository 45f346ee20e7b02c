package golist

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/gctext"
	"github.com/kgen-go/kgen/annotate/report"
)

//go:embed canary/canary.txt
var canarySource string

const canaryModule = "module example.com/canary\n\ngo 1.22\n"

// release matches the versions that GOTOOLCHAIN can name.
var release = regexp.MustCompile(`^go1(\.[0-9]+)+((rc|beta)[0-9]+)?$`)

// Canary compiles a small built-in package with the toolchain, target and compiler flags of c, and checks that this version understands
// all that the compiler says about it. The error says what it does not: texts change from release to release, and silence must not read as
// good news. It can run at the same time as Load.
func Canary(ctx context.Context, c Config) error {
	g, err := newGoCommand(ctx, c)
	if err != nil {
		return err
	}
	out, err := g.runCanary(ctx)
	if err != nil {
		return err
	}
	return checkCanary(g.Env, canarySource, out)
}

// runCanary compiles the package in a folder of its own. The toolchain is the one that the user's module selects; -trimpath keeps the
// folder's name out of the key of the build cache.
func (g *goCommand) runCanary(ctx context.Context) (*Output, error) {
	dir, err := os.MkdirTemp("", "annotate-canary-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if dir, err = realDir(dir); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"go.mod": canaryModule, "canary.go": canarySource} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return nil, err
		}
	}
	own := &goCommand{Env: g.Env, tool: g.tool}
	own.Env.Cwd = dir
	own.environ = append(slices.Clone(g.environ), "PWD="+dir, "GOFLAGS=-trimpath", "GOWORK=off", "GO111MODULE=on")
	if release.MatchString(g.Env.GOVERSION) {
		own.environ = append(own.environ, "GOTOOLCHAIN="+g.Env.GOVERSION)
	}
	var outputs []*Output
	packages, said, err := own.compile(ctx, []string{"list", "-e", "-export", "-json=" + fields, "-pgo=off", "-gcflags=" + compilerFlags, "."},
		func(o *Output) { outputs = append(outputs, o) })
	if err != nil {
		return nil, err
	}
	if len(outputs) != 1 || len(packages) != 1 || packages[0].Err != "" {
		text := fmt.Sprintf("%d outputs for the built-in package", len(outputs))
		if len(packages) > 0 {
			text += "\n" + packages[0].Err
		}
		return nil, canaryError(g.Env, strings.TrimSpace(text+"\n"+said))
	}
	return outputs[0], nil
}

// canaryError is the error that this version and the toolchain do not go together.
func canaryError(env Env, text string) error {
	return &Error{
		Op:   "canary",
		Text: fmt.Sprintf("what %s for %s/%s prints is not what this version of annotate understands:\n%s", env.GOVERSION, env.GOOS, env.GOARCH, text),
		Hint: "Use a version of annotate that knows this toolchain, or the toolchain go1.26.",
	}
}

// checkCanary compares what was understood with what the source wants.
func checkCanary(env Env, source string, out *Output) error {
	wants, err := readWants(source)
	if err != nil {
		return err
	}
	var problems []string
	for _, w := range wants {
		if got := w.missing(out); got != "" {
			problems = append(problems, got)
		}
	}
	for _, m := range out.Messages {
		if m.Kind == report.Unknown {
			problems = append(problems, fmt.Sprintf("unknown message %q", m.Text))
		}
	}
	for _, line := range slices.Concat(out.Strange, out.Other) {
		problems = append(problems, fmt.Sprintf("unknown line %q", line))
	}
	if len(problems) > 0 {
		return canaryError(env, strings.Join(problems, "\n"))
	}
	return nil
}

// want is one expectation about a line of the canary.
type want struct {
	file string // base name, by //line directives
	line int
	what string // "message", "machine" or "depth"
	kind report.Kind
	name string // of a message, or the depth
}

// readWants reads the comments of the canary.
func readWants(source string) ([]want, error) {
	var wants []want
	file, line := "canary.go", 0
	for scan := bufio.NewScanner(strings.NewReader(source)); scan.Scan(); {
		line++
		if place, ok := strings.CutPrefix(scan.Text(), "//line "); ok {
			name, number, _ := strings.Cut(place, ":")
			n, err := strconv.Atoi(number)
			if err != nil {
				return nil, fmt.Errorf("canary: %w", err)
			}
			file, line = name, n-1
		}
		_, list, ok := strings.Cut(scan.Text(), " // want ")
		if !ok {
			continue
		}
		for item := range strings.SplitSeq(list, "; ") {
			word, name, _ := strings.Cut(item, " ")
			w := want{file: file, line: line, what: "message", kind: report.Kind(word), name: name}
			if word == "machine" || word == "depth" {
				w.what, w.kind = word, report.Kind(name)
			}
			wants = append(wants, w)
		}
	}
	if len(wants) == 0 {
		return nil, errors.New("canary: nothing wanted")
	}
	return wants, nil
}

// missing says what out lacks of w, or "".
func (w want) missing(out *Output) string {
	found, seen := false, ""
	switch w.what {
	case "depth":
		depth := maxDepth(out, w.file, w.line)
		found, seen = strconv.Itoa(depth) == w.name, fmt.Sprintf("it is %d", depth)
	case "machine":
		found, seen = hasEvent(out, w), "no such event"
	default:
		found = slices.ContainsFunc(out.Messages, func(m gctext.Message) bool {
			return w.at(m.Pos.File, m.Pos.Line) && m.Kind == w.kind && m.Name == w.name
		})
		for _, m := range out.Messages {
			if w.at(m.Pos.File, m.Pos.Line) {
				seen += fmt.Sprintf("%q ", m.Text)
			}
		}
		seen = "printed there: " + strings.TrimSpace(seen)
	}
	if found {
		return ""
	}
	return fmt.Sprintf("%s:%d: want %s %s %s; %s", w.file, w.line, w.what, w.kind, w.name, seen)
}

// at reports whether a place is that of w. Under -trimpath names are import paths, with slashes everywhere.
func (w want) at(file string, line int) bool {
	return line == w.line && path.Base(filepath.ToSlash(file)) == w.file
}

// hasEvent reports whether the machine code has the event that w wants.
func hasEvent(out *Output, w want) bool {
	for _, f := range out.Funcs {
		for _, e := range f.Events {
			if e.Kind == w.kind && w.at(e.Pos.File, e.Pos.Line) {
				return true
			}
		}
	}
	return false
}

// maxDepth returns the deepest nesting of loops around the machine code of a line, or -1 if it has none.
func maxDepth(out *Output, file string, line int) int {
	depth, w := -1, want{file: file, line: line}
	for _, f := range out.Funcs {
		for _, in := range f.Instrs {
			if w.at(in.Pos.File, in.Pos.Line) {
				depth = max(depth, in.Depth)
			}
		}
	}
	return depth
}
