package verify

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
	"github.com/kgen-go/kgen/gen/verify/wire"
)

// smallSuite is a suite of one package with the given text.
func smallSuite(t *testing.T, text string, o Options) (*Suite, *Subject) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "small.kg"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	o.Steps = 1000
	s := &Suite{Options: o}
	sub, err := s.Add(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, sub
}

const addText = `package small

func Add(x []int32, i int) (int32, []int32) {
	x[i]++
	return x[i], x[i:]
}
`

// TestDifferencesAreFound changes what the interpreter says, bit by bit: every change must be reported.
func TestDifferencesAreFound(t *testing.T) {
	changes := map[string]func(*wire.Outcome){
		"error instead of result": func(o *wire.Outcome) { o.Results, o.Err = nil, &kg.Error{} },
		"result bit":              func(o *wire.Outcome) { o.Results[0].Cells[0] ^= 1 },
		"slice offset":            func(o *wire.Outcome) { o.Results[1].Slice.Off++ },
		"slice capacity":          func(o *wire.Outcome) { o.Results[1].Slice.Cap-- },
		"slice nil":               func(o *wire.Outcome) { o.Results[1].Slice.Buf = wire.Nil },
		"memory":                  func(o *wire.Outcome) { o.Buffers[0].Cells[0] ^= 1 << 31 },
		"memory after the slice":  func(o *wire.Outcome) { o.Buffers[0].Cells[3]-- },
	}
	errorChanges := map[string]func(*wire.Outcome){
		"result instead of error": func(o *wire.Outcome) { o.Err = nil },
		"error value":             func(o *wire.Outcome) { o.Err.X-- },
		"error length":            func(o *wire.Outcome) { o.Err.Y++ },
		"error column":            func(o *wire.Outcome) { o.Err.Col++ },
		"error kind":              func(o *wire.Outcome) { o.Err.Kind = kg.Divide },
		"memory at the error":     func(o *wire.Outcome) { o.Buffers[0].Cells[2]++ },
	}
	s, sub := smallSuite(t, addText, Options{})
	var names []string
	add := func(index string, changes map[string]func(*wire.Outcome)) {
		for name, change := range changes {
			c, err := ParseCase(name, "call Add\nbuf b i32 = 1 2 3 4\narg x = b[0:3:3]\narg i = "+index, sub.Result.Unit)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.AddCase(sub, c); err != nil {
				t.Fatal(err)
			}
			change(c.Want)
			names = append(names, name)
		}
	}
	add("1", changes)
	add("3", errorChanges)
	runs, err := s.Run(t.Context(), Build{Go: true})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, m := range runs[0].Mismatches {
		found[m.Case] = true
	}
	for _, name := range names {
		if !found[name] {
			t.Errorf("not found: %s", name)
		}
	}
	report := &Report{Runs: runs}
	if err := report.Err(); err == nil || !strings.Contains(err.Error(), "differ from the interpreter") {
		t.Errorf("report: %v", err)
	}
}

func TestRunReports(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "small.kg"), []byte(addText), 0o666); err != nil {
		t.Fatal(err)
	}
	o := Default()
	o.Builds = []Build{{Go: true}}
	report, err := Run(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Err(); err != nil {
		t.Error(err)
	}
	var b bytes.Buffer
	report.Print(&b, 1)
	if !strings.Contains(b.String(), "verify: 1 kernels, 200 cases") || !strings.Contains(b.String(), "the same bits") {
		t.Errorf("report:\n%s", &b)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v after the run, %v", entries, err)
	}
}

