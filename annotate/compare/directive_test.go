package compare_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/report"
)

// sample is a report of one file whose lines all have a bounds check.
func sample(source string) *report.Report {
	f := &report.File{Path: "p/a.go", Package: "p", Language: "go", Source: strings.Split(source, "\n")}
	r := &report.Report{Packages: []*report.Package{{Path: "p", Named: true}}, Files: []*report.File{f}}
	for i := range f.Source {
		f.Lines = append(f.Lines, report.Line{State: report.Flagged})
		r.Findings = append(r.Findings, &report.Finding{Kind: report.Bounds, Package: "p", File: f.Path, Line: i + 1, Col: 1, Count: 1})
	}
	r.Sort()
	return r
}

// TestUnreadable wants a source that cannot be read to be an error, and one of a report without sources not.
func TestUnreadable(t *testing.T) {
	r := sample("package p")
	r.Files[0].Source = nil
	if _, err := compare.Enforce(r); err != nil {
		t.Errorf("without sources: %v", err)
	}
	r.Files[0].Abs = "/p/a.go"
	var u *compare.Unjudged
	if _, err := compare.Enforce(r); !errors.As(err, &u) {
		t.Errorf("error: %v", err)
	}
}

// FuzzDirectives wants no panic, and each comment that is exactly a directive about bounds judged or complained of: never passed over.
func FuzzDirectives(f *testing.F) {
	for _, s := range []string{
		"package p\n\n//annotate:nobounds\nfunc f() {\n}\n",
		"package p\nfunc f() { //annotate:nobounds\n}",
		"package p\nfunc f() {\n\tfor range 3 { //annotate:nobounds // hot\n\t}\n\tx() //annotate:inline\n}\n",
		"package p\nvar x = func() { //annotate:noalloc,inline\n}\n//line x.go:3\n//annotate:nobounds\nvar y int",
		"\ufeffpackage p //annotate:nobounds",
		"package p\n\n/* \n */ //annotate:nobounds\nfunc (t) f()",
		"package p\r\n//annotate:inline\r\nfunc f()\r\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		r := sample(source)
		failures, err := compare.Enforce(r)
		for _, x := range failures {
			if d := x.Directive; x.Line < d.From || x.Line > d.To || d.To > len(r.Files[0].Lines) || d.From < 1 {
				t.Errorf("failure at line %d of lines %d to %d", x.Line, d.From, d.To)
			}
		}
		if strings.ContainsAny(source, "`*") {
			return // what looks like a comment may be text, or inside of another comment
		}
		for _, line := range strings.Split(source, "\n") {
			if strings.TrimSpace(line) == "//annotate:nobounds" && err == nil && len(failures) == 0 {
				t.Error("a directive was passed over")
			}
		}
	})
}
