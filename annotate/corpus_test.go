package annotate_test

import (
	"bytes"
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
)

// corpus is real code: of the standard library, of a numeric library, and this module's own.
var corpus = []struct{ dir, pattern string }{
	{".", "encoding/json"},
	{".", "math/big"},
	{".", "net/http"},
	{".", "go/types"},
	{"testdata/gonum", "gonum.org/v1/gonum/mat"},
	{"..", "./..."},
}

// TestCorpus demands for each kind as many lines as a plain grep finds in what the compiler prints: nothing is lost, nothing counts twice.
func TestCorpus(t *testing.T) {
	csrctest.Need(t, "go")
	for _, c := range corpus {
		t.Run(filepath.Base(c.pattern), func(t *testing.T) {
			r, err := annotate.Run(context.Background(), annotate.Options{Dir: c.dir, Patterns: []string{c.pattern}, CC: []string{"none"}})
			if err != nil {
				t.Fatal(err)
			}
			got := map[report.Kind]int{}
			for kind, total := range r.Totals {
				if _, known := printed[report.Kind(kind)]; known {
					got[report.Kind(kind)] = total.Count
				} else if total.Count > 0 && report.Kind(kind) != report.Proved && report.Kind(kind) != report.Remark && !ofKernels[report.Kind(kind)] {
					t.Errorf("%d lines of kind %s", total.Count, kind)
				}
			}
			if want := grep(t, c.dir, c.pattern); !maps.Equal(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

// ofKernels are kinds that kgen and C compilers print, not the Go compiler.
var ofKernels = map[report.Kind]bool{report.Check: true, report.CheckGone: true, report.NotVector: true, report.Vector: true, report.CRemark: true}

// printed are expressions for the lines of each kind, written without a look at package gctext.
var printed = map[report.Kind]*regexp.Regexp{
	report.Bounds:      regexp.MustCompile(`: Found IsInBounds$`),
	report.SliceBounds: regexp.MustCompile(`: Found IsSliceInBounds$`),
	report.Escape:      regexp.MustCompile(`[^:]:\d+: .* escapes to heap$`),
	report.Moved:       regexp.MustCompile(`:\d+: moved to heap: `),
	report.NoEscape:    regexp.MustCompile(`[^:]:\d+: .* does not escape$`),
	report.Leak:        regexp.MustCompile(`:\d+: leaking param`),
	report.CanInline:   regexp.MustCompile(`:\d+: can inline `),
	report.Inlined:     regexp.MustCompile(`:\d+: inlining call to `),
	report.Devirtual:   regexp.MustCompile(`:\d+: devirtualizing `),
	report.ZeroCopy:    regexp.MustCompile(`:\d+: zero-copy string->\[\]byte conversion$`),
	report.Elided:      regexp.MustCompile(`:\d+: index bounds check elided$`),
}

// grep counts the lines of each kind that the compiler prints for the usual flags.
func grep(t *testing.T, dir, pattern string) map[report.Kind]int {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-export", "-gcflags=-m -d=ssa/check_bce", pattern)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	counts := map[report.Kind]int{}
	for line := range strings.Lines(stderr.String()) {
		for kind, re := range printed {
			if re.MatchString(strings.TrimSuffix(line, "\n")) {
				counts[kind]++
			}
		}
	}
	return counts
}
