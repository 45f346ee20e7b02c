package csrc

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

func TestInclude(t *testing.T) {
	names, err := fs.Glob(Include(), "*.h")
	if err != nil || !slices.Equal(names, []string{"kg.h", "kg_lanes.h", "kg_level.h"}) {
		t.Errorf("headers %v, %v", names, err)
	}
}

// script writes an executable that stands for a compiler.
func script(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFindFails(t *testing.T) {
	dir := t.TempDir()
	script(t, dir, "other", "echo unknown")
	script(t, dir, "broken", "exit 3")
	script(t, dir, "bare", "echo 'fatal error: math.h: No such file or directory' >&2; exit 1")
	script(t, dir, "windows", "echo kg_answer kind gcc; echo kg_answer arch amd64")
	script(t, dir, "riscv", "echo kg_answer kind gcc; echo kg_answer os yes")
	tests := []struct{ name, cc, path, want string }{
		{"no compiler on PATH", "", t.TempDir(), "none of cc, gcc, clang, tcc is on PATH"},
		{"CC is nonsense", "no-such-compiler -m64", dir, "CC names no-such-compiler, which is not a program on PATH"},
		{"not a compiler", "other", dir, "other is not gcc, clang or tcc"},
		{"does not work", "broken -x", dir, "does not work as a C compiler: exit status 3"},
		{"no C library", "bare", dir, "bare does not find the headers of the C library"},
		{"another system", "windows", dir, "does not compile for linux on amd64 or arm64"},
		{"another machine", "riscv", dir, "does not compile for linux on amd64 or arm64"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("CC", test.cc)
			t.Setenv("PATH", test.path)
			_, err := Find(context.Background())
			if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if !strings.Contains(err.Error(), "install gcc or clang") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is not one line that says what to install: %v", err)
			}
		})
	}
}

func TestFind(t *testing.T) {
	tests := []struct {
		cc     string
		kind   Kind
		goarch string
	}{
		{"gcc", GCC, "amd64"},
		{"clang", Clang, "amd64"},
		{"tcc", TCC, "amd64"},
		{"gcc -O1 -DX", GCC, "amd64"},
		{"aarch64-linux-gnu-gcc", GCC, "arm64"},
	}
	for _, test := range tests {
		t.Run(test.cc, func(t *testing.T) {
			csrctest.Need(t, strings.Fields(test.cc)[0])
			t.Setenv("CC", test.cc)
			c, err := Find(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if c.Kind != test.kind || c.GOOS != "linux" || c.GOARCH != test.goarch || !slices.Equal(c.Args, strings.Fields(test.cc)[1:]) {
				t.Errorf("found %v", c)
			}
		})
	}
	t.Run("first on PATH", func(t *testing.T) {
		dir := t.TempDir()
		script(t, dir, "gcc", "echo kg_answer kind gcc; echo kg_answer arch arm64; echo kg_answer os yes")
		script(t, dir, "tcc", "exit 1")
		t.Setenv("CC", "")
		t.Setenv("PATH", dir)
		if c, err := Find(context.Background()); err != nil || filepath.Base(c.Path) != "gcc" {
			t.Errorf("found %v, %v", c, err)
		}
	})
}

// fixture returns a library to build from the files of src, which are in the form that emit writes.
func fixture(t *testing.T, source string) Library {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("src")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, Include()); err != nil {
		t.Fatal(err)
	}
	return Library{Dir: dir, Name: source, Out: filepath.Join(dir, "out", "lib"+source+".so")}
}

