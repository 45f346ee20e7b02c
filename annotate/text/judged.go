package text

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/report"
)

func times(n int) string { return "(×" + strconv.Itoa(n) + ")" }

// notes are what is said of a finding in brackets.
func notes(f *report.Finding) []string {
	list := []string{"heat " + strconv.Itoa(f.Level)}
	if f.Depth > 0 {
		list = append(list, "loop depth "+strconv.Itoa(f.Depth))
	}
	return list
}

// Changes writes what differs between two reports: a line of numbers, then the lists. The report is that of the new side, for its file names; it may be nil.
func Changes(w io.Writer, c *compare.Changes, now *report.Report, o Options) error {
	p := newPrinter(w, now, o)
	for _, s := range c.Warnings {
		p.line("warning: %s", Clean(s))
	}
	for _, s := range c.Unseen {
		p.line("not compared: %s", Clean(s))
	}
	for _, s := range c.Gone {
		p.line("not there any more: %s", Clean(s))
	}
	p.line("%s", p.bold(fmt.Sprintf("%d new, %d hotter, %d cooler, %d fixed, %d lost, %d moved",
		len(c.Added), len(c.Hotter), len(c.Cooler), len(c.Fixed), len(c.Lost), len(c.Moved))))
	for _, list := range []struct {
		mark    string
		changes []*compare.Change
	}{{"new", c.Added}, {"hotter", c.Hotter}, {"lost", c.Lost}, {"cooler", c.Cooler}, {"fixed", c.Fixed}} {
		p.changes(list.mark, list.changes)
	}
	return p.w.Flush()
}

// changes writes one list, at most so many rows of it.
func (p *printer) changes(mark string, list []*compare.Change) {
	for i, c := range list {
		if i == p.o.Rows {
			p.line("%-7s and %d more", mark, len(list)-i)
			return
		}
		f := c.New
		if f == nil {
			f = c.Old
		}
		p.line("%s %s%s", p.paint(f.Level, fmt.Sprintf("%-7s", mark)), p.finding(f), was(c))
		if f.Source != "" {
			p.line("        %s", p.paint(0, cut(Clean(strings.TrimSpace(f.Source)), p.o.Width-8)))
		}
	}
}

// was says what a finding that is still there was before.
func was(c *compare.Change) string {
	if c.Old == nil || c.New == nil {
		return ""
	}
	var list []string
	if a, b := c.Old.Events(), c.New.Events(); a != b {
		list = append(list, fmt.Sprintf("%d before", a))
	}
	if c.Old.Depth != c.New.Depth {
		list = append(list, fmt.Sprintf("loop depth %d before", c.Old.Depth))
	}
	if len(list) == 0 {
		return ""
	}
	return ", " + strings.Join(list, ", ")
}

// Verdicts writes how the gate's conditions and the directives came out: a line for each condition, with the findings behind one that is broken, and a line for
// each failure of a directive. The report, for its file names, may be nil.
func Verdicts(w io.Writer, verdicts []compare.Verdict, failures []compare.Failure, r *report.Report, o Options) error {
	p := newPrinter(w, r, o)
	for i := range verdicts {
		p.verdict(&verdicts[i])
	}
	for _, f := range failures {
		p.line("%s: %s [%s at line %d]", p.at(f.Directive.File.Path, f.Line, f.Col),
			Clean(f.Text), p.paint(maxLevel, "//annotate:"+f.Directive.Name+" broken"), f.Directive.Line)
	}
	return p.w.Flush()
}

func (p *printer) verdict(v *compare.Verdict) {
	got := fmt.Sprintf("got %d", v.Got)
	if v.Func != "" {
		got += " in " + Clean(v.Func)
	}
	for _, s := range v.Unseen {
		got += "; nothing is known of " + Clean(s)
	}
	if !v.Broken {
		p.line("gate %s: holds, %s", Clean(v.Condition.String()), got)
		return
	}
	p.line("gate %s: %s, %s", Clean(v.Condition.String()), p.paint(maxLevel, "broken"), got)
	for i, f := range v.Worst {
		if i == p.o.Rows {
			p.line("  and %s more", plural(len(v.Worst)-i, "finding"))
			return
		}
		p.line("  %s", p.finding(f))
		if f.Source != "" {
			p.line("      %s", p.paint(0, cut(Clean(f.Source), p.o.Width-6)))
		}
	}
}
