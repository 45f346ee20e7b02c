// Package join makes a report of what golist collected: the compiler's messages, its machine code and the sources become files with a state for
// each line, findings and loops.
//
// A message of the compiler has the place where inlining started and no loop depth; machine code has the place where inlining ended, and depth.
// The join walks each function's instructions, gives every one its outer place (the line of the function's own source that it
// was inlined into) beside its inner one, and meets the messages at the outer place. What messages say is counted as they say it; what only
// machine code shows becomes findings of its own.
package join

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/kgen-go/kgen/annotate/golist"
	"github.com/kgen-go/kgen/annotate/machine"
	"github.com/kgen-go/kgen/annotate/report"
)

// Joiner collects compiler output until Report makes a report of it.
type Joiner struct {
	// Overlay maps absolute names of source files to the files that hold their text, as in the go command's -overlay. May be nil.
	Overlay map[string]string

	outputs []*golist.Output
	symbols map[string]map[string]bool // by import path, of functions of packages themselves
}

// New returns an empty Joiner.
func New() *Joiner { return &Joiner{symbols: map[string]map[string]bool{}} }

// Add takes over the output of one package or test variant. It may be called in any order of packages, not concurrently.
func (j *Joiner) Add(o *golist.Output) {
	j.outputs = append(j.outputs, o)
	known := j.symbols[o.ImportPath]
	if o.ForTest != "" || o.ForMain != "" {
		// Variants compile the package's functions once more; that need not take memory until Report drops them.
		o.Funcs = slices.DeleteFunc(o.Funcs, func(f *machine.Func) bool { return known[f.Symbol] })
		return
	}
	if known == nil {
		known = make(map[string]bool, len(o.Funcs))
		j.symbols[o.ImportPath] = known
	}
	for _, f := range o.Funcs {
		known[f.Symbol] = true
	}
}

// Report joins all that was added. The Joiner and the outputs are spent afterwards. The report is sorted; weights, profiles, C compilers, the
// patterns and flags of the user are left for others to fill in.
func (j *Joiner) Report(l *golist.Listing) (*report.Report, error) {
	r := newRun(l, j.Overlay)
	r.packages(l)
	r.onlyTests(l)
	// The package itself comes before its test variants: what they repeat is known by then.
	slices.SortFunc(j.outputs, func(a, b *golist.Output) int {
		return cmp.Or(
			cmp.Compare(a.ForTest, b.ForTest), cmp.Compare(a.ForMain, b.ForMain), cmp.Compare(a.ImportPath, b.ImportPath),
		)
	})
	for _, o := range j.outputs {
		r.unitOf(o).messages(o)
		r.complain(o)
	}
	for _, o := range j.outputs {
		r.unitOf(o).functions(o)
	}
	j.outputs, j.symbols = nil, nil
	units := slices.Sorted(maps.Keys(r.units))
	for _, path := range units {
		r.units[path].match()
	}
	for _, path := range units {
		r.units[path].remain()
	}
	r.fromMachine()
	r.countSites()
	r.countInLoops()
	r.lines()
	r.finish()
	return r.report, nil
}

// complain keeps what the run could not understand of an output.
func (r *run) complain(o *golist.Output) {
	for _, line := range o.Strange {
		r.strange = append(r.strange, fmt.Sprintf("%s: not understood: %s", o.ImportPath, line))
	}
	for i := range o.Messages {
		if m := &o.Messages[i]; m.Kind == report.Unknown {
			r.strange = append(r.strange, fmt.Sprintf("%s: unknown message of the compiler: %s", o.ImportPath, m.Text))
		}
	}
}

// countSites tells the findings of callees how many places they were inlined into.
func (r *run) countSites() {
	for _, u := range r.units {
		for _, t := range u.order {
			if t.Chain == nil && !t.Wrapper {
				t.Sites = len(r.sites[site{t.place, t.Kind}])
			}
		}
	}
}

// finish takes the files that anything is known of into the report, and the packages that they are of.
func (r *run) finish() {
	seen := map[string]bool{}
	for path := range r.named {
		seen[path] = true
	}
	for _, f := range r.files {
		if !f.used {
			continue
		}
		r.report.Files = append(r.report.Files, f.File)
		if !seen[f.Package] {
			seen[f.Package] = true
			r.report.Packages = append(r.report.Packages, &report.Package{Path: f.Package, Dir: filepath.Dir(f.source.name)})
		}
		for i := range f.Lines {
			slices.SortStableFunc(f.Lines[i].Asm, func(a, b report.Asm) int { return cmp.Compare(a.Symbol, b.Symbol) })
		}
	}
	r.report.Warnings = r.strange
	r.report.Sort()
}