func find(t *testing.T, cc string) *Compiler {
	t.Helper()
	csrctest.Need(t, strings.Fields(cc)[0])
	t.Setenv("CC", cc)
	c, err := Find(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBuild(t *testing.T) {
	tests := []struct {
		cc      string
		levels  []int
		machine elf.Machine
	}{
		{"gcc", []int{2, 3, 4}, elf.EM_X86_64},
		{"clang", []int{2, 3, 4}, elf.EM_X86_64},
		{"tcc", []int{1}, elf.EM_X86_64},
		{"aarch64-linux-gnu-gcc", []int{1}, elf.EM_AARCH64},
	}
	for _, test := range tests {
		t.Run(test.cc, func(t *testing.T) {
			c := find(t, test.cc)
			var built [2][]byte
			for i := range built {
				lib := fixture(t, "scale")
				r, err := c.Build(context.Background(), lib)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(r.Levels, test.levels) || len(r.Skipped) > 0 {
					t.Errorf("built %v", r)
				}
				if built[i], err = os.ReadFile(lib.Out); err != nil {
					t.Fatal(err)
				}
				if left, _ := os.ReadDir(filepath.Dir(lib.Out)); len(left) != 1 {
					t.Errorf("the build left %v", left)
				}
				if bytes.Contains(built[i], []byte(lib.Dir)) {
					t.Error("the library holds a path of this machine")
				}
			}
			if !bytes.Equal(built[0], built[1]) {
				t.Error("two builds in two folders differ")
			}
			checkSymbols(t, built[0], test.machine)
		})
	}
}

// checkSymbols checks what the library is for and that it exports what it should and no variant.
func checkSymbols(t *testing.T, library []byte, machine elf.Machine) {
	t.Helper()
	f, err := elf.NewFile(bytes.NewReader(library))
	if err != nil {
		t.Fatal(err)
	}
	if f.Machine != machine {
		t.Errorf("machine %v", f.Machine)
	}
	symbols, err := f.DynamicSymbols()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range symbols {
		if strings.HasPrefix(s.Name, "scale_") && s.Section != elf.SHN_UNDEF {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	if want := []string{"scale_Scale", "scale_fingerprint", "scale_level"}; !slices.Equal(names, want) {
		t.Errorf("exports %v, want %v", names, want)
	}
}

// A compiler that does not know a level builds the others and says so; one that knows none builds the plain
// variant.
func TestBuildSkips(t *testing.T) {
	gcc := csrctest.Need(t, "gcc")
	for _, test := range []struct {
		refuse string
		levels []int
	}{{"*-v4", []int{2, 3}}, {"*x86-64-v*", []int{1}}} {
		path := script(t, t.TempDir(), "old", `for a; do case "$a" in -march=`+test.refuse+`) echo unknown >&2; exit 1;; esac; done; exec `+gcc+` "$@"`)
		c := find(t, path)
		r, err := c.Build(context.Background(), fixture(t, "scale"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Levels, test.levels) || !strings.Contains(r.Skipped[len(r.Skipped)-1], "x86-64-v4") {
			t.Errorf("built %v", r)
		}
	}
}

func TestBuildFails(t *testing.T) {
	c := find(t, "gcc")
	lib := fixture(t, "scale")
	if err := os.WriteFile(filepath.Join(lib.Dir, "scale.c"), []byte("int x = ;\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := c.Build(context.Background(), lib)
	var failed *Error
	if !errors.As(err, &failed) {
		t.Fatalf("error %v", err)
	}
	if strings.Contains(err.Error(), "expected expression") || !strings.Contains(failed.Output, "expected expression") ||
		!strings.Contains(err.Error(), "internal error: compiling scale.c") {
		t.Errorf("error %v, output %s", err, failed.Output)
	}
	if left, _ := os.ReadDir(filepath.Dir(lib.Out)); len(left) != 0 {
		t.Errorf("the build left %v", left)
	}
	t.Run("lanes with tcc", func(t *testing.T) {
		lib := fixture(t, "scale")
		lib.Lanes = true
		if _, err := find(t, "tcc").Build(context.Background(), lib); err == nil || !strings.Contains(err.Error(), "name gcc or clang in CC") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := c.Build(ctx, fixture(t, "scale")); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
}

// A build that is cancelled while the compiler runs ends at once and leaves nothing.
func TestBuildCancelled(t *testing.T) {
	dir := t.TempDir()
	started := filepath.Join(dir, "started")
	slow := script(t, dir, "slow", `case "$*" in *-march*|*" -c "*) : >'`+started+`'; exec sleep 60;; *-E*) echo kg_answer kind gcc; echo kg_answer arch amd64; echo kg_answer os yes;; esac`)
	t.Setenv("CC", slow)
	c, err := Find(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		for ctx.Err() == nil {
			if _, err := os.Stat(started); err == nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	lib := fixture(t, "scale")
	begin := time.Now()
	if _, err := c.Build(ctx, lib); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if d := time.Since(begin); d > 30*time.Second {
		t.Errorf("it took %v to end", d)
	}
	if left, _ := os.ReadDir(filepath.Dir(lib.Out)); len(left) != 0 {
		t.Errorf("the build left %v", left)
	}
}
