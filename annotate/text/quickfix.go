package text

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// Quickfix writes one line per finding that costs, "file:line:col: kind: message [heat n]", sorted by file, line and column: the form of compilers'
// errors, which editors step through. An unknown column is 1, for editors that want one. The first line names the schema, as a comment.
func Quickfix(w io.Writer, r *report.Report) error {
	p := newPrinter(w, r, Options{})
	p.line("# %s", report.Schema)
	list := make([]*report.Finding, 0, len(r.Findings))
	for _, f := range r.Findings {
		if f.Costs() {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b *report.Finding) int {
		return cmp.Or(
			strings.Compare(p.at(a.File, 0, 0), p.at(b.File, 0, 0)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
		)
	})
	for _, f := range list {
		p.line("%s: %s", p.at(f.File, f.Line, max(f.Col, 1)), message(f))
	}
	return p.w.Flush()
}

// finding is the line of one, without a column that is unknown.
func (p *printer) finding(f *report.Finding) string { return p.place(f) + ": " + message(f) }

// message is what is said of a finding after its place.
func message(f *report.Finding) string {
	s := string(f.Kind) + ": " + Clean(cmp.Or(f.Text, f.Symbol, title(f.Kind)))
	if n := f.Events(); n > 1 {
		s += " " + times(n)
	}
	return s + " [" + strings.Join(notes(f), ", ") + "]"
}
