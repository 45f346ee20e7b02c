package annotate_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/kgen-go/kgen/annotate"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
)

// TestKernelLoops wants the loops of kernels to be weighed with all findings in them, those of kgen too.
func TestKernelLoops(t *testing.T) {
	csrctest.Need(t, "go")
	dir := exampleModule(t)
	writeExample(t, filepath.Join(dir, "check"), report.Check, report.Check.Info().Before)
	r, err := annotate.Run(context.Background(), annotate.Options{Dir: dir, Patterns: []string{"./..."}, Mod: "mod", CC: []string{"none"}})
	if err != nil {
		t.Fatal(err)
	}
	loops := 0
	for _, l := range r.Loops {
		f := r.File(l.File)
		if f.Language != "kg" {
			continue
		}
		loops++
		want, heat := 0, 0.0
		for n := l.From; n <= l.To; n++ {
			for _, found := range f.Line(n).Findings {
				if found.Costs() && found.Depth >= l.Depth {
					want++
					heat += found.Heat
				}
			}
		}
		if want == 0 || l.Findings != want || l.Heat != heat {
			t.Errorf("%s:%d: a loop with %d findings and heat %g, want %d and %g", l.File, l.From, l.Findings, l.Heat, want, heat)
		}
	}
	if loops != 1 {
		t.Errorf("%d loops of kernels", loops)
	}
}