// TestRunWithoutC verifies a kernel that the C target refuses on the Go target, and says so.
func TestRunWithoutC(t *testing.T) {
	dir := t.TempDir()
	text := "package small\n\nfunc F(n uint8) (s []int) {\n\tfor i := range n {\n\t\ts = make([]int, i)\n\t}\n\treturn s\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "small.kg"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	o := Default()
	o.Builds = []Build{findBuild(t, "gcc", "", nil)}
	o.Builds[0].Go = true
	report, err := Run(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	if r := report.Runs; len(r) != 2 || !strings.Contains(r[0].Skipped, "small.kg:5:") || r[1].Cases == 0 || report.Err() != nil {
		t.Errorf("%+v", report)
	}
}

func TestInputsAreDeterministic(t *testing.T) {
	_, sub := smallSuite(t, addText, Options{})
	f := sub.Result.Unit.Func("Add")
	a, b := newSource(3, 4), newSource(3, 4)
	for range 100 {
		if x, y := a.next(f), b.next(f); !reflect.DeepEqual(x, y) {
			t.Fatalf("%+v and %+v", x, y)
		}
	}
}

// TestInputsReachEdges looks for the kinds of inputs that the generator promises.
func TestInputsReachEdges(t *testing.T) {
	_, sub := smallSuite(t, "package small\n\nfunc F(x, y []float64, i int8) { x[0] = y[0] * float64(i) }\n", Options{})
	g := newSource(1, 1)
	seen := map[string]bool{}
	for range 2000 {
		c := g.next(sub.Result.Unit.Func("F"))
		x, y := c.Args[0].Slice, c.Args[1].Slice
		seen["nil"] = seen["nil"] || x.Buf == wire.Nil
		seen["empty"] = seen["empty"] || x.Buf >= 0 && x.Len == 0
		seen["spare"] = seen["spare"] || x.Cap > x.Len
		seen["same"] = seen["same"] || x.Buf >= 0 && *x == *y
		seen["overlap"] = seen["overlap"] || x.Buf >= 0 && x.Buf == y.Buf && x.Off < y.Off && y.Off < x.Off+x.Len
		seen["minint"] = seen["minint"] || c.Args[2].Cells[0] == 0x80
		seen["start"] = seen["start"] || c.Place == wire.AtStart
		for _, b := range c.Buffers {
			seen["nan"] = seen["nan"] || slices.Contains(b.Cells, floatBits(ir.F64, edgeFloats[13]))
			seen["denormal"] = seen["denormal"] || slices.Contains(b.Cells, 1)
		}
	}
	for _, what := range []string{"nil", "empty", "spare", "same", "overlap", "minint", "start", "nan", "denormal"} {
		if !seen[what] {
			t.Errorf("no input with %s", what)
		}
	}
}

func TestParseCaseErrors(t *testing.T) {
	_, sub := smallSuite(t, addText, Options{})
	tests := []struct{ text, want string }{
		{"", "no call"},
		{"arg i = 1", "begins with call"},
		{"call Sub", "no exported kernel"},
		{"call Add\narg i = 1", "no value for parameter x"},
		{"call Add\narg j = 1", "no parameter"},
		{"call Add\nbuf b i33 = 1", "no type"},
		{"call Add\nbuf b i32 = 1 x", "is no i32"},
		{"call Add\nbuf b i32 = 2147483648", "is no i32"},
		{"call Add\nbuf b [2]i32 = 1", "whole number"},
		{"call Add\nbuf b i32 = rand -1", "number of elements"},
		{"call Add\nbuf b i64 = 1\narg x = b", "no buffer"},
		{"call Add\nbuf b i32 = 1\narg x = b[0:2]", "out of range"},
		{"call Add\nbuf b i32 = 1\narg x = b[0:a]", "bounds of"},
		{"call Add\nplace middle", "place is"},
		{"call Add\nerror index", "error KIND X Y"},
		{"call Add\nerror indx 1 2", "no kind of error"},
		{"call Add\nresult 1\nresult nil\nresult 2", "has 2 results"},
		{"call Add\nafter b = 1", "no buffer"},
		{"call Add\nhope 1", "unknown word"},
		{"call Add\narg x = nil\narg i = 1\nresult 1", "1 results of 2"},
	}
	for _, test := range tests {
		_, err := ParseCase("c", test.text, sub.Result.Unit)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want %q", test.text, err, test.want)
		}
	}
}

// TestExpectations changes what a case expects: Eval's outcome must then be refused.
func TestExpectations(t *testing.T) {
	s, sub := smallSuite(t, addText, Options{})
	const in = "call Add\nbuf b i32 = 1 2 3 4\narg x = b[0:3:4]\n"
	tests := []struct {
		text string
		ok   bool
	}{
		{"arg i = 1\nresult 3\nresult b[1:3:4]\nafter b = 1 3 3 4", true},
		{"arg i = 1\nresult 2\nresult b[1:3:4]", false},
		{"arg i = 1\nresult 3\nresult b[1:3:3]", false},
		{"arg i = 1\nresult 3\nresult nil", false},
		{"arg i = 1\nafter b = 1 3 3 3", false},
		{"arg i = 1\nerror index 1 3", false},
		{"arg i = 3\nerror index 3 3\nafter b = 1 2 3 4", true},
		{"arg i = 3\nerror index 3 4", false},
		{"arg i = 3\nerror slice-low 3 3", false},
		{"arg i = 3\nafter b = 1 2 3 4", false},
	}
	for _, test := range tests {
		c, err := ParseCase("c", in+test.text, sub.Result.Unit)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.AddCase(sub, c); (err == nil) != test.ok {
			t.Errorf("%s: error %v", test.text, err)
		}
	}
}

// TestCaseTextRoundTrips parses the text in which a mismatch shows its case.
func TestCaseTextRoundTrips(t *testing.T) {
	_, sub := smallSuite(t, `package small

func F(a []float32, b [][2]complex128, c [3]int8, d bool, e uint64, f []float32) float32 { return a[c[0]] }
`, Options{})
	f := sub.Result.Unit.Func("F")
	g := newSource(9, 9)
	for range 200 {
		in := g.next(f)
		in.Place = wire.AtEnd
		text := strings.ReplaceAll(formatCase(f, in), "NaN", "nan")
		c, err := ParseCase("c", text, sub.Result.Unit)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if again := strings.ReplaceAll(formatCase(f, c.Input), "NaN", "nan"); again != text {
			t.Fatalf("%s\nbecomes\n%s", text, again)
		}
	}
}

// TestPackageMain verifies kernels of a package that no other can import.
func TestPackageMain(t *testing.T) {
	s, _ := smallSuite(t, "package main\n\nfunc Twice(x int) int { return 2 * x }\n\nfunc main() {}\n", Options{Exhaust: 10})
	runs, err := s.Run(t.Context(), Build{Go: true})
	if err != nil {
		t.Fatal(err)
	}
	if runs[0].Cases == 0 || len(runs[0].Mismatches) > 0 {
		t.Errorf("%+v", runs[0])
	}
}

func FuzzParseCase(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("..", "testdata", "cases", "typed", "*.txtar"))
	if err != nil || len(files) == 0 {
		f.Fatal("no case files", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(data).Files {
			f.Add(string(part.Data))
		}
	}
	s := &Suite{Options: Options{Steps: 100}}
	sub, err := s.Add(filepath.Join("..", "testdata", "kernels", "typed"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCase("c", text, sub.Result.Unit)
		if err != nil {
			return
		}
		if _, err := s.evaluate(sub, c, s.Steps); err != nil {
			t.Errorf("a case that parses does not evaluate: %v\n%s", err, text)
		}
	})
}
