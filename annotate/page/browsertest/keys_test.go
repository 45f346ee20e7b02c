package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Expressions that several tests look at.
const (
	hash     = `location.hash`
	focusID  = `document.activeElement.id`
	live     = `document.getElementById("live").textContent`
	here     = `Number(document.querySelector(".row.here")?.dataset.line ?? 0)`
	details  = `[...document.querySelectorAll(".detail")].map(d => Number(d.dataset.line))`
	place    = `document.activeElement.querySelector(".where")?.textContent`
	places   = `[...document.querySelectorAll("#findings a.place")].map(a => a.querySelector(".where").textContent + " " + a.querySelector(".what").textContent.trim()[0])`
	fileName = `(document.body.dataset.view === "file" ? document.getElementById("file-title").textContent : "")`
	helpOpen = `document.getElementById("help").open`
	theme    = `document.documentElement.dataset.theme`
	painted  = `getComputedStyle(document.body).backgroundColor`
)

func TestKeysInOverview(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	p.keys("j")
	p.want(place, "dense.go:28")
	p.keys("jj")
	p.want(place, "dense.go:42")
	p.keys("k")
	p.want(place, "dense.go:40")
	p.keys("kk")
	p.want(live, "That was the end of the list.")
	p.want(place, "dense.go:28")
	p.keys(kb.Enter)
	p.want(fileName, dense)
	p.want(here, 28)
	p.want(`document.activeElement === document.querySelector(".row.here button.heat")`, true)
	p.want(details, []any{})
}

func TestKeysInFile(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "#"+dense)
	p.want(here, 0)
	for _, line := range []int{15, 19, 23, 28, 30, 39, 40, 42} {
		p.keys("j")
		p.want(here, line)
		p.want(`(r => r.top > 100 && r.bottom < innerHeight)(document.querySelector(".row.here").getBoundingClientRect())`, true)
	}
	p.want(hash, "#"+dense+":42")
	p.keys("k")
	p.want(here, 40)
	p.keys("jj") // on into the next file
	p.want(fileName, tests)
	p.want(here, 6)
	p.want(live, tests+", line 6")
	p.keys("k")
	p.want(fileName, dense)
	p.want(here, 42)
}

func TestEnterExpands(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "#"+dense+":28")
	p.keys(kb.Enter) // the source has the focus, not the row's button
	p.want(details, []any{28.0})
	p.want(hash, "#"+dense+":28;x=28")
	p.want(`document.querySelector(".row.here button.heat").getAttribute("aria-expanded")`, "true")
	p.keys(kb.Enter)
	p.want(details, []any{})
	p.keys("j")
	p.keys(kb.Enter) // the button has the focus
	p.want(details, []any{30.0})
	p.keys(" ")
	p.want(details, []any{})
	p.want(hash, "#"+dense+":30")
}

func TestFileKeys(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	order := []string{dense, tests, scale, server}
	for _, path := range order {
		p.keys("n")
		p.want(fileName, path)
	}
	p.keys("n")
	p.want(live, "That was the last file.")
	for i := len(order) - 2; i >= 0; i-- {
		p.keys("p")
		p.want(fileName, order[i])
	}
	p.keys("p")
	p.want(live, "That was the first file.")
	p.keys("j")
	p.want(here, 19)
}

func TestLastFinding(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "#"+server+":21")
	p.keys("j")
	p.want(live, "That was the last finding.")
	p.want(here, 21)
}

func TestHelp(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	p.keys("?")
	p.want(helpOpen, true)
	p.keys("jt/")
	p.want(helpOpen, true)
	p.want(theme, "auto")
	p.keys(kb.Escape)
	p.want(helpOpen, false)
	p.click("#open-help")
	p.want(helpOpen, true)
	p.click("#close-help")
	p.want(helpOpen, false)
	p.want(focusID, "open-help")
}

