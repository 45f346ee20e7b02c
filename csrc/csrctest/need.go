// Package csrctest holds what the project's tests share when they need a tool from outside Go.
package csrctest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Need returns the path of the first of the tools that is on PATH. Without any it skips the test,
// or fails it when KGEN_REQUIRE is "all" or lists one of the names, so that no check is lost silently.
func Need(t testing.TB, tools ...string) string {
	t.Helper()
	for _, tool := range tools {
		if path, err := exec.LookPath(tool); err == nil {
			return path
		}
	}
	Missing(t, "none of %s is on PATH", tools...)
	return ""
}

// Missing skips the test with the reason, or fails it when KGEN_REQUIRE names one of the tools.
func Missing(t testing.TB, format string, tools ...string) {
	t.Helper()
	list := strings.Join(tools, ", ")
	if Required(tools...) {
		t.Fatalf("KGEN_REQUIRE: "+format, list)
	}
	t.Skipf(format, list)
}

// Required reports whether KGEN_REQUIRE is "all" or lists one of the tools.
func Required(tools ...string) bool {
	for _, word := range strings.FieldsFunc(os.Getenv("KGEN_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }) {
		if word == "all" {
			return true
		}
		for _, tool := range tools {
			if word == tool {
				return true
			}
		}
	}
	return false
}
