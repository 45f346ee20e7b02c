package golist

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
)

// The modules of testdata. In the comment on top stand a description after "#" and the fields of Config, one a line; "env K=V" adds to the environment and
// "need tool" names what must be there. The file "want" lists what is expected; file names in it are relative to the top folder:
//
//	message PACKAGE FILE:LINE:COL KIND [NAME] [@ FILE:LINE:COL]   a message, with its physical place if that follows "@"
//	nomessage PACKAGE KIND           no message of the kind
//	func SYMBOL FILE:LINE            machine code of a function
//	instr SYMBOL FILE:LINE           an instruction of that line in it
//	depth FILE:LINE N                the deepest loop around the line's instructions
//	other PACKAGE TEXT               a line of another tool
//	silent PACKAGE                   no output
//	package PATH [ERROR]             it is listed, with that in its error, or without error
//	unlisted PATH                    it is not
//	ignored PATH FILE                build constraints leave the file out
//	fail TEXT                        Load fails with that in its error
//
// A PACKAGE may end in "+test=p" or "+main=p" for a variant.
func TestModules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 15 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			top := extract(t, ar)
			c := configOf(t, ar, top)
			before := listFiles(t, top)
			r := load(c)
			r.top = top
			r.check(t, string(ar.Files[len(ar.Files)-1].Data))
			again := load(c)
			for _, o := range r.outputs {
				o.Other = nil // the build cache does not keep what C compilers say
			}
			if !reflect.DeepEqual(again.outputs, r.outputs) {
				t.Error("the second run, from the build cache, says something else")
			}
			if after := listFiles(t, top); after != before {
				t.Errorf("files before:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}

// extract writes the module below a folder whose name has all that positions could stumble over.
func extract(t *testing.T, ar *txtar.Archive) string {
	t.Helper()
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	top = filepath.Join(top, "ü-x [1] 2")
	for _, f := range ar.Files {
		name := filepath.Join(top, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if last := ar.Files[len(ar.Files)-1].Name; last != "want" {
		t.Fatalf("the last file is %s, not want", last)
	}
	return top
}

// environ is that of the tests: nothing of the user's flags and workspaces.
func environ(more ...string) []string {
	return append(os.Environ(), append([]string{"GOFLAGS=", "GOWORK=", "GOPROXY=off"}, more...)...)
}

// configOf reads the comment of a module.
func configOf(t *testing.T, ar *txtar.Archive, top string) Config {
	t.Helper()
	c := Config{Dir: top, Env: environ()}
	for line := range strings.Lines(string(ar.Comment)) {
		word, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "", "#":
		case "patterns":
			c.Patterns = strings.Fields(value)
		case "dir":
			c.Dir = filepath.Join(top, filepath.FromSlash(value))
		case "tags":
			c.Tags = value
		case "mod":
			c.Mod = value
		case "modfile":
			c.ModFile = value
		case "overlay":
			c.Overlay = value
		case "gcflags":
			c.GCFlags = value
		case "tests":
			c.Tests = true
		case "env":
			c.Env = append(c.Env, value)
		case "need":
			csrctest.Need(t, strings.Fields(value)...)
		default:
			t.Fatalf("unknown line %q", line)
		}
	}
	return c
}

func listFiles(t *testing.T, top string) string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(top, func(path string, _ fs.DirEntry, err error) error {
		list = append(list, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, "\n")
}

// A working folder that is reached through a symbolic link gives the same names.
func TestSymlink(t *testing.T) {
	ar, err := txtar.ParseFile("testdata/line.txtar")
	if err != nil {
		t.Fatal(err)
	}
	top := extract(t, ar)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(top, link); err != nil {
		csrctest.Missing(t, "symbolic links: %s", err.Error())
	}
	straight := load(Config{Dir: top, Patterns: []string{"./..."}, Env: environ()})
	linked := load(Config{Dir: link, Patterns: []string{"./..."}, Env: environ("PWD=" + link)})
	if straight.err != nil || linked.err != nil || !reflect.DeepEqual(straight, linked) {
		t.Errorf("%v %v\n%s\n%s", straight.err, linked.err, straight.show(), linked.show())
	}
}

// The same package from one folder after the other: the build cache must not answer with names relative to the first.
func TestFolders(t *testing.T) {
	top := extract(t, &txtar.Archive{Files: []txtar.File{
		{Name: "go.mod", Data: []byte("module m\n\ngo 1.26\n")},
		{Name: "a/b/b.go", Data: []byte("package b\n\nfunc At(xs []int, i int) int { return xs[i] }\n")},
		{Name: "c/c.go", Data: []byte("package c\n")},
		{Name: "want"},
	}})
	var first map[string]*Output
	for _, dir := range []string{".", "a", "a/b", "c", "."} {
		r := load(Config{Dir: filepath.Join(top, filepath.FromSlash(dir)), Patterns: []string{"m/a/b"}, Env: environ()})
		if r.err != nil || len(r.outputs) != 1 {
			t.Fatalf("in %s: %d outputs, %v", dir, len(r.outputs), r.err)
		}
		if first == nil {
			first = r.outputs
		}
		if name := r.outputs["m/a/b"].Messages[0].Pos.File; name != filepath.Join(top, "a", "b", "b.go") || !reflect.DeepEqual(r.outputs, first) {
			t.Errorf("in %s: the messages are about %s", dir, name)
		}
	}
}

// The compiler's messages are printed to the last line whatever else is asked of it: the lines of each kind are as many as with -m and check_bce alone.
func TestNothingLost(t *testing.T) {
	for _, pkg := range []string{"encoding/json", "sort"} {
		raw := rawCounts(t, pkg)
		r := load(Config{Patterns: []string{pkg}, Env: environ()})
		if r.err != nil || r.outputs[pkg] == nil {
			t.Fatal(r.err)
		}
		got := map[report.Kind]int{}
		for _, m := range r.outputs[pkg].Messages {
			if m.Kind != report.Proved {
				got[m.Kind]++
			}
		}
		if len(raw) < 7 || !reflect.DeepEqual(got, raw) {
			t.Errorf("%s: got %v, printed %v", pkg, got, raw)
		}
		if len(r.outputs[pkg].Strange) > 0 {
			t.Errorf("%s: %q", pkg, r.outputs[pkg].Strange)
		}
	}
}

// rawCounts counts with plain searches in what the go command prints.
func rawCounts(t *testing.T, pkg string) map[report.Kind]int {
	t.Helper()
	g, err := newGoCommand(t.Context(), Config{Env: environ()})
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := g.command(t.Context(), "list", "-export", "-gcflags=-m -d=ssa/check_bce", pkg)
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	counts := map[report.Kind]int{}
	for line := range strings.Lines(stderr.String()) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		kind := report.Unknown
		for _, s := range []struct {
			text string
			kind report.Kind
		}{
			{": can inline ", report.CanInline}, {": inlining call to ", report.Inlined}, {": leaking param", report.Leak}, {"moved to heap: ", report.Moved},
			{": Found IsInBounds\n", report.Bounds}, {": Found IsSliceInBounds\n", report.SliceBounds}, {": index bounds check elided\n", report.Elided},
			{" escapes to heap\n", report.Escape}, {" does not escape\n", report.NoEscape}, {": zero-copy ", report.ZeroCopy},
			{"devirtualizing ", report.Devirtual}, {" ignoring self-assignment in ", report.Remark}, {" uintptr\n", report.Remark},
		} {
			if strings.Contains(line, s.text) {
				kind = s.kind
				break
			}
		}
		counts[kind]++
	}
	return counts
}

// A program's default.pgo makes variants of the packages that it imports.
func TestProgramProfile(t *testing.T) {
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Fatal(err)
	}
	pprof.StopCPUProfile()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":          "module example.com/m\n\ngo 1.24\n",
		"lib/lib.go":      "package lib\n\nfunc Index(xs []int, i int) int { return xs[i] }\n",
		"cmd/main.go":     "package main\n\nimport \"example.com/m/lib\"\n\nfunc main() { println(lib.Index([]int{1}, 0)) }\n",
		"cmd/default.pgo": profile.String(),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	config := Config{Dir: dir, Patterns: []string{"./..."}, Env: environ()}
	r := load(config)
	if r.err != nil || r.outputs["example.com/m/lib"] == nil || r.outputs["example.com/m/lib+main=example.com/m/cmd"] == nil {
		t.Errorf("%v\n%s", r.err, r.show())
	}
	config.PGO = "off"
	if r := load(config); r.err != nil || len(r.outputs) != 2 {
		t.Errorf("%v\n%s", r.err, r.show())
	}
}
