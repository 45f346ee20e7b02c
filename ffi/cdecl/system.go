package cdecl

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// toolchain is what is known of the system's C headers.
type toolchain struct {
	include    []string // folders
	predefined string   // macros of the compiler, "" without one
}

// compilers lists the commands that compile for a target on this host, the preferred ones first.
func compilers(t ctype.Target) []string {
	switch t {
	case ctype.Host():
		return []string{os.Getenv("CC"), "cc", "gcc", "clang"}
	case ctype.Target{OS: "linux", Arch: "arm64"}:
		return []string{"aarch64-linux-gnu-gcc"}
	case ctype.Target{OS: "linux", Arch: "amd64"}:
		return []string{"x86_64-linux-gnu-gcc"}
	case ctype.Target{OS: "windows", Arch: "amd64"}:
		return []string{"x86_64-w64-mingw32-gcc"}
	}
	return nil
}

// systemHeaders finds the headers for a target: as its compiler says, else where they usually are.
func systemHeaders(t ctype.Target) toolchain {
	for _, cc := range compilers(t) {
		if found, ok := askCompiler(cc); ok {
			return found
		}
	}
	return toolchain{include: usualFolders(t)}
}

// askCompiler runs a compiler once for its macros and its include folders.
func askCompiler(cc string) (toolchain, bool) {
	words := strings.Fields(cc) // $CC may have arguments
	if len(words) == 0 {
		return toolchain{}, false
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], "-v", "-dM", "-E", "-x", "c", "-")...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var macros, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &macros, &log
	if cmd.Run() != nil {
		return toolchain{}, false
	}
	found := toolchain{include: searchList(log.String())}
	for line := range strings.Lines(macros.String()) {
		if strings.HasPrefix(line, "#define ") {
			found.predefined += strings.TrimRight(line, "\r\n") + "\n"
		}
	}
	return found, len(found.include) > 0 && found.predefined != ""
}

// searchList reads the include folders out of what gcc and clang print with -v.
func searchList(log string) []string {
	_, list, _ := strings.Cut(log, "#include <...> search starts here:")
	list, _, _ = strings.Cut(list, "End of search list.")
	var folders []string
	for line := range strings.Lines(list) {
		folder := strings.TrimSpace(line)
		if folder != "" && !strings.HasSuffix(folder, "(framework directory)") {
			folders = append(folders, filepath.Clean(folder))
		}
	}
	return folders
}

// usualFolders returns the folders of Debian, Red Hat, Alpine and macOS that exist: one compiler's own headers, then the system's.
func usualFolders(t ctype.Target) []string {
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[t.Arch]
	own := []string{
		"/usr/lib/gcc/" + arch + "*-linux*/*/include",
		"/usr/lib/llvm-*/lib/clang/*/include",
		"/usr/lib*/clang/*/include",
		"/Library/Developer/CommandLineTools/usr/lib/clang/*/include",
	}
	var folders []string
	for _, pattern := range own {
		if found := existing(pattern); len(found) > 0 {
			folders = found[len(found)-1:]
			break
		}
	}
	for _, folder := range []string{"/usr/local/include", "/usr/include/" + arch + "-linux-gnu", "/usr/include", "/Library/Developer/CommandLineTools/SDKs/MacOSX.sdk/usr/include"} {
		folders = append(folders, existing(folder)...)
	}
	return folders
}

// existing returns the folders that match a pattern in order.
func existing(pattern string) []string {
	found, _ := filepath.Glob(pattern) // the patterns are well formed
	slices.Sort(found)
	return found
}
