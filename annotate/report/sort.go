package report

import (
	"cmp"
	"slices"
	"strings"
)

// Sort brings a filled-in report into its fixed order and makes what follows from the rest: the findings and the spans of each line, the findings'
// source texts, the totals. Call it again after any change to findings or line states.
func (r *Report) Sort() {
	slices.SortFunc(r.Packages, func(a, b *Package) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(r.Files, func(a, b *File) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(r.Findings, compareFindings)
	slices.SortFunc(r.Loops, compareLoops)
	slices.Sort(r.Warnings)
	r.Warnings = slices.Compact(r.Warnings)
	r.attach()
	for _, f := range r.Files {
		f.Spans = spans(f.Lines)
	}
	r.total()
}

func compareFindings(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Target, b.Target), cmp.Compare(a.Package, b.Package),
		cmp.Compare(a.Func, b.Func), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Symbol, b.Symbol),
		cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Count, b.Count), cmp.Compare(a.Machine, b.Machine),
	)
}

func compareLoops(a, b *Loop) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File), cmp.Compare(a.From, b.From), -cmp.Compare(a.To, b.To),
		cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Target, b.Target), cmp.Compare(a.Package, b.Package), cmp.Compare(a.Func, b.Func),
	)
}

// attach hangs the findings on their lines.
func (r *Report) attach() {
	files := map[string]*File{}
	for _, f := range r.Files {
		files[f.Path] = f
		for i := range f.Lines {
			f.Lines[i].Findings = nil
		}
	}
	for _, d := range r.Findings {
		f := files[d.File]
		line := f.Line(d.Line)
		if line == nil {
			continue
		}
		line.Findings = append(line.Findings, d)
		if d.Line <= len(f.Source) {
			d.Source = shorten(strings.TrimSpace(f.Source[d.Line-1]))
		}
	}
}

// maxSource bounds the source text of a finding: a line of a megabyte is one of generated data.
const maxSource = 200

func shorten(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= maxSource {
		return s
	}
	return strings.ToValidUTF8(s[:maxSource], "") + "…"
}

var stateNames = [...]string{NoData: "no data", Clean: "clean", Flagged: "finding"}

// String names the state as in the JSON form.
func (s State) String() string { return stateNames[s] }

func spans(lines []Line) []Span {
	list := []Span{}
	for i, l := range lines {
		s := Span{From: i + 1, To: i + 1, State: l.State.String()}
		if l.State == NoData {
			s.Reason = l.Reason
		}
		if n := len(list); n > 0 && list[n-1].State == s.State && list[n-1].Reason == s.Reason {
			list[n-1].To = s.To
			continue
		}
		list = append(list, s)
	}
	return list
}

// total counts the findings by kind.
func (r *Report) total() {
	r.Totals = map[string]*Total{}
	for _, f := range r.Findings {
		t := r.Totals[string(f.Kind)]
		if t == nil {
			t = &Total{}
			r.Totals[string(f.Kind)] = t
		}
		t.Count += f.Count
		t.Test += f.Test
		t.Machine += f.Machine
		if f.Depth > 0 {
			t.InLoop += f.Lines()
		}
	}
}

// Named returns the packages that were named.
func (r *Report) Named() []*Package {
	var list []*Package
	for _, p := range r.Packages {
		if p.Named {
			list = append(list, p)
		}
	}
	return list
}

// File returns the file of the path, or nil. The report must be sorted.
func (r *Report) File(path string) *File {
	i, ok := slices.BinarySearchFunc(r.Files, path, func(f *File, p string) int { return cmp.Compare(f.Path, p) })
	if !ok {
		return nil
	}
	return r.Files[i]
}
