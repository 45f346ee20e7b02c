package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/gen"
)

// modulePath is that of this module, which the program of the kernels needs.
const modulePath = "github.com/kgen-go/kgen"

// A Build is one way to compile kernels: for a platform, with a C compiler or with none.
type Build struct {
	Name   string         // in the report, before the target: "gcc"
	CC     *csrc.Compiler // nil: Go kernels only
	GOOS   string         // the host's when empty
	GOARCH string
	Exec   []string // the command that runs a program for that platform, when the host cannot
	Go     bool     // run the Go kernels
	Oracle bool     // run the kernels' own text, of subjects that have it, as Go; not where Go fuses operations
}

func (b Build) platform() (goos, goarch string) {
	goos, goarch = b.GOOS, b.GOARCH
	if goos == "" {
		goos = runtime.GOOS
	}
	if goarch == "" {
		goarch = runtime.GOARCH
	}
	return
}

// hostBuilds are the ways to compile for this machine that need no choice: with the C compiler that is
// found, if there is one. missing says why there is none.
func hostBuilds(ctx context.Context) (builds []Build, missing error) {
	cc, err := csrc.Find(ctx)
	if err != nil {
		return []Build{{Go: true}}, err
	}
	return []Build{{CC: cc, Go: true}}, nil
}

// program is the source of a program that holds packages of kernels.
type program struct {
	dir     string
	imports bytes.Buffer
	kernels bytes.Buffer
	levels  []int    // of the CPU, that the C libraries have variants for
	notes   []string // why some are missing
}

// Names of a subject's packages in the program: with bounds checks, without, and the kernels' own text.
const (
	checkedSet   = ""
	uncheckedSet = "nb"
	oracleSet    = "go"
)

// build compiles the suite's packages for b into a program in dir.
func (s *Suite) build(ctx context.Context, b Build, dir string) (*program, error) {
	p := &program{dir: dir}
	for _, sub := range s.subjects {
		for _, set := range []string{checkedSet, uncheckedSet} {
			if err := s.addCompiled(ctx, p, sub, b, set); err != nil {
				return nil, err
			}
		}
		if b.Oracle && sub.Oracle {
			if err := p.addOracle(sub); err != nil {
				return nil, err
			}
		}
	}
	if err := errors.Join(p.writeMain(), p.writeModule(ctx, s.subjects[0].folder())); err != nil {
		return nil, err
	}
	return p, p.compile(ctx, b)
}

// addCompiled compiles a subject for the build and writes it into the program.
func (s *Suite) addCompiled(ctx context.Context, p *program, sub *Subject, b Build, set string) error {
	o := s.Gen
	o.NoBounds, o.Go, o.C = set == uncheckedSet, true, b.CC != nil
	o.ImportPath = "kgenverify/" + sub.key + set
	o.Dir = filepath.Join(p.dir, sub.key+set)
	o.Dir = filepath.Join(p.dir, sub.key+set)
	r, err := gen.Compile(sub.path, o)
	if err != nil {
		return err
	}
	if _, _, err := r.Write(); err != nil {
		return err
	}
	if b.CC != nil {
		lib, err := r.Build(ctx, b.CC)
		if err != nil {
			return withOutput(err)
		}
		p.levels, p.notes = lib.Levels, lib.Notes
	}
	p.add(sub, set)
	return importable(o.Dir)
}

// withOutput adds what a C compiler said to its error: whoever verifies wants to see it.
func withOutput(err error) error {
	var failed *csrc.Error
	if errors.As(err, &failed) {
		return fmt.Errorf("%w\n%s", err, firstLines(failed.Output, 20))
	}
	return err
}

// addOracle writes the kernels' own text as Go.
func (p *program) addOracle(sub *Subject) error {
	dir := filepath.Join(p.dir, sub.key+oracleSet)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, f := range sub.Result.Package.Syntax.Files {
		name := strings.TrimSuffix(filepath.Base(f.Name), ".kg") + "_kernel.go"
		if err := os.WriteFile(filepath.Join(dir, name), f.Src, 0o666); err != nil {
			return err
		}
	}
	p.add(sub, oracleSet)
	return importable(dir)
}

// packageMain is the package clause of a package that no other can import.
var packageMain = regexp.MustCompile(`(?m)^package main\b`)

// importable renames package main in a folder's Go files.
func importable(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if packageMain.Match(data) {
			if err := os.WriteFile(name, packageMain.ReplaceAll(data, []byte("package kernels")), 0o666); err != nil {
				return err
			}
		}
	}
	return nil
}

// add makes the exported kernels of a package known to the program.
func (p *program) add(sub *Subject, set string) {
	name := sub.key + set
	used := false
	for _, f := range sub.Result.Unit.Funcs {
		if f.Exported {
			used = true
			fmt.Fprintf(&p.kernels, "%q: %s.%s,\n", name+"."+f.Name, name, f.Name)
		}
	}
	if used {
		fmt.Fprintf(&p.imports, "%s %q\n", name, "kgenverify/"+name)
	}
}

// writeMain writes the main package.
func (p *program) writeMain() error {
	text := fmt.Sprintf("package main\n\nimport (\n%q\n%s)\n\nfunc main() {\nwire.Main(map[string]any{\n%s})\n}\n",
		modulePath+"/gen/verify/wire", p.imports.String(), p.kernels.String())
	main, err := format.Source([]byte(text))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.dir, "main.go"), main, 0o666)
}

// writeModule writes a go.mod that finds this module where the user's folder finds it.
func (p *program) writeModule(ctx context.Context, userDir string) error {
	source, err := moduleDir(ctx, userDir)
	if err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(source, "go.sum"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	mod := fmt.Sprintf("module kgenverify\n\ngo 1.26\n\nrequire %s v0.0.0\n\nreplace %s => %s\n", modulePath, modulePath, modQuote(source))
	return errors.Join(
		os.WriteFile(filepath.Join(p.dir, "go.mod"), []byte(mod), 0o666),
		os.WriteFile(filepath.Join(p.dir, "go.sum"), sums, 0o666))
}

// modQuote quotes a path for go.mod.
func modQuote(path string) string { return `"` + strings.ReplaceAll(path, `\`, `\\`) + `"` }

// moduleDir returns the folder of this module, as the user's module has it: that of the kernels, or
// else the one that the command runs in.
func moduleDir(ctx context.Context, userDir string) (string, error) {
	for _, from := range []string{userDir, "."} {
		cmd := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", modulePath)
		cmd.Dir = from
		out, err := cmd.Output()
		if dir := strings.TrimSpace(string(out)); err == nil && dir != "" {
			return dir, nil
		}
	}
	return "", fmt.Errorf("verify: %s must be in a module that requires %s, as the generated code imports it: go get %s",
		userDir, modulePath, modulePath)
}

// binary is the name of the program when it is built.
func (p *program) binary() string { return filepath.Join(p.dir, "kernels.exe") }

// compile builds the program.
func (p *program) compile(ctx context.Context, b Build) error {
	goos, goarch := b.platform()
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=mod", "-ldflags=-s -w", "-o", p.binary(), ".")
	cmd.Dir = p.dir
	// GOAMD64=v1 keeps Go from fusing operations in the oracle.
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0", "GOAMD64=v1", "GOOS="+goos, "GOARCH="+goarch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("verify: building the program of the kernels: %w\n%s", err, firstLines(string(out), 40))
	}
	return nil
}
