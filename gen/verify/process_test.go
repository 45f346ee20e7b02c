package verify

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/verify/wire"
)

// child makes the test binary a program of kernels that do not behave.
const child = "KGEN_VERIFY_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(child) {
	case "serve":
		wire.Main(map[string]any{
			"ok":   func(x int) int { return x },
			"exit": func() { fmt.Fprintln(os.Stderr, "the kernel went away"); os.Exit(7) },
		})
	case "fail":
		fmt.Fprintln(os.Stderr, "no kernels today")
		os.Exit(3)
	case "silent":
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// runChild runs cases in the test binary and returns what became of each.
func runChild(t *testing.T, mode string, kernels ...string) ([]string, error) {
	t.Helper()
	var cases []*wire.Case
	for i, k := range kernels {
		c := &wire.Case{Kernel: k}
		if k == "ok" {
			c.Args = []wire.Value{{Cells: []uint64{uint64(i)}}}
		}
		cases = append(cases, c)
	}
	got := make([]string, len(cases))
	p := &process{argv: []string{os.Args[0]}, env: []string{child + "=" + mode}}
	err := p.run(t.Context(), cases, func(wire.Greeting) error { return nil }, func(i int, o *wire.Outcome) {
		got[i] = o.Panic
		if o.Panic == "" {
			got[i] = fmt.Sprint(o.Results[0].Cells[0])
		}
	})
	return got, err
}

// TestCrashes lets cases end the program: the others still run.
func TestCrashes(t *testing.T) {
	got, err := runChild(t, "serve", "ok", "exit", "ok", "ok", "exit")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"0", "the kernel went away", "2", "3", "the kernel went away"} {
		if !strings.HasSuffix(got[i], want) {
			t.Errorf("case %d: %q, want %q", i, got[i], want)
		}
	}
}

func TestProgramFails(t *testing.T) {
	for mode, want := range map[string]string{"fail": "no kernels today", "silent": "no greeting from the program"} {
		if _, err := runChild(t, mode, "ok"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", mode, err, want)
		}
	}
	exits := make([]string, 20)
	for i := range exits {
		exits[i] = "exit"
	}
	if _, err := runChild(t, "serve", exits...); err == nil || !strings.Contains(err.Error(), "the kernel went away") {
		t.Errorf("error %v", err)
	}
}
