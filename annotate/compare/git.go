package compare

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// git runs git in a folder.
type git struct {
	path string
	dir  string
	env  []string
}

func newGit(dir string) (git, error) {
	path, err := exec.LookPath("git")
	if err != nil {
		return git{}, fmt.Errorf("an earlier revision needs git: %w", err)
	}
	// In a hook, git's own variables would lead to another index or worktree.
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE":
			return true
		}
		return false
	})
	return git{path: path, dir: dir, env: append(env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")}, nil
}

func (g git) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, g.path, append([]string{"-c", "core.hooksPath=" + os.DevNull, "-c", "advice.detachedHead=false"}, args...)...)
	cmd.Dir, cmd.Env = g.dir, g.env
	// Interrupted, git takes back what it has half done; where there is no such signal, or git does not end, it is killed.
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			return cmd.Process.Kill()
		}
		return nil
	}
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// run returns what git prints, without the last line end. The error has git's own words.
func (g git) run(ctx context.Context, args ...string) (string, error) {
	var stderr strings.Builder
	cmd := g.command(ctx, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		if words := strings.TrimSpace(stderr.String()); words != "" {
			err = errors.New(words)
		}
		return "", err
	}
	return strings.TrimRight(string(out), "\r\n"), nil
}

// submodules copies the submodules that are checked out in the repository, at the commits that the revision wants.
func (b *Base) submodules(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(b.tree, ".gitmodules")); err != nil {
		return nil
	}
	list, err := b.git.run(ctx, "ls-tree", "-r", "-z", b.Rev)
	if err != nil {
		return err
	}
	for _, entry := range strings.Split(list, "\x00") {
		meta, path, _ := strings.Cut(entry, "\t")
		fields := strings.Fields(meta)
		if len(fields) != 3 || fields[0] != "160000" {
			continue
		}
		from := filepath.Join(b.root, filepath.FromSlash(path))
		if _, err := os.Stat(filepath.Join(from, ".git")); err != nil {
			continue
		}
		if err := b.extract(ctx, from, fields[2], filepath.Join(b.tree, filepath.FromSlash(path))); err != nil {
			return fmt.Errorf("submodule %s: %w", path, err)
		}
	}
	return nil
}

// extract unpacks a commit of the repository in the folder from.
func (b *Base) extract(ctx context.Context, from, commit, to string) error {
	sub := b.git
	sub.dir = from
	var stderr strings.Builder
	cmd := sub.command(ctx, "archive", "--format=tar", commit)
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	unpacked := unpack(pipe, to)
	_, drained := io.Copy(io.Discard, pipe)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("git archive %s: %w: %s", commit, err, strings.TrimSpace(stderr.String()))
	}
	return errors.Join(unpacked, drained)
}

// unpack writes the regular files of an archive into the folder. Links are left out: the go command follows none to packages.
func unpack(rd io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for t := tar.NewReader(rd); ; {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		name := filepath.FromSlash(strings.TrimSuffix(h.Name, "/"))
		switch h.Typeflag {
		case tar.TypeDir:
			err = root.MkdirAll(name, 0o700)
		case tar.TypeReg:
			err = writeFile(root, name, t)
		}
		if err != nil {
			return err
		}
	}
}

func writeFile(root *os.Root, name string, rd io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := root.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, rd)
	return errors.Join(err, f.Close())
}
