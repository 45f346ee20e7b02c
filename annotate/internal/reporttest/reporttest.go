// Package reporttest makes reports for tests out of source files with notes in them.
//
// What a compiler is to have said of a line stands behind "//!" at its end, items separated by ";":
//
//	t += xs[i] //! bounds depth=1 count=2; asm CALL runtime.panicBounds(SB)
//
// An item is a finding, a kind with fields (col, depth, count, machine, test, heat, level, shapes, symbol, func, target, quiet, wrapper, text up to the end of
// the item); or "asm" with an instruction; or "nodata" with a reason. Lines with code but without a note are clean.
package reporttest

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/rogpeppe/go-internal/txtar"
)

// Parse makes a report of the files of an archive whose names begin with the prefix, "new/p/a.go" being the file "p/a.go" of package p. Two files are
// special. "new.build" has fields of report.Build, one on a line: "GOARCH arm64". "new.packages" has packages, one on a line, with the
// error of one that does not compile, or "unnamed".
func Parse(files []txtar.File, prefix string) (*report.Report, error) {
	r := &report.Report{Schema: report.Schema, Build: report.Build{
		GoVersion: "go1.26.8", GOOS: "linux", GOARCH: "amd64", Level: "v1", Patterns: []string{"./..."},
	}}
	packages := map[string]*report.Package{}
	add := func(name string) *report.Package {
		if packages[name] == nil {
			packages[name] = &report.Package{Path: name, Named: true}
			r.Packages = append(r.Packages, packages[name])
		}
		return packages[name]
	}
	for _, f := range files {
		name, ok := strings.CutPrefix(f.Name, prefix)
		switch {
		case !ok:
		case name == ".build":
			if err := build(&r.Build, string(f.Data)); err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
		case name == ".packages":
			for line := range strings.Lines(string(f.Data)) {
				name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
				p := add(name)
				p.Named = rest != "unnamed"
				if p.Named {
					p.Error = rest
				}
			}
		case name[0] == '/':
			p := add(path.Dir(name[1:]))
			if err := source(r, p.Path, name[1:], string(f.Data)); err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
		}
	}
	r.Sort()
	return r, nil
}

func build(b *report.Build, text string) error {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch name {
		case "GoVersion":
			b.GoVersion = value
		case "GOARCH":
			b.GOARCH = value
		case "Level":
			b.Level = value
		case "Flags":
			b.Flags = strings.Fields(value)
		case "C":
			b.C = []string{value}
		case "Patterns":
			b.Patterns = strings.Fields(value)
		default:
			return fmt.Errorf("unknown field %q", name)
		}
	}
	return nil
}

var (
	method = regexp.MustCompile(`^func (?:\(\w* ?(\*?)(\w+)\) )?(\w+)`)
	empty  = regexp.MustCompile(`^\s*($|//|}|package |import )`)
)

// source adds a file with its findings.
func source(r *report.Report, pkg, name, text string) error {
	f := &report.File{
		Path: name, Package: pkg, Language: strings.TrimPrefix(path.Ext(name), "."), Test: strings.HasSuffix(name, "_test.go"),
		Display: strings.TrimPrefix(name, "ex.com/"),
	}
	fn := ""
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		line, note, _ := strings.Cut(line, "//!")
		line = strings.TrimRight(line, " ")
		if m := method.FindStringSubmatch(line); m != nil {
			fn = m[3]
			if m[2] != "" {
				fn = m[2] + "." + fn
			}
			if m[1] != "" {
				fn = "(*" + m[2] + ")." + m[3]
			}
		}
		state := report.Line{State: report.Clean, Func: fn}
		if empty.MatchString(line) {
			state = report.Line{Reason: report.NoCode}
		}
		for item := range strings.SplitSeq(note, ";") {
			d, err := parse(strings.TrimSpace(item), &state)
			if err != nil {
				return fmt.Errorf("line %d: %w", i+1, err)
			}
			if d == nil {
				continue
			}
			if d.Kind.Costs() {
				state.State = report.Flagged
			}
			d.Package, d.File, d.Line = pkg, name, i+1
			if d.Func == "" {
				d.Func = fn
			}
			r.Findings = append(r.Findings, d)
		}
		f.Source = append(f.Source, line)
		f.Lines = append(f.Lines, state)
	}
	r.Files = append(r.Files, f)
	return nil
}

// parse reads one item of a note: a finding is returned, the rest goes into the line.
func parse(item string, line *report.Line) (*report.Finding, error) {
	word, rest, _ := strings.Cut(item, " ")
	switch word {
	case "":
		return nil, nil
	case "asm":
		line.Asm = append(line.Asm, report.Asm{Symbol: "f", Instrs: []report.Instr{{Text: rest}}})
		return nil, nil
	case "nodata":
		line.State, line.Reason = report.NoData, rest
		return nil, nil
	}
	d := &report.Finding{Kind: report.Kind(word), Target: "go", Count: 1}
	if d.Kind.Info() == nil {
		return nil, fmt.Errorf("unknown kind %q", word)
	}
	d.Text = d.Kind.Info().Title
	rest, text, found := strings.Cut(rest, "text=")
	if found {
		d.Text = text
	}
	for _, field := range strings.Fields(rest) {
		if err := set(d, field); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func set(d *report.Finding, field string) error {
	name, value, _ := strings.Cut(field, "=")
	ints := map[string]*int{
		"col": &d.Col, "depth": &d.Depth, "count": &d.Count, "machine": &d.Machine, "test": &d.Test, "level": &d.Level, "shapes": &d.Shapes,
	}
	if p := ints[name]; p != nil {
		n, err := strconv.Atoi(value)
		*p = n
		return err
	}
	switch name {
	case "heat":
		n, err := strconv.ParseFloat(value, 64)
		d.Heat = n
		return err
	case "symbol":
		d.Symbol = value
	case "func":
		d.Func = value
	case "target":
		d.Target = value
	case "quiet":
		d.Quiet = "costs nothing here"
	case "wrapper":
		d.Wrapper = true
	default:
		return fmt.Errorf("unknown field %q", name)
	}
	return nil
}
