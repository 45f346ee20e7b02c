//go:build unix

package output

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Links need a privilege on Windows, which has no /dev either.

func TestWriteThroughLinks(t *testing.T) {
	for _, old := range []string{mine, ""} {
		dir := t.TempDir()
		real, link, second := filepath.Join(dir, "real"), filepath.Join(dir, "link"), filepath.Join(dir, "second")
		if old != "" {
			if err := os.WriteFile(real, []byte(old), 0o640); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(os.Symlink("real", link), os.Symlink(link, second)); err != nil {
			t.Fatal(err)
		}
		if err := Write(second, text(mine+"x")); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(real); err != nil || string(got) != mine+"x" {
			t.Errorf("behind the links is %q, %v", got, err)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("the link became %v, %v", info.Mode(), err)
		}
	}
	circle := filepath.Join(t.TempDir(), "circle")
	if err := os.Symlink("circle", circle); err != nil {
		t.Fatal(err)
	}
	if err := Write(circle, text(mine)); err == nil {
		t.Error("a link to itself was written")
	}
}

// TestWriteToPipe: what is no regular file must not be renamed away; as root that would be the end of /dev/null.
func TestWriteToPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	path := fmt.Sprintf("/dev/fd/%d", w.Fd())
	if err := Write(path, text(mine)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != mine {
		t.Errorf("through the pipe came %q, %v", got, err)
	}
}
