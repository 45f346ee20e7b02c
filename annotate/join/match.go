package join

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// evidence is the kinds of events that a message about the heap can mean.
type evidence uint8

const (
	none   evidence = iota
	values          // allocations and conversions to interfaces
	strs            // these, and strings made
)

// unallocated is why an escape is quiet.
const unallocated = "no allocation in the machine code"

// match meets the unit's messages with the events of its machine code.
func (u *unit) match() {
	var silent []*text
	for _, t := range u.order {
		t.finish(u.run)
		if t.Wrapper {
			continue
		}
		chain := u.inlinedAt(t.phys, t.column)
		found := u.find(t, chain)
		u.weigh(t, found)
		u.chain(t, chain, found)
		if t.heap() && len(found) == 0 {
			silent = append(silent, t)
		}
	}
	for _, t := range silent {
		u.quieten(t)
	}
}

// find returns the events that a message is about, and marks them as spoken of.
func (u *unit) find(t *text, chain []inlining) []*event {
	all := u.events[t.place]
	switch {
	case t.Kind == report.Bounds || t.Kind == report.SliceBounds:
		return u.prefer(chain, pick(all, func(e *event) bool { return e.kind == report.Bounds }))
	case t.heap():
		t.evidence = evidenceOf(t.Finding)
		u.run.spoken[t.place] = append(u.run.spoken[t.place], t)
		found := pick(all, t.covers)
		for _, e := range found {
			e.covered = true
		}
		return u.prefer(chain, t.alike(found))
	}
	return nil
}

// maker is the run time's functions that make what a message names which begins so: those that are there for it, and those that do for some.
type maker struct {
	prefix string
	first  []string
	others []string
}

// object is the run time's functions that make anything of fixed size.
var object = []string{"newobject", "mallocgc"}

// makers has every message by the first prefix that fits. No one is for channels, which the compiler prints no message about.
var makers = []maker{
	{"append ", []string{"growslice"}, nil},
	{"make([]", []string{"makeslice", "mallocgc"}, object},
	{"make(map[", []string{"makemap"}, object},
	{"make(", []string{"makeslice", "mallocgc", "makemap"}, object},
	{"map[", []string{"makemap"}, object},
	{"[]", object, []string{"convT"}},
	{"new(", object, nil},
	{"&", object, nil},
	{"func literal ", object, nil},
	{"moved to heap: ", object, nil},
	{"", []string{"convT"}, append([]string{"makemap"}, object...)},
}

func (t *text) maker() *maker {
	return &makers[slices.IndexFunc(makers, func(m maker) bool { return strings.HasPrefix(t.Text, m.prefix) })]
}

// covers tells whether an event is one that the message can mean.
func (t *text) covers(e *event) bool {
	m := t.maker()
	return t.evidence.covers(e.kind) && (e.kind == report.String || e.calls(m.first) || e.calls(m.others))
}

func (e *event) calls(symbols []string) bool {
	return slices.ContainsFunc(symbols, func(s string) bool { return strings.Contains(e.symbol, s) })
}

// alike picks the events of the functions that are there for what the message names, if there are any.
func (t *text) alike(found []*event) []*event {
	first := pick(found, func(e *event) bool { return e.kind == report.String || e.calls(t.maker().first) })
	if len(first) > 0 {
		return first
	}
	return found
}

func (t *text) heap() bool { return t.Kind == report.Escape || t.Kind == report.Moved }

func pick(list []*event, want func(*event) bool) []*event {
	var picked []*event
	for _, e := range list {
		if want(e) {
			picked = append(picked, e)
		}
	}
	return picked
}

// prefer picks the events that came through the calls inlined at the message's column; without such calls, those that are not inlined. If there are
// none, it returns all.
func (u *unit) prefer(chain []inlining, list []*event) []*event {
	fits := func(e *event) bool {
		if len(chain) == 0 {
			return e.own
		}
		return !e.own && e.within(chain, u.path)
	}
	if better := pick(list, fits); len(better) > 0 {
		return better
	}
	return list
}

// covers tells whether an event of the kind is what the message says.
func (ev evidence) covers(k report.Kind) bool {
	switch k {
	case report.Alloc:
		return ev != none
	case report.String:
		return ev == strs
	}
	return false
}

