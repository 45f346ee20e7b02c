package load

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestWindowsNames(t *testing.T) {
	for _, test := range []struct{ name, version, want string }{
		{"zlib1.dll", "", "zlib1.dll"},
		{"ZLIB1.DLL", "", "ZLIB1.DLL"},
		{"kernel32", "", "kernel32.dll or libkernel32.dll or kernel32-*.dll or libkernel32-*.dll"},
		{"sqlite3", "0", "sqlite3-0.dll or libsqlite3-0.dll"},
		{"libsqlite3", "0", "libsqlite3-0.dll"},
		{"libsqlite3.dll", "0", "libsqlite3-0.dll"},
		{"libm", "", "libm.dll or libm-*.dll"},
		{"glib-2.0", "", "glib-2.0.dll or libglib-2.0.dll or glib-2.0-*.dll or libglib-2.0-*.dll"},
	} {
		if got := windowsNames(test.name, test.version).String(); got != test.want {
			t.Errorf("%s %s: got %s, want %s", test.name, test.version, got, test.want)
		}
	}
}

func TestWindowsPlaces(t *testing.T) {
	root := t.TempDir() // an absolute path on whatever system this runs
	app, system, tools := filepath.Join(root, "app"), filepath.Join(root, "system"), filepath.Join(root, "tools")
	host := windowsHost{exe: filepath.Join(app, "program.exe"), system: system, paths: []string{"", tools, ".", "bin"}}
	var got []string
	for _, p := range host.places() {
		text := p.String()
		if p.none != nil {
			text += ": " + p.none.Error()
		}
		got = append(got, text)
	}
	not := errRelative.Error()
	want := []string{app, "the system", tools, "PATH's .: " + not, "PATH's bin: " + not}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", got, want)
	}
}
