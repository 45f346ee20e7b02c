package compare

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kgen-go/kgen/annotate/report"
)

// Base is a worktree of an earlier revision of a git repository.
type Base struct {
	Dir    string   // the folder that answers to the one asked for
	Env    []string // to be added to the environment of the go command
	Rev    string   // full hash
	Absent bool     // the folder did not exist at that revision: everything is new
	root   string   // of the repository
	tree   string   // of the worktree
	git    git
}

// Worktree checks the revision out into a worktree of its own and finds the folder in it that answers to dir. The caller calls Close in any case, also after
// its context has ended.
//
// The worktree is a hidden folder beside the repository, so that relative paths that lead out of the repository ("replace x => ../x") still lead
// to the same places; where that folder cannot be written, it is in the system's temporary folder. Its name comes from the revision, so that the
// go command finds what it built for the same revision before in its cache. Submodules are copied from their own checkouts, without network;
// hooks do not run.
func Worktree(ctx context.Context, dir, rev string) (*Base, error) {
	dir, err := realPath(dir)
	if err != nil {
		return nil, err
	}
	g, err := newGit(dir)
	if err != nil {
		return nil, err
	}
	b := &Base{git: g}
	if b.root, err = g.run(ctx, "rev-parse", "--show-toplevel"); err != nil {
		return nil, fmt.Errorf("%s is not in a git repository with files: %w", dir, err)
	}
	if b.root, err = realPath(b.root); err != nil {
		return nil, err
	}
	b.git.dir = b.root
	if b.Rev, err = b.git.run(ctx, "rev-parse", "--verify", "--end-of-options", rev+"^{commit}"); err != nil {
		return nil, b.unknown(ctx, rev, err)
	}
	rel, err := filepath.Rel(b.root, dir)
	if err != nil {
		return nil, err
	}
	if err := b.checkout(ctx); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	b.Dir = filepath.Join(b.tree, rel)
	if info, err := os.Stat(b.Dir); err != nil || !info.IsDir() {
		b.Absent = true
	}
	if err := b.fill(ctx, dir); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

// unknown explains why there is no such revision.
func (b *Base) unknown(ctx context.Context, rev string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	err = fmt.Errorf("the repository has no revision %q: %w", rev, err)
	if shallow, _ := b.git.run(ctx, "rev-parse", "--is-shallow-repository"); shallow == "true" {
		err = fmt.Errorf("%w\nthe clone is shallow: fetch the revision first, with git fetch --unshallow or --depth", err)
	}
	return err
}

// hashLen is how much of a revision's hash names its worktree.
const hashLen = 12

// checkout adds the worktree. A folder of the name that is there already belongs to another run, or is left over from one that was killed.
func (b *Base) checkout(ctx context.Context) error {
	name := ".annotate-base-" + b.Rev[:min(hashLen, len(b.Rev))]
	parents := []string{filepath.Dir(b.root), os.TempDir()}
	for i, parent := range parents {
		tree := filepath.Join(parent, name)
		err := os.Mkdir(tree, 0o700)
		if errors.Is(err, fs.ErrExist) {
			tree, err = os.MkdirTemp(parent, name+"-")
		}
		if err != nil && i+1 < len(parents) {
			continue
		}
		if err != nil {
			return fmt.Errorf("no folder for the worktree of %s: %w", b.Rev, err)
		}
		if b.tree, err = filepath.EvalSymlinks(tree); err != nil {
			b.tree = tree
		}
		break
	}
	if _, err := b.git.run(ctx, "worktree", "add", "--quiet", "--force", "--detach", b.tree, b.Rev); err != nil {
		return fmt.Errorf("git worktree add: %w", err)
	}
	return nil
}

// fill completes the worktree with what git does not put there.
func (b *Base) fill(ctx context.Context, dir string) error {
	if err := b.submodules(ctx); err != nil {
		return err
	}
	return b.workspace(ctx, dir)
}

// cleanupTime bounds the removal, which goes on when the run was cancelled.
const cleanupTime = 30 * time.Second

// Close removes the worktree and leaves the repository as it was. It may be called twice.
func (b *Base) Close() error {
	if b.tree == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), cleanupTime)
	defer cancel()
	if _, err := b.git.run(ctx, "worktree", "remove", "--force", "--force", b.tree); err != nil {
		if err := errors.Join(os.RemoveAll(b.tree), b.forget(ctx)); err != nil {
			return fmt.Errorf("the worktree %s is not removed: %w", b.tree, err)
		}
	}
	b.tree = ""
	return nil
}

// forget removes what git still has of a worktree that it could not remove, because it was interrupted while it made it: the folder in the
// repository's worktrees whose file gitdir names the worktree, or which has the name but not yet the file.
func (b *Base) forget(ctx context.Context) error {
	common, err := b.git.run(ctx, "rev-parse", "--git-common-dir")
	if err != nil {
		return err
	}
	if !filepath.IsAbs(common) {
		common = filepath.Join(b.git.dir, common)
	}
	all := filepath.Join(common, "worktrees")
	entries, err := os.ReadDir(all)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	id := "-" + strings.TrimPrefix(filepath.Base(b.tree), ".") // git lets no name begin with a dot
	for _, e := range entries {
		gitdir, err := os.ReadFile(filepath.Join(all, e.Name(), "gitdir"))
		ours := strings.HasPrefix(string(gitdir), filepath.ToSlash(b.tree)+"/")
		if ours || errors.Is(err, fs.ErrNotExist) && e.Name() == id {
			if err := os.RemoveAll(filepath.Join(all, e.Name())); err != nil {
				return err
			}
		}
	}
	os.Remove(all) // as git does when the last worktree goes; while it has others, this is an error without harm
	return nil
}

// Pattern returns the package pattern for the go command in the worktree: an absolute path into the repository leads into the worktree.
func (b *Base) Pattern(p string) string {
	if !filepath.IsAbs(p) {
		return p
	}
	dir, below := p, ""
	if i := strings.Index(p, "..."); i >= 0 {
		i = strings.LastIndexAny(p[:i], `/`+string(filepath.Separator))
		dir, below = p[:i], p[i:]
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	if rel, ok := inside(b.root, dir); ok {
		return filepath.Join(b.tree, rel) + below
	}
	return p
}

// inside returns the path of p relative to the folder, if it is in it.
func inside(dir, p string) (rel string, ok bool) {
	rel, err := filepath.Rel(dir, p)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return rel, true
}

// Prune removes the packages from the old report that did not exist at the revision, so that they count as new and not as broken.
func (b *Base) Prune(old *report.Report) {
	var kept []*report.Package
	for _, p := range old.Packages {
		if p.Error == "" || hasSource(p.Dir) {
			kept = append(kept, p)
		}
	}
	old.Packages = kept
}

// hasSource reports whether the folder has Go files.
func hasSource(dir string) bool {
	if dir == "" {
		return false
	}
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return strings.HasSuffix(e.Name(), ".go") })
}

// Empty is the report of the revision when the folder was absent: that of the same build without any package.
func Empty(now *report.Report) *report.Report {
	r := &report.Report{Schema: now.Schema, Build: now.Build}
	r.Sort()
	return r
}
