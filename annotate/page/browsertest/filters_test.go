package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// set sets a field of the filters as a reader does: a check box by a click, a list by its value and a change event.
func (p *tab) set(name, value string) {
	p.t.Helper()
	if p.text(fmt.Sprintf(`document.querySelector("#filters [name=%s]").type`, name)) == "checkbox" {
		p.click(fmt.Sprintf(`#filters [name=%s][value=%q]`, name, value))
		return
	}
	p.eval(fmt.Sprintf(`(e => { e.value = %q; e.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector("#filters [name=%s]"))`, value, name))
}

// Each filter narrows or widens the findings, the tree and the walk, and stands in the address.
func TestFilters(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	p.click("#open-filters")
	all := p.eval(places)
	for _, c := range []struct {
		name, value, hash string
		want              string // of the sorted places, those that stay
	}{
		{"kind", "map", "#;kind=map", "server.go:17 M, server.go:18 M"},
		{"kind", "inlined", "#;kind=inlined", "dense.go:23 J, dense.go:28 J, dense.go:42 J, server.go:15 J"},
		{"heat", "4", "#;heat=4", "dense.go:28 B, dense.go:40 T, dense.go:42 H, dense.go:42 T, server.go:18 M, server.go:19 H"},
		{"loop", "1", "#;loop", "dense.go:28 B, dense.go:30 B, dense.go:39 D, dense.go:40 T, dense.go:42 H, dense.go:42 T, dense_test.go:8 B, dense_test.go:9 H, " +
			"scale.kg:6 B, scale.kg:6 K, scale.kg:6 V, server.go:18 M, server.go:19 H"},
		{"new", "1", "#;new", "dense.go:40 T, dense.go:42 T, server.go:18 M"},
		{"target", "gcc", "#;target=gcc", "scale.kg:6 V"},
		{"target", "kgen", "#;target=kgen", "scale.kg:6 K"},
		{"package", "ex.com/lin/web", "#;package=ex.com/lin/web", "server.go:17 M, server.go:18 M, server.go:19 H, server.go:21 H, server.go:21 I"},
		{"test", "only", "#;test=only", "dense_test.go:6 H, dense_test.go:8 B, dense_test.go:9 H"},
	} {
		p.set(c.name, c.value)
		p.want(sortedPlaces, c.want)
		p.want(hash, c.hash)
		p.want(`document.getElementById("filter-count").textContent`, " (1)")
		p.click("#clear-filters")
		p.want(places, all)
	}
	p.want(hash, "")
	p.set("test", "no")
	p.want(`document.querySelectorAll("#findings a.place").length`, len(all.([]any))-3)
	p.click("#clear-filters")
	p.set("credit", "1")
	p.want(`document.querySelectorAll("#findings a.place").length`, len(all.([]any))+9)
	p.set("info", "1")
	p.want(`document.querySelectorAll("#findings a.place").length`, len(all.([]any))+9+2)
	p.want(hash, "#;info;credit")
	p.want(`document.getElementById("filter-count").textContent`, " (2)")
}

const sortedPlaces = `[...document.querySelectorAll("#findings a.place")].map(a => a.querySelector(".where").textContent + " " + a.querySelector(".what").textContent.trim()[0])
	.sort((a, b) => a < b ? -1 : 1).join(", ")`

// The filters hold in an open file, for the keys, and after a reload.
func TestFiltersInFile(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "#"+dense)
	p.click("#open-filters")
	p.set("kind", "string")
	p.set("kind", "bounds")
	p.want(`[...document.querySelectorAll("button.heat:not(.quiet)")].map(b => b.textContent.trim())`, []any{"1 B1", "4 B2", "3 B1", "new 4 T1", "new 4 T1"})
	p.do(chromedp.Focus(chromedp.CSS("#source")))
	p.keys("jjj")
	p.want(here, 30)
	p.want(hash, "#"+dense+":30;kind=bounds,string")
	p.keys("jjj")
	p.want(fileName, scale)
	p.do(chromedp.Reload())
	p.want(here, 6)
	p.want(`document.getElementById("filters").hidden`, false)
	p.want(`[...new FormData(document.getElementById("filters"))].map(String)`, []any{"heat,0", "target,", "package,", "test,", "kind,bounds", "kind,string"})
}

