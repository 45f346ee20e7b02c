package browsertest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
)

// views are what readers look at, with all of the page's parts in one of them at least.
var views = []struct {
	name, hash string
	do         func(p *tab)
}{
	{"overview", "", func(p *tab) { p.keys("j") }},
	{"file", "#" + dense + ":28;info;credit", nil},
	{"expanded", "#" + dense + ":28;info;credit;x=19,28", func(p *tab) {
		p.want(`document.querySelectorAll(".asm pre").length`, 1)
		p.eval(`document.querySelectorAll("details").forEach(d => d.open = true)`)
	}},
	{"kernel", "#" + scale + ":6;x=5,6;info;credit", nil},
	{"results", "#;q=mul", nil},
	{"filters", "#" + dense + ":28;kind=bounds;heat=2;around", func(p *tab) { p.click("#open-filters") }},
	{"help", "", func(p *tab) { p.keys("?"); p.want(helpOpen, true) }},
	{"tree", "#" + server, func(p *tab) {
		if p.eval(`document.getElementById("open-tree").checkVisibility()`) == true {
			p.click("#open-tree")
		}
	}},
	{"nothing", "#;q=nosuchword", nil},
	{"nofile", "#nosuch.go:3", nil},
}

// axeSource is the text of axe-core, which make deps fetches.
func axeSource(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		csrctest.Missing(t, "%s is not installed: run npm ci in annotate/page/browsertest", "axe-core")
	}
	return string(b)
}

// axe checks the page as it is by the rules of accessibility, WCAG 2.2 AA and axe-core's best practices, or by those named alone.
func (p *tab) axe(name string, rules ...string) {
	p.t.Helper()
	o := map[string]any{"resultTypes": []string{"violations"}}
	if len(rules) > 0 {
		o["runOnly"] = rules
	}
	found := p.eval(`axe.run(document, ` + quote(o) + `).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html.slice(0, 200) + ": " + n.failureSummary)))`)
	for _, f := range found.([]any) {
		p.t.Errorf("%s: %s", name, f)
	}
}

// TestAxe looks at all views in both themes, wide and narrow: no view breaks a rule of accessibility or has to be scrolled sideways as a whole.
func TestAxe(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	r := profiled(t)
	url := writePage(t, r, options(r))
	for _, width := range []int64{1280, 400} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			p := blank(t)
			p.url = url
			p.size(width, 900)
			for _, v := range views {
				p.prefer("light")
				p.do(chromedp.Navigate("about:blank"))
				p.goTo(url + v.hash)
				p.do(chromedp.Evaluate[chromedp.Void](source))
				if v.do != nil {
					v.do(p)
				}
				name := fmt.Sprintf("%s-%d", v.name, width)
				p.shot(name)
				p.axe(name)
				p.fits(name)
				p.prefer("dark")
				p.shot(name + "-dark")
				p.axe(name+"-dark", "color-contrast")
				p.eval(`localStorage.clear()`)
			}
		})
	}
}

// fits checks that nothing but sources and code has to be scrolled sideways.
func (p *tab) fits(name string) {
	p.t.Helper()
	p.want(`document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth`, true)
	const wide = `["bar", "main", "overview", "results", "filters", "file-head", "help"].filter(id => (e => e.scrollWidth > e.clientWidth + 1)(document.getElementById(id)))`
	if list := p.eval(wide).([]any); len(list) > 0 {
		p.t.Errorf("%s: %v must be scrolled sideways", name, list)
	}
}

// Without scripts there is a table of the worst, and nothing that needs scripts.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	for _, width := range []int64{1280, 400} {
		p := blank(t)
		p.size(width, 900)
		p.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
		p.url = writePage(t, sample(t), options(sample(t)))
		p.do(chromedp.Navigate(p.url))
		p.shot(fmt.Sprintf("noscript-%d", width))
		if ready := p.eval(`"ready" in document.body.dataset`); ready != false {
			t.Fatal("scripts run")
		}
		p.want(`document.querySelectorAll("#static tbody tr").length > 15`, true)
		p.want(`[...document.querySelectorAll("#static th")].map(h => h.textContent)`, []any{"Heat", "Kind", "Place", "Times", "Loops", "Message"})
		p.want(`[...document.querySelector("#static tbody tr").cells].map(c => c.textContent).slice(0, 5)`, []any{"4", "bounds check", dense + ":28", "2", "3"})
		p.want(`[...document.querySelectorAll("button, input, select, #tree, #findings, #file")].filter(e => e.checkVisibility()).map(e => e.outerHTML)`, []any{})
		p.want(`["Not built", "Warnings", "Legend"].every(s => document.body.innerText.includes(s))`, true)
		p.want(`document.documentElement.scrollWidth <= innerWidth`, true)
	}
}

