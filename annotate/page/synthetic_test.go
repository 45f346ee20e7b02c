package page

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// shape says how big a synthetic report is.
type shape struct {
	packages, files, lines int
	profile                bool
}

// body is a function whose lines have findings of many kinds; each file repeats it.
var body = []struct {
	text   string
	depth  int
	kinds  []report.Kind
	column int
}{
	{"// Mul returns the product of a and b; see the \"notes\" below.", 0, nil, 0},
	{"func (m *Matrix%d) Mul(a, b []float64, n int) []float64 {", 0, []report.Kind{report.Leak, report.CanInline}, 6},
	{"\tout := make([]float64, n*n)", 0, []report.Kind{report.Escape}, 13},
	{"\tfor i := 0; i < n; i++ {", 1, nil, 0},
	{"\t\tfor j := 0; j < n; j++ {", 2, nil, 0},
	{"\t\t\tout[i*n+j] += a[i*n+j] * b[j] /* dot */", 2, []report.Kind{report.Bounds, report.Bounds, report.Proved}, 19},
	{"\t\t\tm.names = append(m.names, `row`+string(rune(j)))", 2, []report.Kind{report.Alloc, report.String}, 14},
	{"\t\t}", 2, nil, 0},
	{"\t\tm.observer.Done(i)", 1, []report.Kind{report.DynCall}, 18},
	{"\t}", 1, nil, 0},
	{"\treturn out", 0, nil, 0},
	{"}", 0, nil, 0},
	{"", 0, nil, 0},
}

// synthetic returns a weighed and sorted report, always the same for a shape.
func synthetic(s shape) *report.Report {
	rnd := rand.New(rand.NewPCG(1, 2))
	r := &report.Report{
		Schema:   report.Schema,
		Build:    report.Build{GoVersion: "go1.26.8", GOOS: "linux", GOARCH: "amd64", Level: "v1", Cgo: true, Patterns: []string{"./..."}, C: []string{"gcc 12.2.0"}},
		Warnings: []string{"the function Old moved since the profile was taken"},
	}
	if s.profile {
		r.Profile = &report.Profile{CPU: "cpu.out", Alloc: "mem.out", CPUNS: 4_210_000_000, Objects: 120_000, Matched: 0.83}
	}
	for p := range s.packages {
		pkg := &report.Package{Path: fmt.Sprintf("example.com/linear/p%d", p), Named: true}
		r.Packages = append(r.Packages, pkg)
		for f := range s.files {
			file := &report.File{Path: fmt.Sprintf("%s/matrix%d.go", pkg.Path, f), Package: pkg.Path, Language: "go", Test: f%7 == 6}
			fill(r, file, s, rnd)
			r.Files = append(r.Files, file)
		}
	}
	r.Packages = append(r.Packages, &report.Package{Path: "example.com/linear/broken", Named: true, Error: "broken.go:3:9: undefined: x\nbroken.go:9:1: missing return"})
	r.Sort()
	return r
}

func fill(r *report.Report, file *report.File, s shape, rnd *rand.Rand) {
	for i := 0; i < s.lines; i++ {
		b := body[i%len(body)]
		line := report.Line{State: report.Clean, Depth: b.depth, Func: fmt.Sprintf("(*Matrix%d).Mul", i/len(body))}
		source := strings.Replace(b.text, "%d", fmt.Sprint(i/len(body)), 1)
		if source == "" || strings.HasPrefix(source, "//") {
			line.State, line.Reason, line.Func = report.NoData, report.NoCode, ""
		}
		if i/len(body)%9 == 8 {
			line = report.Line{Reason: report.NotInstanced}
			file.Source, file.Lines = append(file.Source, source), append(file.Lines, line)
			continue
		}
		freq := rnd.ExpFloat64() * []float64{1, 10, 100}[b.depth]
		for k, kind := range b.kinds {
			d := &report.Finding{
				Kind: kind, Package: file.Package, File: file.Path, Line: i + 1, Col: b.column + 3*k, Func: line.Func, Target: "go",
				Text: "Found " + kind.Info().Title, Count: 1, Depth: b.depth, DepthBy: "machine", Cost: kind.Info().Cost,
			}
			d.Heat = d.Cost * freq
			d.Level = level(d.Heat)
			d.New = rnd.IntN(50) == 0
			if kind == report.DynCall {
				d.Count, d.Machine, d.Symbol = 0, 1, "CALL CX"
				d.Chain = []report.Frame{{Func: "Done", File: file.Path, Line: 2}, {Func: "other.Inner", File: "other/x.go", Line: 0}}
			}
			if kind.Costs() {
				line.State = report.Flagged
			}
			line.Heat += d.Heat
			r.Findings = append(r.Findings, d)
		}
		line.Level = level(line.Heat)
		if s.profile && b.depth > 0 {
			line.CPU, line.Alloc = int64(freq*3e5), int64(freq*7)
		}
		if line.State != report.NoData {
			line.Asm = []report.Asm{{Symbol: "linear." + line.Func, Instrs: instructions(i, b.depth)}}
		}
		file.Source, file.Lines = append(file.Source, source), append(file.Lines, line)
		if b.depth == 2 && b.kinds == nil && strings.Contains(source, "for") {
			r.Loops = append(r.Loops, &report.Loop{Package: file.Package, File: file.Path, From: i + 1, To: i + 4, Func: line.Func, Target: "go", Depth: 2,
				CPU: int64(freq * 9e5), Heat: freq, Level: level(freq), Findings: 4})
		}
	}
}

func level(heat float64) int {
	n := 0
	for _, from := range []float64{1, 10, 100, 1000, 10000} {
		if heat >= from {
			n++
		}
	}
	return n
}

func instructions(line, depth int) (list []report.Instr) {
	for i := range 8 {
		list = append(list, report.Instr{Offset: line*64 + i*4, Depth: depth, Text: fmt.Sprintf("MOVSD\t(AX)(CX*8), X%d", i)})
	}
	return list
}

func options() Options {
	return Options{Thresholds: []report.Threshold{
		{Level: 1, From: 1, Label: "1 ns"}, {Level: 2, From: 10, Label: "10 ns"}, {Level: 3, From: 100, Label: "100 ns"}, {Level: 4, From: 1000, Label: "1 µs"}, {Level: 5, From: 10000, Label: "10 µs"},
	}}
}
