package compare

import (
	"maps"
	"slices"

	"github.com/kgen-go/kgen/annotate/report"
)

// metric is a number that a gate can limit. Metrics count events, not places: the compiler's lines of the code that is not for tests, and what only
// the machine code shows. Findings that are quiet or of wrappers are not counted.
type metric struct {
	changes bool // needs an older report
	kernel  bool // from C compilers, about kernels
	count   func(r *report.Report, c *Changes, s *scope) tally
}

// metrics is the closed list, by name: every kind that costs, alone and with -in-loop; heap with its forms; what changed; what was not understood.
var metrics = makeMetrics()

// Metrics returns the names of all metrics, sorted.
func Metrics() []string { return slices.Sorted(maps.Keys(metrics)) }

func makeMetrics() map[string]*metric {
	m := map[string]*metric{
		"heap":          {count: each(heap)},
		"heap-in-loop":  {count: each(inLoop(heap))},
		"heap-per-call": {count: perCall},
		"new":           {changes: true, count: added(false)},
		"new-in-loop":   {changes: true, count: added(true)},
		"lost":          {changes: true, count: lost},
		"unknown":       {count: unknown},
	}
	for _, k := range report.Kinds() {
		if k.Class != report.Costs {
			continue
		}
		is := func(f *report.Finding) bool { return f.Kind == k.Kind && f.Costs() }
		kernel := k.Kind == report.NotVector
		m[string(k.Kind)] = &metric{kernel: kernel, count: each(is)}
		m[string(k.Kind)+"-in-loop"] = &metric{kernel: kernel, count: each(inLoop(is))}
	}
	return m
}

// unknown counts the messages without a known meaning; without a pattern, those about code of packages that were not named too.
func unknown(r *report.Report, _ *Changes, s *scope) (t tally) {
	for _, f := range r.Findings {
		if f.Kind == report.Unknown && (s.pattern == "" || s.has(f)) {
			t.add(f.Lines(), f)
		}
	}
	return t
}

// heap reports whether the finding is an allocation that is certain to be one. Strings are not: a short one can be made on the stack, and one
// that escapes is a finding of kind escape beside.
func heap(f *report.Finding) bool {
	switch f.Kind {
	case report.Escape, report.Moved, report.Alloc:
		return f.Costs()
	}
	return false
}

func inLoop(is func(*report.Finding) bool) func(*report.Finding) bool {
	return func(f *report.Finding) bool { return f.Depth > 0 && is(f) }
}

// tally is a number with the findings that it counts.
type tally struct {
	n    int
	fn   string
	list []*report.Finding
}

func (t *tally) add(n int, f *report.Finding) {
	if n > 0 {
		t.n += n
		t.list = append(t.list, f)
	}
}

func (t *tally) hottest() []*report.Finding {
	slices.SortStableFunc(t.list, compareHeat)
	return t.list
}

// each counts the events of findings.
func each(is func(*report.Finding) bool) func(*report.Report, *Changes, *scope) tally {
	return func(r *report.Report, _ *Changes, s *scope) (t tally) {
		for _, f := range r.Findings {
			if s.has(f) && is(f) {
				t.add(f.Lines(), f)
			}
		}
		return t
	}
}

// perCall is the largest number of allocations that one call of a function makes: each allocation of the function itself once, those in loops too,
// as if each loop ran once. Of a generic function one instance runs, so its events are divided by the instances. What the calls
// in it allocate is not counted unless they were inlined; nor is what package variables allocate when the program starts.
func perCall(r *report.Report, _ *Changes, s *scope) tally {
	funcs := map[[2]string]*tally{}
	for _, f := range r.Findings {
		if f.Func == "" || !s.has(f) || !heap(f) {
			continue
		}
		k := [2]string{f.Package, f.Func}
		if funcs[k] == nil {
			funcs[k] = &tally{fn: f.Func}
		}
		shapes := max(f.Shapes, 1)
		funcs[k].add((f.Lines()+shapes-1)/shapes, f)
	}
	var most tally
	for _, k := range slices.SortedFunc(maps.Keys(funcs), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		if funcs[k].n > most.n {
			most = *funcs[k]
		}
	}
	return most
}

// added counts the events that the older report has not: those of new findings, and what others gained, be it in number or by going into a loop.
func added(loops bool) func(*report.Report, *Changes, *scope) tally {
	events := func(f *report.Finding) int {
		if f == nil || loops && f.Depth == 0 {
			return 0
		}
		return f.Lines()
	}
	return func(_ *report.Report, c *Changes, s *scope) (t tally) {
		for _, list := range [][]*Change{c.Added, c.Hotter} {
			for _, x := range list {
				if s.has(x.New) {
					t.add(events(x.New)-events(x.Old), x.New)
				}
			}
		}
		return t
	}
}

// lost counts the credits that are gone.
func lost(_ *report.Report, c *Changes, s *scope) (t tally) {
	for _, x := range c.Lost {
		if s.has(x.Old) {
			t.add(x.Old.Lines(), x.Old)
		}
	}
	return t
}
