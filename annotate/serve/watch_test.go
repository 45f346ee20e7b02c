package serve

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/kgen-go/kgen/annotate/report"
)

// TestRebuild: what people and their tools do to sources is noticed.
func TestRebuild(t *testing.T) {
	check := func(t *testing.T, errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, test := range []struct {
		name string
		do   func(t *testing.T, p *project)
	}{
		{"save in place", func(t *testing.T, p *project) { p.write("p/p.go", "package p // x\n") }},
		{"save by rename", func(t *testing.T, p *project) {
			p.write("p/.p.go.tmp", "package p // x\n")
			check(t, os.Rename(p.path("p/.p.go.tmp"), p.path("p/p.go")))
		}},
		{"save with a backup", func(t *testing.T, p *project) {
			check(t, os.Rename(p.path("p/p.go"), p.path("p/p.go~")))
			p.write("p/p.go", "package p // x\n")
		}},
		{"new file", func(t *testing.T, p *project) { p.write("p/q.go", "package p // x\n") }},
		{"new kernel", func(t *testing.T, p *project) { p.write("p/k.kg", "package p // x\n") }},
		{"new folder", func(t *testing.T, p *project) { p.write("a/b/q.go", "package b // x\n") }},
		{"go.mod", func(t *testing.T, p *project) { p.write("go.mod", "module m // x\n") }},
		{"profile", func(t *testing.T, p *project) { p.write("../cpu.out", "x") }},
		{"deleted file", func(t *testing.T, p *project) { check(t, os.Remove(p.path("p/p.go"))) }},
		{"deleted folder", func(t *testing.T, p *project) { check(t, os.RemoveAll(p.path("p"))) }},
		{"renamed folder", func(t *testing.T, p *project) { check(t, os.Rename(p.path("p"), p.path("q"))) }},
		{"deleted module", func(t *testing.T, p *project) { check(t, os.RemoveAll(p.dir)) }},
		{"burst", func(t *testing.T, p *project) {
			for range 300 {
				p.write("p/p.go", "package p\n")
				p.write("p/p.go", "package p // x\n")
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newProject(t)
			p.write("other/o.go", "package other\n")
			p.rest()
			p.config = func(c *Config) {
				c.Files = []string{p.path("../cpu.out")}
				c.Compare = nil
			}
			p.serve()
			events := p.stream()
			before := events.wait("report")
			test.do(t, p)
			if events.wait("report") == before {
				t.Error("the version is the same")
			}
			// And however the folders were treated, it goes on.
			p.write("p/p.go", "package p // last\n")
			for !strings.Contains(p.get(""), "// last") {
				events.wait("report")
			}
			if p.set(func() {}); p.builds > 10 {
				t.Errorf("%d builds", p.builds)
			}
		})
	}
}

// TestChangeInFirstBuild: what changes before the folders of the packages are known is noticed, too.
func TestChangeInFirstBuild(t *testing.T) {
	p := newProject(t)
	p.config = func(c *Config) { c.Trees = nil }
	p.hook = func(_ context.Context, n int) {
		if n == 1 {
			p.write("p/p.go", "package p // x\n")
		}
	}
	p.serve()
	events := p.stream()
	for !strings.Contains(p.get(""), "// x") {
		events.wait("report")
	}
}

func TestRelevant(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"new", ".git", "_skipped", "p"} {
		if err := os.Mkdir(path(name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	w, err := newWatcher([]string{dir, path("p")}, []string{path(".cpu")}, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer w.fs.Close()
	for _, test := range []struct {
		name string
		op   fsnotify.Op
		want bool
	}{
		{"a.go", fsnotify.Write, true},
		{"a.go", fsnotify.Create, true},
		{"a.go", fsnotify.Remove, true},
		{"a.go", fsnotify.Rename, true},
		{"a.go", fsnotify.Chmod, false},
		{"a.go", fsnotify.Chmod | fsnotify.Write, true},
		{"a.kg", fsnotify.Write, true},
		{"a.c", fsnotify.Write, true},
		{"a_amd64.s", fsnotify.Write, true},
		{"go.mod", fsnotify.Write, true},
		{"go.work", fsnotify.Create, true},
		{"default.pgo", fsnotify.Write, true},
		{".cpu", fsnotify.Write, true},
		{"a.txt", fsnotify.Write, false},
		{"a.go~", fsnotify.Write, false},
		{"4913", fsnotify.Create, false},
		{".a.go.swp", fsnotify.Write, false},
		{".#a.go", fsnotify.Create, false},
		{"_a.go", fsnotify.Write, false},
		{"new", fsnotify.Create, true},
		{"new", fsnotify.Write, false},
		{".git", fsnotify.Create, false},
		{"_skipped", fsnotify.Create, false},
		{"p", fsnotify.Remove, true},
		{"p", fsnotify.Rename, true},
		{"p", fsnotify.Write, false},
		{"gone", fsnotify.Remove, false},
	} {
		if got := w.relevant(fsnotify.Event{Name: path(test.name), Op: test.op}); got != test.want {
			t.Errorf("%v %s: %v, want %v", test.op, test.name, got, test.want)
		}
	}
}

// TestShows: a file that was saved unchanged is no reason to build.
func TestShows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.go")
	s := newSession(Config{}, "")
	s.now.report = &report.Report{Files: []*report.File{{Abs: path, Source: []string{"a", "", "b"}}}}
	for content, want := range map[string]bool{"a\n\nb\n": true, "a\r\n\r\nb": true, "a\n\nb\n\n": false, "a\n\nc\n": false, "": false} {
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := s.shows(path); got != want {
			t.Errorf("%q: %v, want %v", content, got, want)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if s.shows(path) || s.shows(filepath.Join(filepath.Dir(path), "b.go")) {
		t.Error("a file that is gone or unknown counts as shown")
	}
}

func TestTouched(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.go")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	set := func(path string, at time.Time) {
		t.Helper()
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	set(file, now.Add(-time.Hour))
	set(dir, now.Add(-time.Hour))
	if touched(dir, now) {
		t.Error("an old folder counts as touched")
	}
	set(dir, now)
	if !touched(dir, now) {
		t.Error("a new entry goes unnoticed")
	}
	set(file, now.Add(time.Second))
	set(dir, now.Add(-time.Hour))
	if !touched(dir, now) {
		t.Error("a new content goes unnoticed")
	}
	if !touched(filepath.Join(dir, "none"), now) {
		t.Error("a folder that is gone goes unnoticed")
	}
}

func TestFolders(t *testing.T) {
	p := newProject(t)
	p.write("p/c/k.c", "")
	p.write("q/go.mod", "module q\n")
	p.write("../go.work", "")
	r := &report.Report{
		Packages: []*report.Package{
			{Path: "m/p", Module: "m", Named: true, Dir: p.path("p")},
			{Path: "q/r", Module: "q", Dir: p.path("q/r")},
			{Path: "x", Module: "x", Dir: p.path("x@v1.0.0")},
			{Path: "slices", Dir: p.path("slices")},
			{Path: "unsafe"},
		},
		Files: []*report.File{{Path: "m/p/k.c", Language: "c", Abs: p.path("p/c/k.c")}, {Path: "slices/sort.go", Language: "go", Abs: p.path("slices/sort.go")}},
	}
	want := []string{p.path(".."), p.dir, p.path("p"), p.path("p/c"), p.path("q"), p.path("q/r")}
	if got := folders(r); !slices.Equal(got, want) {
		t.Errorf("folders %v, want %v", got, want)
	}
}

func TestTrees(t *testing.T) {
	root := t.TempDir()
	for _, test := range []struct{ pattern, want string }{
		{"./...", "d"}, {"./a/...", "d/a"}, {"../a/b...", "a"}, {"./a/x.../b", "d/a"}, {filepath.Join(root, "..."), root},
		{".", ""}, {"./a", ""}, {"net/...", ""}, {"...", ""}, {"all", ""},
	} {
		var want []string
		if test.want != "" {
			want = []string{filepath.Clean(test.want)}
		}
		var got []string
		for _, tree := range Trees("d", []string{test.pattern}) {
			got = append(got, filepath.Clean(tree))
		}
		if !slices.Equal(got, want) {
			t.Errorf("Trees(%q) = %q, want %q", test.pattern, got, want)
		}
	}
}
