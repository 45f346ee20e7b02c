package compare_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/internal/reporttest"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/annotate/text"
)

// TestCases runs testdata/*.txtar: old and new sides as reporttest reads them, a section gate with one gate on a line, and the section want, the text of the
// changes, of each gate's verdicts and of the directives'. Without an old side nothing is compared; with "force" in the comment, unlike builds are. KGEN_UPDATE=1 rewrites want.
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := outcome(t, a)
			for i, f := range a.Files {
				if f.Name != "want" {
					continue
				}
				if os.Getenv("KGEN_UPDATE") != "" {
					a.Files[i].Data = []byte(got)
					if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
						t.Fatal(err)
					}
				} else if got != string(f.Data) {
					t.Errorf("got:\n%s\nwant:\n%s", got, f.Data)
				}
				return
			}
			t.Fatal("no section want")
		})
	}
}

func outcome(t *testing.T, a *txtar.Archive) string {
	var out bytes.Buffer
	now := parse(t, a, "new")
	var changes *compare.Changes
	if hasSide(a, "old") {
		var err error
		changes, err = compare.Diff(parse(t, a, "old"), now, compare.Options{Force: strings.Contains(string(a.Comment), "force")})
		if err != nil {
			fmt.Fprintln(&out, "error:", err)
		} else if err := text.Changes(&out, changes, now, text.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(section(a, "gate")) {
		g, err := compare.ParseGate(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		verdicts, err := g.Evaluate(now, changes)
		if werr := text.Verdicts(&out, verdicts, nil, now, text.Options{}); werr != nil {
			t.Fatal(werr)
		}
		unjudged(t, &out, err)
	}
	failures, err := compare.Enforce(now)
	if werr := text.Verdicts(&out, nil, failures, now, text.Options{}); werr != nil {
		t.Fatal(werr)
	}
	unjudged(t, &out, err)
	return out.String()
}

func unjudged(t *testing.T, out *bytes.Buffer, err error) {
	if err == nil {
		return
	}
	var u *compare.Unjudged
	if !errors.As(err, &u) {
		t.Fatalf("error of type %T: %v", err, err)
	}
	fmt.Fprintln(out, err)
}

func parse(t *testing.T, a *txtar.Archive, prefix string) *report.Report {
	r, err := reporttest.Parse(a.Files, prefix)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func hasSide(a *txtar.Archive, prefix string) bool {
	for _, f := range a.Files {
		if strings.HasPrefix(f.Name, prefix+"/") || f.Name == prefix+".packages" {
			return true
		}
	}
	return false
}

// TestDecoded wants the same changes from reports that went through JSON, which holds no sources.
func TestDecoded(t *testing.T) {
	a, err := txtar.ParseFile("testdata/moves.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var want, got bytes.Buffer
	for _, side := range []struct {
		out  *bytes.Buffer
		read func(*report.Report) *report.Report
	}{
		{&want, func(r *report.Report) *report.Report { return r }},
		{&got, func(r *report.Report) *report.Report { return recoded(t, r) }},
	} {
		c, err := compare.Diff(side.read(parse(t, a, "old")), side.read(parse(t, a, "new")), compare.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := compare.Encode(side.out, c); err != nil {
			t.Fatal(err)
		}
	}
	if want.String() != got.String() {
		t.Errorf("from sources:\n%s\nfrom JSON:\n%s", &want, &got)
	}
	if !strings.HasPrefix(want.String(), "{\n \"schema\": \"annotate/1-diff\"") {
		t.Errorf("the JSON form begins with %.40q", want.String())
	}
}

func recoded(t *testing.T, r *report.Report) *report.Report {
	var b bytes.Buffer
	if err := report.Encode(&b, r); err != nil {
		t.Fatal(err)
	}
	r, err := report.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestSame wants no change between a report and itself, whatever is in it.
func TestSame(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r := parse(t, a, "new")
		c, err := compare.Diff(parse(t, a, "new"), r, compare.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(c.Added) + len(c.Hotter) + len(c.Cooler) + len(c.Fixed) + len(c.Lost) + len(c.Moved) + len(c.Gone); n > 0 {
			t.Errorf("%s: %d changes", name, n)
		}
		for _, f := range r.Findings {
			if f.New {
				t.Errorf("%s: new: %v", name, f)
			}
		}
	}
}

// TestSchemas wants reports of different schemas refused.
func TestSchemas(t *testing.T) {
	_, err := compare.Diff(&report.Report{Schema: "annotate/0"}, &report.Report{Schema: report.Schema}, compare.Options{Force: true})
	if err == nil || !strings.Contains(err.Error(), `"annotate/0" and "annotate/1"`) {
		t.Errorf("error: %v", err)
	}
}
