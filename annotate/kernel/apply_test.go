package kernel

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/gen"
)

// sum is a kernel with a check in a loop.
const sum = `package k

//kg:cdef x, y []float64
//kg:cdef return float64
func Dot(x, y) {
	s := 0.0
	for i := range x {
		s += x[i] * y[i]
	}
	return s
}
`

func kernelFile(text string) []txtar.File { return []txtar.File{{Name: "k/k.kg", Data: []byte(text)}} }

// reported returns a report as the join stage makes it: each line of a Go file has two findings, one instruction and a state, and there is
// a loop over the lines of its for statement.
func reported(t *testing.T, dir, name string) *report.Report {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	f := &report.File{Path: "example.com/m/k/" + name, Package: "example.com/m/k", Language: "go", Display: "k/" + name}
	r := &report.Report{Files: []*report.File{f}, Packages: []*report.Package{{Path: "example.com/m/k", Named: true, Dir: dir}}}
	for i, line := range report.SplitLines(string(text)) {
		n := i + 1
		f.Lines = append(f.Lines, report.Line{State: report.Clean, Asm: []report.Asm{{Symbol: "k.dotGo", Instrs: []report.Instr{{Offset: n, Text: "NOP"}}}}})
		for range 2 {
			r.Findings = append(r.Findings, &report.Finding{Kind: report.Bounds, Package: f.Package, File: f.Path, Line: n, Col: 9, Func: "dotGo", Target: "go",
				Text: "Found IsInBounds", Count: 1, Chain: []report.Frame{{Func: "f", File: f.Path, Line: n}}})
		}
		if strings.HasPrefix(line, "\tfor ") {
			r.Loops = append(r.Loops, &report.Loop{Package: f.Package, File: f.Path, From: n, To: n + 4, Func: "dotGo", Target: "go", Depth: 1})
		}
	}
	return r
}

func count(r *report.Report) (n int) {
	for _, f := range r.Findings {
		if f.Target == "go" {
			n += f.Count
		}
	}
	return n
}

// TestApplyMoves moves what is known of generated lines to those of the kernel: nothing is lost, nothing counted twice.
func TestApplyMoves(t *testing.T) {
	dir := generate(t, kernelFile(sum), gen.Options{})
	r := reported(t, dir, "k_kg.go")
	before := count(r)
	k := load(t, dir, Options{})
	if err := k.Apply(r); err != nil {
		t.Fatal(err)
	}
	r.Sort()
	if after := count(r); after != before {
		t.Errorf("%d lines of the Go compiler before, %d after", before, after)
	}
	kg, generated := r.File("example.com/m/k/k.kg"), r.File("example.com/m/k/k_kg.go")
	if kg == nil || kg.Language != "kg" || kg.Display != filepath.Join("k", "k.kg") || len(kg.Source) != 11 || kg.Package != "example.com/m/k" {
		t.Fatalf("the kernel's file is %+v", kg)
	}
	for n, want := range map[int]report.State{1: report.NoData, 3: report.NoData, 5: report.Clean, 6: report.Clean, 8: report.Flagged, 9: report.NoData, 10: report.Clean} {
		if got := kg.Lines[n-1]; got.State != want {
			t.Errorf("line %d: %s (%s), want %s", n, got.State, got.Reason, want)
		}
	}
	inner := kg.Lines[7]
	if inner.Depth != 1 || inner.Func != "Dot" || len(inner.Asm) != 1 || len(inner.Asm[0].Instrs) < 3 {
		t.Errorf("the line of the loop's body is %+v", inner)
	}
	i := slices.IndexFunc(inner.Findings, func(f *report.Finding) bool { return f.Target == "go" && f.Count > 2 })
	if i < 0 || inner.Findings[i].Chain[0].File != kg.Path || inner.Findings[i].Chain[0].Line != 8 || inner.Findings[i].Func != "Dot" {
		t.Errorf("equal findings of several generated lines are not one, with its chain: %+v", inner.Findings)
	}
	for line, to := range generated.Moved {
		if g := generated.Lines[line-1]; g.State != report.NoData || g.Reason != report.InKernel || len(g.Asm)+len(g.Findings) > 0 || to.File != kg.Path {
			t.Errorf("the generated line %d keeps %+v", line, g)
		}
	}
	if len(generated.Moved) < 8 || generated.Lines[2].State != report.Clean || len(generated.Lines[2].Findings) != 2 {
		t.Error("too much was moved, or too little: ", generated.Moved)
	}
	if len(r.Loops) != 1 || r.Loops[0].File != kg.Path || r.Loops[0].From != 7 || r.Loops[0].To != 9 || r.Loops[0].Target != "kgen" || r.Loops[0].Func != "Dot" {
		t.Errorf("the loops are %+v", r.Loops[0])
	}
}

