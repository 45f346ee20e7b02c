package csrc

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Library is a shared library to build from the C files of a kernel package.
type Library struct {
	Dir   string // the folder of NAME.c, NAME_levels.c and the headers
	Name  string // the stem of their names
	Out   string // the library
	Lanes bool   // the C has vectors, which tcc cannot compile
}

// Result says what a library holds.
type Result struct {
	Levels  []int    // of the CPU: 2, 3, 4 for x86-64-v2 to -v4; 1 alone stands for a single plain variant
	Skipped []string // the levels that the compiler does not know, and why
}

// Error is a failure of the C compiler. As the C is kgen's own, it is no error of the user's: the
// message names the step, and Output holds what the compiler said.
type Error struct {
	Stage   string // what was being done
	Command string
	Output  string
	Err     error
}

// Error names the step that failed, not what the compiler said.
func (e *Error) Error() string {
	return fmt.Sprintf("internal error: %s: the C compiler failed (%v) on C that kgen wrote", e.Stage, e.Err)
}

// Unwrap returns the error of running the compiler.
func (e *Error) Unwrap() error { return e.Err }

// flags give C the meaning that kernels have on every target: integers wrap, floats are rounded after
// each operation, and memory may be read as another type. The rest gives a library without paths or time.
var flags = map[Kind][]string{
	GCC:   gnuFlags,
	Clang: append(gnuFlags[:len(gnuFlags):len(gnuFlags)], "-fbracket-depth=4096"), // its default is little for generated code
	TCC:   {"-std=c11"},
}

var gnuFlags = []string{"-std=c11", "-O3", "-fwrapv", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math",
	"-fno-strict-aliasing", "-fPIC", "-fvisibility=hidden", "-g0", "-Wno-psabi"}

var linkFlags = map[Kind][]string{
	GCC:   gnuLinkFlags,
	Clang: gnuLinkFlags,
	TCC:   {"-shared"},
}

var gnuLinkFlags = []string{"-shared", "-Wl,--build-id=none", "-Wl,-z,noexecstack", "-Wl,-z,relro"}

// levels are the CPU levels of amd64 that get a variant each.
var levels = []int{2, 3, 4}

// Build compiles the library. It appears under its name only when it is complete.
func (c *Compiler) Build(ctx context.Context, lib Library) (Result, error) {
	if c.Kind == TCC && lib.Lanes {
		return Result{}, fmt.Errorf("%s cannot compile kernels with lanes: name gcc or clang in CC", c.Path)
	}
	out, err := filepath.Abs(lib.Out)
	if err != nil {
		return Result{}, err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return Result{}, err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(out), "."+lib.Name+"-")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(tmp)
	b := &build{Compiler: c, lib: lib, tmp: tmp}
	result, err := b.levels(ctx)
	if err != nil {
		return Result{}, err
	}
	objects, err := b.compile(ctx, result.Levels)
	if err != nil {
		return Result{}, err
	}
	if err := b.link(ctx, objects); err != nil {
		return Result{}, err
	}
	return result, os.Rename(b.file("lib.so"), out)
}

// build is one run of Build.
type build struct {
	*Compiler
	lib Library
	tmp string
}

func (b *build) file(name string) string { return filepath.Join(b.tmp, name) }

// levels finds the levels that the compiler knows. It is asked first without one, so that a compiler that
// does not work is not taken for one that knows no levels.
func (b *build) levels(ctx context.Context) (Result, error) {
	if b.Kind == TCC || b.GOARCH != "amd64" {
		return Result{Levels: []int{1}}, nil
	}
	if err := b.probe(ctx); err != nil {
		return Result{}, err
	}
	var r Result
	for _, level := range levels {
		if err := b.probe(ctx, march(level)); err != nil {
			r.Skipped = append(r.Skipped, fmt.Sprintf("x86-64-v%d: %s %s does not know it", level, b.Kind, b.Version))
			continue
		}
		r.Levels = append(r.Levels, level)
	}
	if len(r.Levels) == 0 {
		r.Levels = []int{1}
	}
	return r, ctx.Err()
}

// probe compiles nothing with the flags.
func (b *build) probe(ctx context.Context, flags ...string) error {
	if err := os.WriteFile(b.file("probe.c"), []byte("int kg_probe;\n"), 0o600); err != nil {
		return err
	}
	return b.run(ctx, "probing", append(flags, "-fsyntax-only", b.file("probe.c"))...)
}

func march(level int) string { return "-march=x86-64-v" + strconv.Itoa(level) }

// object is one run of the compiler.
type object struct {
	source, name string
	args         []string
}

// objects lists what the library is linked from: a variant for each level and what chooses between them, or
// the one plain variant, which needs no choice.
func (b *build) objects(levels []int) []object {
	source := b.lib.Name + ".c"
	if levels[0] == 1 {
		return []object{{source, "plain.o", nil}}
	}
	set := 0
	var list []object
	for _, level := range levels {
		set |= 1 << level
		list = append(list, object{source, fmt.Sprintf("v%d.o", level), []string{march(level), fmt.Sprintf("-DKG_LEVEL=_v%d", level)}})
	}
	return append(list, object{b.lib.Name + "_levels.c", "levels.o", []string{fmt.Sprintf("-DKG_LEVELS=%d", set)}})
}

// compile compiles the objects side by side and returns their files. The first error in their order counts.
func (b *build) compile(ctx context.Context, levels []int) ([]string, error) {
	objects := b.objects(levels)
	files := make([]string, len(objects))
	errs := make([]error, len(objects))
	var wg sync.WaitGroup
	for i, o := range objects {
		files[i] = b.file(o.name)
		args := append(flags[b.Kind][:len(flags[b.Kind]):len(flags[b.Kind])], o.args...)
		args = append(args, "-c", o.source, "-o", files[i])
		wg.Go(func() {
			errs[i] = b.run(ctx, fmt.Sprintf("compiling %s to %s", o.source, o.name), args...)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

func (b *build) link(ctx context.Context, objects []string) error {
	args := append(linkFlags[b.Kind][:len(linkFlags[b.Kind]):len(linkFlags[b.Kind])], "-o", b.file("lib.so"))
	args = append(args, objects...)
	return b.run(ctx, "linking "+filepath.Base(b.lib.Out), append(args, "-lm")...)
}

// cancelDelay is how long a cancelled compiler has to end by itself.
const cancelDelay = 2 * time.Second

// run runs the compiler in the folder of the C files, so that no path gets into its output.
func (b *build) run(ctx context.Context, stage string, args ...string) error {
	cmd := exec.CommandContext(ctx, b.Path, append(b.Args[:len(b.Args):len(b.Args)], args...)...)
	cmd.Dir = b.lib.Dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it removes its temporary files
	cmd.WaitDelay = cancelDelay
	cmd.Env = append(os.Environ(), "LC_ALL=C", "SOURCE_DATE_EPOCH=0")
	out, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &Error{Stage: stage, Command: strings.Join(cmd.Args, " "), Output: string(out), Err: err}
	}
	return nil
}
