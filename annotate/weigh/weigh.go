// Package weigh gives the findings, lines and loops of a report their weight: cost times frequency.
//
// With a CPU profile the time of a line is shared by its findings, as far as their costs explain it; objects of an allocation profile count allocNS each.
// Without profiles the frequency is ten for each loop around the code, and a tenth where it runs seldom: in init functions, before panics and returns of
// errors, in tests. Time of C kernels, which stands under the stub that calls them, is spread over the kernel's lines and marked as an estimate.
package weigh

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/google/pprof/profile"

	"github.com/kgen-go/kgen/annotate/report"
)

// allocNS is what an object on the heap costs in nanoseconds, with its share of garbage collection.
const allocNS = 25

// Weigh fills in costs, heat and levels of r, and what its profiles were. Without profiles (p is nil) loop depth decides. The report must be complete and
// sorted. Profiles that are hardly of the report's code are an error.
func Weigh(r *report.Report, p *Profiles) error {
	w := newWeigher(r)
	w.costs()
	if p == nil {
		w.byDepth()
		w.finish(scale{Thresholds(false), 1})
		return nil
	}
	run, err := w.read(p)
	if err != nil {
		return err
	}
	w.smear()
	w.byProfile()
	w.finish(scale{Thresholds(true), run})
	slices.Sort(r.Warnings)
	return nil
}

// load is what a profile gave to a line: nanoseconds, and objects allocated.
type load struct {
	self    int64 // in the line's own code
	called  int64 // in the run time, called by it
	heap    int64 // of called, in the allocator
	c       int64 // estimate: in a C kernel
	objects int64
}

func (l *load) cpu() int64 { return l.self + l.called + l.c }

// index finds the files of a report, and their syntax once it is asked for.
type index struct {
	report  *report.Report
	byAbs   map[string]*report.File
	byPath  map[string]*report.File
	byBase  map[string][]*report.File
	unnamed map[string]bool // import paths of packages that no pattern matched
	sources map[*report.File]*source
}

func (x *index) source(f *report.File) *source {
	s := x.sources[f]
	if s == nil {
		s = newSource(f)
		x.sources[f] = s
	}
	return s
}

type weigher struct {
	*index
	match   *matcher
	loops   map[string][]*report.Loop // by File.Path, outer loops first
	loads   map[*report.File]map[int]*load
	inner   map[*report.File][][]int      // see loopLines
	kernels map[*profile.Function]*kernel // see kernelOf
}

func newWeigher(r *report.Report) *weigher {
	x := &index{report: r, byAbs: map[string]*report.File{}, byPath: map[string]*report.File{}, byBase: map[string][]*report.File{},
		unnamed: map[string]bool{}, sources: map[*report.File]*source{}}
	for _, p := range r.Packages {
		x.unnamed[p.Path] = !p.Named
	}
	for _, f := range r.Files {
		x.byPath[f.Path] = f
		x.byBase[path.Base(f.Path)] = append(x.byBase[path.Base(f.Path)], f)
		if f.Abs != "" {
			x.byAbs[path.Clean(slashed(f.Abs))] = f
		}
	}
	w := &weigher{index: x, match: newMatcher(x), loops: map[string][]*report.Loop{}, loads: map[*report.File]map[int]*load{},
		inner: map[*report.File][][]int{}, kernels: map[*profile.Function]*kernel{}}
	for _, l := range r.Loops {
		w.loops[l.File] = append(w.loops[l.File], l)
	}
	for _, list := range w.loops {
		slices.SortStableFunc(list, func(a, b *report.Loop) int {
			return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(b.To-b.From, a.To-a.From))
		})
	}
	return w
}

// load returns what a line was given, to add to.
func (w *weigher) load(f *report.File, line int) *load {
	loads := w.loads[f]
	if loads == nil {
		loads = map[int]*load{}
		w.loads[f] = loads
	}
	l := loads[line]
	if l == nil {
		l = &load{}
		loads[line] = l
	}
	return l
}

// read charges the profiles to lines, fills in Report.Profile, and returns the length of the run in nanoseconds.
func (w *weigher) read(p *Profiles) (run float64, err error) {
	if p.cpu == nil && p.alloc == nil {
		return 0, errors.New("no profile to weigh by")
	}
	sum := &report.Profile{}
	if s := p.alloc; s != nil {
		c := w.chargeAlloc(s)
		if err := c.judge(s, w.report); err != nil {
			return 0, err
		}
		sum.Alloc, sum.Objects, sum.Matched = s.name, s.total, share(c.onLine, s.total)
	}
	if s := p.cpu; s != nil {
		c := w.chargeCPU(s)
		if err := c.judge(s, w.report); err != nil {
			return 0, err
		}
		sum.CPU, sum.CPUNS, sum.Matched = s.name, s.total, share(c.onLine, s.total)
	}
	sum.Stale = slices.Sorted(maps.Keys(w.match.stale))
	if len(sum.Stale) > 0 {
		w.report.Warnings = append(w.report.Warnings, fmt.Sprintf(
			"the source changed since the profile was taken: %s begins at another line now%s", sum.Stale[0], others(len(sum.Stale)-1)))
	}
	w.report.Profile = sum
	return max(float64(sum.CPUNS), allocNS*float64(sum.Objects)), nil
}

func others(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", and so does another function"
	}
	return fmt.Sprintf(", and so do %d other functions", n)
}

// costs fills in what each finding costs each time.
func (w *weigher) costs() {
	for _, f := range w.report.Findings {
		f.Cost, f.Heat, f.Level, f.Estimate = 0, 0, 0, false
		if f.Costs() {
			f.Cost = f.Kind.Info().Cost
			f.Cost *= shareOfTimes(f)
		}
	}
}

// seldom are calls of the run time that are made only now and then where the machine code has them: an append allocates when the slice is full, and then
// for several to come; a range over a string decodes what is not ASCII.
var seldom = []struct {
	symbol string
	text   string // how messages of the compiler about it begin
	share  float64
}{
	{"runtime.growslice", "append ", 0.2},
	{"runtime.decoderune", "CALL runtime.decoderune", 0.1},
}

// shareOfTimes is how often a finding costs something where its line runs, 1 for always.
func shareOfTimes(f *report.Finding) float64 {
	for _, s := range seldom {
		if strings.HasPrefix(f.Symbol, s.symbol) || strings.HasPrefix(f.Text, s.text) {
			return s.share
		}
	}
	return 1
}

// times is how many events a run through the source has for a finding. Each instance of a generic function has its own lines of the compiler, of which one
// runs; a C compiler may have more than one to say about a loop.
func times(f *report.Finding) float64 {
	if f.Kind == report.NotVector {
		return 1
	}
	if f.Lines() == 0 {
		return float64(f.Test)
	}
	return float64(f.Count)/float64(max(1, f.Shapes)) + float64(f.Machine)
}

// line returns the line of a finding, or nil.
func (w *weigher) line(f *report.Finding) *report.Line {
	return w.byPath[f.File].Line(f.Line)
}

// finish sets the levels, and what the loops sum up.
func (w *weigher) finish(s scale) {
	for _, f := range w.report.Findings {
		f.Level = s.level(f.Heat)
		if f.Cost > 0 {
			f.Level = max(f.Level, 1)
		}
	}
	for _, f := range w.report.Files {
		for i := range f.Lines {
			l := &f.Lines[i]
			l.Level = s.level(l.Heat)
		}
	}
	for _, f := range w.report.Findings {
		if l := w.line(f); l != nil && f.Cost > 0 {
			l.Level = max(l.Level, 1)
		}
	}
	w.sumLoops(s)
}
