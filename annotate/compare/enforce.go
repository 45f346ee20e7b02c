package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// Failure is a broken directive, once for each thing that breaks it.
type Failure struct {
	Directive *Directive
	Line      int    // where it is broken, in Directive.File
	Col       int    // in bytes, from 1; 0 if unknown
	Text      string // what is wrong there
}

// Enforce judges the directives in the sources of the report's named packages. What cannot be judged (unknown directives, directives about lines without
// data, files that cannot be read) is an *Unjudged; the failures found are returned beside it, by place. Reports read from JSON hold
// no sources and therefore no directives.
func Enforce(r *report.Report) ([]Failure, error) {
	in := named(r)
	var failures []Failure
	var reasons []string
	for _, f := range r.Files {
		if in[f.Package] == nil {
			continue
		}
		if f.Source == nil && f.Abs != "" {
			reasons = append(reasons, shownAs(f)+": cannot be read, so that its directives are not known")
			continue
		}
		list, src, mistakes := directives(f)
		reasons = append(reasons, mistakes...)
		for _, d := range list {
			broken, err := src.judge(d)
			if err != nil {
				reasons = append(reasons, fmt.Sprintf("%s: %v", d, err))
			}
			failures = append(failures, broken...)
		}
	}
	if len(reasons) > 0 {
		return failures, &Unjudged{reasons}
	}
	return failures, nil
}

// judge returns what breaks the directive.
func (s *sourceFile) judge(d *Directive) (list []Failure, err error) {
	if why := blindness(d); why != "" {
		return nil, fmt.Errorf("its lines have no data: %s", why)
	}
	switch d.Name {
	case "nobounds":
		list = findings(d, checked)
	case "noalloc":
		list = findings(d, allocates)
	case "inline":
		list, err = s.inline(d)
	}
	slices.SortStableFunc(list, func(a, b Failure) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col)) })
	return list, err
}

// blindness says why nothing is known of the directive's lines; "" if something is.
func blindness(d *Directive) string {
	why := ""
	for n := d.From; n <= d.To && n <= len(d.File.Lines); n++ {
		line := &d.File.Lines[n-1]
		if line.State != report.NoData {
			return ""
		}
		if line.Reason != report.NoCode {
			why = cmp.Or(why, line.Reason)
		}
	}
	if why == "" && d.File.Test {
		return "test files are compiled with -tests only"
	}
	return cmp.Or(why, report.NoCode)
}

// findings returns a failure for each finding in the directive's lines that breaks it.
func findings(d *Directive, breaks func(*report.Finding) bool) (list []Failure) {
	for n := d.From; n <= d.To && n <= len(d.File.Lines); n++ {
		for _, f := range d.File.Lines[n-1].Findings {
			if f.Costs() && breaks(f) {
				list = append(list, Failure{Directive: d, Line: n, Col: f.Col, Text: wording(f)})
			}
		}
	}
	return list
}

// wording is what a finding says: the kind in words, and the compiler's own.
func wording(f *report.Finding) string {
	text := string(f.Kind)
	if info := f.Kind.Info(); info != nil {
		text = info.Title
	}
	return text + ": " + cmp.Or(f.Text, f.Symbol)
}

// checked reports whether the finding is a bounds check. kgen's own checks are, unless they are about a divisor.
func checked(f *report.Finding) bool {
	switch f.Kind {
	case report.Bounds, report.SliceBounds:
		return true
	case report.Check:
		return !strings.Contains(f.Text, "divisor")
	}
	return false
}

// allocates reports whether the finding allocates or may: unlike the metric heap it holds string work that makes a new string, assignments to maps,
// goroutines and defers in loops against a line. What the functions that it calls allocate is theirs.
func allocates(f *report.Finding) bool {
	switch f.Kind {
	case report.String:
		return !strings.Contains(f.Symbol, "decoderune") && !strings.Contains(f.Symbol, "countrunes")
	case report.Map:
		return strings.Contains(f.Symbol, "mapassign")
	case report.Go, report.Defer:
		return true
	}
	return heap(f)
}