// attack is text that would run, hide or turn around what stands near it.
const attack = "</script><img src=x onerror=alert(1)><svg onload=alert(1)><!--\u202e\u2066\x00\xff`${alert(1)}&{{.}}'\""

// hostile is a report all of whose texts attack.
func hostile() *report.Report {
	pkg := "evil/" + attack
	file := pkg + "/" + attack + ".go"
	f := &report.File{Path: file, Package: pkg, Language: "go", Source: []string{"x := 1 // " + attack, attack, strings.Repeat("<b>", 100_000)}}
	f.Lines = []report.Line{{State: report.Flagged, Level: 5, Heat: 9, Func: attack, Asm: []report.Asm{{Symbol: attack, Instrs: []report.Instr{{Text: attack}}}},
		Notes: []report.Note{{Title: attack, Text: attack}}}, {Reason: attack}, {State: report.Clean}}
	r := &report.Report{Schema: report.Schema, Files: []*report.File{f}, Warnings: []string{attack},
		Build:    report.Build{GoVersion: attack, GOOS: attack, GOARCH: attack, Flags: []string{attack}, C: []string{attack}, Patterns: []string{attack}},
		Packages: []*report.Package{{Path: pkg, Named: true, Error: attack}},
		Loops:    []*report.Loop{{Package: pkg, File: file, From: 1, To: 2, Func: attack, Target: attack, Depth: 1, Level: 5, Heat: 1}}}
	for line := range 3 {
		r.Findings = append(r.Findings, &report.Finding{Kind: report.Bounds, Package: pkg, File: file, Line: line, Col: 8, Func: attack, Target: attack, Text: attack,
			Symbol: attack, Count: 1, Level: 5, Heat: 9, Chain: []report.Frame{{Func: attack, File: attack, Line: 1}, {Func: attack, File: file, Line: 1}}})
	}
	r.Sort()
	return r
}

// Hostile texts are shown as text in every view, and never run.
func TestHostile(t *testing.T) {
	t.Parallel()
	const shown = "</script><img src=x onerror=alert(1)><svg onload=alert(1)><!--⟨U+202E⟩⟨U+2066⟩␀\ufffd`${alert(1)}&{{.}}'\""
	p := blank(t)
	p.do(command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: `globalThis.attacked = 0; alert = () => { globalThis.attacked++ }`}))
	p.url = writePage(t, hostile(), options(hostile()))
	p.goTo(p.url)
	check := func(view string, texts ...string) {
		for _, js := range texts {
			if got := p.text(js); !strings.Contains(got, shown) {
				t.Errorf("%s: %s is %.300q", view, js, got)
			}
		}
		p.want(`attacked`, 0)
		p.want(`document.querySelectorAll("img, svg, iframe, object, b b").length`, 0)
		p.want(`document.scripts.length`, 2)
	}
	check("overview", `document.title`, `document.getElementById("go-overview").textContent`, `document.querySelector(".problem pre").textContent`,
		`document.querySelector("#findings a.place").textContent`, `document.querySelector("#loops a.place").textContent`, `document.querySelector("#tree a.file").title`)
	p.shot("hostile")
	p.keys("jj\r")
	p.want(here, 1)
	p.keys("\r")
	p.want(`document.querySelectorAll(".asm pre").length`, 1)
	check("file", `document.getElementById("file-title").textContent`, `document.querySelector('.row[data-line="1"] .code').textContent`,
		`document.querySelector(".said").textContent`, `document.querySelector(".asm").textContent`, `document.querySelector(".note h3").textContent`,
		`document.querySelector(".note pre").textContent`, `document.querySelector(".chain").textContent`, `document.querySelector(".finding .tag").textContent`)
	p.shot("hostile-file")
	p.want(`document.querySelector('.row[data-line="3"] .code').textContent.length < 1100`, true)
	p.keys("/")
	p.keys("onerror")
	p.want(`document.body.dataset.view`, "results")
	check("results", `document.getElementById("results-body").textContent`)
	q := p.again(p.text(`location.href`))
	q.want(`document.getElementById("search").value`, "onerror")
	q.want(`document.querySelectorAll("img, svg").length`, 0)
}
