package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate/report"
)

var keep = flag.String("keep", "", "folder to write the tests' pages to, to look at them")

// write returns the page of a report.
func write(t *testing.T, r *report.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	if *keep != "" {
		name := strings.ReplaceAll(t.Name(), "/", "-") + ".html"
		if err := os.WriteFile(filepath.Join(*keep, name), b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// element returns the text between the only tag and its end.
func element(t *testing.T, page, open, end string) string {
	t.Helper()
	if n := strings.Count(page, open); n != 1 {
		t.Fatalf("%d elements %s", n, open)
	}
	_, rest, _ := strings.Cut(page, open)
	body, _, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("%s has no end", open)
	}
	return body
}

// dataForm is the data of a page as a script reads it.
type dataForm struct {
	Kinds    [][]string
	Packages [][]any
	Files    []struct {
		Path                string
		Source              []string
		Hot, Cold           string
		Costs, Info, Credit *struct {
			Strings []string
			List    [][]float64
		}
		Notes map[string][]string
	}
}

func pageData(t *testing.T, page string) (d dataForm) {
	t.Helper()
	if err := json.Unmarshal([]byte(element(t, page, `<script type="application/json" id="data">`, "</script>")), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDeterministic(t *testing.T) {
	r := synthetic(shape{packages: 3, files: 4, lines: 300, profile: true})
	if a, b := write(t, r, options()), write(t, r, options()); a != b {
		t.Error("two pages of one report differ")
	}
}

// A page runs the script and the style that its policy names, and nothing else.
func TestPolicy(t *testing.T) {
	r := synthetic(shape{packages: 1, files: 1, lines: 50})
	for _, serve := range []*Serve{nil, {Events: "/events", Version: "3"}} {
		o := options()
		o.Serve = serve
		p := write(t, r, o)
		policy := html.UnescapeString(element(t, p, `<meta http-equiv="Content-Security-Policy" content="`, `"`))
		want := fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'",
			hash(element(t, p, "<script>", "</script>")), hash(element(t, p, "<style>", "</style>")))
		if serve != nil {
			want += "; connect-src 'self'"
		}
		if policy != want {
			t.Errorf("serve %v: policy\n%s\nwant\n%s", serve != nil, policy, want)
		}
		for _, bad := range []string{` style="`, " onclick=", "http://", "https://", "src="} {
			if strings.Contains(strings.ReplaceAll(p, policy, ""), bad) {
				t.Errorf("the page contains %q", bad)
			}
		}
	}
}

// The script never makes elements out of text.
func TestScriptIsSafe(t *testing.T) {
	bad := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\("style|DOMParser|createContextualFragment`)
	if m := bad.FindString(script()); m != "" {
		t.Errorf("the script uses %s", m)
	}
}

const attack = "</script><img src=x onerror=alert(1)><!--<script>\u202e\u2066\u0000\x07\xff\u2028\u200b'\"`&{{.}}"

// hostile is a report all of whose texts are an attack.
func hostile() *report.Report {
	pkg := "evil/" + attack
	path := pkg + "/" + attack + ".go"
	r := &report.Report{
		Build: report.Build{GoVersion: attack, GOOS: attack, GOARCH: attack, Level: attack, Flags: []string{attack}, PGO: attack, C: []string{attack},
			Patterns: []string{attack}},
		Profile:  &report.Profile{CPU: attack, Alloc: attack, CPUNS: 1e9, Objects: 5, Matched: 1, Stale: []string{attack}},
		Packages: []*report.Package{{Path: pkg, Named: true, Error: attack + "\n" + attack, Ignored: []string{attack}}},
		Files:    []*report.File{{Path: path, Package: pkg, Language: attack, Source: []string{attack, "x := 1 // " + attack, strings.Repeat("é<", 1<<19)}}},
		Warnings: []string{attack},
		Loops:    []*report.Loop{{Package: pkg, File: path, From: 1, To: 2, Func: attack, Target: attack, Depth: 1, Level: 9}},
	}
	asm := []report.Asm{{Symbol: attack, Instrs: []report.Instr{{Offset: 1, Text: attack, Depth: 1}}}}
	note := []report.Note{{Title: attack, Text: attack + "\n" + attack}}
	r.Files[0].Lines = []report.Line{{State: report.Flagged, Func: attack, Level: 5, Heat: 9, Asm: asm, Notes: note}, {Reason: attack}, {State: report.Clean, Asm: asm}}
	for line := range 4 { // 0: no line
		for _, kind := range []report.Kind{report.Bounds, report.Proved, report.Kind(attack)} {
			r.Findings = append(r.Findings, &report.Finding{Kind: kind, Package: pkg, File: path, Line: line, Col: 11, Func: attack, Target: attack, Text: attack, Count: 1,
				Level: 5, Heat: 9, Symbol: attack, Quiet: "", DepthBy: attack, Chain: []report.Frame{{Func: attack, File: attack, Line: 1}}})
		}
	}
	r.Findings = append(r.Findings, &report.Finding{Kind: report.Bounds, Package: attack, File: attack, Line: 7, Text: attack, Quiet: attack, Count: 1})
	r.Sort()
	return r
}

func TestHostile(t *testing.T) {
	o := Options{Title: attack, Thresholds: []report.Threshold{{Level: 1, From: 1, Label: attack}}, Serve: &Serve{Events: "/events", Version: "3", EditorURL: func(*report.File) string { return "javascript:alert(1)" }}}
	p := write(t, hostile(), o)
	for _, bad := range []string{"<img", "onerror=alert(1)>", "<!--", "\u202e", "\u2066", "\u2028", "\u200b", "\x00", "\x07", "\xff", "javascript:"} {
		if i := strings.Index(p, bad); i >= 0 {
			t.Errorf("the page contains %q: %q", bad, p[max(0, i-80):i+40])
		}
	}
	if n := strings.Count(p, "</script>"); n != 2 {
		t.Errorf("%d ends of scripts, want 2", n)
	}
	if len(p) > 1<<20 {
		t.Errorf("a line of a megabyte makes a page of %d bytes", len(p))
	}
	d := pageData(t, p)
	if got := d.Files[1].Source[2]; !strings.Contains(got, "cut: 1,572,864 bytes") {
		t.Errorf("the long line is shown as %q", got[len(got)-80:])
	}
	if got := d.Files[1].Source[0]; !strings.Contains(got, "⟨U+202E⟩⟨U+2066⟩␀␇\ufffd⟨U+2028⟩⟨U+200B⟩") {
		t.Errorf("invisible characters are shown as %q", got)
	}
	if len(d.Files) != 2 || len(d.Files[0].Info.List) != 1 {
		t.Errorf("the finding of a file that is not in the report is lost")
	}
}

func TestColumns(t *testing.T) {
	for _, c := range []struct {
		line       string
		byte, want int
	}{
		{"x[i]", 1, 1}, {"é[i]", 2, 1}, {"𝛑[i]", 4, 2}, {"\u202e[i]", 3, 8}, {"\xff[i]", 1, 1}, {"ab", 9, 2}, {"", 0, 0}, {"é", 2, 1},
	} {
		if _, at := textAt(c.line, c.byte); at != c.want {
			t.Errorf("textAt(%q, %d) = %d, want %d", c.line, c.byte, at, c.want)
		}
	}
}

// A page that cannot be as small as it should says so.
func TestBudgetTooSmall(t *testing.T) {
	o := options()
	o.MaxBytes = 1000
	const says = "the page is larger"
	if p := write(t, synthetic(shape{packages: 1, files: 1, lines: 50}), o); !strings.Contains(p, says) || !strings.Contains(p, "0.001 MB") {
		t.Errorf("a page of %d bytes does not say %q of its limit", len(p), says)
	}
}

// A page that is too big leaves out the least useful first, says so, and keeps each finding that costs.
func TestBudget(t *testing.T) {
	r := synthetic(shape{packages: 2, files: 4, lines: 500})
	full := write(t, r, options())
	lines := 0
	for _, d := range r.Findings {
		if blockOf(d) == costs {
			lines++
		}
	}
	last, lastDropped := len(full), 0
	for _, share := range []float64{1, 0.95, 0.8, 0.7, 0.65} {
		o := options()
		o.MaxBytes = int64(float64(len(full))*share) + 1 // a page of just the limit may lose something
		p := write(t, r, o)
		if int64(len(p)) > o.MaxBytes+4096 { // the list of what was left out comes on top
			t.Errorf("limit %d: %d bytes", o.MaxBytes, len(p))
		}
		dropped := 0
		if _, list, ok := strings.Cut(p, `id="dropped"`); ok {
			list, _, _ = strings.Cut(list, "</ul>")
			dropped = strings.Count(list, "<li>")
		}
		if len(p) > last || dropped < lastDropped || (share < 1) != (dropped > 0) {
			t.Errorf("share %v: %d bytes after %d, %d things left out after %d", share, len(p), last, dropped, lastDropped)
		}
		last, lastDropped = len(p), dropped
		kept := 0
		for _, f := range pageData(t, p).Files {
			kept += len(f.Costs.List)
			if f.Hot == "" && f.Cold != "" {
				t.Errorf("share %v: %s has the machine code of cold lines only", share, f.Path)
			}
		}
		if kept != lines {
			t.Errorf("share %v: %d findings, want %d", share, kept, lines)
		}
	}
	if lastDropped != 4 {
		t.Errorf("%d kinds of things were left out at last, want 4", lastDropped)
	}
}

func TestWithoutScripts(t *testing.T) {
	r := synthetic(shape{packages: 1, files: 3, lines: 800})
	p := write(t, r, options())
	table := element(t, element(t, p, "<noscript>", "</noscript>"), "<tbody>", "</tbody>")
	rows := regexp.MustCompile(`<td><span class="level l(\d)">`).FindAllStringSubmatch(table, -1)
	if len(rows) != maxWorst {
		t.Errorf("%d rows, want %d", len(rows), maxWorst)
	}
	for i := 1; i < len(rows); i++ {
		if rows[i][1] > rows[i-1][1] {
			t.Errorf("row %d has level %s after %s", i, rows[i][1], rows[i-1][1])
		}
	}
	for _, want := range []string{"broken.go:3:9: undefined: x", "go1.26.8", "What is known of 2,400 lines", "no data: generic, never instantiated", "<td>string work</td>"} {
		if !strings.Contains(p, want) {
			t.Errorf("the page does not contain %q", want)
		}
	}
}

// Every finding is in the data, with its count, in its block.
func TestNothingLost(t *testing.T) {
	r := synthetic(shape{packages: 2, files: 4, lines: 300})
	d, want, got := pageData(t, write(t, r, options())), 0, 0.0
	for _, f := range r.Findings {
		want += f.Count
	}
	for _, f := range d.Files {
		for _, row := range append(append(f.Costs.List, f.Info.List...), f.Credit.List...) {
			if len(row) > 4 {
				got += row[4]
			}
		}
	}
	if int(got) != want {
		t.Errorf("the counts in the page sum up to %v, want %d", got, want)
	}
}

// The last frame of a chain keeps a line of zero, although zeros at the end are left out.
func TestChain(t *testing.T) {
	f := &report.File{Path: "p/x.go", Package: "p"}
	d := &report.Finding{Package: "p", Line: 1, Chain: []report.Frame{{Func: "F", File: "p/x.go", Line: 3}, {Func: "G"}}}
	var row []float64
	if err := json.Unmarshal(findingRow(f, d, newStrings()), &row); err != nil {
		t.Fatal(err)
	}
	if len(row) != 21+2*3+1 {
		t.Errorf("%d fields, want 21 and two frames of 3 and an end: %v", len(row), row)
	}
}

func TestEditorLink(t *testing.T) {
	for link, ok := range map[string]bool{
		"vscode://file/a b/x.go:{line}:{column}": true, "idea://open?file=x&line={line}": true, "javascript:alert({line})": false,
		" javascript:alert(1)": false, "JAVASCRIPT:x": false, "data:text/html,x": false, "x.go": false, "": false,
		"/open?file=x.go&line={line}": true, "//evil.example/x": false, `/\evil.example/x`: false, "///evil.example/x": false,
	} {
		if got := editorLink(link); (got != "") != ok {
			t.Errorf("editorLink(%q) = %q", link, got)
		}
	}
}

type failing struct{}

var errFull = errors.New("no space left")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestWriteError(t *testing.T) {
	if err := Write(failing{}, synthetic(shape{packages: 1, files: 1, lines: 20}), options()); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

// A generated file of 50,000 lines fits.
func TestBigFile(t *testing.T) {
	p := write(t, synthetic(shape{packages: 1, files: 1, lines: 50_000}), options())
	if d := pageData(t, p); len(d.Files[0].Source) != 50_000 || len(p) > DefaultMaxBytes {
		t.Errorf("the page has %d bytes and %d lines of source", len(p), len(d.Files[0].Source))
	}
}

func TestEmpty(t *testing.T) {
	r := &report.Report{}
	r.Sort()
	d := pageData(t, write(t, r, Options{}))
	if len(d.Files) != 0 || len(d.Kinds) != len(report.Kinds()) {
		t.Errorf("an empty report has %d files and %d kinds", len(d.Files), len(d.Kinds))
	}
}

// Text has a contrast of 4.5 to 1 at least on each ground that it stands on, in both themes (WCAG 2.2, 1.4.3).
func TestContrast(t *testing.T) {
	colours := map[string][2]string{}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`).FindAllStringSubmatch(asset("page.css"), -1) {
		colours[m[1]] = [2]string{m[2], m[3]}
	}
	pairs := map[string][]string{
		"text": {"bg", "panel", "hover", "here", "h3", "h4", "h5"}, "muted": {"bg", "panel", "hover", "here", "h3", "h4", "h5"},
		"link": {"bg", "panel", "hover", "here", "h3", "h4", "h5"}, "bad": {"bg", "bad-bg"}, "new": {"bg", "new-bg", "h3", "h4", "h5", "here"},
		"credit": {"bg", "panel", "credit-bg"}, "com": {"bg", "h3", "h4", "h5", "here"}, "str": {"bg", "h3", "h4", "h5", "here"}, "key": {"bg", "h3", "h4", "h5", "here"},
		"on0": {"l0"}, "on1": {"l1"}, "on2": {"l2"}, "on3": {"l3"}, "on4": {"l4"}, "on5": {"l5"},
	}
	for text, grounds := range pairs {
		for _, ground := range grounds {
			for theme, name := range []string{"light", "dark"} {
				if c := contrast(t, colours[text][theme], colours[ground][theme]); c < 4.5 {
					t.Errorf("%s: --%s on --%s has a contrast of %.2f", name, text, ground, c)
				}
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	var c [3]uint8
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &c[0], &c[1], &c[2]); err != nil {
		t.Fatalf("colour %q: %v", colour, err)
	}
	l := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(c[i]) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		l += weight * v
	}
	return l
}

// Heat steps differ in lightness alone, in order, so that they stay apart without colour.
func TestHeatSteps(t *testing.T) {
	for theme, name := range []string{"light", "dark"} {
		last := -1.0
		for i := range 6 {
			m := regexp.MustCompile(fmt.Sprintf(`--l%d: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`, i)).FindStringSubmatch(asset("page.css"))
			l := luminance(t, m[theme+1])
			if theme == 0 {
				l = 1 - l
			}
			if i > 1 && l < last+0.01 {
				t.Errorf("%s: step %d does not stand out from step %d", name, i, i-1)
			}
			last = l
		}
	}
}

// FuzzText checks that what is shown is valid, visible, and safe in the data block, whatever it was.
func FuzzText(f *testing.F) {
	for _, s := range []string{attack, "x := 1\t// é", strings.Repeat("y", maxText+1), "\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		shown := text(s)
		if plain(shown) == plain(s) && plain(s) && len(s) <= maxText && shown != s {
			t.Errorf("plain text %q is shown as %q", s, shown)
		}
		for _, r := range shown {
			if visible(r) != string(r) {
				t.Errorf("%q is shown as %q", s, shown)
			}
		}
		b := appendString(nil, s)
		if bytes.ContainsAny(b, "<>&\u2028\u2029") {
			t.Errorf("the JSON of %q is %s", s, b)
		}
		var back string
		if err := json.Unmarshal(b, &back); err != nil || back != string([]rune(s)) {
			t.Errorf("%q comes back as %q, %v", s, back, err)
		}
	})
}
