package weigh

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/annotate/report"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata/*.txtar")

// TestCases weighs the reports in testdata. A case holds sources, named by File.Path, and the sections
//
//	report  "clean FILE:FROM-TO [depth=N]", "asm FILE:LINE N", "finding FILE:LINE KIND [count=N test=N machine=N depth=N target=T quiet=Q symbol=S shapes=N wrapper]",
//	        "loop FILE:FROM-TO [depth=N target=T]", "moved FILE:LINE FILE:LINE", "unnamed PACKAGE"
//	cpu     "MS FRAME | FRAME …", leaf first, where FRAME is "FUNCTION FILE:LINE START", with "inlined" before it if it is in the next one
//	alloc   "OBJECTS FRAME | FRAME …"
//	want    what dump prints
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c := parseCase(t, a)
			got := ""
			if err := Weigh(c.report, c.profiles); err != nil {
				got = "error: " + err.Error() + "\n"
			} else {
				c.checkSum(t)
				got = dump(c.report)
			}
			if *update {
				c.want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got != string(c.want.Data) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want.Data)
			}
		})
	}
}

type testCase struct {
	report   *report.Report
	profiles *Profiles
	want     *txtar.File
}

func parseCase(t *testing.T, a *txtar.Archive) *testCase {
	t.Helper()
	c := &testCase{report: &report.Report{}}
	var cpu, alloc string
	var lines []string
	for i := range a.Files {
		f := &a.Files[i]
		switch text := string(f.Data); f.Name {
		case "report":
			lines = strings.Split(strings.TrimSpace(text), "\n")
		case "cpu":
			cpu = text
		case "alloc":
			alloc = text
		case "want":
			c.want = f
		default:
			c.report.Files = append(c.report.Files, sourceFile(f.Name, text))
		}
	}
	if c.want == nil {
		t.Fatal("no section want")
	}
	for _, line := range lines {
		c.reportLine(t, strings.Fields(line))
	}
	c.report.Sort()
	if cpu+alloc == "" {
		return c
	}
	c.profiles = &Profiles{}
	if cpu != "" {
		c.profiles.cpu = textSamples(t, cpu, 1e6, pickCPU, &profile.ValueType{Type: "cpu", Unit: "nanoseconds"})
		c.profiles.cpu.name = "cpu.out"
	}
	if alloc != "" {
		c.profiles.alloc = textSamples(t, alloc, 1, pickAlloc, &profile.ValueType{Type: "alloc_objects", Unit: "count"})
		c.profiles.alloc.name = "mem.out"
	}
	return c
}

