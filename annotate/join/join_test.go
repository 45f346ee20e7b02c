package join

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate/golist"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what the reports say into testdata/*.txtar; then read the difference")

// A file in testdata is a module with a file "want" that lists what a report says about it. The second paragraph of the
// comment may have the lines
//
//	dir: folder
//	patterns: ./...
//	tests: true
//	env: NAME=value
//	need: gcc
//	show: findings credits infos loops lines code files packages warnings
//
// %ROOT% in a source is the folder of the module.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runCase(t, file)
		})
	}
}

func runCase(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	settings := settingsOf(t, string(archive.Comment))
	env := append(os.Environ(), "GOOS=linux", "GOARCH=amd64") // the same everywhere, but where C is compiled
	if settings["need"] != "" {
		env = os.Environ()
	}
	for _, tool := range strings.Fields(settings["need"]) {
		csrctest.Need(t, tool)
	}
	dir := unpack(t, archive)
	r := load(t, golist.Config{
		Dir: filepath.Join(dir, settings["dir"]), Patterns: strings.Fields(settings["patterns"]), Tests: settings["tests"] == "true",
		Env: append(env, strings.Fields(settings["env"])...),
	})
	got := dump(r, settings["show"])
	for i, f := range archive.Files {
		if f.Name != "want" {
			continue
		}
		if *update {
			archive.Files[i].Data = []byte(got)
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if got != string(f.Data) {
			t.Errorf("%s:\n%s", file, firstDifference(got, string(f.Data)))
		}
		return
	}
	t.Errorf("%s has no file want", file)
}

func settingsOf(t *testing.T, comment string) map[string]string {
	settings := map[string]string{"patterns": "./...", "show": "findings"}
	_, lines, _ := strings.Cut(comment, "\n\n") // the first paragraph is for people
	for line := range strings.Lines(lines) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		switch name {
		case "dir", "patterns", "tests", "env", "need", "show":
			settings[name] = value
		default:
			t.Fatalf("unknown setting %q", name)
		}
	}
	return settings
}

func unpack(t *testing.T, archive *txtar.Archive) string {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(f.Data), "%ROOT%", filepath.ToSlash(dir))
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t testing.TB, c golist.Config) *report.Report {
	t.Helper()
	j := New()
	l, err := golist.Load(context.Background(), c, j.Add)
	if err != nil {
		t.Fatal(err)
	}
	r, err := j.Report(l)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// dump writes the parts of a report in a form to read: a finding by its place, and what is not zero of the rest.
func dump(r *report.Report, show string) string {
	var b strings.Builder
	parts := map[string]func(){
		"findings": func() { dumpFindings(&b, r, report.Costs) },
		"credits":  func() { dumpFindings(&b, r, report.Credit) },
		"infos":    func() { dumpFindings(&b, r, report.Info) },
		"loops": func() {
			for _, l := range r.Loops {
				fmt.Fprintf(&b, "loop %s:%d-%d %s depth=%d findings=%d\n", l.File, l.From, l.To, l.Func, l.Depth, l.Findings)
			}
		},
		"lines": func() {
			for _, f := range r.Files {
				for _, s := range f.Spans {
					fmt.Fprintf(&b, "lines %s:%d-%d %s\n", f.Path, s.From, s.To, strings.TrimSpace(s.State+" "+s.Reason))
				}
			}
		},
		"code": func() { dumpCode(&b, r) },
		"packages": func() {
			for _, p := range r.Packages {
				fmt.Fprintf(&b, "package %s named=%t error=%t ignored=%v\n", p.Path, p.Named, p.Error != "", p.Ignored)
			}
		},
		"files": func() {
			for _, f := range r.Files {
				fmt.Fprintf(&b, "file %s package=%s %s test=%t generated=%t display=%s lines=%d\n",
					f.Path, f.Package, f.Language, f.Test, f.Generated, filepath.ToSlash(f.Display), len(f.Lines))
			}
		},
		"warnings": func() {
			for _, w := range r.Warnings {
				fmt.Fprintf(&b, "warning %s\n", w)
			}
		},
	}
	for _, name := range strings.Fields(show) {
		parts[name]()
	}
	return b.String()
}

func dumpFindings(b *strings.Builder, r *report.Report, class report.Class) {
	for _, f := range r.Findings {
		if f.Kind.Info().Class != class {
			continue
		}
		fmt.Fprintf(b, "%s:%d:%d %s count=%d depth=%d machine=%d", f.File, f.Line, f.Col, f.Kind, f.Count, f.Depth, f.Machine)
		field := func(name string, value any, shown bool) {
			if shown {
				fmt.Fprintf(b, " %s=%v", name, value)
			}
		}
		field("test", f.Test, f.Test != 0)
		field("by", f.DepthBy, f.DepthBy != "machine")
		field("sites", f.Sites, f.Sites != 0)
		field("shapes", f.Shapes, f.Shapes != 0)
		field("wrapper", f.Wrapper, f.Wrapper)
		field("quiet", true, f.Quiet != "")
		field("package", f.Package, !strings.HasPrefix(f.File, f.Package+"/"))
		field("func", f.Func, true)
		for _, c := range f.Chain {
			field("via", fmt.Sprintf("%s@%s:%d", c.Func, c.File, c.Line), true)
		}
		if f.Symbol != "" {
			fmt.Fprintf(b, " calls %s\n", f.Symbol)
		} else if f.Count+f.Test > 0 {
			fmt.Fprintf(b, " %q\n", f.Text)
		} else {
			b.WriteString("\n")
		}
	}
}

func dumpCode(b *strings.Builder, r *report.Report) {
	for _, f := range r.Files {
		for i, l := range f.Lines {
			if len(l.Asm) == 0 {
				continue
			}
			fmt.Fprintf(b, "code %s:%d %s depth=%d", f.Path, i+1, l.Func, l.Depth)
			for _, a := range l.Asm {
				fmt.Fprintf(b, " %s", a.Symbol)
			}
			b.WriteString("\n")
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "(end)", "(end)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d of want\n got  %s\n want %s", i+1, a, b)
		}
	}
	return "no difference"
}

// Nothing is lost and nothing counted twice: the counts of each kind add up to the lines that the compiler printed.
func TestCountsAddUp(t *testing.T) {
	raw := map[report.Kind]int{}
	j := New()
	l, err := golist.Load(context.Background(), golist.Config{Patterns: []string{"encoding/json", "sort"}}, func(o *golist.Output) {
		for _, m := range o.Messages {
			raw[m.Kind]++
		}
		j.Add(o)
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := j.Report(l)
	if err != nil {
		t.Fatal(err)
	}
	if raw[report.Bounds] < 50 || raw[report.Escape] < 100 {
		t.Fatalf("the compiler printed hardly anything: %v", raw)
	}
	for _, kind := range slices.Sorted(maps.Keys(raw)) {
		total := r.Totals[string(kind)]
		if total == nil || total.Count != raw[kind] || total.Test != 0 {
			t.Errorf("%s: %d lines printed, counted %+v", kind, raw[kind], total)
		}
	}
}