// Keys belong to fields that have the focus, and to the browser with a modifier.
func TestKeysNotCaptured(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "#"+dense+":28")
	p.keys("/")
	p.want(focusID, "search")
	p.keys("jnpt?/k")
	p.want(`document.getElementById("search").value`, "jnpt?/k")
	p.want(helpOpen, false)
	p.want(theme, "auto")
	p.keys(kb.Escape)
	p.want(`document.getElementById("search").value`, "")
	p.want(focusID, "main")

	p = p.again(p.url + "#" + dense + ":28")
	for _, m := range []chromedp.Modifier{chromedp.ModifierCtrl, chromedp.ModifierAlt, chromedp.ModifierMeta} {
		for _, key := range []string{"j", "k", "t", "?"} { // not n and p, which browsers use with Ctrl
			p.keys(key, chromedp.KeyModifiers(m))
		}
	}
	p.want(here, 28)
	p.want(theme, "auto")
	p.want(helpOpen, false)
	p.click("#open-filters")
	p.do(chromedp.Focus(chromedp.CSS("#filters [name=heat]")))
	p.keys("j")
	p.want(here, 28)
}

// Those whose words come as keys, from speech input, can switch letters off.
func TestKeysOff(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	p.keys("?")
	p.click("#keys-on")
	p.keys(kb.Escape)
	p.want(helpOpen, false)
	p.keys("jnt?/")
	p.want(helpOpen, false)
	p.want(hash, "")
	p.want(theme, "auto")
	p = p.again(p.url + "#" + dense + ":28")
	p.want(`document.getElementById("keys-on").checked`, false)
	p.keys("j")
	p.want(here, 28)
	p.keys(kb.Enter)
	p.want(details, []any{28.0})
	p.click("#open-help")
	p.click("#keys-on")
	p.click("#close-help")
	p.do(chromedp.Focus(chromedp.CSS("#main")))
	p.keys("j")
	p.want(here, 30)
}

func TestButtons(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "#"+dense+":28")
	p.click("#next-finding")
	p.want(here, 30)
	p.click("#prev-finding")
	p.want(here, 28)
	p.click("#next-file")
	p.want(fileName, tests)
	p.click("#prev-file")
	p.want(fileName, dense)
	p.click("#theme")
	p.want(theme, "dark")
	p.click("#open-filters")
	p.want(`document.getElementById("filters").hidden`, false)
	p.want(`document.getElementById("open-filters").getAttribute("aria-expanded")`, "true")
	p.click("#open-filters")
	p.want(`document.getElementById("filters").hidden`, true)
	p.click("#go-overview")
	p.want(fileName, "")
	p.want(hash, "")
	p.do(chromedp.NavigateBack())
	p.want(fileName, dense)
}

// With the Tab key alone, all controls come in the order in which they stand.
func TestFocusOrder(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	visit := func(n int) (ids []any) {
		for range n {
			p.keys(kb.Tab)
			ids = append(ids, p.eval(`(e => e.id || e.dataset.path || e.getAttribute("aria-label") || e.className)(document.activeElement)`))
			if outline := p.text(`getComputedStyle(document.activeElement).outlineStyle`); outline == "none" {
				t.Errorf("%v shows no focus", ids[len(ids)-1])
			}
		}
		return ids
	}
	p.wantAll(visit(17), "skip", "go-overview", "search", "prev-finding", "next-finding", "prev-file", "next-file", "open-filters", "theme", "open-help",
		"package", dense, tests, scale, "package", server, clean)
	p.do(chromedp.Focus(chromedp.CSS("#skip")))
	p.keys(kb.Enter)
	p.want(focusID, "main")
	p.keys("n")
	p.want(fileName, dense)
	p.do(chromedp.Focus(chromedp.CSS("#skip")))
	p.keys(kb.Enter)
	p.want(focusID, "source")
	p.wantAll(visit(2), "3 H2: line 15, heat 3 of 5: 2 × heap allocation", "1 B1: line 19, heat 1 of 5: 1 × bounds check")
}

func TestTree(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	const files = `[...document.querySelectorAll("#tree a.file")].filter(a => a.checkVisibility()).map(a => a.dataset.path)`
	p.want(files, []any{dense, tests, scale, server, clean})
	p.click("#tree button.package")
	p.want(files, []any{server, clean})
	p.want(`document.activeElement.getAttribute("aria-expanded")`, "false")
	p.keys(kb.Enter)
	p.want(files, []any{dense, tests, scale, server, clean})
	p.click(`#tree a[data-path="` + server + `"]`)
	p.want(fileName, server)
	p.want(`document.querySelector("#tree [aria-current]").dataset.path`, server)
	p.want(`document.querySelectorAll("#tree [aria-current]").length`, 1)
	p.click(`#tree a[data-path="` + clean + `"]`)
	p.want(fileName, clean)
	p.want(`document.querySelectorAll(".row[data-line]").length`, 5)
}
