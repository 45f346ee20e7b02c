package join

import (
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// site names what is inlined: a line, and the kind of what is there.
type site struct {
	place place
	kind  report.Kind
}

// chain sets the way from a message's line to the body that it is about, and counts the line there as inlined once more.
func (u *unit) chain(t *text, calls []inlining, found []*event) {
	if len(calls) == 0 || !t.Kind.Costs() {
		return
	}
	var deepest *event
	for _, e := range found {
		if e.own {
			continue
		}
		u.run.inlinedInto(site{e.inner, t.Kind}, t.place)
		if deepest == nil || e.depth > deepest.depth {
			deepest = e
		}
	}
	if deepest == nil {
		t.Chain = u.frames(calls[:1], nil)
		return
	}
	t.Chain = u.way(calls, deepest)
}

func (r *run) inlinedInto(s site, outer place) {
	if r.sites[s] == nil {
		r.sites[s] = map[place]bool{}
	}
	r.sites[s][outer] = true
}

// way picks from the calls inlined at one place those that lead to the event. The compiler prints callers before callees, and siblings mix; the
// caller of a step is the latest before it whose source calls it.
func (u *unit) way(calls []inlining, e *event) []report.Frame {
	last := len(calls) - 1
	for last > 0 && (e.decl == nil || !calls[last].of(e.decl, u.path)) {
		last--
	}
	path := []inlining{calls[last]}
	for i := last - 1; i >= 0; i-- {
		d := u.declOf(calls[i].name)
		if i > 0 {
			if d == nil {
				continue
			}
			if _, ok := d.lineOfCall(bare(path[0].name)); !ok {
				continue
			}
		}
		path = append([]inlining{calls[i]}, path...)
	}
	return u.frames(path, e)
}

// frames makes the steps of a chain; the last one leads to the event if there is one.
func (u *unit) frames(path []inlining, e *event) []report.Frame {
	list := make([]report.Frame, len(path))
	for i, c := range path {
		list[i].Func = c.printed
		if d := u.declOf(c.name); d != nil {
			list[i].File = u.run.file(d.src.name, u.path).Path
			if i+1 < len(path) {
				list[i].Line, _ = d.lineOfCall(bare(path[i+1].name))
			}
		}
	}
	if e != nil {
		f := &list[len(list)-1]
		f.File, f.Line = e.inner.file.Path, e.inner.line
	}
	return list
}

// declOf finds a function by its name in messages of the unit.
func (u *unit) declOf(name string) *decl {
	for _, pkg := range u.names {
		if d := u.run.funcs[pkg+"."+name]; d != nil && d.src.owner == u.path {
			return d
		}
	}
	return u.run.funcs[name]
}

// bare is a function's name without package and type.
func bare(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
