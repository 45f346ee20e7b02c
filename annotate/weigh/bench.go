package weigh

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// BenchConfig says which benchmarks to run.
type BenchConfig struct {
	Dir      string    // working folder of the go command
	Patterns []string  // packages
	Regexp   string    // as of go test -bench
	Flags    []string  // of the build: "-tags=x", "-mod=vendor"
	Env      []string  // of the go command; nil is this process's
	Stderr   io.Writer // progress: packages and benchmark lines as they come; nil is none
}

// Bench runs the benchmarks, package after package, and returns their profiles, merged. Packages without a benchmark that matches are left out; none at
// all is an error. Nothing is written outside of a temporary folder. The profiles of benchmarks hold the set-up and the test framework too.
func Bench(ctx context.Context, c BenchConfig) (*Profiles, error) {
	if c.Stderr == nil {
		c.Stderr = io.Discard
	}
	packages, err := c.packages(ctx)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "annotate-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	var cpu, alloc []*profile.Profile
	for i, p := range packages {
		folder := filepath.Join(temp, strconv.Itoa(i))
		if err := c.bench(ctx, p, folder, &cpu, &alloc); err != nil {
			return nil, fmt.Errorf("benchmarks of %s: %w", p.ImportPath, err)
		}
	}
	if len(cpu) == 0 {
		return nil, fmt.Errorf("no benchmark matches %q in %s", c.Regexp, cmp.Or(strings.Join(c.Patterns, " "), "."))
	}
	return c.merge(cpu, alloc)
}

// Names in the temporary folder of a package.
const (
	cpuFile   = "cpu.out"
	allocFile = "mem.out"
	testFile  = "bench.test.exe" // Windows runs nothing without the ending
)

// bench runs the benchmarks of a package and adds their profiles to the lists.
func (c BenchConfig) bench(ctx context.Context, p benchPackage, folder string, cpu, alloc *[]*profile.Profile) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	ran, err := c.run(ctx, p, folder)
	if err != nil || !ran {
		return err
	}
	if *cpu, err = appendProfile(*cpu, filepath.Join(folder, cpuFile)); err != nil {
		return err
	}
	*alloc, err = appendProfile(*alloc, filepath.Join(folder, allocFile))
	return err
}

// merge joins the profiles of the packages. Benchmarks that allocate nothing leave no allocation profile, or one of what the test framework allocates.
func (c BenchConfig) merge(cpu, alloc []*profile.Profile) (*Profiles, error) {
	name := "bench " + c.Regexp
	var p Profiles
	all, err := profile.Merge(cpu)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if p.cpu, err = newSamples(all, pickCPU); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p.cpu.name, p.cpu.own = name, true
	if all, err = profile.Merge(alloc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if p.alloc, err = newSamples(all, pickAlloc); err != nil {
		return &Profiles{cpu: p.cpu}, nil
	}
	p.alloc.name, p.alloc.own, p.alloc.mixed = name, true, true
	return &p, nil
}

func appendProfile(list []*profile.Profile, name string) ([]*profile.Profile, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, err
	}
	return append(list, p), nil
}

// benchPackage is what go list says of a package.
type benchPackage struct {
	ImportPath   string
	Dir          string
	TestGoFiles  []string
	XTestGoFiles []string
}

// packages returns the packages whose test files have benchmarks. One that cannot be loaded has none: that it cannot is the report's business.
func (c BenchConfig) packages(ctx context.Context) ([]benchPackage, error) {
	args := append([]string{"list", "-e", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles"}, c.Flags...)
	cmd := c.goCommand(ctx, append(append(args, "--"), c.Patterns...))
	var out, text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &text
	if err := cmd.Run(); err != nil {
		return nil, commandError(ctx, "go list", err, text.String())
	}
	var list []benchPackage
	for d := json.NewDecoder(&out); ; {
		var p benchPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.hasBenchmarks() {
			list = append(list, p)
		}
	}
}

// hasBenchmarks looks for a benchmark's name in the test files, which is much faster than to link them.
func (p benchPackage) hasBenchmarks() bool {
	for _, name := range append(p.TestGoFiles, p.XTestGoFiles...) {
		if text, err := os.ReadFile(filepath.Join(p.Dir, name)); err == nil && bytes.Contains(text, []byte("func Benchmark")) {
			return true
		}
	}
	return false
}

// run runs the benchmarks of a package with profiles in a folder, and reports whether there was one that matched.
func (c BenchConfig) run(ctx context.Context, p benchPackage, folder string) (bool, error) {
	fmt.Fprintf(c.Stderr, "benchmarks of %s\n", p.ImportPath)
	binary := filepath.Join(folder, testFile)
	cmd := c.goCommand(ctx, append(append([]string{"test", "-c", "-vet=off", "-o=" + binary}, c.Flags...), p.ImportPath))
	if text, err := cmd.CombinedOutput(); err != nil {
		return false, commandError(ctx, "go test -c", err, string(text))
	}
	// Not through go test, which does not stop the benchmarks when it is stopped.
	cmd = exec.CommandContext(ctx, binary, "-test.run=^$", "-test.bench="+c.Regexp, "-test.benchmem", "-test.paniconexit0",
		"-test.cpuprofile="+filepath.Join(folder, cpuFile), "-test.memprofile="+filepath.Join(folder, allocFile))
	cmd.Dir, cmd.Env, cmd.WaitDelay = p.Dir, c.Env, patience
	w := &benchLines{to: c.Stderr}
	cmd.Stdout, cmd.Stderr = w, w
	err := cmd.Run()
	w.flush()
	if err != nil {
		return false, commandError(ctx, "the benchmarks", err, w.tail())
	}
	return w.results > 0, nil
}

// patience is how long a command may take to end after it was told to.
const patience = 5 * time.Second

// goCommand makes a go command that is interrupted, not killed, when ctx ends: it cleans up then.
func (c BenchConfig) goCommand(ctx context.Context, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = c.Dir, c.Env, patience
	if runtime.GOOS != "windows" {
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	}
	return cmd
}

func commandError(ctx context.Context, name string, err error, text string) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if text = strings.TrimSpace(text); text != "" {
		return fmt.Errorf("%s: %w\n%s", name, err, text)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// benchLines passes the lines with results on as they come and keeps the last of the others, for an error.
type benchLines struct {
	to      io.Writer
	results int
	part    []byte   // a line not yet ended
	last    []string // the last lines, results or not
}

// keptLines is how much of a failed run is shown.
const keptLines = 20

func (w *benchLines) Write(p []byte) (int, error) {
	w.part = append(w.part, p...)
	for {
		line, rest, ok := bytes.Cut(w.part, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		w.line(string(line))
		w.part = rest
	}
}

func (w *benchLines) flush() {
	if len(w.part) > 0 {
		w.line(string(w.part))
		w.part = nil
	}
}

func (w *benchLines) line(s string) {
	if w.last = append(w.last, s); len(w.last) > keptLines {
		w.last = w.last[1:]
	}
	if isResult(s) {
		w.results++
		fmt.Fprintf(w.to, "  %s\n", s)
	}
}

// isResult tells a result ("BenchmarkX-2   100   1234 ns/op") from what a benchmark prints itself.
func isResult(s string) bool {
	fields := strings.Fields(s)
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "Benchmark") {
		return false
	}
	_, err := strconv.Atoi(fields[1])
	return err == nil
}

func (w *benchLines) tail() string { return strings.Join(w.last, "\n") }
