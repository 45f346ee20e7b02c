package weigh

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/kgen-go/kgen/annotate/report"
)

// tinyReport is a report of one file of one function.
func tinyReport() *report.Report {
	f := sourceFile("ex.com/p/x.go", "package p; func F(x []int) {\n\tfor i := range x {\n\t\tx[i] = x[i+1]\n\t}\n}\n")
	for i := range f.Lines {
		f.Lines[i].State = report.Clean
	}
	r := &report.Report{Files: []*report.File{f}, Findings: []*report.Finding{
		{Kind: report.Bounds, File: f.Path, Line: 3, Count: 1, Target: "go"}},
		Loops: []*report.Loop{{File: f.Path, From: 2, To: 3, Depth: 0, Target: "go"}}}
	r.Sort()
	return r
}

// TestProperties weighs random reports by random profiles: what matched is on lines, to the nanosecond, whatever the loops; no finding explains more than
// its line has; levels rise with heat.
func TestProperties(t *testing.T) {
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		r := randomReport(rnd)
		p := randomProfiles(t, rnd)
		if err := Weigh(r, p); err != nil {
			if strings.Contains(err.Error(), "another program") {
				continue
			}
			t.Fatalf("seed %d: %v", seed, err)
		}
		ns, objects := sums(r)
		if want := share(ns, p.cpu.total); ns > p.cpu.total || want != r.Profile.Matched {
			t.Errorf("seed %d: lines have %d of %d ns, matched %g", seed, ns, p.cpu.total, r.Profile.Matched)
		}
		if objects > p.alloc.total {
			t.Errorf("seed %d: lines have %d of %d objects", seed, objects, p.alloc.total)
		}
		checkHeat(t, seed, r)
	}
}

func checkHeat(t *testing.T, seed uint64, r *report.Report) {
	t.Helper()
	type step struct {
		heat  float64
		level int
	}
	var all []step
	for _, f := range r.Files {
		for i, l := range f.Lines {
			all = append(all, step{l.Heat, l.Level})
			if l.CPU < 0 || l.Alloc < 0 || math.IsNaN(l.Heat) || l.Heat < float64(l.CPU) {
				t.Errorf("seed %d: line %d: %+v", seed, i+1, l)
			}
			for _, d := range l.Findings {
				if d.Heat > l.Heat*(1+1e-9) || d.Heat < 0 || math.IsNaN(d.Heat) {
					t.Errorf("seed %d: line %d with %g has a finding with %g", seed, i+1, l.Heat, d.Heat)
				}
				if (d.Level > 0) != (d.Cost > 0) {
					t.Errorf("seed %d: %s costs %g and has level %d", seed, d.Kind, d.Cost, d.Level)
				}
			}
		}
	}
	for _, a := range all {
		for _, b := range all {
			if a.heat > b.heat && a.level < b.level {
				t.Fatalf("seed %d: heat %g has level %d, heat %g level %d", seed, a.heat, a.level, b.heat, b.level)
			}
		}
	}
}

const randomLines = 30

func randomReport(rnd *rand.Rand) *report.Report {
	f := sourceFile("ex.com/p/x.go", "package p\nfunc F() {"+strings.Repeat("\n", randomLines-2)+"}")
	r := &report.Report{Files: []*report.File{f}}
	for i := range f.Lines {
		f.Lines[i].State = report.State(rnd.IntN(3))
		f.Lines[i].Depth = rnd.IntN(4)
		f.Lines[i].Asm = []report.Asm{{Instrs: make([]report.Instr, rnd.IntN(9))}}
	}
	kinds := report.Kinds()
	for range rnd.IntN(20) {
		r.Findings = append(r.Findings, &report.Finding{Kind: kinds[rnd.IntN(len(kinds))].Kind, File: f.Path, Line: 1 + rnd.IntN(randomLines),
			Count: rnd.IntN(3), Machine: rnd.IntN(2), Test: 1, Depth: rnd.IntN(4), Target: []string{"go", "gcc", "kgen"}[rnd.IntN(3)],
			Wrapper: rnd.IntN(9) == 0})
	}
	for range rnd.IntN(6) {
		from := 1 + rnd.IntN(randomLines)
		r.Loops = append(r.Loops, &report.Loop{File: f.Path, From: from, To: from + rnd.IntN(randomLines), Depth: 1 + rnd.IntN(3), Target: "go"})
	}
	r.Sort()
	return r
}

func randomProfiles(t *testing.T, rnd *rand.Rand) *Profiles {
	t.Helper()
	var cpu, alloc strings.Builder
	for range 1 + rnd.IntN(30) {
		frame := fmt.Sprintf("ex.com/p.F /p/x.go:%d %d", 2+rnd.IntN(randomLines+3), 2+rnd.IntN(20)/19)
		switch rnd.IntN(4) {
		case 0:
			frame = "runtime.mallocgc /r/malloc.go:5 1 | " + frame
		case 1:
			frame = "ex.com/q.G /q/y.go:5 1 | " + frame
		}
		fmt.Fprintf(&cpu, "%d %s\n", 1+rnd.IntN(1000), frame)
		fmt.Fprintf(&alloc, "%d %s\n", 1+rnd.IntN(1000000), frame)
	}
	return &Profiles{
		cpu:   textSamples(t, cpu.String(), 7, pickCPU, &profile.ValueType{Type: "cpu", Unit: "nanoseconds"}),
		alloc: textSamples(t, alloc.String(), 1, pickAlloc, &profile.ValueType{Type: "alloc_objects", Unit: "count"}),
	}
}

// TestDivide checks that parts sum up and follow the weights.
func TestDivide(t *testing.T) {
	for _, c := range []struct {
		total   int64
		weights []float64
		want    string
	}{
		{10, []float64{1, 1}, "[5 5]"},
		{10, []float64{1, 1, 1}, "[4 3 3]"},
		{11, []float64{1, 10, 100}, "[0 0 11]"},
		{0, []float64{1}, "[0]"},
		{5, nil, "[]"},
		{1 << 62, []float64{1, 2}, "[1537228672809129216 3074457345618258688]"},
	} {
		got := divide(c.total, c.weights)
		if fmt.Sprint(got) != c.want {
			t.Errorf("divide(%d, %v) = %v, want %s", c.total, c.weights, got, c.want)
		}
	}
}
