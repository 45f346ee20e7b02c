package golist

import (
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/gctext"
	"github.com/kgen-go/kgen/annotate/machine"
	"github.com/kgen-go/kgen/annotate/report"
)

// listed is a package in go list's JSON.
type listed struct {
	Package
	Export     string // file of the compiled package; "" if there is none
	Error      *listedError
	DepsErrors []*listedError
}

type listedError struct {
	Pos string
	Err string
}

// decodePackages reads the JSON stream of go list. The main packages that the go command writes for tests are left out.
func decodePackages(r io.Reader, tests bool) ([]*Package, error) {
	var packages []*Package
	for dec := json.NewDecoder(r); ; {
		p := new(listed)
		if err := dec.Decode(p); err == io.EOF {
			return packages, nil
		} else if err != nil {
			_, _ = io.Copy(io.Discard, r) // so that the command can end
			return nil, err
		}
		if tests && isTestMain(&p.Package) {
			continue
		}
		p.Err = p.reason()
		packages = append(packages, &p.Package)
	}
}

// isTestMain recognises the program that runs the tests of a package: its one file is no source file of anybody.
func isTestMain(p *Package) bool {
	if p.Name != "main" || !strings.HasSuffix(p.ImportPath, ".test") || len(p.GoFiles) > 1 {
		return false
	}
	return !slices.ContainsFunc(p.GoFiles, func(name string) bool { return !filepath.IsAbs(name) && name != "_testmain.go" })
}

// reason says why the package does not compile, or "".
func (p *listed) reason() string {
	if p.Error != nil {
		return p.Error.text()
	}
	if p.Export != "" || len(p.GoFiles)+len(p.CgoFiles) == 0 || p.ImportPath == "unsafe" {
		return ""
	}
	var lines []string
	for _, e := range p.DepsErrors {
		if text := e.text(); !slices.Contains(lines, text) {
			lines = append(lines, text)
		}
	}
	if len(lines) == 0 {
		return "a package that it imports does not compile"
	}
	return strings.Join(lines, "\n")
}

// text is the error without the header of the package and without the messages and machine code that the compiler had printed before.
func (e *listedError) text() string {
	var lines []string
	listing := machine.NewParser("", func(*machine.Func) {})
	for line := range strings.Lines(e.Err) {
		line = strings.TrimRight(line, "\r\n")
		if _, _, header := gctext.Header([]byte(line)); header || listing.Line([]byte(line)) {
			continue
		}
		if m, ok := gctext.Parse([]byte(line)); ok && m.Kind != report.Unknown {
			continue
		}
		lines = append(lines, line)
	}
	text := strings.TrimSpace(strings.Join(lines, "\n"))
	if e.Pos != "" {
		text = e.Pos + ": " + text
	}
	return text
}
