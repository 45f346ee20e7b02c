package abi_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/ctype"
)

// toolchain is what builds and runs programs of one target.
type toolchain struct {
	compilers map[string][]string // gcc and clang
	run       []string
}

func toolchainFor(t *testing.T, target ctype.Target) toolchain {
	clang := csrctest.Need(t, "clang")
	if target.Arch == "arm64" {
		return toolchain{
			compilers: map[string][]string{"gcc": {csrctest.Need(t, "aarch64-linux-gnu-gcc")}, "clang": {clang, "--target=aarch64-linux-gnu"}},
			run:       []string{csrctest.Need(t, "qemu-aarch64"), "-L", "/usr/aarch64-linux-gnu"},
		}
	}
	gcc := csrctest.Need(t, "x86_64-linux-gnu-gcc", "gcc")
	return toolchain{compilers: map[string][]string{"gcc": {gcc}, "clang": {clang, "--target=x86_64-linux-gnu"}}}
}

// TestDisputes shows for each dispute on Linux that gcc and clang differ, by a program whose two halves they compile, and
// that Classify refuses its call.
func TestDisputes(t *testing.T) {
	for _, d := range abi.Disputes() {
		for _, target := range d.Targets {
			if target.OS != "linux" {
				continue
			}
			t.Run(target.Arch+"/"+d.Name, func(t *testing.T) {
				file := "testdata/disputes/linux-" + target.Arch + "_" + strings.ReplaceAll(d.Name, " ", "-") + ".c"
				refused(t, d, target, file)
				p := program{t, toolchainFor(t, target), file, t.TempDir()}
				if !p.works("gcc", "gcc") {
					t.Error("gcc does not agree with itself")
				}
				if p.works("gcc", "clang") && p.works("clang", "gcc") {
					t.Error("gcc and clang agree")
				}
			})
		}
	}
}

// refused checks that the callee of a file cannot be classified.
func refused(t *testing.T, d abi.Dispute, target ctype.Target, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	unit, err := cdecl.Text(file, string(text), cdecl.Config{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range unit.Funcs {
		if f.Name != "callee" {
			continue
		}
		_, err := abi.Classify(target, f.Type, nil)
		if !errors.Is(err, ctype.ErrDisputed) || !strings.Contains(err.Error(), d.Why) {
			t.Errorf("error %v, want %q", err, d.Why)
		}
		return
	}
	t.Errorf("%s has no callee", file)
}

// program is a C file with a caller and a callee.
type program struct {
	t     *testing.T
	tools toolchain
	file  string
	dir   string
}

// works builds the program with one compiler for its caller and one for its callee, and reports whether the callee receives what the
// caller passes.
func (p program) works(caller, callee string) bool {
	p.t.Helper()
	out := filepath.Join(p.dir, caller+"-"+callee)
	command(p.t, slices.Concat(p.tools.compilers["gcc"], []string{"-o", out, p.object(caller, "CALLER"), p.object(callee, "CALLEE")})...)
	run := slices.Concat(p.tools.run, []string{out})
	err := exec.Command(run[0], run[1:]...).Run()
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == 1
}

// object compiles one half of the program.
func (p program) object(compiler, half string) string {
	p.t.Helper()
	out := filepath.Join(p.dir, compiler+half+".o")
	if _, err := os.Stat(out); err != nil {
		command(p.t, slices.Concat(p.tools.compilers[compiler], []string{"-O1", "-w", "-Wno-psabi", "-D" + half, "-c", "-o", out, p.file})...)
	}
	return out
}

// command runs a tool and returns what it prints.
func command(t *testing.T, args ...string) string {
	t.Helper()
	text, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, text)
	}
	return string(text)
}

// TestFlexibleWindows shows the dispute on Windows in the code for `int f(struct s x) { return x.n; }`: clang
// gets an address in RCX, gcc the value.
func TestFlexibleWindows(t *testing.T) {
	source := filepath.Join(t.TempDir(), "flexible.c")
	if err := os.WriteFile(source, []byte("struct s { int n; char data[]; };\nint f(struct s x) { return x.n; }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	flags := []string{"-O1", "-w", "-S", "-o", "-", source}
	gcc := command(t, append([]string{csrctest.Need(t, "x86_64-w64-mingw32-gcc")}, flags...)...)
	clang := command(t, append([]string{csrctest.Need(t, "clang"), "--target=x86_64-windows-msvc"}, flags...)...)
	if strings.Contains(gcc, "(%rcx)") || !strings.Contains(clang, "(%rcx)") {
		t.Errorf("gcc and clang agree:\n%s\n%s", gcc, clang)
	}
}
