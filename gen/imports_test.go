package gen

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/kgen-go/kgen/"

// allowed is the import table of the house: for each package that is not a test helper or an example, all
// packages of this module, and all modules beside the standard library, that it may import. What a stage does not
// import it cannot depend on: no stage may see a later one.
var allowed = map[string][]string{
	"gen/diag":   {},
	"gen/kg":     {},
	"gen/syntax": {"gen/diag"},
	"gen/check":  {"gen/diag", "gen/syntax"},
	"gen/ir":     {"gen/diag", "gen/kg"},
	"gen/lower":  {"gen/check", "gen/diag", "gen/ir", "gen/kg"},
	"gen/opt":    {"gen/ir", "gen/kg"},
	"gen/emit":   {"gen/diag", "gen/ir", "gen/kg", "github.com/dave/jennifer"},
	"csrc":       {},
	"gen":        {"csrc", "gen/check", "gen/diag", "gen/emit", "gen/ir", "gen/lower", "gen/opt", "gen/syntax"},
	"gen/kgc":    {"ffi", "gen/kg"},

	"gen/verify":      {"csrc", "gen", "gen/ir", "gen/kg", "gen/kgc", "gen/verify/wire"},
	"gen/verify/wire": {"gen/kg"},

	"ffi/ctype":         {},
	"ffi/abi":           {"ffi/ctype"},
	"ffi/cdecl":         {"ffi/ctype", "modernc.org/cc/v4"},
	"ffi/internal/sys":  {"github.com/ebitengine/purego", "golang.org/x/sys"},
	"ffi/internal/load": {"ffi/internal/sys", "golang.org/x/sys"},
	"ffi/internal/plan": {"ffi/abi", "ffi/ctype", "ffi/internal/sys"},
	"ffi":               {"ffi/abi", "ffi/cdecl", "ffi/ctype", "ffi/internal/load", "ffi/internal/plan", "ffi/internal/sys"},

	"annotate/internal/symbol": {},

	"annotate/report":  {},
	"annotate/gctext":  {"annotate/report"},
	"annotate/machine": {"annotate/report"},
	"annotate/golist":  {"annotate/gctext", "annotate/machine", "annotate/report", "github.com/google/pprof"},
	"annotate/join":    {"annotate/gctext", "annotate/golist", "annotate/internal/symbol", "annotate/machine", "annotate/report"},
	"annotate/kernel":  {"annotate/report", "csrc", "gen", "gen/check", "gen/diag", "gen/ir", "gen/kg", "gen/syntax"},
	"annotate/weigh":   {"annotate/internal/symbol", "annotate/report", "github.com/google/pprof"},
	"annotate/compare": {"annotate/internal/symbol", "annotate/report", "gen/diag"},
	"annotate/page":    {"annotate/report"},
	"annotate/text":    {"annotate/compare", "annotate/report"},
	"annotate/output":  {},
	"annotate/serve":   {"annotate/output", "annotate/page", "annotate/report", "github.com/fsnotify/fsnotify"},
	"annotate":         {"annotate/golist", "annotate/join", "annotate/kernel", "annotate/report", "annotate/weigh"},

	"cmd/kgen": {"csrc", "gen", "gen/diag", "gen/verify"},
	"cmd/annotate": {
		"annotate", "annotate/compare", "annotate/golist", "annotate/output", "annotate/page", "annotate/report", "annotate/serve", "annotate/text",
		"annotate/weigh", "gen", "golang.org/x/term",
	},
}

// helpers are the packages outside the table: they are for tests and benchmarks, write code, or are examples.
var helpers = []string{
	"annotate/internal/annotatebench", "annotate/internal/reporttest", "annotate/page/browsertest",
	"csrc/csrctest", "ffi/cdecl/cdecltest", "ffi/ctype/ctypetest",
	"ffi/internal/cgobench", "ffi/internal/ffitest", "ffi/internal/gendirect", "ffi/internal/headertest",
	"ffi/internal/sigtest", "ffi/internal/sigtest/apitest",
}

func isHelper(pkg string) bool {
	return strings.HasPrefix(pkg, "examples/") || slices.Contains(helpers, pkg)
}

// TestImports compares the table with the imports of every package, tests left out, on two platforms: no package imports more,
// and none is allowed more than it imports.
func TestImports(t *testing.T) {
	seen := map[string][]string{} // imports by package
	for _, platform := range []string{"linux/amd64", "windows/amd64"} {
		for _, p := range listPackages(t, platform) {
			name := strings.TrimPrefix(p.ImportPath, module)
			if isHelper(name) {
				continue
			}
			seen[name] = append(seen[name], p.Imports...)
			allow, ok := allowed[name]
			if !ok {
				t.Errorf("package %s is not in the import table", name)
				continue
			}
			for _, imp := range p.Imports {
				if !mayImport(allow, imp) {
					t.Errorf("on %s, package %s imports %s, which the table does not allow", platform, name, imp)
				}
			}
		}
	}
	for name, allow := range allowed {
		if _, ok := seen[name]; !ok {
			t.Errorf("the table names package %s, which does not exist", name)
		}
		for _, a := range allow {
			if !slices.ContainsFunc(seen[name], func(imp string) bool { return mayImport([]string{a}, imp) && !standard(imp) }) {
				t.Errorf("the table allows package %s to import %s, which it does not", name, a)
			}
		}
	}
}

func mayImport(allow []string, imp string) bool {
	if local, ok := strings.CutPrefix(imp, module); ok {
		return slices.Contains(allow, local)
	}
	return standard(imp) || slices.ContainsFunc(allow, func(a string) bool { return imp == a || strings.HasPrefix(imp, a+"/") })
}

// standard reports whether a package is of the standard library.
func standard(imp string) bool {
	first, _, _ := strings.Cut(imp, "/")
	return !strings.Contains(first, ".")
}

type listed struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T, platform string) []listed {
	t.Helper()
	goos, goarch, _ := strings.Cut(platform, "/")
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...")
	cmd.Env = append(cmd.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := dec.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
