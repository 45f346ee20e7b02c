package machine

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/rogpeppe/go-internal/txtar"
)

// The files in testdata are packages without imports, compiled for each architecture. Comments say what must be found:
//
//	func F(xs []int) (t int) { //loops 1 2
//		t += xs[i] //want bounds:2 bounds:2
//
// loops are the depths of the function's loops, want the events of the line with their depths; lines without want have none. "//want[386,arm]" holds
// for these architectures only, and instead of the others.

var architectures = []string{"amd64", "arm64", "386", "arm", "loong64", "mips", "mips64", "ppc64le", "riscv64", "s390x", "wasm"}

func TestCorpus(t *testing.T) {
	dir, sources := corpus(t)
	for _, goarch := range architectures {
		t.Run(goarch, func(t *testing.T) {
			t.Parallel()
			want := map[string][]string{}
			for name, text := range sources {
				expectations(name, text, goarch, want)
			}
			got := observations(parse(t, goarch, listing(t, dir, goarch, "./...")))
			for at := range got {
				if want[at] == nil {
					want[at] = nil
				}
			}
			for _, at := range slices.Sorted(maps.Keys(want)) {
				slices.Sort(want[at])
				slices.Sort(got[at])
				if !slices.Equal(got[at], want[at]) {
					t.Errorf("%s: got %v, want %v", at, got[at], want[at])
				}
			}
		})
	}
}

// corpus writes a module with one package for each file of testdata and returns its folder and the Go files.
func corpus(t testing.TB) (dir string, sources map[string]string) {
	t.Helper()
	dir = t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module m\n\ngo 1.26\n")
	sources = map[string]string{}
	names, _ := filepath.Glob("testdata/*.txtar")
	if len(names) == 0 {
		t.Fatal("no files in testdata")
	}
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ar.Files {
			write(t, filepath.Join(dir, strings.TrimSuffix(filepath.Base(name), ".txtar"), f.Name), string(f.Data))
			sources[f.Name] = string(f.Data)
		}
	}
	return dir, sources
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// listing returns what the compiler prints for packages with flags.
func listing(t testing.TB, dir, goarch, packages string, flags ...string) []byte {
	t.Helper()
	goos := "linux"
	if goarch == "wasm" {
		goos = "js"
	}
	cmd := exec.Command(csrctest.Need(t, "go"), "list", "-export", "-trimpath", "-gcflags=-S -dwarf=false -d=ssa/check_bce "+strings.Join(flags, " "), packages)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v\n%.2000s", cmd, err, stderr.Bytes())
	}
	return stderr.Bytes()
}

// parse parses a listing that has nothing beside it but headers of packages and messages about bounds checks.
func parse(t testing.TB, goarch string, text []byte) []*Func {
	t.Helper()
	var funcs []*Func
	p := NewParser(goarch, func(f *Func) { funcs = append(funcs, f) })
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if !p.Line(line) && !bytes.HasPrefix(line, []byte("# ")) && !bytes.Contains(line, []byte(": Found Is")) {
			t.Errorf("not understood: %.200q", line)
		}
	}
	p.Close()
	for _, f := range funcs {
		check(t, f)
	}
	return funcs
}

// The compiler says of each bounds check that it leaves in the code: as many must be found in the code. -m keeps it from merging equal messages.
func TestEveryBoundsCheck(t *testing.T) {
	text := listing(t, t.TempDir(), runtime.GOARCH, "encoding/json", "-m")
	said, found := bytes.Count(text, []byte(": Found Is")), 0
	p := NewParser(runtime.GOARCH, func(f *Func) {
		check(t, f)
		for _, e := range f.Events {
			if e.Kind == report.Bounds {
				found++
			}
		}
	})
	for line := range bytes.Lines(text) {
		p.Line(bytes.TrimSuffix(line, []byte("\n")))
	}
	p.Close()
	if said == 0 || found != said {
		t.Errorf("%d bounds checks found, the compiler says %d", found, said)
	}
}

var expectation = regexp.MustCompile(`//(want|loops)(?:\[([a-z0-9,]+)\])?((?: [^ /]+)*)`)

// expectations adds what the comments of a file say about goarch to want, by place and by whether they are about loops.
func expectations(name, text, goarch string, want map[string][]string) {
	for i, line := range strings.Split(text, "\n") {
		special := map[string]bool{}
		for _, m := range expectation.FindAllStringSubmatch(line, -1) {
			for _, a := range strings.Split(m[2], ",") {
				special[m[1]] = special[m[1]] || a == goarch
			}
		}
		for _, m := range expectation.FindAllStringSubmatch(line, -1) {
			if special[m[1]] == slices.Contains(strings.Split(m[2], ","), goarch) && (special[m[1]] || m[2] == "") {
				key := fmt.Sprintf("%s:%d %s", name, i+1, m[1])
				want[key] = append(want[key], strings.Fields(m[3])...)
			}
		}
	}
}

// observations says the same of parsed functions. Code that the compiler made up, without a line, must have neither.
func observations(funcs []*Func) map[string][]string {
	got := map[string][]string{}
	for _, f := range funcs {
		if f.Wrapper && f.Pos.File == "<autogenerated>" {
			continue
		}
		for _, l := range f.Loops {
			at := place(f.Pos) + " loops"
			got[at] = append(got[at], fmt.Sprint(l.Depth))
		}
		for _, e := range f.Events {
			at := place(e.Pos) + " want"
			got[at] = append(got[at], fmt.Sprintf("%s:%d", e.Kind, e.Depth))
		}
	}
	return got
}

// place is a position in the Go file.
func place(p Pos) string {
	if p.Phys != "" {
		return fmt.Sprintf("%s:%d", filepath.Base(p.Phys), p.PhysLine)
	}
	return fmt.Sprintf("%s:%d", filepath.Base(p.File), p.Line)
}

// check fails for a function that contradicts itself.
func check(t testing.TB, f *Func) {
	t.Helper()
	depth := make([]int, len(f.Instrs))
	for i, l := range f.Loops {
		outer := 0
		if l.Parent >= i {
			t.Errorf("%s: loop %d has parent %d", f.Symbol, i, l.Parent)
		} else if l.Parent >= 0 {
			outer = f.Loops[l.Parent].Depth
		}
		if l.Depth != outer+1 || len(l.Instrs) == 0 || !slices.IsSorted(l.Instrs) {
			t.Errorf("%s: bad loop %d: %+v", f.Symbol, i, l)
		}
		for _, in := range l.Instrs {
			depth[in]++
		}
	}
	for i, in := range f.Instrs {
		if in.Depth != depth[i] {
			t.Errorf("%s: instruction %d has depth %d and is in %d loops", f.Symbol, i, in.Depth, depth[i])
		}
		if in.Text == "" {
			t.Errorf("%s: instruction %d is %q", f.Symbol, i, in.Text)
		}
	}
	before := 0
	for _, e := range f.Events {
		if e.Instr < before || e.Instr >= len(f.Instrs) || e.Depth != f.Instrs[e.Instr].Depth || e.Kind == "" {
			t.Errorf("%s: bad event %+v", f.Symbol, e)
		}
		before = e.Instr
	}
}
