package plan

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/ctype"
)

// addToolsets adds clang for the host, and clang for those other targets whose code the host's trampolines can call: they
// use the same registers and differ in what travels where. So the conventions of macOS, and of Windows on arm64, are
// tested by running them.
func addToolsets(all map[string]toolset) {
	all["clang"] = toolset{ctype.Host(), compileClang}
	foreign := map[string]string{"darwin/amd64": "x86_64-apple-macosx", "darwin/arm64": "arm64-apple-macosx", "windows/arm64": "aarch64-windows-msvc"}
	for _, target := range ctype.Targets() {
		if triple := foreign[target.String()]; triple != "" && target.Arch == runtime.GOARCH {
			all[target.String()] = toolset{target, func(t testing.TB, source, out string) { compileForeign(t, triple, source, out) }}
		}
	}
}

// linker returns gcc for the host, and clang's name of the host.
func linker(t testing.TB) (gcc, triple string) {
	if runtime.GOARCH == "arm64" {
		return csrctest.Need(t, "aarch64-linux-gnu-gcc"), "--target=aarch64-linux-gnu"
	}
	return csrctest.Need(t, "x86_64-linux-gnu-gcc", "gcc"), "--target=x86_64-linux-gnu"
}

// compileClang compiles with clang for the host and links as gcc does.
func compileClang(t testing.TB, source, out string) {
	t.Helper()
	gcc, triple := linker(t)
	object := filepath.Join(filepath.Dir(out), "calls.o")
	run(t, csrctest.Need(t, "clang"), triple, "-w", "-O1", "-fPIC", "-c", "-o", object, source)
	run(t, gcc, "-shared", "-o", out, object)
}

// compileForeign compiles with clang for another system, and rewrites the assembly text so that it becomes a library of this one.
func compileForeign(t testing.TB, triple, source, out string) {
	t.Helper()
	gcc, host := linker(t)
	dir := filepath.Dir(out)
	assembly, data, object := filepath.Join(dir, "calls.s"), filepath.Join(dir, "data.c"), filepath.Join(dir, "calls.o")
	clang := csrctest.Need(t, "clang")
	run(t, clang, "--target="+triple, "-DFOREIGN", "-w", "-O1", "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-S", "-o", assembly, source)
	text, err := os.ReadFile(assembly)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rewrites {
		text = r.from.ReplaceAll(text, []byte(r.to))
	}
	memory := fmt.Sprintf("char in[%d], out[%d];\n", maxArgs*slot, slot)
	for name, content := range map[string][]byte{assembly: text, data: []byte(memory)} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run(t, clang, host, "-c", "-o", object, assembly)
	run(t, gcc, "-shared", "-fPIC", "-Wl,-Bsymbolic", "-o", out, object, data)
}

// rewrites turn assembly text for Mach-O and PE into text for ELF.
var rewrites = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`(?m)(^|\s);.*$`), ""}, // comments of arm64
	{regexp.MustCompile(`(?m)^\s*\.section\s+__TEXT,__text.*$`), ".text"},
	{regexp.MustCompile(`(?m)^\s*\.section\s+(__|\.rdata).*$`), ".section .rodata"},
	{regexp.MustCompile(`(?m)^\s*\.(loh|subsections_via_symbols|macosx_version_min|build_version|def|scl|type|endef|globl\s+@feat|set @feat|globl\s+__).*$`), ""},
	{regexp.MustCompile(`(?m)(^|[\s,*])_([a-zA-Z]\w*)`), "${1}${2}"},
	{regexp.MustCompile(`(\w+)@GOTPAGEOFF`), ":got_lo12:${1}"},
	{regexp.MustCompile(`(\w+)@GOTPAGE`), ":got:${1}"},
	{regexp.MustCompile(`(\w+)@PAGEOFF`), ":lo12:${1}"},
	{regexp.MustCompile(`(\w+)@PAGE`), "${1}"},
}

func run(t testing.TB, args ...string) {
	t.Helper()
	if text, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, text)
	}
}
