package text

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/kgen-go/kgen/annotate/report"
)

// Worst writes the hottest lines, hottest first, and a summary. Each has its heat step, its place, its findings in words and its source. With a profile, lines
// that took one per cent of the run or more are among them also without a finding.
func Worst(w io.Writer, r *report.Report, o Options) error {
	p := newPrinter(w, r, o)
	rows := hottest(r)
	shown := rows[:min(len(rows), p.o.Rows)]
	places := 0
	for i := range shown {
		places = max(places, width(p.at(shown[i].file, shown[i].line, 0)))
	}
	places = min(places, p.o.Width/3)
	for i := range shown {
		p.row(&shown[i], places)
	}
	if len(shown) > 0 {
		p.line("")
	}
	p.summary(r, len(shown), len(rows))
	return p.w.Flush()
}

// row is a source line with findings that cost, or with time.
type row struct {
	file     string // File.Path
	line     int
	heat     float64
	level    int
	depth    int
	cpu      int64
	estimate bool
	source   string
	findings []*report.Finding
}

// hottest groups the findings by line. Findings without heat are shown last, deepest loop first.
func hottest(r *report.Report) []row {
	var rows []row
	for _, f := range r.Findings { // sorted by file and line
		if !f.Costs() {
			continue
		}
		if n := len(rows); n == 0 || rows[n-1].file != f.File || rows[n-1].line != f.Line {
			rows = append(rows, row{file: f.File, line: f.Line, source: f.Source})
		}
		last := &rows[len(rows)-1]
		last.findings = append(last.findings, f)
		last.heat += f.Heat
		last.level = max(last.level, f.Level)
		last.depth = max(last.depth, f.Depth)
	}
	rows = append(rows, measured(r, rows)...)
	for i := range rows {
		rows[i].weigh(r.File(rows[i].file))
		slices.SortStableFunc(rows[i].findings, func(a, b *report.Finding) int { return -cmp.Compare(a.Heat, b.Heat) })
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(-cmp.Compare(a.heat, b.heat), -cmp.Compare(a.depth, b.depth))
	})
	return rows
}

// measuredLevel is the step of heat from which a line is shown for its time alone.
const measuredLevel = 3

// measured returns the lines that took time without a finding, beside the rows.
func measured(r *report.Report, rows []row) (more []row) {
	if r.Profile == nil {
		return nil
	}
	type place struct {
		file string
		line int
	}
	have := map[place]bool{}
	for i := range rows {
		have[place{rows[i].file, rows[i].line}] = true
	}
	for _, f := range r.Files {
		for i := range f.Lines {
			if f.Lines[i].Level < measuredLevel || have[place{f.Path, i + 1}] {
				continue
			}
			row := row{file: f.Path, line: i + 1}
			if i < len(f.Source) {
				row.source = f.Source[i]
			}
			more = append(more, row)
		}
	}
	return more
}

// weigh takes over what is known of the line itself. A report read from JSON knows only findings.
func (r *row) weigh(f *report.File) {
	l := f.Line(r.line)
	if l == nil {
		return
	}
	r.heat = max(r.heat, l.Heat)
	r.level = max(r.level, l.Level)
	r.depth = max(r.depth, l.Depth)
	r.cpu, r.estimate = l.CPU, l.Estimate
}

// row writes one line, or two where the terminal is too narrow for the source beside the rest.
func (p *printer) row(r *row, places int) {
	place := cutLeft(p.at(r.file, r.line, 0), places)
	what := r.words()
	source := Clean(strings.TrimSpace(r.source))
	left := p.o.Width - (len(step(0)) + 2 + places + 2)
	p.w.WriteString(p.paint(r.level, step(r.level)) + "  " + p.bold(pad(place, places)))
	beside := min(width(what), left*3/5)
	if room := left - beside - 2; room >= 20 && width(what) <= beside {
		p.line("  %s", strings.TrimRight(what+"  "+p.paint(0, cut(source, room)), " "))
		return
	}
	p.line("  %s", cut(what, left))
	if source != "" {
		p.line("%s%s", strings.Repeat(" ", len(step(0))+2), p.paint(0, cut(source, p.o.Width-len(step(0))-2)))
	}
}

// words says what is found on the line: kinds with numbers, loop depth, time.
func (r *row) words() string {
	var order []report.Kind
	n := map[report.Kind]int{}
	for _, f := range r.findings {
		if n[f.Kind] == 0 {
			order = append(order, f.Kind)
		}
		n[f.Kind] += f.Events()
	}
	var list []string
	for _, k := range order {
		list = append(list, counted(k, n[k]))
	}
	if len(list) == 0 {
		list = append(list, "nothing found")
	}
	if r.depth > 0 {
		list = append(list, fmt.Sprintf("loop depth %d", r.depth))
	}
	if r.cpu > 0 {
		about := ""
		if r.estimate {
			about = "about "
		}
		list = append(list, about+duration(r.cpu))
	}
	return strings.Join(list, ", ")
}

// duration is a time with three digits at most.
func duration(ns int64) string {
	d := time.Duration(ns)
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if d >= unit {
			return d.Round(unit / 10).String()
		}
	}
	return d.String()
}

// summary says how much of what there is, and what is missing.
func (p *printer) summary(r *report.Report, shown, rows int) {
	var list []string
	for _, k := range report.Kinds() {
		t := r.Totals[string(k.Kind)]
		if k.Class != report.Costs || t == nil || t.Count+t.Machine == 0 {
			continue
		}
		s := counted(k.Kind, t.Count+t.Machine)
		if t.InLoop > 0 {
			s += fmt.Sprintf(" (%d in loops)", t.InLoop)
		}
		list = append(list, s)
	}
	if len(list) == 0 {
		list = append(list, "no finding that costs outside of tests")
	}
	if rows == 0 {
		p.line("No finding that costs time in %s.", plural(len(r.Named()), "package"))
	} else {
		p.line("The worst %d of %s, in %s: %s.", shown, plural(rows, "line"), plural(len(r.Named()), "package"), strings.Join(list, ", "))
	}
	p.line("%s", p.weights(r))
	if t := r.Totals[string(report.Unknown)]; t != nil && t.Count > 0 {
		p.line("not understood: %s of the compiler", plural(t.Count, "message"))
	}
	for _, q := range r.Named() {
		if q.Error != "" {
			first, _, _ := strings.Cut(strings.TrimSpace(q.Error), "\n")
			p.line("no data: %s: %s", Clean(q.Path), Clean(first))
		}
	}
}

// weights says what was compiled and where the heat comes from.
func (p *printer) weights(r *report.Report) string {
	by := "heat from loop depth; with -bench or -profile it comes from time"
	if q := r.Profile; q != nil {
		by = "heat from " + Clean(cmp.Or(q.CPU, q.Alloc)) + fmt.Sprintf(", %.0f %% of it on these lines", 100*q.Matched)
	}
	b := r.Build
	return fmt.Sprintf("%s %s/%s; %s.", Clean(b.GoVersion), Clean(b.GOOS), Clean(b.GOARCH), by)
}