// evidenceOf reads the expression in front of " escapes to heap". A literal is made into an interface without an allocation. A sum or a conversion
// may be a string's, or a number that becomes an interface's value.
func evidenceOf(f *report.Finding) evidence {
	if f.Kind != report.Escape {
		return values
	}
	expr, ok := strings.CutSuffix(f.Text, " escapes to heap")
	if !ok {
		return values
	}
	if strings.HasPrefix(expr, "string(") || strings.HasPrefix(expr, "([]byte)(") || strings.HasPrefix(expr, "([]rune)(") {
		return strs
	}
	if expr == "" || !strings.ContainsAny(expr, "+(\"'`0123456789") {
		return values
	}
	tree, err := parser.ParseExpr(expr)
	if err != nil {
		return values
	}
	switch x := ast.Unparen(tree).(type) {
	case *ast.BasicLit:
		return none
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			return strs
		}
	case *ast.CallExpr:
		if _, isType := ast.Unparen(x.Fun).(*ast.ArrayType); isType {
			return strs
		}
	}
	return values
}

// weigh sets the loop depth: of the events, else of the line's code, else of the syntax. What is said of a function as a whole is in no loop.
func (u *unit) weigh(t *text, found []*event) {
	if t.Kind == report.CanInline || t.Kind == report.Leak {
		return
	}
	if len(found) > 0 {
		t.DepthBy = "machine"
		for _, e := range found {
			t.Depth = max(t.Depth, e.depth)
		}
	} else if depth, ok := u.depth[t.place]; ok {
		t.Depth, t.DepthBy = depth, "machine"
	} else if d := t.phys.decl(); d != nil {
		t.Depth, t.DepthBy = d.depth(point{t.phys.line, max(t.column, 1)}), "syntax"
	}
	if d := t.phys.decl(); d != nil && d.generic {
		t.Shapes = u.shapes(t, found)
	}
}

// shapes counts the instances of a generic function that a message is about.
func (u *unit) shapes(t *text, found []*event) int {
	seen := map[string]bool{}
	for _, e := range found {
		if strings.Contains(e.instance, "go.shape.") {
			seen[e.instance] = true
		}
	}
	return len(seen)
}

// quieten decides about a message on the heap whose line has no event. An expression over several lines may have it on another one. Where one callee
// is inlined several times, the machine code does not always tell for which of the calls, and of a func literal called where it stands it tells
// the literal's own lines; then the message is about one of those. Else nothing is allocated.
func (u *unit) quieten(t *text) {
	if t.evidence == none {
		t.Quiet = unallocated
		return
	}
	at := t.place.file.statementAt(t.place.line)
	// The lines of a func literal's own statements are not the expression's.
	same := func(e *event) bool { return t.covers(e) && t.place.file.statementAt(e.outer.line) == at }
	if free, _ := u.candidates(t.place.file, at, same); len(free) > 0 {
		t.claim(free)
		return
	}
	chain, d := u.inlinedAt(t.phys, t.column), t.phys.decl()
	if len(chain) > 0 && d != nil && t.place == t.phys {
		body := func(e *event) bool {
			return t.covers(e) && e.within(chain, u.path) && (e.decl != d || d.literalApart(e.inner.line, t.phys.line))
		}
		if free, taken := u.candidates(t.place.file, extent{d.from, d.to}, body); len(free) > 0 || taken {
			t.claim(free)
			return
		}
	}
	if u.compiled(t) && (len(chain) == 0 || d != nil && t.place == t.phys) {
		t.Quiet = unallocated
	}
}

// candidates returns the events on the lines that no message speaks of yet, and whether there are others.
func (u *unit) candidates(f *file, at extent, fits func(*event) bool) (free []*event, taken bool) {
	for line := at.from; line <= at.to; line++ {
		for _, e := range u.events[place{f, line}] {
			switch {
			case !fits(e):
			case e.covered:
				taken = true
			default:
				free = append(free, e)
			}
		}
	}
	return free, taken
}

// claim takes as many of the events as the compiler printed lines.
func (t *text) claim(events []*event) {
	for _, e := range events[:min(len(events), max(1, t.Count, t.Test))] {
		e.covered = true
		t.Depth, t.DepthBy = max(t.Depth, e.depth), "machine"
	}
}

// literalApart tells whether a line is in a func literal that another line is not in.
func (d *decl) literalApart(line, other int) bool {
	return slices.ContainsFunc(d.literals, func(r region) bool {
		at := extent{r.from.line, r.to.line}
		return at.has(line) && !at.has(other)
	})
}

// compiled tells whether there is machine code of the message's function.
func (u *unit) compiled(t *text) bool {
	if _, ok := u.depth[t.place]; ok {
		return true
	}
	d := t.phys.decl()
	if d == nil || t.place != t.phys {
		return false
	}
	for line := d.from; line <= d.to; line++ {
		if _, ok := u.depth[place{t.place.file, line}]; ok {
			return true
		}
	}
	return false
}

// within tells whether an event is in the body of one of the calls, or in that of the function whose literal one of them calls.
func (e *event) within(chain []inlining, unit string) bool {
	return e.decl != nil && slices.ContainsFunc(chain, func(c inlining) bool { return c.of(e.decl, unit) })
}
