package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kgen": main})
}

// TestScripts runs testdata/*.txtar. Beside testscript's own commands there are
//
//	random FILE          writes 10 MiB of noise
//	project              makes the folder a module that uses this one
//
// the variables $stub and $library, the names of both for a package k on this platform, and the conditions
// [cc], that there is a C compiler, which KGEN_REQUIRE=cc demands, and [ffi], that C libraries can be loaded.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("KGEN_UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOFLAGS", "GOPROXY", "GOSUMDB", "HOME", "CC", "CGO_ENABLED"} {
				if v, ok := os.LookupEnv(name); ok || name == "HOME" {
					env.Setenv(name, v)
				}
			}
			env.Setenv("bin", filepath.SplitList(env.Getenv("PATH"))[0])
			platform := runtime.GOOS + "_" + runtime.GOARCH
			env.Setenv("stub", "k_kgc_"+platform+".go")
			env.Setenv("library", "_kgen/"+platform+"/libk.so")
			return nil
		},
		Condition: func(cond string) (bool, error) { return condition(t, cond) },
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"random":  random,
			"project": func(ts *testscript.TestScript, _ bool, _ []string) { project(ts, root) },
		},
	})
}

// condition decides the conditions of the scripts.
func condition(t *testing.T, cond string) (bool, error) {
	switch cond {
	case "cc":
		for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
			for _, tool := range []string{"cc", "gcc", "clang", "tcc"} {
				if _, err := os.Stat(filepath.Join(dir, tool)); err == nil {
					return true, nil
				}
			}
		}
		if csrctest.Required("cc") {
			t.Error("KGEN_REQUIRE: there is no C compiler on PATH")
		}
		return false, nil
	case "root":
		if os.Getuid() != 0 && csrctest.Required("root") {
			t.Error("KGEN_REQUIRE: a test needs root")
		}
		return os.Getuid() == 0, nil
	case "ffi":
		return runtime.GOOS == "linux" && (runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64"), nil
	}
	return false, os.ErrInvalid
}

// random writes a file of noise, the same each time.
func random(ts *testscript.TestScript, _ bool, args []string) {
	const size = 10 << 20
	data := make([]byte, size)
	source := rand.NewChaCha8([32]byte{1})
	source.Read(data)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o666))
}

// project writes a go.mod that finds this module where it is being tested.
func project(ts *testscript.TestScript, root string) {
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	ts.Check(err)
	mod := "module example.com/project\n\ngo 1.26\n\nrequire github.com/kgen-go/kgen v0.0.0\n\n" +
		"replace github.com/kgen-go/kgen => " + root + "\n"
	ts.Check(os.WriteFile(ts.MkAbs("go.mod"), []byte(mod), 0o666))
	ts.Check(os.WriteFile(ts.MkAbs("go.sum"), sums, 0o666))
	ts.Setenv("GOFLAGS", "-mod=mod")
}
