// Package cdecltest holds what tests share that read real headers.
package cdecltest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

// Header is a header of a library that may be installed.
type Header struct {
	Name    string   // as in #include <Name>
	Include []string // folders beside the system's
	Define  []string // macros that it needs, NAME or NAME=VALUE
}

// Libraries are headers that Debian's packages install: sqlite3, zlib, libuv, libgit2, glib, OpenSSL, GMP.
var Libraries = []Header{
	{Name: "sqlite3.h"},
	{Name: "zlib.h"},
	{Name: "uv.h"},
	{Name: "git2.h"},
	{Name: "glib.h", Include: []string{"/usr/include/glib-2.0", "/usr/lib/x86_64-linux-gnu/glib-2.0/include", "/usr/lib/aarch64-linux-gnu/glib-2.0/include"}},
	{Name: "openssl/ssl.h"},
	{Name: "gmp.h"},
}

// Need skips the test when the header is not installed, or fails it when KGEN_REQUIRE is "all" or names the header.
func Need(t testing.TB, h Header) {
	t.Helper()
	folders := append([]string{"/usr/include", "/usr/include/x86_64-linux-gnu", "/usr/include/aarch64-linux-gnu", "/usr/local/include", "/opt/homebrew/include"}, h.Include...)
	for _, pattern := range []string{"/usr/lib/gcc/*/*/include", "/usr/lib/llvm*/lib/clang/*/include"} {
		own, _ := filepath.Glob(pattern) // a compiler's own headers; the pattern is well formed
		folders = append(folders, own...)
	}
	for _, f := range folders {
		if _, err := os.Stat(filepath.Join(f, h.Name)); err == nil {
			return
		}
	}
	csrctest.Missing(t, "header %s is not installed", h.Name)
}
