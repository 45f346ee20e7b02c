package emit

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/rogpeppe/go-internal/txtar"
)

// cCase is a file of testdata/c: a unit in IR, and the C that it must become. KGEN_UPDATE=1 writes the C anew.
type cCase struct {
	name    string
	path    string
	archive *txtar.Archive
	unit    *ir.Unit
}

func cCases(t *testing.T) []cCase {
	t.Helper()
	paths, err := filepath.Glob("testdata/c/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	var cases []cCase
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Files) == 0 || a.Files[0].Name != "unit.ir" {
			t.Fatalf("%s: the first file is not unit.ir", path)
		}
		cases = append(cases, cCase{strings.TrimSuffix(filepath.Base(path), ".txtar"), path, a, parseUnit(t, string(a.Files[0].Data))})
	}
	return cases
}

func (c cCase) options() COptions {
	return COptions{Name: c.unit.Package, Version: "v0", Sources: []string{c.name + ".kg"}, Fingerprint: "0123", Platforms: []string{"linux_amd64"}}
}

// TestC compares the C of each case with the one in its file.
func TestC(t *testing.T) {
	for _, c := range cCases(t) {
		t.Run(c.name, func(t *testing.T) {
			files, err := C(c.unit, c.options())
			if err != nil {
				t.Fatal(err)
			}
			again, err := C(c.unit, c.options())
			if err != nil {
				t.Fatal(err)
			}
			want := c.archive.Files[:1:1]
			for _, name := range slices.Sorted(maps.Keys(files)) {
				if !bytes.Equal(files[name], again[name]) {
					t.Errorf("%s differs when it is written again", name)
				}
				want = append(want, txtar.File{Name: name, Data: files[name]})
			}
			text := txtar.Format(&txtar.Archive{Comment: c.archive.Comment, Files: want})
			if os.Getenv("KGEN_UPDATE") != "" {
				if err := os.WriteFile(c.path, text, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(text, txtar.Format(c.archive)) {
				t.Errorf("the C has changed; if it should, run KGEN_UPDATE=1 go test -run %s. It is now:\n%s", t.Name(), text)
			}
		})
	}
}

// TestCLines checks #line directives: kernels are at the lines of the source file, and what belongs to no
// source line is at its own line of the C file.
func TestCLines(t *testing.T) {
	for _, c := range cCases(t) {
		o := c.options()
		o.Lines = true
		files, err := C(c.unit, o)
		if err != nil {
			t.Fatal(err)
		}
		name, back := FileName(o.Name)+".c", 0
		for i, line := range strings.Split(string(files[name]), "\n") {
			var at int
			var file string
			if n, _ := fmt.Sscanf(line, "#line %d %q", &at, &file); n < 2 {
				continue
			}
			if file == name {
				back++
				if at != i+2 {
					t.Errorf("%s: line %d says that the next is line %d", name, i+1, at)
				}
			} else if !strings.HasSuffix(file, ".kg") || strings.Contains(file, "/") {
				t.Errorf("%s: line %d names the file %s", name, i+1, file)
			}
		}
		if back == 0 {
			t.Errorf("%s never returns to itself", name)
		}
	}
}

// strict are the warnings that the C must not give.
var strict = []string{"-std=c11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wno-psabi"}

// TestCStrict compiles each case under strict warnings, in each of its forms.
func TestCStrict(t *testing.T) {
	compilers := map[string][][]string{
		"gcc":   {slices.Concat([]string{"-O2", "-c", "-o", "out.o"}, slices.DeleteFunc(slices.Clone(strict), isSyntaxOnly)), append(strict, "-DKG_LEVEL=_v2")},
		"clang": {strict, append(strict, "-DKG_LEVEL=_v2")},
		"tcc":   {{"-std=c11", "-Wall", "-Werror", "-c", "-o", "out.o"}},
	}
	for _, compiler := range slices.Sorted(maps.Keys(compilers)) {
		t.Run(compiler, func(t *testing.T) {
			csrctest.Need(t, compiler)
			for _, c := range cCases(t) {
				if compiler == "tcc" && UsesLanes(c.unit) {
					continue // tested to be refused by csrc
				}
				for _, lines := range []bool{false, true} {
					o := c.options()
					o.Lines = lines
					dir := writeC(t, c.unit, o)
					base := FileName(o.Name)
					for _, flags := range compilers[compiler] {
						compileOnly(t, dir, compiler, append(slices.Clone(flags), base+".c"))
					}
					if compiler != "tcc" {
						compileOnly(t, dir, compiler, append(slices.Clone(strict), "-DKG_LEVELS=28", base+"_levels.c"))
						compileOnly(t, dir, compiler, []string{"-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-x", "c++", base + ".h"})
					}
				}
			}
		})
	}
}

func isSyntaxOnly(flag string) bool { return flag == "-fsyntax-only" }

func compileOnly(t *testing.T, dir, compiler string, args []string) {
	t.Helper()
	cmd := exec.Command(compiler, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
}

// TestCRuns calls the kernels of each case with random arguments and compares with Eval: results, errors
// and memory.
func TestCRuns(t *testing.T) {
	for _, compiler := range []string{"gcc", "clang", "tcc"} {
		t.Run(compiler, func(t *testing.T) {
			csrctest.Need(t, compiler)
			for _, c := range cCases(t) {
				if compiler != "tcc" || !UsesLanes(c.unit) {
					t.Run(c.name, func(t *testing.T) { runRandom(t, c.unit, compiler) })
				}
			}
		})
	}
}

func runRandom(t *testing.T, u *ir.Unit, compiler string) {
	l := buildC(t, u, compiler)
	program, err := ir.NewProgram(u)
	if err != nil {
		t.Fatal(err)
	}
	l.levels(func(level int64) {
		for _, f := range u.Funcs {
			if !f.Exported {
				continue
			}
			ran := 0
			for seed := range uint64(400) {
				arguments := func() []ir.Datum { return randomArguments(f, seed) }
				undefined := (*ir.Undefined)(nil)
				if _, err := program.Eval(f.Name, arguments(), ir.Limits{Steps: 20000}); errors.As(err, &undefined) {
					continue
				}
				compareCall(t, program, l, level, f.Name, arguments)
				ran++
			}
			if ran < 20 {
				t.Errorf("%s ran only %d times", f.Name, ran)
			}
		}
	})
}

// randomArguments returns arguments for a function: small numbers and edges, slices that may be nil, empty, cut
// out of their buffer or of the same buffer as another.
func randomArguments(f *ir.Func, seed uint64) []ir.Datum {
	r := rand.New(rand.NewPCG(seed, 1))
	var args []ir.Datum
	var buffers []*ir.Buffer
	for _, p := range f.Params {
		if p.Type.Kind != ir.Slice {
			args = append(args, ir.Scalars(p.Type, randomCells(r, p.Type, 1)...))
			continue
		}
		d := ir.Datum{Type: p.Type}
		if r.IntN(8) > 0 {
			n := r.IntN(9)
			b := &ir.Buffer{Elem: *p.Type.Elem, Cells: randomCells(r, *p.Type.Elem, n)}
			if last := len(buffers) - 1; last >= 0 && buffers[last].Elem.Equal(b.Elem) && r.IntN(3) == 0 {
				b = buffers[last]
				n = len(b.Cells) / len(cellKinds(b.Elem))
			}
			buffers = append(buffers, b)
			off := r.IntN(n + 1)
			capacity := r.IntN(n - off + 1)
			d.Slice = ir.SliceRef{Buf: b, Off: off, Len: r.IntN(capacity + 1), Cap: capacity}
			if r.IntN(2) == 0 {
				d.Slice = ir.SliceRef{Buf: b, Len: n, Cap: n}
			}
		}
		args = append(args, d)
	}
	return args
}

// randomCells returns the cells of n values.
func randomCells(r *rand.Rand, t ir.Type, n int) []uint64 {
	var cells []uint64
	for range n {
		for _, k := range cellKinds(t) {
			cell := uint64(r.IntN(7))
			if k.IsSigned() && k.IsInteger() {
				cell = uint64(r.IntN(9)-2) & (1<<(k.Bits()-1)<<1 - 1)
			}
			if list := edges(k); k.IsFloat() || k == ir.Bool || r.IntN(4) == 0 {
				cell = list[r.IntN(len(list))]
			}
			cells = append(cells, cell)
		}
	}
	return cells
}

// TestCLinesTable compares the lines that #line directives claim with those that CLines tells.
func TestCLinesTable(t *testing.T) {
	for _, c := range cCases(t) {
		o := c.options()
		from, err := CLines(c.unit, o)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := C(c.unit, o)
		if err != nil {
			t.Fatal(err)
		}
		o.Lines, o.SourceDir = true, "../src"
		lined, err := C(c.unit, o)
		if err != nil {
			t.Fatal(err)
		}
		name := FileName(o.Name) + ".c"
		want := strings.Split(string(plain[name]), "\n")
		if len(from) != len(want)-1 {
			t.Fatalf("%s has %d lines, CLines tells of %d", name, len(want)-1, len(from))
		}
		at, file, number := 0, name, 0
		for _, line := range strings.Split(strings.TrimSuffix(string(lined[name]), "\n"), "\n") {
			if rest, ok := strings.CutPrefix(line, "#line "); ok {
				if _, err := fmt.Sscanf(rest, "%d %q", &number, &file); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if !strings.HasPrefix(want[at], line) {
				t.Fatalf("line %d of the plain file is %q, with directives it is %q", at+1, want[at], line)
			}
			if pos := from[at]; pos.IsValid() && line != "" && (file != "../src/"+baseName(pos.File) || number != pos.Line) {
				t.Errorf("%s:%d: %q comes from %s, the directive says %s:%d", name, at+1, line, pos, file, number)
			}
			at++
			number++
		}
	}
}
