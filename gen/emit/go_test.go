package emit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/gen/ir"
)

// goCase is an archive of testdata/go: the IR of a unit, and what is emitted for it. A comment that
// begins with a line "c" asks for the stub of the C library, too.
type goCase struct {
	name    string
	archive *txtar.Archive
	unit    *ir.Unit
	targetC bool
}

func goCases(t *testing.T) []goCase {
	t.Helper()
	files, err := filepath.Glob("testdata/go/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	var cases []goCase
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		u, err := ir.Parse(file, a.Files[0].Data)
		if err == nil {
			err = ir.Verify(u)
		}
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		cases = append(cases, goCase{name, a, u, bytes.HasPrefix(a.Comment, []byte("c\n"))})
	}
	return cases
}

// options returns the options that a case is emitted with.
func (c goCase) options() StubOptions {
	return StubOptions{
		GoOptions: GoOptions{Package: c.unit.Package, ImportPath: "example.org/" + c.name, SourceFiles: []string{"/src/" + c.name + ".kg"},
			Fingerprint: "0123", Version: "test", TargetC: c.targetC},
		Name: c.unit.Package, Dir: "_kgen", GOOS: "linux", GOARCH: "amd64",
	}
}

// emit returns the Go files of a case by name.
func (c goCase) emit(t *testing.T) []txtar.File {
	t.Helper()
	code, err := Go(c.unit, c.options().GoOptions)
	if err != nil {
		t.Fatal(err)
	}
	files := []txtar.File{{Name: "want_kg.go", Data: code}}
	if c.targetC {
		stub, err := Stub(c.unit, c.options())
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, txtar.File{Name: "want_kgc_linux_amd64.go", Data: stub})
	}
	return files
}

