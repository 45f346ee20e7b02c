package ffitest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// Wine is a folder of wine's own, in which Windows programs run on this machine. It is gone when the test is over.
type Wine struct {
	Exec string   // starts a program, as the -exec flag of go test wants it
	Env  []string // what Exec's environment has in addition
}

// wineDLLs says where distributions keep wine's libraries.
var wineDLLs = []string{
	"/usr/lib/x86_64-linux-gnu/wine*/x86_64-windows",
	"/usr/lib/wine*/x86_64-windows",
	"/usr/lib64/wine*/x86_64-windows",
	"/opt/wine*/lib/wine/x86_64-windows",
	"/opt/wine*/lib64/wine/x86_64-windows",
}

// NewWine makes a folder in which 64-bit Windows programs can run, and has programs there use this process for compiling.
//
// The folder is not made by wine, which would copy all of its libraries: it links to them, so it is made in no time. The
// registry stays empty.
func NewWine(t testing.TB) *Wine {
	t.Helper()
	wine := csrctest.Need(t, "wine", "wine64", "/usr/lib/wine/wine64")
	compiler := csrctest.Need(t, "x86_64-w64-mingw32-gcc")
	prefix := t.TempDir()
	system := filepath.Join(prefix, "drive_c", "windows", "system32")
	devices := filepath.Join(prefix, "dosdevices")
	for _, dir := range []string{system, devices} {
		must(t, os.MkdirAll(dir, 0o777))
	}
	must(t, os.Symlink("../drive_c", filepath.Join(devices, "c:")))
	must(t, os.Symlink("/", filepath.Join(devices, "z:")))
	// The word keeps wine from filling the folder.
	must(t, os.WriteFile(filepath.Join(prefix, ".update-timestamp"), []byte("disable\n"), 0o666))
	run(t, exec.Command(compiler, "-shared", "-O2", "-o", filepath.Join(system, "bcryptprimitives.dll"),
		filepath.Join(testdata(t), "bcryptprimitives.c"), "-ladvapi32"))
	linkSystem(t, system)
	w := &Wine{Exec: wine, Env: []string{
		"WINEPREFIX=" + prefix,
		"WINEDEBUG=-all",
		"WINEDLLOVERRIDES=mscoree,mshtml=", // neither .NET nor HTML, which wine would want to fetch
		"DISPLAY=",
		envServer + "=" + serve(t, compiler),
	}}
	t.Cleanup(func() { w.stop(t) })
	return w
}

// linkSystem links to each of wine's libraries that the folder does not have.
func linkSystem(t testing.TB, system string) {
	t.Helper()
	for _, pattern := range wineDLLs {
		files, err := filepath.Glob(filepath.Join(pattern, "*"))
		must(t, err)
		if files == nil {
			continue
		}
		for _, file := range files {
			err := os.Symlink(file, filepath.Join(system, filepath.Base(file)))
			if err != nil && !os.IsExist(err) {
				t.Fatal(err)
			}
		}
		return
	}
	csrctest.Missing(t, "no known folder has the libraries of %s", "wine")
}

// stop waits until wine no longer writes to the folder.
func (w *Wine) stop(t testing.TB) {
	server, err := exec.LookPath("wineserver")
	if err != nil {
		server = filepath.Join(filepath.Dir(w.Exec), "wineserver")
	}
	cmd := exec.Command(server, "-w")
	cmd.Env = append(os.Environ(), w.Env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("waiting for wine to end: %v\n%s", err, out)
	}
}

// Dir is [testing.T.TempDir] for tests that Windows runs too, where the removal may fail without harm: a loaded library cannot be removed,
// and wine before version 9 cannot remove any file in the way TempDir does it. Wine's folder goes as a whole.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ffitest")
	must(t, err)
	if os.Getenv(envServer) == "" {
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
	}
	return dir
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
