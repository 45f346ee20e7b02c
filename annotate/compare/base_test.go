package compare_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
)

// repository is a git repository in a temporary folder.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T, name string) *repository {
	csrctest.Need(t, "git")
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// Variables of a hook that runs the tests, and the user's settings, have no place here.
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("GOWORK", "")
	t.Setenv("GOFLAGS", "")
	r := &repository{t, filepath.Join(top, name)}
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("init", "-q")
	return r
}

func (r *repository) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=n", "-c", "user.email=n@ex.com", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = r.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// write puts the files of an archive into the repository.
func (r *repository) write(archive string) {
	r.t.Helper()
	writeFiles(r.t, r.dir, archive)
}

func writeFiles(t *testing.T, dir, archive string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (r *repository) commit(archive string) string {
	r.t.Helper()
	r.write(archive)
	r.git("add", ".")
	r.git("commit", "-q", "-m", "m")
	return r.git("rev-parse", "HEAD")
}

// state is what a run must leave as it was.
func (r *repository) state() string {
	names, err := filepath.Glob(filepath.Join(filepath.Dir(r.dir), "*"))
	if err != nil {
		r.t.Fatal(err)
	}
	hidden, err := filepath.Glob(filepath.Join(filepath.Dir(r.dir), ".*"))
	if err != nil {
		r.t.Fatal(err)
	}
	_, worktrees := os.Stat(filepath.Join(r.dir, ".git", "worktrees"))
	return strings.Join([]string{
		r.git("worktree", "list"), r.git("status", "--porcelain"), r.git("branch", "-a"), r.git("stash", "list"),
		strings.Join(append(names, hidden...), " "), strings.TrimSpace(strings.Join([]string{r.git("rev-parse", "HEAD")}, "")),
		map[bool]string{true: "no worktrees", false: "worktrees"}[os.IsNotExist(worktrees)],
	}, "\n")
}

// base checks a revision out, and at the end of the test that nothing of it is left.
func (r *repository) base(dir, rev string) *compare.Base {
	r.t.Helper()
	before := r.state()
	b, err := compare.Worktree(context.Background(), dir, rev)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		if err := b.Close(); err != nil {
			r.t.Error(err)
		}
		if err := b.Close(); err != nil {
			r.t.Error("closed twice:", err)
		}
		if after := r.state(); after != before {
			r.t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
	})
	return b
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

func TestWorktree(t *testing.T) {
	r := newRepository(t, "a repo")
	first := r.commit("-- go.mod --\nmodule ex.com/m\n-- sub/a.go --\npackage old\n")
	r.commit("-- sub/a.go --\npackage new\n-- fresh/f.go --\npackage fresh\n")
	r.write("-- sub/a.go --\npackage dirty\n-- untracked.go --\npackage u\n")
	r.write("-- .git/hooks/post-checkout --\n#!/bin/sh\ntouch hooked\n")
	if err := os.Chmod(filepath.Join(r.dir, ".git/hooks/post-checkout"), 0o755); err != nil {
		t.Fatal(err)
	}

	b := r.base(filepath.Join(r.dir, "sub"), "HEAD~1")
	if got := read(t, b.Dir, "a.go"); got != "package old" {
		t.Errorf("a.go holds %q", got)
	}
	if b.Rev != first || b.Absent || len(b.Env) > 0 {
		t.Errorf("revision %s, absent %v, environment %v", b.Rev, b.Absent, b.Env)
	}
	tree := filepath.Dir(b.Dir)
	if filepath.Dir(tree) != filepath.Dir(r.dir) {
		t.Errorf("%s is not beside %s", tree, r.dir)
	}
	if _, err := os.Stat(filepath.Join(tree, "hooked")); err == nil {
		t.Error("a hook ran")
	}
	for in, want := range map[string]string{
		"./...":                              "./...",
		"net/http":                           "net/http",
		filepath.Join(r.dir, "sub"):          b.Dir,
		filepath.Join(r.dir, "sub") + "/...": b.Dir + "/...",
		r.dir + "/...":                       tree + "/...",
		filepath.Dir(r.dir):                  filepath.Dir(r.dir),
	} {
		if got := b.Pattern(in); got != want {
			t.Errorf("pattern %s: got %s, want %s", in, got, want)
		}
	}

	second := r.base(r.dir, first[:8])
	if second.Dir == tree {
		t.Error("two worktrees are one")
	}
	old := &report.Report{Packages: []*report.Package{
		{Path: "ok"}, {Path: "broken", Error: "e", Dir: filepath.Join(second.Dir, "sub")},
		{Path: "none", Error: "e"}, {Path: "fresh", Error: "e", Dir: filepath.Join(second.Dir, "fresh")},
	}}
	second.Prune(old)
	if len(old.Packages) != 2 || old.Packages[1].Path != "broken" {
		t.Errorf("kept %v", old.Packages)
	}
	if absent := r.base(filepath.Join(r.dir, "fresh"), first); !absent.Absent {
		t.Error("a folder that did not exist is there")
	}
}

func TestWorktreeErrors(t *testing.T) {
	r := newRepository(t, "repo")
	first := r.commit("-- a.go --\npackage a\n")
	plain, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(plain))
	before := r.state()
	for _, c := range []struct{ dir, rev, want string }{
		{r.dir, "nosuch", `the repository has no revision "nosuch": fatal: `},
		{r.dir, "--help", `no revision "--help"`},
		{r.dir, "", `no revision ""`},
		{r.dir, first + ":a.go", "no revision"},
		{plain, "HEAD", "is not in a git repository with files: fatal: not a git repository"},
		{filepath.Join(plain, "nosuch"), "HEAD", "nosuch"},
		{filepath.Join(r.dir, ".git"), "HEAD", "must be run in a work tree"},
	} {
		b, err := compare.Worktree(context.Background(), c.dir, c.rev)
		if err == nil {
			b.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s at %s: error %v", c.dir, c.rev, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := compare.Worktree(ctx, r.dir, "HEAD"); err == nil {
		t.Error("a cancelled run made a worktree")
	}
	for _, after := range []time.Duration{5, 10, 15, 20, 30, 40} {
		ctx, cancel := context.WithTimeout(context.Background(), after*time.Millisecond)
		if b, err := compare.Worktree(ctx, r.dir, "HEAD"); err == nil {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
		cancel()
	}
	if after := r.state(); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	shallow := newRepository(t, "shallow")
	r.commit("-- a.go --\npackage b\n")
	shallow.git("fetch", "-q", "--depth=1", "file://"+filepath.ToSlash(r.dir), "HEAD")
	shallow.git("checkout", "-q", "FETCH_HEAD")
	if _, err := compare.Worktree(context.Background(), shallow.dir, first); err == nil || !strings.Contains(err.Error(), "the clone is shallow") {
		t.Errorf("shallow: %v", err)
	}
	t.Setenv("PATH", plain)
	if _, err := compare.Worktree(context.Background(), r.dir, "HEAD"); err == nil || !strings.Contains(err.Error(), "needs git") {
		t.Errorf("without git: %v", err)
	}
}

// goList returns the names of packages as the go command finds them in the worktree.
func goList(t *testing.T, b *compare.Base, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-f", "{{.ImportPath}} {{.Name}} {{.Imports}}"}, args...)...)
	cmd.Dir = b.Dir
	cmd.Env = append(os.Environ(), b.Env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

const usesX = "-- go.mod --\nmodule ex.com/m\n\ngo 1.24\n-- a.go --\npackage m\n\nimport _ \"ex.com/x\"\n"

// TestOutside wants a module beside the repository to be found from the worktree too: replaced by a relative path, or of a workspace around both.
func TestOutside(t *testing.T) {
	t.Run("replace", func(t *testing.T) {
		r := newRepository(t, "repo")
		r.commit(usesX)
		r.commit("-- go.mod --\nmodule ex.com/m\n\ngo 1.24\n\nrequire ex.com/x v0.0.0\n\nreplace ex.com/x => ../x\n")
		writeFiles(t, filepath.Dir(r.dir), "-- x/go.mod --\nmodule ex.com/x\n-- x/x.go --\npackage x\n")
		b := r.base(r.dir, "HEAD")
		if got := goList(t, b, ".", "ex.com/x"); got != "ex.com/m m [ex.com/x]\nex.com/x x []" {
			t.Error(got)
		}
	})
	t.Run("workspace", func(t *testing.T) {
		r := newRepository(t, "repo")
		r.commit(usesX)
		r.commit("-- new/go.mod --\nmodule ex.com/new\n\ngo 1.24\n")
		writeFiles(t, filepath.Dir(r.dir), "-- go.work --\ngo 1.24\n\nuse (\n\t./repo\n\t./repo/new\n\t./x\n)\n-- go.work.sum --\n"+
			"-- x/go.mod --\nmodule ex.com/x\n\ngo 1.24\n-- x/x.go --\npackage x\n")
		b := r.base(r.dir, "HEAD~1")
		if got := goList(t, b, ".", "ex.com/x"); got != "ex.com/m m [ex.com/x]\nex.com/x x []" {
			t.Error(got)
		}
	})
	t.Run("inside", func(t *testing.T) {
		r := newRepository(t, "repo")
		r.commit("-- m/go.mod --\nmodule ex.com/m\n\ngo 1.24\n-- m/a.go --\npackage old\n")
		r.commit("-- go.work --\ngo 1.24\n\nuse ./m\n-- m/a.go --\npackage now\n")
		for rev, want := range map[string]string{"HEAD~1": "ex.com/m old []", "HEAD": "ex.com/m now []"} {
			if got := goList(t, r.base(filepath.Join(r.dir, "m"), rev), "."); got != want {
				t.Errorf("%s: %s", rev, got)
			}
		}
	})
}

// TestSubmodule wants a submodule's files at the commit of the revision, without the place that it was cloned from.
func TestSubmodule(t *testing.T) {
	lib := newRepository(t, "lib")
	lib.commit("-- deep/er/x.go --\npackage first\n")
	r := newRepository(t, "repo")
	r.git("submodule", "--quiet", "add", lib.dir, "third/lib")
	r.commit("-- a.go --\npackage a\n")
	lib.commit("-- deep/er/x.go --\npackage second\n")
	sub := &repository{t, filepath.Join(r.dir, "third/lib")}
	sub.git("pull", "-q")
	r.commit("-- a.go --\npackage b\n")
	if err := os.RemoveAll(lib.dir); err != nil {
		t.Fatal(err)
	}
	for rev, want := range map[string]string{"HEAD~1": "package first", "HEAD": "package second"} {
		if got := read(t, r.base(r.dir, rev).Dir, "third/lib/deep/er/x.go"); got != want {
			t.Errorf("%s: %s", rev, got)
		}
	}
}

// TestWorktreeOfWorktree works in a linked worktree, and where a hook's variables lead elsewhere.
func TestWorktreeOfWorktree(t *testing.T) {
	r := newRepository(t, "repo")
	r.commit("-- a.go --\npackage a\n")
	r.git("worktree", "add", "-q", "--detach", filepath.Join(filepath.Dir(r.dir), "linked"))
	t.Setenv("GIT_INDEX_FILE", filepath.Join(r.dir, "nosuch"))
	linked := &repository{t, filepath.Join(filepath.Dir(r.dir), "linked")}
	b, err := compare.Worktree(context.Background(), linked.dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, b.Dir, "a.go"); got != "package a" {
		t.Error(got)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if err := os.Unsetenv("GIT_INDEX_FILE"); err != nil {
		t.Fatal(err)
	}
	if got := r.git("worktree", "list"); strings.Contains(got, "annotate") {
		t.Error(got)
	}
}
