package cdecl_test

import (
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzText reads any text: it ends without a panic, what is listed can be used, and an error has a place in the text.
func FuzzText(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range files {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(a.Files[0].Data))
	}
	for _, s := range []string{"int f(", "typedef", "#define A(", "#if", "struct s {", "enum { A = ", "int a[", "#pragma pack(", "'", "\"", "/*", "\\\n", "__attribute__((", "int x:3;", "(...)", "a(b)c{d}e", "#include", "_Pragma(", "int f(int) int g;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		defer time.AfterFunc(time.Minute, func() { panic("reading does not end: " + text) }).Stop()
		for _, target := range []ctype.Target{{OS: "linux", Arch: "amd64"}, {OS: "windows", Arch: "arm64"}} {
			u, err := cdecl.Text("fuzz.h", text, cdecl.Config{Target: target, FS: fstest.MapFS{}})
			if (err == nil) != (len(u.Errors) == 0) {
				t.Errorf("%d errors are listed, returned is %v", len(u.Errors), err)
			}
			for _, e := range u.Errors {
				if e.Pos.File == "" || e.Msg == "" {
					t.Errorf("no place or no message: %#v", e)
				}
			}
			listing(u)
			if _, err := u.ParseType(text); err == nil && len(text) > 1<<14 {
				t.Error("a type of this length is accepted")
			}
		}
	})
}
