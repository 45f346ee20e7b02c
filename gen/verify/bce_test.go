package verify

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen"
)

// TestNoChecksBehindOurs demands that the Go compiler proves every access of the generated kernels in
// range: it must not check again what a check of ours, or a loop's bound, has established.
func TestNoChecksBehindOurs(t *testing.T) {
	for _, p := range kernelPackages {
		for _, nobounds := range []bool{false, true} {
			name := p.name
			if nobounds {
				name += " nobounds"
			}
			t.Run(name, func(t *testing.T) {
				dir := generateGo(t, filepath.Join("..", "testdata", "kernels", p.name), nobounds)
				for _, c := range compilerChecks(t, dir) {
					t.Error(c)
				}
			})
		}
	}
}

// generateGo compiles kernels to Go, into a folder of a module that finds this one.
func generateGo(t *testing.T, path string, nobounds bool) string {
	t.Helper()
	p := &program{dir: t.TempDir()}
	r, err := gen.Compile(path, gen.Options{Go: true, NoBounds: nobounds, Dir: p.dir, ImportPath: "kgenverify"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Write(); err != nil {
		t.Fatal(err)
	}
	if err := p.writeModule(t.Context(), "."); err != nil {
		t.Fatal(err)
	}
	return p.dir
}

var foundCheck = regexp.MustCompile(`^(.*\.go):(\d+):\d+: Found (Is\w+)$`)

// compilerChecks returns the bounds checks that the Go compiler left in the functions of a package.
func compilerChecks(t *testing.T, dir string) []string {
	t.Helper()
	cmd := exec.Command("go", "build", "-mod=mod", "-gcflags=-d=ssa/check_bce", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var found []string
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		if m := foundCheck.FindStringSubmatch(s.Text()); m != nil {
			line, _ := strconv.Atoi(m[2])
			file := filepath.Join(dir, m[1])
			if name := functionAt(t, file, line); name != "" {
				found = append(found, name+": "+m[3]+": "+lineOf(t, file, line))
			}
		}
	}
	return found
}

// functionAt returns the name of the function that the line of a file is in, or nothing.
func functionAt(t *testing.T, file string, line int) string {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fset.Position(fn.Pos()).Line <= line && line <= fset.Position(fn.End()).Line {
			return fn.Name.Name
		}
	}
	return ""
}

func lineOf(t *testing.T, file string, line int) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.Split(string(data), "\n")[line-1])
}

// TestCompilerChecksAreSeen shows that the test above would find a check.
func TestCompilerChecksAreSeen(t *testing.T) {
	p := &program{dir: t.TempDir()}
	if err := p.writeModule(t.Context(), "."); err != nil {
		t.Fatal(err)
	}
	text := "package p\n\nfunc At(s []int, i int) int { return s[i] }\n"
	if err := os.WriteFile(filepath.Join(p.dir, "p.go"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if found := compilerChecks(t, p.dir); len(found) != 1 || !strings.HasPrefix(found[0], "At: IsInBounds") {
		t.Errorf("found %q", found)
	}
}
