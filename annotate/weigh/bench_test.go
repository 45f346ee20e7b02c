package weigh

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/csrc/csrctest"
)

const benchModule = `
-- go.mod --
module ex.com/m

go 1.24
-- hot/hot.go --
package hot

func Sum(x []int) (n int) {
	for _, v := range x {
		n += v * v
	}
	return n
}
-- hot/hot_test.go --
package hot

import "testing"

var list = make([]int, 10000)
var kept []int

func BenchmarkSum(b *testing.B) {
	for range b.N {
		list[0] += Sum(list)
		kept = append([]int(nil), list...)
	}
}
-- cold/cold.go --
package cold
-- none/none_test.go --
package none

import "testing"

func BenchmarkOther(b *testing.B) {}
-- broken/broken_test.go --
package broken

import "testing"

func BenchmarkBroken(b *testing.B) { undefined() }
-- endless/endless_test.go --
package endless

import (
	"os"
	"testing"
	"time"
)

func BenchmarkEndless(b *testing.B) {
	os.WriteFile(os.Getenv("STARTED"), nil, 0o644)
	for {
		os.Chtimes(os.Getenv("STARTED"), time.Now(), time.Now())
		time.Sleep(10 * time.Millisecond)
	}
}
`

func benchConfig(t *testing.T, patterns ...string) BenchConfig {
	t.Helper()
	csrctest.Need(t, "go")
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(benchModule)).Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return BenchConfig{Dir: dir, Patterns: patterns, Regexp: "Sum", Env: append(os.Environ(), "GOWORK=off")}
}

func listFiles(t *testing.T, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		list = append(list, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestBench(t *testing.T) {
	c := benchConfig(t, "./hot", "./cold", "./none")
	var text strings.Builder
	c.Stderr = &text
	before := listFiles(t, c.Dir)
	p, err := Bench(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if after := listFiles(t, c.Dir); !slices.Equal(before, after) {
		t.Errorf("it left files: %q, before %q", after, before)
	}
	for _, want := range []string{"benchmarks of ex.com/m/hot\n", "  BenchmarkSum", "benchmarks of ex.com/m/none\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in the progress:\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "cold") {
		t.Errorf("it ran a package without tests:\n%s", text.String())
	}
	if p.cpu == nil || p.cpu.total == 0 || p.alloc == nil || p.cpu.name != "bench Sum" || p.cpu.mixed || !p.alloc.mixed {
		t.Errorf("%+v", p)
	}
}

// TestBenchFramework: of benchmarks that allocate nothing, the test framework's allocations are nothing to warn of; little time on the lines is.
func TestBenchFramework(t *testing.T) {
	p := &Profiles{
		cpu:   textSamples(t, "9 other.F /src/other/f.go:1 1", 1e6, pickCPU, &profile.ValueType{Type: "cpu", Unit: "nanoseconds"}),
		alloc: textSamples(t, "9 testing.F /src/testing/f.go:1 1", 1, pickAlloc, &profile.ValueType{Type: "alloc_objects", Unit: "count"}),
	}
	p.cpu.own, p.alloc.own, p.alloc.mixed = true, true, true
	r := ownReport(t)
	if err := Weigh(r, p); err != nil {
		t.Fatal(err)
	}
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "0.0 % of the samples are on lines of this report") {
		t.Errorf("warnings %q", r.Warnings)
	}
}

func TestBenchErrors(t *testing.T) {
	c := benchConfig(t, "./none", "./cold")
	if _, err := Bench(t.Context(), c); err == nil || !strings.Contains(err.Error(), `no benchmark matches "Sum" in ./none ./cold`) {
		t.Errorf("no match: %v", err)
	}
	c.Patterns = []string{"./broken"}
	if _, err := Bench(t.Context(), c); err == nil || !strings.Contains(err.Error(), "benchmarks of ex.com/m/broken") ||
		!strings.Contains(err.Error(), "undefined: undefined") {
		t.Errorf("does not compile: %v", err)
	}
	c.Patterns, c.Regexp = []string{"./hot"}, "("
	if _, err := Bench(t.Context(), c); err == nil || !strings.Contains(err.Error(), "missing closing )") {
		t.Errorf("bad expression: %v", err)
	}
	c.Regexp, c.Flags = "Sum", []string{"-mod=what"}
	if _, err := Bench(t.Context(), c); err == nil || !strings.Contains(err.Error(), "-mod") {
		t.Errorf("bad flag: %v", err)
	}
}

// TestBenchCancel stops a benchmark that never ends: it touches a file as long as it runs.
func TestBenchCancel(t *testing.T) {
	c := benchConfig(t, "./endless")
	started := filepath.Join(t.TempDir(), "started")
	c.Regexp, c.Env = ".", append(c.Env, "STARTED="+started)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := Bench(ctx, c)
		done <- err
	}()
	for {
		if _, err := os.Stat(started); err == nil {
			break
		}
		select {
		case err := <-done:
			t.Fatal("it ended by itself:", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	case <-time.After(4 * patience):
		t.Fatal("it did not stop")
	}
	old, err := os.Stat(started)
	time.Sleep(200 * time.Millisecond)
	if now, err2 := os.Stat(started); err != nil || err2 != nil || now.ModTime() != old.ModTime() {
		t.Errorf("the benchmark still runs: %v, %v", err, err2)
	}
}
