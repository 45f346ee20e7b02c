package browsertest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/annotate/internal/reporttest"
	"github.com/kgen-go/kgen/annotate/page"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/annotate/weigh"
)

// Files of the sample.
const (
	dense  = "ex.com/lin/mat/dense.go"
	scale  = "ex.com/lin/mat/scale.kg"
	server = "ex.com/lin/web/server.go"
	clean  = "ex.com/lin/web/clean.go"
	tests  = "ex.com/lin/mat/dense_test.go"
)

// sample is the report of testdata/sample.txtar, weighed by loop depth. It has what one page can show, but a profile.
func sample(t testing.TB) *report.Report {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/sample.txtar")
	if err != nil {
		t.Fatal(err)
	}
	r, err := reporttest.Parse(archive.Files, "new")
	if err != nil {
		t.Fatal(err)
	}
	r.Warnings = []string{"go.mod has changes that are not built"}
	decorate(r)
	loops(r)
	if err := weigh.Weigh(r, nil); err != nil {
		t.Fatal(err)
	}
	r.Sort()
	return r
}

// decorate adds what the notation of reporttest cannot say.
func decorate(r *report.Report) {
	notes := r.File(scale).Lines
	notes[5].Notes = []report.Note{{Title: "Go", Text: "x[i] = s * x[by[i]]"}, {Title: "C", Text: "if ((uint64_t)by[i] >= x_len) goto fail;\nx[i] = s * x[by[i]];"},
		{Title: "types", Text: "x []float64\ns float64"}}
	notes[4].Notes = []report.Note{{Title: "C", Text: "for (int64_t i = 0; i < x_len; i++) {"}}
	for _, f := range r.Files {
		for i := 1; i < len(f.Lines); i++ { // a function's braces belong to it
			if strings.HasSuffix(strings.TrimSpace(f.Source[i]), "}") && f.Lines[i].Func == "" {
				f.Lines[i].Func = f.Lines[i-1].Func
			}
		}
	}
	for _, f := range r.Findings {
		if l := r.File(f.File).Lines; f.Depth > l[f.Line-1].Depth {
			l[f.Line-1].Depth = f.Depth
		}
		f.DepthBy = "machine"
		switch {
		case f.Kind == report.Bounds && f.File == dense && f.Depth == 3:
			f.Chain = []report.Frame{{Func: "(*Dense).At", File: dense, Line: 19}, {Func: "other.Inner"}}
		case f.Kind == report.String, f.Kind == report.Map && f.Depth == 1:
			f.New = true
		}
	}
}

func loops(r *report.Report) {
	r.Loops = []*report.Loop{
		{Package: "ex.com/lin/mat", File: dense, From: 24, To: 32, Func: "Mul", Target: "go", Depth: 1, Findings: 3},
		{Package: "ex.com/lin/mat", File: dense, From: 27, To: 29, Func: "Mul", Target: "go", Depth: 3, Findings: 2},
		{Package: "ex.com/lin/mat", File: scale, From: 5, To: 7, Func: "Scale", Target: "gcc", Depth: 1, Findings: 1},
	}
}

// profiled is the sample with times and objects.
func profiled(t testing.TB) *report.Report {
	r := sample(t)
	r.Profile = &report.Profile{CPU: "cpu.out", Alloc: "mem.out", CPUNS: 4_210_000_000, Objects: 120_000, Matched: 0.83, Stale: []string{"ex.com/lin/web.Old"}}
	for _, f := range r.Files {
		for i := range f.Lines {
			if l := &f.Lines[i]; l.Depth > 0 {
				l.CPU, l.Alloc, l.Estimate = int64(l.Depth)*412_345_678, int64(l.Depth)*30_000, f.Language == "kg"
			}
		}
	}
	r.Sort()
	return r
}

// long is a report of one generated file of so many lines, a finding in each tenth.
func long(lines int) *report.Report {
	const path = "ex.com/big/zgen.go"
	f := &report.File{Path: path, Package: "ex.com/big", Language: "go", Generated: true}
	r := &report.Report{Schema: report.Schema, Build: report.Build{GoVersion: "go1.26.8", GOOS: "linux", GOARCH: "amd64", Patterns: []string{"./big"}},
		Packages: []*report.Package{{Path: "ex.com/big", Named: true}}, Files: []*report.File{f}}
	for i := range lines {
		f.Source = append(f.Source, fmt.Sprintf("\ttable[%d] = values[index[%d]] // entry %d", i, i, i))
		f.Lines = append(f.Lines, report.Line{State: report.Clean, Func: fmt.Sprintf("fill%d", i/1000)})
		if i%10 == 9 {
			f.Lines[i].State, f.Lines[i].Level = report.Flagged, 1+i%5
			r.Findings = append(r.Findings, &report.Finding{Kind: report.Bounds, Package: "ex.com/big", File: path, Line: i + 1, Col: 13, Func: f.Lines[i].Func,
				Target: "go", Text: "Found IsInBounds", Count: 1, Level: 1 + i%5, Heat: float64(1 + i%5)})
		}
	}
	r.Sort()
	return r
}

// empty is a report in which nothing was found.
func empty() *report.Report {
	r := &report.Report{Schema: report.Schema, Build: report.Build{GoVersion: "go1.26.8", GOOS: "linux", GOARCH: "amd64", Cgo: true, Patterns: []string{"./quiet"}},
		Packages: []*report.Package{{Path: "ex.com/quiet", Named: true}},
		Files: []*report.File{{Path: "ex.com/quiet/q.go", Package: "ex.com/quiet", Language: "go", Source: []string{"package quiet"},
			Lines: []report.Line{{Reason: report.NoCode}}}}}
	r.Sort()
	return r
}

// failed is a report of one package that does not compile.
func failed() *report.Report {
	r := &report.Report{Schema: report.Schema, Build: report.Build{GoVersion: "go1.26.8", GOOS: "linux", GOARCH: "amd64", Cgo: true, Patterns: []string{"."}},
		Packages: []*report.Package{{Path: "ex.com/bad", Named: true, Error: "bad.go:3:9: undefined: " + strings.Repeat("x", 200) + "\nbad.go:9:1: missing return"}}}
	r.Sort()
	return r
}

// options are those that the command uses.
func options(r *report.Report) page.Options {
	return page.Options{Thresholds: weigh.Thresholds(r.Profile != nil)}
}

// writePage writes the page of a report to a file and returns its URL.
func writePage(t testing.TB, r *report.Report, o page.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "report #1.html")
	if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return fileURL(name)
}