// TestGo compares what is emitted for each archive's IR with the archive's expectation; KGEN_UPDATE=1 rewrites it.
func TestGo(t *testing.T) {
	for _, c := range goCases(t) {
		t.Run(c.name, func(t *testing.T) {
			got := c.emit(t)
			if os.Getenv("KGEN_UPDATE") != "" {
				c.archive.Files = append(c.archive.Files[:1], got...)
				if err := os.WriteFile("testdata/go/"+c.name+".txtar", txtar.Format(c.archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want := c.archive.Files[1:]
			if len(want) != len(got) {
				t.Fatalf("the archive has %d files, %d are emitted", len(want), len(got))
			}
			for i, f := range got {
				if !bytes.Equal(f.Data, want[i].Data) {
					t.Errorf("%s differs from the archive; it is\n%s", f.Name, f.Data)
				}
			}
		})
	}
}

// TestGoCompiles demands of all archives' output that it compiles, with and without C and on other platforms, that go
// vet and gofmt find nothing, and that the Go compiler leaves no check of its own in the kernels.
func TestGoCompiles(t *testing.T) {
	files := map[string]string{}
	for _, c := range goCases(t) {
		for _, f := range c.emit(t) {
			files[c.name+"/"+strings.TrimPrefix(f.Name, "want_")] = string(f.Data)
		}
		if c.targetC {
			files[fmt.Sprintf("%s/_kgen/linux_amd64/lib%s.txt", c.name, c.unit.Package)] = "no library\n"
		}
	}
	files["kept/kept.go"] = "package kept\n\n// At keeps Go's check.\nfunc At(s []int, i int) int { return s[i] }\n\n// Fused lets Go fuse.\nfunc Fused(x, y, z float64) float64 { return x*y + z }\n"
	dir := goModule(t, "example.org", files)
	goRun(t, dir, "vet", "./...")
	goRun(t, dir, "vet", "-tags=noffi", "./...")
	t.Run("fmt", func(t *testing.T) {
		if got := goRun(t, dir, "run", "cmd/gofmt", "-l", "."); got != "" {
			t.Errorf("gofmt would change:\n%s", got)
		}
	})
	for _, platform := range []string{"js/wasm", "windows/amd64", "darwin/arm64"} {
		t.Run(platform, func(t *testing.T) {
			goos, goarch, _ := strings.Cut(platform, "/")
			t.Setenv("GOOS", goos)
			t.Setenv("GOARCH", goarch)
			goRun(t, dir, "build", "./...")
		})
	}
	t.Run("fusing", func(t *testing.T) { checkFusing(t, dir) })
	t.Run("checks", func(t *testing.T) {
		found := goOutput(t, dir, "build", "-gcflags=example.org/...=-d=ssa/check_bce", "./...")
		for _, line := range strings.Split(found, "\n") {
			if strings.Contains(line, "_kg.go:") {
				t.Errorf("Go keeps a check of its own: %s", line)
			}
		}
		if !strings.Contains(found, "kept.go:4:") {
			t.Errorf("the Go compiler does not tell of the checks that it keeps:\n%s", found)
		}
	})
}

// fused matches the instructions of arm64 that round a product and a sum once.
var fused = regexp.MustCompile(`\((?:\S*/)?(\w+\.go):\d+\)\s+FN?M(?:ADD|SUB)[SD]`)

// checkFusing demands that on arm64 Go fuses what it may, but nothing in the kernels.
func checkFusing(t *testing.T, dir string) {
	t.Setenv("GOOS", "linux")
	t.Setenv("GOARCH", "arm64")
	kept := false
	for _, m := range fused.FindAllStringSubmatch(goOutput(t, dir, "build", "-gcflags=example.org/...=-S", "./..."), -1) {
		kept = kept || m[1] == "kept.go"
		if strings.HasSuffix(m[1], "_kg.go") {
			t.Errorf("a product is fused with a sum: %s", m[0])
		}
	}
	if !kept {
		t.Error("no fused instruction is found where there is one")
	}
}

// TestGoNeeds64 compiles a kernel that computes with int for a 32-bit platform, and one that only counts with it.
func TestGoNeeds64(t *testing.T) {
	const counts = "unit p\nfunc F(%%s []f64) exported {\n%%n int = len %%s\nl: for %%i int = 0:int to %%n step 1 {\nstore %%s, %%i, 1:f64\n}\nreturn\n}\n"
	const computes = "unit p\nfunc F(%%n int) (int) exported {\n%%m int = add %%n, 1:int\nreturn %%m\n}\n"
	for name, test := range map[string]struct{ text, want string }{"counts": {counts, ""}, "computes": {computes, "kg_needs_64_bit_int"}} {
		t.Run(name, func(t *testing.T) {
			u, err := ir.Parse(name, []byte(strings.ReplaceAll(test.text, "%%", "%")))
			if err != nil {
				t.Fatal(err)
			}
			code, err := Go(u, GoOptions{Package: "p", ImportPath: "example.org/p"})
			if err != nil {
				t.Fatal(err)
			}
			dir := goModule(t, "example.org", map[string]string{"p/p_kg.go": string(code)})
			t.Setenv("GOOS", "linux")
			t.Setenv("GOARCH", "386")
			got := goOutput(t, dir, "build", "./p")
			if !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("want a message with %q, got %q", test.want, got)
			}
		})
	}
}

// TestGoRefusesLanes demands a located error for vectors.
func TestGoRefusesLanes(t *testing.T) {
	u, err := ir.Parse("lanes.ir", []byte("unit p\nfunc Sum(%a f64, %b f64) (f64) {\n%x f64x4 = splat %a\n%y f64 = extract %x, 1:int\nreturn %y\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Go(u, GoOptions{Package: "p", ImportPath: "example.org/p"})
	if err == nil || !strings.Contains(err.Error(), "has no form in Go") || !strings.Contains(err.Error(), "Sum") {
		t.Errorf("want an error that names the kernel, got %v", err)
	}
}

// TestGoIsDeterministic emits everything twice.
func TestGoIsDeterministic(t *testing.T) {
	for _, c := range goCases(t) {
		first, second := c.emit(t), c.emit(t)
		for i := range first {
			if !bytes.Equal(first[i].Data, second[i].Data) {
				t.Errorf("%s: %s is not the same twice", c.name, first[i].Name)
			}
		}
	}
}
