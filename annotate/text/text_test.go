package text

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/internal/reporttest"
	"github.com/kgen-go/kgen/annotate/report"
)

// TestCases writes the report of each testdata/*.txtar as the worst lines, for the options in the comment, and as a quickfix list; the sections worst and
// quickfix are what is wanted. KGEN_UPDATE=1 rewrites them.
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var o Options
			if _, err := fmt.Sscanf(string(a.Comment), "rows %d width %d", &o.Rows, &o.Width); err != nil {
				t.Fatal(err)
			}
			r := read(t, a)
			got := map[string]string{
				"worst":    written(t, func(b *bytes.Buffer) error { return Worst(b, r, o) }),
				"quickfix": written(t, func(b *bytes.Buffer) error { return Quickfix(b, r) }),
			}
			for i, f := range a.Files {
				want, ok := got[f.Name]
				switch {
				case !ok:
				case os.Getenv("KGEN_UPDATE") != "":
					a.Files[i].Data = []byte(want)
				case string(f.Data) != want:
					t.Errorf("%s: got:\n%s\nwant:\n%s", f.Name, want, f.Data)
				}
			}
			rows, _, found := strings.Cut(got["worst"], "\n\n")
			for line := range strings.Lines(rows) {
				if n := width(strings.TrimSuffix(line, "\n")); found && n > o.Width {
					t.Errorf("%d columns: %s", n, line)
				}
			}
			if os.Getenv("KGEN_UPDATE") != "" {
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func read(t *testing.T, a *txtar.Archive) *report.Report {
	r, err := reporttest.Parse(a.Files, "new")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t *testing.T, write func(*bytes.Buffer) error) string {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestMeasured wants lines that took time shown also where nothing was found, and no others.
func TestMeasured(t *testing.T) {
	file := &report.File{Path: "p/a.go", Package: "p", Display: "a.go", Source: []string{"a", "b", "c", "d"}, Lines: []report.Line{
		{State: report.Clean, Level: 5, Heat: 9e8, CPU: 9e8, Depth: 1}, {State: report.Clean, Level: 2, Heat: 1e6, CPU: 1e6},
		{State: report.Flagged, Level: 4, Heat: 5e8, CPU: 5e8}, {State: report.NoData},
	}}
	r := &report.Report{
		Packages: []*report.Package{{Path: "p", Named: true}}, Profile: &report.Profile{CPU: "cpu.out", CPUNS: 2e9, Matched: 1},
		Files:    []*report.File{file},
		Findings: []*report.Finding{{Kind: report.Map, Package: "p", File: "p/a.go", Line: 3, Count: 1, Level: 4, Heat: 5e8}},
	}
	r.Sort()
	got := written(t, func(b *bytes.Buffer) error { return Worst(b, r, Options{Width: 100}) })
	for i, want := range []string{`^5 .*a\.go:1  nothing found, loop depth 1, 900ms  a$`, `^4 .*a\.go:3  map access, 500ms  c$`, "^$", "^The worst 2 of 2 lines"} {
		if line := strings.Split(got, "\n")[i]; !regexp.MustCompile(want).MatchString(line) {
			t.Errorf("line %d is %q, want %s", i+1, line, want)
		}
	}
	r.Profile = nil
	if got := written(t, func(b *bytes.Buffer) error { return Worst(b, r, Options{}) }); strings.Contains(got, "a.go:1") {
		t.Errorf("without a profile:\n%s", got)
	}
}

// hostile has all that could drive a terminal or deceive a reader.
const hostile = "\x1b]0;title\a\x1b[31mred\x9b2J\r\n\x00\x7f\u202eright\u2066\u200b\u2028\xff\xc2"

// TestHostile wants no control or invisible character of foreign text in any output, and no line more than it should have.
func TestHostile(t *testing.T) {
	f := &report.Finding{
		Kind: report.Bounds, Package: hostile, File: hostile, Line: 1, Func: hostile, Target: "go",
		Text: hostile, Source: hostile, Symbol: hostile, Count: 1, Heat: 3, Level: 2,
	}
	file := &report.File{Path: hostile, Package: hostile, Display: hostile, Lines: []report.Line{{State: report.Flagged}}}
	r := &report.Report{
		Build:    report.Build{GoVersion: hostile, GOOS: hostile},
		Packages: []*report.Package{{Path: hostile, Named: true, Error: hostile}},
		Profile:  &report.Profile{CPU: hostile},
		Files:    []*report.File{file}, Findings: []*report.Finding{f},
	}
	r.Sort()
	c := &compare.Changes{
		Warnings: []string{hostile}, Unseen: []string{hostile}, Gone: []string{hostile},
		Added: []*compare.Change{{New: f}}, Hotter: []*compare.Change{{Old: f, New: f}}, Fixed: []*compare.Change{{Old: f}},
	}
	verdict := compare.Verdict{
		Condition: compare.Condition{Metric: "bounds", Scope: hostile, Op: "<="}, Got: 1, Broken: true,
		Func: hostile, Worst: []*report.Finding{f}, Unseen: []string{hostile},
	}
	failure := compare.Failure{Directive: &compare.Directive{Name: "inline", File: file, Line: 1}, Line: 1, Text: hostile}
	for name, out := range map[string]struct {
		lines int
		write func(*bytes.Buffer) error
	}{
		"worst":    {5, func(b *bytes.Buffer) error { return Worst(b, r, Options{Width: 400}) }},
		"quickfix": {2, func(b *bytes.Buffer) error { return Quickfix(b, r) }},
		"changes":  {10, func(b *bytes.Buffer) error { return Changes(b, c, r, Options{}) }},
		"verdicts": {4, func(b *bytes.Buffer) error {
			return Verdicts(b, []compare.Verdict{verdict}, []compare.Failure{failure}, nil, Options{})
		}},
	} {
		got := written(t, out.write)
		if n := strings.Count(got, "\n"); n != out.lines {
			t.Errorf("%s: %d lines:\n%s", name, n, got)
		}
		for _, r := range strings.ReplaceAll(got, "\n", "") {
			if !unicode.IsPrint(r) {
				t.Errorf("%s: character %U", name, r)
			}
		}
	}
}

// TestColor wants colours only when they are asked for, each ended on its line, and otherwise the same text.
func TestColor(t *testing.T) {
	a, err := txtar.ParseFile("testdata/wide.txtar")
	if err != nil {
		t.Fatal(err)
	}
	r := read(t, a)
	plain := written(t, func(b *bytes.Buffer) error { return Worst(b, r, Options{Width: 120}) })
	colored := written(t, func(b *bytes.Buffer) error { return Worst(b, r, Options{Width: 120, Color: true}) })
	for _, line := range strings.Split(colored, "\n") {
		if strings.Count(line, "\x1b[") != 2*strings.Count(line, "\x1b[0m") {
			t.Errorf("a colour does not end: %q", line)
		}
	}
	stripped := colored
	for i, c := range colors {
		stripped = strings.ReplaceAll(stripped, fmt.Sprintf("\x1b[38;5;%dm", c), "")
		if i > 0 && c == colors[i-1] {
			t.Errorf("steps %d and %d look the same", i-1, i)
		}
	}
	stripped = strings.ReplaceAll(strings.ReplaceAll(stripped, "\x1b[0m", ""), "\x1b[1m", "")
	if stripped != plain || colored == plain {
		t.Errorf("plain:\n%s\ncoloured:\n%q", plain, colored)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in          string
		n           int
		right, left string
	}{
		{"abcdef", 6, "abcdef", "abcdef"},
		{"abcdef", 4, "abc…", "…def"},
		{"日本語", 6, "日本語", "日本語"},
		{"日本語", 5, "日本…", "…本語"},
		{"日本語", 4, "日…", "…語"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…", "…e\u0301"},
		{"abc", 1, "…", "…"},
		{"abc", 0, "", ""},
	} {
		if got := cut(c.in, c.n); got != c.right {
			t.Errorf("cut(%q, %d) = %q", c.in, c.n, got)
		}
		if got := cutLeft(c.in, c.n); got != c.left {
			t.Errorf("cutLeft(%q, %d) = %q", c.in, c.n, got)
		}
	}
}

// TestSafe: line ends stay, in one write or in several; all else is as Clean makes it.
func TestSafe(t *testing.T) {
	var b strings.Builder
	w := Safe(&b)
	for _, s := range []string{"a\x1b[31mb\r\n", "c\td\n\n", "\u009be"} {
		if n, err := io.WriteString(w, s); n != len(s) || err != nil {
			t.Errorf("%q: %d, %v", s, n, err)
		}
	}
	if got, want := b.String(), "a\u241b[31mb\nc d\n\n\ufffde"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
