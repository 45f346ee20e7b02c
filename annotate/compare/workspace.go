package compare

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// workFile is what go work edit -json prints of a go.work file.
type workFile struct {
	Go        string
	Toolchain string
	Use       []struct{ DiskPath string }
	Replace   []struct {
		Old, New struct{ Path, Version string }
	}
}

// workspace sets GOWORK where the workspace that holds for dir would not hold for the worktree: one that was chosen by the environment, and one around
// the repository, whose modules in it have to be those of the worktree.
func (b *Base) workspace(ctx context.Context, dir string) error {
	path, err := goOutput(ctx, dir, "env", "GOWORK")
	if err != nil || path == "" || path == "off" {
		return err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return err
	}
	if rel, ok := inside(b.root, path); ok {
		moved := filepath.Join(b.tree, rel)
		if _, err := os.Stat(moved); err != nil {
			moved = "off"
		}
		b.Env = append(b.Env, "GOWORK="+moved)
		return nil
	}
	text, err := goOutput(ctx, dir, "work", "edit", "-json", path)
	if err != nil {
		return err
	}
	var w workFile
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return fmt.Errorf("go work edit -json %s: %w", path, err)
	}
	moved := filepath.Join(b.tree, ".annotate.work")
	b.Env = append(b.Env, "GOWORK="+moved)
	if err := copySums(path, moved); err != nil {
		return err
	}
	return os.WriteFile(moved, []byte(w.moved(b, filepath.Dir(path))), 0o600)
}

// moved is the text of the workspace file with its paths made absolute, those into the repository leading into the worktree.
func (w *workFile) moved(b *Base, dir string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "go %s\n", w.Go)
	if w.Toolchain != "" {
		fmt.Fprintf(&out, "toolchain %s\n", w.Toolchain)
	}
	absolute := func(p string) string {
		if !filepath.IsAbs(p) {
			p = filepath.Join(dir, p)
		}
		return b.Pattern(p)
	}
	for _, u := range w.Use {
		p := absolute(u.DiskPath)
		if _, err := os.Stat(filepath.Join(p, "go.mod")); err == nil {
			fmt.Fprintf(&out, "use %q\n", p)
		}
	}
	for _, r := range w.Replace {
		to := r.New.Path
		if r.New.Version == "" {
			to = absolute(to)
		}
		fmt.Fprintf(&out, "replace %q %s => %q %s\n", r.Old.Path, r.Old.Version, to, r.New.Version)
	}
	return out.String()
}

// copySums copies the checksums beside a workspace file, if there are any.
func copySums(from, to string) error {
	sums, err := os.ReadFile(strings.TrimSuffix(from, ".work") + ".work.sum")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(strings.TrimSuffix(to, ".work")+".work.sum", sums, 0o600)
}

// goOutput runs the go command.
func goOutput(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
