// Package compare judges reports: what changed between two of them, whether a gate of limits holds, and whether the promises that directives in the
// source make are kept. It also builds the worktree of an earlier revision to compare with.
//
// Directives bind in every run, like the findings of go vet: who writes one wants to hear when it breaks.
//
// Everything here fails closed. What cannot be judged, because a package did not compile, a message was not understood or a line has no data, is an
// *Unjudged error and never a pass.
package compare

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/internal/symbol"
	"github.com/kgen-go/kgen/annotate/report"
)

// Schema names the version of the JSON form of Changes.
const Schema = report.Schema + "-diff"

// Options of Diff.
type Options struct {
	Force bool // compare reports of unlike builds too, with a warning for each difference
}

// Changes is what differs between two reports. The lists are sorted by heat, hottest first, then by place.
type Changes struct {
	Schema   string       `json:"schema"`
	Old      report.Build `json:"oldBuild"`
	New      report.Build `json:"newBuild"`
	Warnings []string     `json:"warnings,omitempty"` // what makes the comparison doubtful
	Unseen   []string     `json:"unseen,omitempty"`   // packages that cannot be compared, with the reason
	Gone     []string     `json:"gone,omitempty"`     // packages that only the old report has
	Added    []*Change    `json:"new"`                // findings that cost and were not there
	Hotter   []*Change    `json:"hotter"`             // there before, now more of them or in a deeper loop
	Cooler   []*Change    `json:"cooler"`             // there still, fewer of them or in an outer loop
	Fixed    []*Change    `json:"fixed"`              // gone
	Lost     []*Change    `json:"lost"`               // credits that the compiler no longer gives, such as an inlined call
	Moved    []*Change    `json:"moved"`              // at another line, in another function or file; may be hotter or cooler as well
}

// Change is a finding before and after. Old is nil for one that is new, New for one that is gone.
type Change struct {
	Old *report.Finding `json:"old,omitempty"`
	New *report.Finding `json:"new,omitempty"`
}

// UnlikeError says why two reports cannot be compared.
type UnlikeError struct {
	Differences []string // "Go version: go1.25.1 and go1.26.8"
}

func (e *UnlikeError) Error() string {
	return "the reports are of unlike builds: " + strings.Join(e.Differences, "; ")
}

// Unjudged says why a gate or the directives cannot be judged.
type Unjudged struct {
	Reasons []string // each with its place
}

func (e *Unjudged) Error() string { return "cannot judge: " + strings.Join(e.Reasons, "\n") }

// Diff compares two reports and sets New on the findings of the second that the first has not. Reports of unlike builds are an *UnlikeError, or a
// warning with Force.
//
// A finding keeps its identity when its line moves, when its function or file is renamed and when names on its line are; see identity. Quiet findings and
// those of wrappers cost nothing and are left out. A package that does not compile in one of the reports is in Unseen. One that the second has alone is new
// with all its findings if both were asked the same patterns; else it is in Unseen too.
func Diff(old, new *report.Report, o Options) (*Changes, error) {
	if old.Schema != new.Schema {
		return nil, fmt.Errorf("the reports have different schemas, %q and %q: write the older one anew", old.Schema, new.Schema)
	}
	c := &Changes{Schema: Schema, Old: old.Build, New: new.Build}
	unlike := differences(old.Build, new.Build)
	if len(unlike) > 0 && !o.Force {
		return nil, &UnlikeError{unlike}
	}
	for _, d := range unlike {
		c.Warnings = append(c.Warnings, "unlike builds, so that changes may come from the build and not from the source: "+d)
	}
	blind := c.scope(old, new)
	for _, f := range new.Findings {
		f.New = false
	}
	c.costs(chosen(old, blind, (*report.Finding).Costs), chosen(new, blind, (*report.Finding).Costs))
	c.credits(chosen(old, blind, wins), chosen(new, blind, wins), linesOf(new))
	c.sort()
	return c, nil
}

// differences lists what keeps two builds from being compared.
func differences(a, b report.Build) (list []string) {
	for _, x := range []struct{ name, a, b string }{
		{"Go version", a.GoVersion, b.GoVersion},
		{"GOOS", a.GOOS, b.GOOS},
		{"GOARCH", a.GOARCH, b.GOARCH},
		{"architecture level", a.Level, b.Level},
		{"cgo", strconv.FormatBool(a.Cgo), strconv.FormatBool(b.Cgo)},
		{"flags", strings.Join(a.Flags, " "), strings.Join(b.Flags, " ")},
		{"PGO profile", a.PGO, b.PGO},
		{"C compilers", strings.Join(a.C, ", "), strings.Join(b.C, ", ")},
		{"tests", strconv.FormatBool(a.Tests), strconv.FormatBool(b.Tests)},
	} {
		if x.a != x.b {
			list = append(list, fmt.Sprintf("%s: %s and %s", x.name, cmp.Or(x.a, "none"), cmp.Or(x.b, "none")))
		}
	}
	return list
}

