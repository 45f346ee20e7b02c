package join

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// machineKey is what makes events one finding.
type machineKey struct {
	place  place
	kind   report.Kind
	symbol string
}

// aggregate collects the events of a finding that only the machine code shows. The code of one line stands in its function, in instances of
// it, and in the functions that it was inlined into; each is a group.
type aggregate struct {
	groups map[group]int
	first  *event // of the least group: it gives the text
	least  group
	depth  int
	units  []string // packages whose compilation has it
}

// group is one copy of a line's code.
type group struct {
	instance string
	begin    place // where the function begins: copies of a func literal, made where the function around it was inlined, begin at one place
	outer    place
	inlined  bool
	test     bool
}

// remain collects the unit's events that no message speaks of. Bounds checks are not among them: the compiler prints a line for each.
func (u *unit) remain() {
	for outer, list := range u.events {
		for _, e := range list {
			if e.kind != report.Bounds && !e.covered {
				u.collect(outer, e)
			}
		}
	}
}

func (u *unit) collect(outer place, e *event) {
	if outer.file.made {
		return // in a wrapper: nobody wrote it, and the function that it wraps has the event too
	}
	at := e.charged()
	inlined := at == e.inner && !e.own
	if inlined && slices.ContainsFunc(u.run.spoken[at], func(t *text) bool { return t.covers(e) }) {
		return // a message about the line itself covers its copies
	}
	key := machineKey{at, e.kind, e.symbol}
	a := u.run.machine[key]
	if a == nil {
		a = &aggregate{groups: map[group]int{}}
		u.run.machine[key] = a
	}
	g := group{instance: e.instance, begin: e.begin, inlined: inlined, test: e.test}
	if g.inlined {
		g.outer = outer
	}
	a.groups[g]++
	a.depth = max(a.depth, e.depth)
	if a.first == nil || g.compare(a.least) < 0 {
		a.first, a.least = e, g
	}
	if !slices.Contains(a.units, u.path) {
		a.units = append(a.units, u.path)
	}
}

// compare puts the package's own code first, then the copy that is not inlined.
func (g group) compare(h group) int {
	return cmp.Or(
		compareBool(g.test, h.test), compareBool(g.inlined, h.inlined), cmp.Compare(g.instance, h.instance),
		g.outer.compare(h.outer),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// fromMachine makes findings of the collected events.
func (r *run) fromMachine() {
	for key, a := range r.machine {
		f := &report.Finding{
			Kind: key.kind, File: key.place.file.Path, Line: key.place.line, Target: "go", Text: a.first.text, Symbol: key.symbol,
			Depth: a.depth, DepthBy: "machine", Package: key.place.file.Package,
		}
		if slices.Sort(a.units); !slices.Contains(a.units, f.Package) {
			f.Package = a.units[0]
		}
		f.Machine = a.count(false)
		f.Test = max(0, a.count(true)-f.Machine)
		f.Sites, f.Shapes = a.spread()
		u := r.units[f.Package]
		f.Chain = u.entry(a.first, key.place)
		if d := key.place.decl(); d != nil {
			f.Func = d.name
		} else if d := a.first.decl; d != nil && key.place == a.first.inner {
			f.Func = d.name
		} else if d := a.first.begin.decl(); d != nil {
			f.Func = d.name
		}
		r.keep(key.place)
		r.report.Findings = append(r.report.Findings, f)
	}
}

// count is the number of events that one run through the source has: the most of a function's instances, summed over the functions that have the
// line (a func literal is one of its own); without a copy of its own, the most that are inlined at one place.
func (a *aggregate) count(tests bool) int {
	most := map[place]int{}
	inlined := 0
	for g, n := range a.groups {
		if g.test && !tests {
			continue
		}
		if g.inlined {
			inlined = max(inlined, n)
			continue
		}
		most[g.begin] = max(most[g.begin], n)
	}
	sum := 0
	for _, n := range most {
		sum += n
	}
	if sum == 0 {
		return inlined
	}
	return sum
}

// spread counts the places that the line was inlined into, and the instances.
func (a *aggregate) spread() (sites, shapes int) {
	places, instances := map[place]bool{}, map[string]bool{}
	for g := range a.groups {
		if g.inlined {
			places[g.outer] = true
		} else if strings.Contains(g.instance, "go.shape.") {
			instances[g.instance] = true
		}
	}
	return len(places), len(instances)
}

// entry is the chain of an event that is charged to the line that inlined it.
func (u *unit) entry(e *event, at place) []report.Frame {
	if e.own || at == e.inner || e.decl == nil {
		return nil
	}
	frame := report.Frame{Func: e.decl.src.pkg + "." + e.decl.name, File: e.inner.file.Path, Line: e.inner.line}
	for _, c := range u.inlinedIn(at.file, at.line, at.line) {
		if c.of(e.decl, u.path) {
			frame.Func = c.printed
		}
	}
	return []report.Frame{frame}
}