// Only the lines near findings, with gaps that open.
func TestAround(t *testing.T) {
	t.Parallel()
	p := open(t, long(1000), "#ex.com/big/zgen.go:500;kind=bounds;around")
	p.want(`document.querySelectorAll("button.gap").length`, 0)
	p = open(t, sample(t), "#"+dense+";kind=divide")
	p.click("#open-filters")
	p.set("around", "1")
	const gaps = `[...document.querySelectorAll("button.gap")].map(b => b.textContent)`
	p.want(gaps, []any{"⋯ lines 1 to 33", "⋯ lines 45 to 53"})
	p.click("button.gap")
	p.want(gaps, []any{"⋯ lines 45 to 53"})
	p.want(`document.querySelectorAll(".row[data-line]").length`, 44)
	p.want(here, 1)
}

// The words of a search, what each finds and in which sections.
func TestSearch(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	const found = `[...document.querySelectorAll("#results-body section")].map(s => s.querySelector("h3").textContent + ": " +
		[...s.querySelectorAll(".where")].slice(0, 4).map(e => e.textContent).join(" ")).join("; ")`
	for _, c := range []struct{ query, want string }{
		{"mul", "Functions 2: dense.go:22 dense_test.go:5; Findings 6: dense.go:28 dense.go:30 dense.go:23 dense_test.go:9; Lines 4: dense.go:21 dense.go:22 dense_test.go:5 dense_test.go:8"},
		{"MUL sum", ""},
		{"kind:string", "Findings 2: dense.go:40 dense.go:42"},
		{"kind:T", "Findings 2: dense.go:40 dense.go:42"},
		{"kind:div", "Findings 1: dense.go:39"},
		{"heat:4 kind:bounds", "Findings 1: dense.go:28"},
		{"depth:2", "Findings 2: dense.go:28 dense.go:30"},
		{"func:serve kind:escape", "Findings 2: server.go:19 server.go:21"},
		{"file:scale", "Findings 3: scale.kg:6 scale.kg:6 scale.kg:6"},
		{"pkg:web kind:map", "Findings 2: server.go:18 server.go:17"},
		{"target:gcc", "Findings 1: scale.kg:6"},
		{"is:new", "Findings 3: dense.go:40 dense.go:42 server.go:18"},
		{"is:test", "Findings 3: dense_test.go:9 dense_test.go:6 dense_test.go:8"},
		{`"fmt.Sprint(x"`, "Lines 1: dense.go:42"},
		{"server.go", "Files 1: server.go; Findings 5: server.go:18 server.go:19 server.go:21 server.go:17"},
		{"concatstring2 kind:string", "Findings 2: dense.go:40 dense.go:42"},
		{"nosuchword", ""},
		{"(*+[", ""},
	} {
		p.keys("/")
		p.do(command(input.InsertText, input.InsertTextParams{Text: c.query}))
		p.want(`document.body.dataset.view`, "results")
		p.want(found, c.want)
		title := "Found"
		if c.want == "" {
			title = "Nothing found"
		}
		p.want(`document.getElementById("results-title").textContent`, title)
		p.want(live+` !== ""`, true)
		p.keys(kb.Escape)
		p.want(`document.body.dataset.view`, "overview")
	}
}

func TestSearchKeys(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "#"+server+":18")
	p.keys("/")
	p.keys("mul")
	p.keys(kb.Enter)
	p.want(place, "dense.go:22")
	p.want(live, "0 files, 2 functions, 6 findings, 4 lines")
	p.want(hash, "#;q=mul")
	p.keys("jj")
	p.want(place, "dense.go:28")
	p.keys(kb.Enter)
	p.want(fileName, dense)
	p.want(here, 28)
	p.do(chromedp.NavigateBack())
	p.want(`document.getElementById("results-title").textContent`, "Found")
	p.do(chromedp.NavigateBack())
	p.want(fileName, server)
	p.want(here, 18)
}