// scope finds the packages whose findings cannot be compared, and fills in Unseen and Gone.
func (c *Changes) scope(old, new *report.Report) (blind map[string]bool) {
	before, after := named(old), named(new)
	samePatterns := slices.Equal(old.Build.Patterns, new.Build.Patterns)
	blind = map[string]bool{}
	for path, p := range after {
		q := before[path]
		reason := ""
		switch {
		case p.Error != "":
			reason = "does not compile"
		case q != nil && q.Error != "":
			reason = "did not compile in the old report"
		case q == nil && !samePatterns:
			reason = "the old report was made of other packages: " + strings.Join(old.Build.Patterns, " ")
		default:
			continue
		}
		blind[path] = true
		c.Unseen = append(c.Unseen, path+": "+reason)
	}
	for path := range before {
		if after[path] == nil {
			blind[path] = true
			c.Gone = append(c.Gone, path)
		}
	}
	slices.Sort(c.Unseen)
	slices.Sort(c.Gone)
	return blind
}

// named maps the import paths of the packages that the report was asked about.
func named(r *report.Report) map[string]*report.Package {
	m := map[string]*report.Package{}
	for _, p := range r.Named() {
		m[p.Path] = p
	}
	return m
}

// wins reports whether the finding is a credit whose loss is worth a word. That of a proof or of a value kept off the heap shows as a new cost.
func wins(f *report.Finding) bool {
	switch f.Kind {
	case report.CanInline, report.Inlined, report.Devirtual, report.ZeroCopy, report.Vector:
		return !f.Wrapper && f.Events() > 0
	}
	return false
}

// chosen returns the findings to be kept, except those of blind packages.
func chosen(r *report.Report, blind map[string]bool, keep func(*report.Finding) bool) (list []*report.Finding) {
	for _, f := range r.Findings {
		if !blind[f.Package] && keep(f) {
			list = append(list, f)
		}
	}
	return list
}

// costs fills in the lists of findings that cost.
func (c *Changes) costs(old, new []*report.Finding) {
	pairs, gone, added := match(old, new)
	for _, p := range pairs {
		switch {
		case hotter(p.Old, p.New):
			c.Hotter = append(c.Hotter, p)
		case hotter(p.New, p.Old):
			c.Cooler = append(c.Cooler, p)
		}
		if p.Old.Line != p.New.Line || p.Old.File != p.New.File || p.Old.Func != p.New.Func {
			c.Moved = append(c.Moved, p)
		}
	}
	for _, f := range added {
		f.New = true
		c.Added = append(c.Added, &Change{New: f})
	}
	for _, f := range gone {
		c.Fixed = append(c.Fixed, &Change{Old: f})
	}
}

// hotter reports whether b is more than a: more events, or the same in deeper loops.
func hotter(a, b *report.Finding) bool { return b.Events() > a.Events() || b.Depth > a.Depth }

// credits lists the credits that are gone although their line, or their function, is still there. Of a generic function one instance that has the credit
// is enough: which instances there are is decided elsewhere.
func (c *Changes) credits(old, new []*report.Finding, there lineSet) {
	_, gone, _ := match(old, new)
	instances := map[string]bool{}
	for _, f := range new {
		instances[instance(f)] = true
	}
	for _, f := range gone {
		generic := strings.Contains(f.Text, "[go.shape.") && instances[instance(f)]
		if there.has(f) && !generic {
			c.Lost = append(c.Lost, &Change{Old: f})
		}
	}
}

// instance is the key of a credit without type arguments.
func instance(f *report.Finding) string {
	return key(f, symbol.WithoutTypes(function(f)), symbol.WithoutTypes(message(f)))
}

func (c *Changes) sort() {
	for _, list := range [][]*Change{c.Added, c.Hotter, c.Cooler, c.Fixed, c.Lost, c.Moved} {
		slices.SortStableFunc(list, func(a, b *Change) int { return compareHeat(a.finding(), b.finding()) })
	}
}

// finding is the new side where there is one.
func (c *Change) finding() *report.Finding {
	if c.New != nil {
		return c.New
	}
	return c.Old
}

// compareHeat puts the hottest first, then the deepest, then goes by place.
func compareHeat(a, b *report.Finding) int {
	return cmp.Or(
		-cmp.Compare(a.Heat, b.Heat), -cmp.Compare(a.Depth, b.Depth),
		cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
	)
}

// Encode writes the JSON form of the changes: the same bytes for the same reports.
func Encode(w io.Writer, c *Changes) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(c)
}
