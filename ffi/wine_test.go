package ffi_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// hostTests are the tests that run the go command, and those of libraries that are installed for this machine alone.
const hostTests = "^(TestArm64|TestPlatforms|TestStatic|TestWindows|TestZlib|TestSqlite)$"

// TestWindows runs the tests for Windows under wine.
func TestWindows(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("the tests run on Windows as they are")
		return
	}
	wine := ffitest.NewWine(t)
	env := append(wine.Env, "GOOS=windows", "GOARCH=amd64")
	for _, test := range []struct{ folder, run, must string }{
		{".", ".", "TestPathsAgree TestRecordsByValue TestVariableArguments TestErrno"},
		{"./internal/sys", ".", "TestMovedStack TestPreserved TestForeignThreads TestErrors TestHuge"},
		{"./internal/plan", ".", "TestCalls TestCallbacks TestVariadic TestNarrow"},
		{"./internal/load", "^TestOpen|^TestPrivate$", "TestOpenSearch TestOpenBad TestOpenFS TestPrivate"},
	} {
		out := goTool(t, env, "test", "-count=1", "-v", "-run", test.run, "-skip", hostTests, "-exec", wine.Exec, test.folder)
		for _, name := range strings.Fields(test.must) {
			if !strings.Contains(out, "--- PASS: "+name+" ") {
				t.Errorf("%s did not run and pass:\n%s", name, out)
			}
		}
	}
}
