package output

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const mine = "# annotate/1\nnew\n"

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// files lists the names in a folder, to show that no temporary file is left.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWriteOverExisting(t *testing.T) {
	for _, test := range []struct {
		name, old string
		ok        bool
	}{
		{"empty", "", true},
		{"html", "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"generator\" content=\"annotate/1\">", true},
		{"html of another version", `<!doctype html><html><head><meta name="generator" content="annotate/0">`, true},
		{"json", "{\n\"schema\": \"annotate/1\",\n", true},
		{"dense json", `{"schema":"annotate/2"}`, true},
		{"text", "# annotate/1\nx.go:1:2: bounds", true},
		{"other html", "<!DOCTYPE html><title>annotate/1</title>", false},
		{"html of another generator", `<!doctype html><html><head><meta name="generator" content="hugo annotate/1">`, false},
		{"other json", `{"name":"x","schema":"annotate/1"}`, false},
		{"json of another schema", `{"schema":"https://annotate/1"}`, false},
		{"source", "package main // annotate/1\n", false},
		{"space", " ", false},
		{"late marker", strings.Repeat(" ", headSize) + `{"schema":"annotate/1"}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "report")
			if err := os.WriteFile(path, []byte(test.old), 0o600); err != nil {
				t.Fatal(err)
			}
			err := Write(path, text(mine))
			want := mine
			if !test.ok {
				want = test.old
				if err == nil || !strings.Contains(err.Error(), path+": exists and is not a report") {
					t.Errorf("error %v", err)
				}
			} else if err != nil {
				t.Error(err)
			}
			if got, _ := os.ReadFile(path); string(got) != want {
				t.Errorf("the file holds %q", got)
			}
			if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v", info.Mode())
			}
			if got := files(t, dir); len(got) != 1 {
				t.Errorf("files %v", got)
			}
		})
	}
}

func TestWriteNew(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a b é.html")
	if err := Write(path, text(mine)); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	a, errA := os.Stat(path)
	b, errB := os.Stat(plain)
	if errA != nil || errB != nil || a.Mode() != b.Mode() {
		t.Errorf("mode %v of a new file, want %v; %v, %v", a.Mode(), b.Mode(), errA, errB)
	}
}

// TestWriteFails: whatever goes wrong, the old file stays and no other.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	if err := os.WriteFile(path, []byte(mine), 0o644); err != nil {
		t.Fatal(err)
	}
	inner := &fs.PathError{Op: "open", Path: "x.go", Err: fs.ErrNotExist}
	for _, test := range []struct {
		path  string
		write func(io.Writer) error
		want  string
	}{
		{path, func(w io.Writer) error { io.WriteString(w, "half"); return errors.New("out of paper") }, path + ": not written: out of paper"},
		{path, func(io.Writer) error { return inner }, path + ": not written: " + inner.Error()},
		{dir, text(mine), dir + ": is a folder; name a file"},
		{filepath.Join(dir, "none", "r.html"), text(mine), "not written: there is no folder " + filepath.Join(dir, "none")},
		{filepath.Join(path, "r.html"), text(mine), filepath.Join(path, "r.html") + ": not written: "},
		{"", text(mine), "not written"},
	} {
		if err := Write(test.path, test.write); err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), temporary) {
			t.Errorf("Write(%q): error %v, want %q", test.path, err, test.want)
		}
	}
	if got, _ := os.ReadFile(path); string(got) != mine {
		t.Errorf("the file holds %q", got)
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("files %v", got)
	}
}

func TestWriteReadOnly(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	if err := os.WriteFile(path, []byte(mine), 0o444); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, text(mine)); err == nil || !strings.Contains(err.Error(), path+": is read-only") {
		t.Errorf("a read-only file: error %v", err)
	}
	if runtime.GOOS == "windows" {
		return // which has no read-only folders
	}
	if os.Getuid() == 0 {
		// Root may write everywhere but where nobody may.
		if err := Write("/sys/new.html", text(mine)); err == nil || !strings.Contains(err.Error(), "/sys/new.html: not written: ") {
			t.Errorf("a folder of the kernel: error %v", err)
		}
		return
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o755) })
	if err := Write(filepath.Join(dir, "new.html"), text(mine)); err == nil || !strings.Contains(err.Error(), "may not be written to") {
		t.Errorf("a read-only folder: error %v", err)
	}
}

func TestFields(t *testing.T) {
	for _, test := range []struct {
		command string
		want    []string
	}{
		{"code -g {file}:{line}", []string{"code", "-g", "{file}:{line}"}},
		{`"C:\Program Files\x\code.exe"  -g	x`, []string{`C:\Program Files\x\code.exe`, "-g", "x"}},
		{`a'b c'"d"`, []string{"ab cd"}},
		{`a "" ''`, []string{"a", "", ""}},
		{`$HOME;rm *`, []string{"$HOME;rm", "*"}},
		{`"it's"`, []string{"it's"}},
		{"  ", nil},
	} {
		if got, err := Fields(test.command); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("Fields(%q) = %q, %v, want %q", test.command, got, err, test.want)
		}
	}
	if _, err := Fields(`a "b`); err == nil || !strings.Contains(err.Error(), `without its end`) {
		t.Errorf("an open quote: error %v", err)
	}
}

func TestBrowsers(t *testing.T) {
	for _, test := range []struct {
		goos string
		env  map[string]string
		want string
	}{
		{"linux", nil, "[]"},
		{"linux", map[string]string{"DISPLAY": ":0"}, "[[xdg-open T] [x-www-browser T]]"},
		{"linux", map[string]string{"BROWSER": "a -x %s y:b"}, "[[a -x T y] [b T]]"},
		{"linux", map[string]string{"WSL_DISTRO_NAME": "Debian"}, "[[wslview T]]"},
		{"darwin", nil, "[[open T]]"},
		{"windows", nil, "[[rundll32 url.dll,FileProtocolHandler T]]"},
	} {
		if runtime.GOOS == "windows" && strings.Contains(test.env["BROWSER"], ":") {
			continue // Windows splits lists elsewhere
		}
		got, err := browsers(test.goos, func(name string) string { return test.env[name] }, "T")
		if err != nil || fmt.Sprint(got) != test.want {
			t.Errorf("%s %v: %v, %v, want %s", test.goos, test.env, got, err, test.want)
		}
	}
}

// TestHelper is no test: Open and Launch start this program with it.
func TestHelper(t *testing.T) {
	switch os.Getenv("OUTPUT_TEST") {
	case "record":
		if err := os.WriteFile(os.Getenv("OUTPUT_FILE"), []byte(os.Args[len(os.Args)-1]), 0o666); err != nil {
			os.Exit(2)
		}
		os.Exit(0)
	case "fail":
		os.Exit(3)
	}
}

func TestOpen(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	record := filepath.Join(t.TempDir(), "opened")
	t.Setenv("OUTPUT_TEST", "record")
	t.Setenv("OUTPUT_FILE", record)
	t.Setenv("BROWSER", "no-such-browser"+string(os.PathListSeparator)+`"`+exe+`" -test.run=TestHelper --`)
	report, err := filepath.Abs("a&b.html")
	if err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]string{"http://127.0.0.1:1/": "http://127.0.0.1:1/", "a&b.html": report} {
		if err := Open(target); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(record); err != nil || string(got) != want {
			t.Errorf("Open(%q) opened %q, %v", target, got, err)
		}
	}
}
