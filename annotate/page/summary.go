package page

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// view is what page.html shows without scripts.
type view struct {
	Title, CSP, Limit string
	Style             template.CSS
	Data, Script      template.JS
	Facts             []fact
	Errors            []fact
	Warnings, Dropped []string
	Lines, Costs      string
	Known             []share
	Hot               []hotLine // nil without a profile
	Worst             []worst
	Kinds             []kindTotal
	Thresholds        []report.Threshold
}

type fact struct{ Name, Value string }

type share struct {
	Name, Class, Percent, Count string
	Share                       string // 0 to 1
}

type worst struct {
	Level, Lines, Depth int
	Kind, Place, Text   string
}

type hotLine struct {
	Level, Depth                 int
	Time, Objects, Place, Source string
}

type kindTotal struct {
	Kind, Letter, Title, Class   string
	Count, Machine, InLoop, Test string
}

// What a page shows without scripts: so many findings and, with a profile, lines.
const (
	maxWorst = 200
	maxHot   = 20
)

func summarize(r *report.Report, o Options) *view {
	v := &view{Title: text(cmp.Or(o.Title, title(r))), Facts: facts(r), Kinds: kindTotals(r)}
	v.addKnown(r)
	for _, t := range o.Thresholds {
		v.Thresholds = append(v.Thresholds, report.Threshold{Level: t.Level, Label: text(t.Label)})
	}
	for _, p := range r.Packages {
		if p.Error != "" {
			v.Errors = append(v.Errors, fact{text(p.Path), block(p.Error)})
		}
	}
	for _, w := range r.Warnings {
		v.Warnings = append(v.Warnings, block(w))
	}
	v.addHot(r)
	v.addWorst(r)
	return v
}

// title names the package, or the patterns if there are several.
func title(r *report.Report) string {
	if named := r.Named(); len(named) == 1 {
		return named[0].Path
	}
	return strings.Join(r.Build.Patterns, " ")
}

func facts(r *report.Report) []fact {
	b := &r.Build
	platform := b.GOOS + "/" + b.GOARCH
	if b.Level != "" {
		platform += " " + b.Level
	}
	list := []fact{
		{"packages", grouped(len(r.Named()))}, {"files", grouped(len(r.Files))}, {"Go", b.GoVersion}, {"for", platform},
		{"flags", strings.Join(b.Flags, " ")}, {"PGO", b.PGO}, {"C", strings.Join(b.C, ", ")},
	}
	if !b.Cgo {
		list = append(list, fact{"cgo", "off"})
	}
	if b.Tests {
		list = append(list, fact{"tests", "included"})
	}
	if p := r.Profile; p != nil {
		if p.CPU != "" {
			list = append(list, fact{"CPU profile", fmt.Sprintf("%s: %s, %.0f %% of it here", p.CPU, duration(p.CPUNS), 100*p.Matched)})
		}
		if p.Alloc != "" {
			list = append(list, fact{"allocation profile", fmt.Sprintf("%s: %s objects", p.Alloc, grouped(int(p.Objects)))})
		}
		if len(p.Stale) > 0 {
			list = append(list, fact{"moved since the profile", strings.Join(p.Stale, ", ")})
		}
	} else {
		list = append(list, fact{"weights", "loop depth, no profile"})
	}
	list = slices.DeleteFunc(list, func(f fact) bool { return f.Value == "" })
	for i := range list {
		list[i].Value = text(list[i].Value)
	}
	return list
}

// duration writes nanoseconds with three digits.
func duration(ns int64) string {
	x := float64(ns)
	for _, unit := range []string{"ns", "µs", "ms"} {
		if x < 1000 {
			return fmt.Sprintf("%.3g %s", x, unit)
		}
		x /= 1000
	}
	return fmt.Sprintf("%.3g s", x)
}

// addKnown counts the lines of the named packages by what is known of them. Lines without code stand apart from those that nobody compiled.
func (v *view) addKnown(r *report.Report) {
	var finding, clean, noCode, all int
	reasons := map[string]int{}
	for _, f := range r.Files {
		for i := range f.Lines {
			l := &f.Lines[i]
			if l.State == report.NoData && l.Reason == report.NotNamed {
				continue // nobody asked for it
			}
			all++
			switch {
			case l.State == report.Flagged:
				finding++
			case l.State == report.Clean:
				clean++
			case l.Reason == report.NoCode:
				noCode++
			default:
				reasons[l.Reason]++
			}
		}
	}
	v.Lines = grouped(all)
	v.Known = []share{part("findings", "flagged", finding, all), part("clean", "clean", clean, all), part("no code", "no-code", noCode, all)}
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		v.Known = append(v.Known, part("no data: "+text(name), "no-data", reasons[name], all))
	}
}

func part(name, class string, n, all int) share {
	x := float64(n) / float64(max(all, 1))
	return share{Name: name, Class: class, Percent: fmt.Sprintf("%.1f %%", 100*x), Count: grouped(n), Share: fmt.Sprintf("%.4f", x)}
}

func kindTotals(r *report.Report) (list []kindTotal) {
	for _, k := range report.Kinds() {
		t := r.Totals[string(k.Kind)]
		if t == nil {
			continue
		}
		list = append(list, kindTotal{
			string(k.Kind), k.Letter, k.Title, classNames[k.Class],
			grouped(t.Count), grouped(t.Machine), grouped(t.InLoop), grouped(t.Test),
		})
	}
	return list
}

func (v *view) addWorst(r *report.Report) {
	var list []*report.Finding
	for _, d := range r.Findings {
		if blockOf(d) == costs {
			list = append(list, d)
		}
	}
	v.Costs = grouped(len(list))
	slices.SortStableFunc(list, func(a, b *report.Finding) int {
		return cmp.Or(-cmp.Compare(a.Heat, b.Heat), -cmp.Compare(a.Level, b.Level))
	})
	for _, d := range list[:min(len(list), maxWorst)] {
		place := d.File
		if d.Line > 0 {
			place = fmt.Sprintf("%s:%d", d.File, d.Line)
		}
		v.Worst = append(v.Worst, worst{d.Level, d.Lines(), d.Depth, d.Kind.Info().Title, text(place), text(d.Text)})
	}
}

// addHot adds the lines that a profile found the most time in.
func (v *view) addHot(r *report.Report) {
	if r.Profile == nil {
		return
	}
	type place struct {
		file *report.File
		line int
	}
	var list []place
	for _, f := range r.Files {
		for i := range f.Lines {
			if f.Lines[i].CPU > 0 || f.Lines[i].Alloc > 0 {
				list = append(list, place{f, i})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b place) int {
		return -cmp.Compare(a.file.Lines[a.line].Heat, b.file.Lines[b.line].Heat)
	})
	for _, p := range list[:min(len(list), maxHot)] {
		l := &p.file.Lines[p.line]
		h := hotLine{Level: l.Level, Depth: l.Depth, Objects: grouped(int(l.Alloc)), Place: text(fmt.Sprintf("%s:%d", p.file.Path, p.line+1))}
		if l.CPU > 0 {
			h.Time = duration(l.CPU)
		}
		if p.line < len(p.file.Source) {
			h.Source = text(strings.TrimSpace(p.file.Source[p.line]))
		}
		v.Hot = append(v.Hot, h)
	}
}