// TestDirect loads a package whose Go names the kernel's lines by itself: nothing is to be moved.
func TestDirect(t *testing.T) {
	dir := generate(t, kernelFile(sum), gen.Options{Lines: true})
	r := reported(t, dir, "k_kg.go")
	k := load(t, dir, Options{})
	if len(k.Warnings) > 0 || !k.origin.direct {
		t.Fatal("the directives are not seen: ", k.Warnings)
	}
	if err := k.Apply(r); err != nil {
		t.Fatal(err)
	}
	r.Sort()
	for _, f := range r.Findings {
		if f.Target == "go" && f.File != "example.com/m/k/k_kg.go" {
			t.Errorf("a finding was moved: %+v", f)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "k_kg.go"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(text, []byte("\n"))
	moved := r.File("example.com/m/k/k_kg.go").Moved
	for n, line := range lines {
		at, ok := moved[n+1]
		if bytes.HasPrefix(line, []byte("\tfor ")) && (!ok || at.Line != 7) || bytes.HasPrefix(line, []byte("//line")) && ok {
			t.Errorf("line %d is said to come from %v: %s", n+1, at, line)
		}
	}
}

// TestTwoPackages applies kernels of one name in two packages, and two packages made from the same kernels.
func TestTwoPackages(t *testing.T) {
	dir := generate(t, kernelFile(sum), gen.Options{})
	fast := filepath.Join(dir, "fast")
	compiled, err := gen.Compile(dir, gen.Options{Go: true, NoBounds: true, Dir: fast})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := compiled.Write(); err != nil {
		t.Fatal(err)
	}
	other := generate(t, kernelFile(strings.Replace(sum, "Dot", "Other", 1)), gen.Options{})
	r := &report.Report{}
	for pkg, dir := range map[string]string{"a.com/k": dir, "a.com/k/fast": fast, "b.com/k": other} {
		k, err := Load(context.Background(), dir, Options{Package: pkg})
		if err != nil || k == nil || len(k.Warnings) > 0 {
			t.Fatal(pkg, k, err)
		}
		if err := k.Apply(r); err != nil {
			t.Fatal(err)
		}
	}
	r.Sort()
	var files []string
	for _, f := range r.Files {
		files = append(files, f.Path)
	}
	if !slices.Equal(files, []string{"a.com/k/k.kg", "b.com/k/k.kg"}) {
		t.Errorf("the files are %q", files)
	}
	if a, b := r.File("a.com/k/k.kg").Lines[7], r.File("b.com/k/k.kg").Lines[7]; a.Func != "Dot" || b.Func != "Other" {
		t.Errorf("the functions are %s and %s", a.Func, b.Func)
	}
	var titles []string
	for _, n := range r.File("a.com/k/k.kg").Lines[7].Notes {
		titles = append(titles, n.Title)
	}
	if !slices.Contains(titles, "Go") || !slices.Contains(titles, "Go (fast)") {
		t.Errorf("the notes are %q", titles)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if k, err := Load(context.Background(), "../../examples/julia", Options{Package: "example.com/m/julia", NoC: true}); err != nil || len(k.Warnings) > 0 {
			b.Fatal(k, err)
		}
	}
}

// TestJulia asks gcc and clang about the Julia example: its hot loop is the inner one.
func TestJulia(t *testing.T) {
	csrctest.Need(t, "gcc")
	csrctest.Need(t, "clang")
	k, err := Load(context.Background(), "../../examples/julia", Options{Package: "example.com/m/julia", CC: []string{"gcc", "clang"}})
	if err != nil || k == nil || len(k.Warnings) > 0 {
		t.Fatal(k, err)
	}
	r := apply(t, k)
	f := r.File("example.com/m/julia/calc.kg")
	if !slices.ContainsFunc(r.Loops, func(l *report.Loop) bool { return l.From == 15 && l.To == 18 && l.Depth == 2 }) {
		t.Error("the inner loop is missing")
	}
	body := f.Lines[15]
	if body.Depth != 2 || body.State != report.Clean || len(body.Asm) != 2 || !strings.HasPrefix(body.Asm[1].Symbol, "gcc: k_CalculateZ") {
		t.Errorf("the line of the inner loop is %+v", body)
	}
	for _, target := range []string{"gcc", "clang"} {
		if !slices.ContainsFunc(f.Lines[14].Findings, func(d *report.Finding) bool { return d.Target == target && d.Kind == report.NotVector && d.Count > 1 }) {
			t.Errorf("%s does not say that the inner loop is scalar", target)
		}
	}
	want := []report.Note{{Title: "types", Text: "output []int32\ni int\nn int32"}, {Title: "checks", Text: "19:10: index proved: no check at run time"},
		{Title: "Go", Text: "output[i] = n"}, {Title: "C", Text: "t_output.p[t_i] = l_n;"}}
	if got := f.Lines[18].Notes; !slices.Equal(got, want) {
		t.Errorf("the notes of line 19 are %+v", got)
	}
}
