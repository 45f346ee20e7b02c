package annotate_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/annotate/weigh"
)

const manual = "../docs/annotate.md"

// Marks around the chapter that is made from report.Kinds.
const (
	kindsFrom = "<!-- kinds: made by KGEN_UPDATE=1 go test ./annotate -->\n"
	kindsTo   = "<!-- end of kinds -->\n"
)

// TestDocsKinds holds the chapter of kinds to the table of kinds; with KGEN_UPDATE it writes the chapter.
func TestDocsKinds(t *testing.T) {
	text := readManual(t)
	before, rest, ok := strings.Cut(text, kindsFrom)
	got, after, ended := strings.Cut(rest, kindsTo)
	if !ok || !ended {
		t.Fatalf("%s: the marks %q and %q are missing", manual, kindsFrom, kindsTo)
	}
	want := kindsChapter()
	if got == want {
		return
	}
	if os.Getenv("KGEN_UPDATE") == "" {
		t.Fatalf("%s: the chapter of kinds is not what report.Kinds says; KGEN_UPDATE=1 go test ./annotate writes it", manual)
	}
	writeFile(t, manual, before+kindsFrom+want+kindsTo+after)
}

func readManual(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// kindsChapter renders the kinds, those that cost first.
func kindsChapter() string {
	titles := map[report.Class]string{report.Costs: "Costs", report.Info: "Information", report.Credit: "Credits"}
	var b strings.Builder
	for _, class := range []report.Class{report.Costs, report.Info, report.Credit} {
		fmt.Fprintf(&b, "\n### %s\n", titles[class])
		for _, k := range report.Kinds() {
			if k.Class == class {
				writeKind(&b, k)
			}
		}
	}
	return b.String() + "\n"
}

func writeKind(b *strings.Builder, k report.KindInfo) {
	fmt.Fprintf(b, "\n#### `%s`: %s (%s)\n\n", k.Kind, k.Title, k.Letter)
	help := k.Help
	if k.Class == report.Costs {
		help = fmt.Sprintf("About %g ns each time. %s", k.Cost, help)
	}
	writeWrapped(b, help)
	if k.Hint != "" {
		b.WriteString("\n")
		writeWrapped(b, "**What to do.** "+k.Hint)
	}
	before, after := "Before:", "After:"
	switch k.Class {
	case report.Info:
		before = "Has one:"
	case report.Credit:
		before, after = "Has none:", "Has one:"
	}
	for _, example := range []struct{ title, code string }{{before, k.Before}, {after, k.After}} {
		if example.code != "" {
			fmt.Fprintf(b, "\n%s\n\n```go\n%s\n```\n", example.title, example.code)
		}
	}
}

// writeWrapped writes a paragraph in lines of the manual's width.
func writeWrapped(b *strings.Builder, text string) {
	const width = 140
	column := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i > 0 && column+1+len(word) > width:
			b.WriteString("\n")
			column = 0
		case i > 0:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	b.WriteString("\n")
}

// TestDocsComplete finds everything in the manual that users can name: metrics, fields of the JSON forms, reasons for lines without data, and the steps
// of heat.
func TestDocsComplete(t *testing.T) {
	text := strings.Join(strings.Fields(readManual(t)), " ")
	for _, metric := range compare.Metrics() {
		kind, loop := strings.CutSuffix(metric, "-in-loop")
		if !strings.Contains(text, "`"+metric+"`") && !(loop && report.Kind(kind).Costs()) {
			t.Errorf("the metric %s is missing", metric)
		}
	}
	fields := map[string]bool{}
	jsonFields(reflect.TypeFor[report.Report](), fields)
	jsonFields(reflect.TypeFor[compare.Changes](), fields)
	for name := range fields {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("the field %s is missing", name)
		}
	}
	for _, reason := range []string{
		report.NoCode, report.NotBuilt, report.BuildFailed, report.NotInstanced, report.Removed, report.Assembly, report.NotNamed, report.NoKernelData,
	} {
		if words := strings.ReplaceAll(reason, "generic, never", "generic and never"); !strings.Contains(text, words) {
			t.Errorf("the reason %q is missing", words)
		}
	}
	for _, step := range slices.Concat(weigh.Thresholds(false), weigh.Thresholds(true)) {
		if !strings.Contains(text, "| "+step.Label+" |") {
			t.Errorf("the step %q is missing", step.Label)
		}
	}
}

// jsonFields collects the names that a type has in JSON, and those of the types in it.
func jsonFields(t reflect.Type, names map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		jsonFields(t.Elem(), names)
	case reflect.Struct:
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if name == "-" || name == "" {
				continue
			}
			names[name] = true
			jsonFields(t.Field(i).Type, names)
		}
	}
}