func sourceFile(name, text string) *report.File {
	f := &report.File{Path: name, Package: path.Dir(name), Language: strings.TrimPrefix(path.Ext(name), "."), Abs: "/src/" + name,
		Test: strings.HasSuffix(name, "_test.go"), Source: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
	f.Lines = make([]report.Line, len(f.Source))
	return f
}

// parsePlace reads FILE:LINE or FILE:FROM-TO.
func parsePlace(t *testing.T, s string) (file string, from, to int) {
	t.Helper()
	file, lines, _ := strings.Cut(s, ":")
	a, b, ok := strings.Cut(lines, "-")
	from, err := strconv.Atoi(a)
	if err != nil {
		t.Fatalf("place %q: %v", s, err)
	}
	if !ok {
		return file, from, from
	}
	if to, err = strconv.Atoi(b); err != nil {
		t.Fatalf("place %q: %v", s, err)
	}
	return file, from, to
}

func (c *testCase) file(t *testing.T, name string) *report.File {
	t.Helper()
	for _, f := range c.report.Files {
		if f.Path == name {
			return f
		}
	}
	t.Fatalf("no file %s", name)
	return nil
}

func (c *testCase) reportLine(t *testing.T, fields []string) {
	t.Helper()
	options := map[string]string{"target": "go"}
	for _, o := range fields[2:] {
		key, value, _ := strings.Cut(o, "=")
		options[key] = value
	}
	number := func(key string) int {
		n, _ := strconv.Atoi(options[key])
		return n
	}
	if fields[0] == "unnamed" {
		c.report.Packages = append(c.report.Packages, &report.Package{Path: fields[1]})
		return
	}
	name, from, to := parsePlace(t, fields[1])
	switch fields[0] {
	case "clean":
		f := c.file(t, name)
		for i := from; i <= to; i++ {
			f.Lines[i-1].State, f.Lines[i-1].Depth = report.Clean, number("depth")
		}
	case "asm":
		n, _ := strconv.Atoi(fields[2])
		c.file(t, name).Lines[from-1].Asm = []report.Asm{{Symbol: "p.F", Instrs: make([]report.Instr, n)}}
	case "finding":
		_, wrapper := options["wrapper"]
		c.report.Findings = append(c.report.Findings, &report.Finding{Kind: report.Kind(fields[2]), File: name, Line: from,
			Count: number("count"), Test: number("test"), Machine: number("machine"), Depth: number("depth"), Target: options["target"],
			Shapes: number("shapes"), Quiet: options["quiet"], Symbol: options["symbol"], Wrapper: wrapper})
	case "loop":
		c.report.Loops = append(c.report.Loops, &report.Loop{File: name, From: from, To: to, Depth: number("depth"), Target: options["target"]})
	case "moved":
		f := c.file(t, name)
		if f.Moved == nil {
			f.Moved = map[int]report.Place{}
		}
		file, line, _ := parsePlace(t, fields[2])
		f.Moved[from] = report.Place{File: file, Line: line}
	default:
		t.Fatalf("unknown report line %q", fields)
	}
}

// textSamples makes a profile of lines "VALUE FRAME | FRAME …".
func textSamples(t *testing.T, text string, unit int64, pick picker, kind *profile.ValueType) *samples {
	t.Helper()
	p := &profile.Profile{SampleType: []*profile.ValueType{kind}, PeriodType: kind, Period: 1}
	funcs := map[string]*profile.Function{}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		value, stack, _ := strings.Cut(line, " ")
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		s := &profile.Sample{Value: []int64{n * unit}}
		inlined := false
		for _, frame := range strings.Split(stack, " | ") {
			frame, more := strings.CutPrefix(frame, "inlined ")
			fields := strings.Fields(frame)
			colon := strings.LastIndexByte(fields[1], ':')
			at, err1 := strconv.Atoi(fields[1][colon+1:])
			start, err2 := strconv.Atoi(fields[2])
			if err1 != nil || err2 != nil {
				t.Fatal(frame, err1, err2)
			}
			fn := funcs[fields[0]+fields[1][:colon]]
			if fn == nil {
				fn = &profile.Function{ID: uint64(len(p.Function) + 1), Name: fields[0], SystemName: fields[0], Filename: fields[1][:colon],
					StartLine: int64(start)}
				funcs[fields[0]+fields[1][:colon]] = fn
				p.Function = append(p.Function, fn)
			}
			if !inlined {
				loc := &profile.Location{ID: uint64(len(p.Location) + 1)}
				p.Location = append(p.Location, loc)
				s.Location = append(s.Location, loc)
			}
			loc := s.Location[len(s.Location)-1]
			loc.Line = append(loc.Line, profile.Line{Function: fn, Line: int64(at)})
			inlined = more
		}
		p.Sample = append(p.Sample, s)
	}
	// Through the form on disk, so that it is a profile that can be read.
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	samples, err := parse(b.Bytes(), pick)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

// checkSum holds Weigh to its promise: what matched is on lines, all of it and nothing more.
func (c *testCase) checkSum(t *testing.T) {
	t.Helper()
	p := c.report.Profile
	if p == nil {
		return
	}
	ns, objects := sums(c.report)
	total, all := ns, p.CPUNS
	if p.CPU == "" {
		total, all = objects, p.Objects
	}
	if want := int64(p.Matched*float64(all) + 0.5); total != want {
		t.Errorf("lines have %d, %d matched", total, want)
	}
}

func sums(r *report.Report) (ns, objects int64) {
	for _, f := range r.Files {
		for _, l := range f.Lines {
			ns += l.CPU
			objects += l.Alloc
		}
	}
	return ns, objects
}

// dump prints what Weigh filled in.
func dump(r *report.Report) string {
	var b strings.Builder
	if p := r.Profile; p != nil {
		fmt.Fprintf(&b, "profile cpu=%q alloc=%q %.0fms %d objects, matched %.3f\n", p.CPU, p.Alloc, float64(p.CPUNS)/1e6, p.Objects, p.Matched)
		for _, s := range p.Stale {
			fmt.Fprintf(&b, "stale %s\n", s)
		}
	}
	for _, f := range r.Files {
		for i, l := range f.Lines {
			if l.Heat > 0 || l.Level > 0 || l.CPU > 0 || l.Alloc > 0 {
				fmt.Fprintf(&b, "line %s:%d level=%d heat=%s cpu=%.3fms alloc=%d%s\n", f.Path, i+1, l.Level, heat(r, l.Heat), float64(l.CPU)/1e6, l.Alloc, estimate(l.Estimate))
			}
		}
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "finding %s:%d %s %s level=%d heat=%s cost=%g%s\n", f.File, f.Line, f.Target, f.Kind, f.Level, heat(r, f.Heat), f.Cost, estimate(f.Estimate))
	}
	for _, l := range r.Loops {
		fmt.Fprintf(&b, "loop %s:%d-%d %s level=%d heat=%s cpu=%.3fms findings=%d%s\n", l.File, l.From, l.To, l.Target, l.Level, heat(r, l.Heat), float64(l.CPU)/1e6, l.Findings, estimate(l.Estimate))
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "warning %s\n", w)
	}
	return b.String()
}

// heat prints nanoseconds of a run in milliseconds.
func heat(r *report.Report, x float64) string {
	if r.Profile == nil {
		return fmt.Sprintf("%.4g", x)
	}
	return fmt.Sprintf("%.3fms", x/1e6)
}

func estimate(yes bool) string {
	if yes {
		return " estimate"
	}
	return ""
}
