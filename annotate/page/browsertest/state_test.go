package browsertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A link to a view shows it in another tab, all of it.
func TestDeepLink(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	p.keys("tn")
	p.want(fileName, dense)
	q := p.again(p.url)
	for _, c := range []struct{ hash, check string }{
		{"#" + dense, fileName + ` === "` + dense + `"`},
		{"#" + dense + ":28;x=28,42", here + ` === 28 && ` + details + `.join() === "28,42"`},
		{"#" + dense + ":27-29", `document.querySelectorAll(".row.range").length === 3 && ` + here + ` === 27`},
		{"#" + dense + ":30;kind=bounds,string;heat=3;loop;credit;around", `document.querySelectorAll("button.gap").length === 2 &&
			document.getElementById("filter-count").textContent === " (6)" && document.querySelectorAll("button.heat:not(.quiet)").length === 4`},
		{"#;target=gcc", places + `.join() === "scale.kg:6 V"`},
		{"#;package=ex.com/lin/web;test=no;new", places + `.join() === "server.go:18 M"`},
		{"#;q=fmt.Sprint(x,+%22+%22)", `document.body.dataset.view === "results" && document.getElementById("search").value === 'fmt.Sprint(x, " ")'`},
		{"#" + server + ":18;q=kind:map", fileName + ` === "` + server + `" && document.querySelectorAll("button.heat:not(.quiet)").length === 2`},
		{"#" + scale + ":6;x=6", `document.querySelectorAll(".note").length === 3`},
	} {
		q.do(chromedp.Navigate("about:blank"))
		q.goTo(p.url + c.hash)
		q.want(c.check, true)
		q.want(hash, c.hash)
	}
}

// The watch over all tests' pages sees what it is to see, and the policy of the page stops what it is to stop.
func TestWatch(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	p.eval(`console.log("hello")`)
	p.eval(`(() => { const i = new Image(); i.src = "http://127.0.0.1:9/x.png"; document.body.append(i) })()`)
	p.eval(`setTimeout(() => { throw new Error("thrown") })`)
	p.eval(`(() => { const s = document.createElement("script"); s.textContent = "globalThis.ran = true"; document.body.append(s) })()`)
	p.eval(`new Promise(done => setTimeout(done, 100))`)
	p.want(`globalThis.ran ?? false`, false)
	p.mu.Lock()
	defer p.mu.Unlock()
	said := strings.Join(p.said, "\n")
	for _, word := range []string{"log \"hello\"", "thrown", "x.png", "script-src"} {
		if !strings.Contains(said, word) {
			t.Errorf("the console has no %q: %q", word, p.said)
		}
	}
	if !slices.Contains(p.requests, p.url) {
		t.Errorf("the page itself was not requested: %q", p.requests)
	}
	p.said, p.requests = nil, nil
}

// What the reader does can be taken back, and again.
func TestHistory(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	p.keys("n")
	p.want(fileName, dense)
	p.keys("n")
	p.want(fileName, tests)
	p.click(`.row[data-line="8"] .line a`)
	p.want(hash, "#"+tests+":8")
	p.do(chromedp.NavigateBack())
	p.want(here, 6)
	p.do(chromedp.NavigateBack())
	p.want(fileName, dense)
	p.do(chromedp.NavigateForward())
	p.want(fileName, tests)
	p.do(chromedp.NavigateBack(), chromedp.NavigateBack())
	p.want(`document.body.dataset.view`, "overview")
}

// A click on a number makes it the current line, with Shift the end of a range.
func TestLineLinks(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "#"+dense)
	p.click(`.row[data-line="15"] .line a`)
	p.want(hash, "#"+dense+":15")
	p.eval(`document.querySelector('.row[data-line="19"] .line a').dispatchEvent(new MouseEvent("click", {shiftKey: true, bubbles: true, cancelable: true}))`)
	p.want(hash, "#"+dense+":15-19")
	p.want(`document.querySelectorAll(".row.range").length`, 5)
	p.want(`document.querySelector('.row[data-line="15"] .line a').getAttribute("href")`, "#"+dense+":15")
}

// An address that somebody made up breaks nothing.
func TestHostileAddress(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "")
	for _, h := range []string{
		"#<img src=x onerror=alert(1)>", "#nosuch/file.go:3;x=1", "#" + dense + ":999999999", "#" + dense + ":28-1", "#" + dense + ":0-3;x=-1,0,99999,abc,1e9",
		"#%", "#%E0%A4%A", "#;kind=<script>,bounds,__proto__,constructor;heat=NaN", "#;heat=-5;heat=1e99", "#;__proto__=1;constructor=2;q=", "#;target=nobody;package=none;test=maybe",
		"#" + strings.Repeat("a", 100_000), "#" + dense + ":1-2000000000", "#;q=" + strings.Repeat("(", 5000), "#;;;===;,,,", "#javascript:alert(1)", "#" + dense + ";x=" + strings.Repeat("1,", 5000),
		`#;q="`, "#;q=kind:heat:depth:x", "#/:5", "#:5", "#__proto__", "#;q=is:<b>",
	} {
		p.eval(`location.hash = ` + quote(h))
		p.want(`"ready" in document.body.dataset && (document.querySelectorAll("img, script:not([type]):not(:last-of-type)").length + document.querySelectorAll("#main script").length)`, 0)
		p.want(`["overview", "results", "file"].filter(id => !document.getElementById(id).hidden).length`, 1)
	}
	q := p.again(p.url + "#<img src=x onerror=alert(1)>;x=5")
	q.want(`document.getElementById("file-title").textContent`, "No such file in this report: <img src=x onerror=alert(1)>")
	q.keys("j")
	q.want(fileName, dense)
}

func TestTheme(t *testing.T) {
	t.Parallel()
	const dark, light = "rgb(20, 23, 28)", "rgb(255, 255, 255)"
	p := open(t, sample(t), "")
	p.prefer("light")
	p.want(painted, light)
	p.prefer("dark")
	p.want(painted, dark)
	p.want(`getComputedStyle(document.querySelector(".level.l4")).color`, "rgb(26, 13, 2)")
	p.keys("tt")
	p.want(theme, "light")
	p.want(painted, light)
	p.want(live, "Theme: light")
	p.want(`document.getElementById("theme").getAttribute("aria-label")`, "Theme: light (t)")
	p = p.again(p.url)
	p.prefer("dark")
	p.want(theme, "light")
	p.want(painted, light)
	p.keys("tt")
	p.prefer("light")
	p.want(theme, "dark")
	p.want(painted, dark)
	p.keys("tt")
	p.want(theme, "auto")
	p.want(painted, light)
}

// An expanded line says all that is known of it.
func TestDetail(t *testing.T) {
	t.Parallel()
	p := open(t, sample(t), "#"+dense+":28;info;credit")
	p.keys(kb.Enter)
	p.want(`[...document.querySelectorAll(".finding")].map(f => f.dataset.kind)`, []any{"bounds", "inlined"})
	p.want(`document.querySelector(".finding .said").textContent`, "dense.go:28:16: Found IsInBounds")
	p.want(`document.querySelector(".finding p:not(.muted)").textContent !== ""`, true)
	p.want(`[...document.querySelectorAll(".chain li")].map(li => li.textContent)`, []any{"(*Dense).At " + dense + ":19", "other.Inner "})
	p.want(`document.querySelector(".asm pre").textContent.trim().replace(/\s+/g, " ")`, "0 MOVSD (CX)(R9*8), X1")
	p.click(".finding details summary")
	p.want(`[...document.querySelectorAll(".finding details[open] pre")].length`, 2)
	p.click(".chain a")
	p.want(here, 19)
	p.want(hash, "#"+dense+":19;info;credit")
	p.click(`.row[data-line="1"]`)
	p.want(here, 1)
	p.want(details, []any{})

	// A clean line has a quiet button, a line without code none, and one without data its reason.
	p.want(`document.querySelector('.row[data-line="24"] button.heat').getAttribute("aria-label")`, "Line 24: clean")
	p.want(`document.querySelector('.row[data-line="1"] .heat').textContent`, "")
	p.want(`document.querySelector('.row[data-line="50"] .heat').textContent`, "?no data: generic, never instantiated")

	p = open2(t, p, "#"+scale+":6")
	p.keys(kb.Enter)
	p.want(`[...document.querySelectorAll(".note h3")].map(h => h.textContent)`, []any{"Go", "C", "types"})
	p.want(`[...document.querySelectorAll(".finding")].map(f => f.dataset.kind + " " + f.querySelector(".tag").textContent).sort()`,
		[]any{"bounds go", "check kgen", "check kgen", "not-vectorized gcc"})
	p.click(`.row[data-line="5"] button.heat`)
	p.want(`document.querySelector('.detail[data-line="5"] .note pre').textContent`, "for (int64_t i = 0; i < x_len; i++) {")
	p.want(details, []any{5.0, 6.0})
}

// Times and objects of a profile have columns of their own, and estimates say so.
func TestProfiled(t *testing.T) {
	t.Parallel()
	p := open(t, profiled(t), "#"+scale+":6")
	p.want(`[...document.querySelectorAll('.row[data-line="6"] > div')].map(d => d.textContent.trim())`,
		[]any{"6", "2 B1 V1 K2", "↻1", "≈412 ms", "30k", "x[i] = s * x[by[i]]"})
	p.want(`[...document.querySelectorAll(".row.head > div")].map(d => d.textContent)`, []any{"Line", "Heat", "Loops", "Time", "Objects", "Source"})
	p.keys("?")
	p.keys(kb.Escape)
	p.shot("profiled")
}

// A file of 50,000 lines opens at once, at any line.
func TestLongFile(t *testing.T) {
	t.Parallel()
	p := open(t, long(50_000), "#ex.com/big/zgen.go:40000")
	p.want(here, 40000)
	p.want(`(r => r.top > 0 && r.bottom < innerHeight)(document.querySelector(".row.here").getBoundingClientRect())`, true)
	p.want(`document.querySelectorAll(".row").length < 3000`, true)
	p.shot("long")
	p.keys("j")
	p.want(here, 40010)
	p.eval(`document.getElementById("source").scrollTop = 0`)
	p.want(`document.querySelectorAll('.row[data-line="1"]').length`, 1)
	p.keys("k")
	p.want(here, 40000)
	p.keys("/")
	p.keys("fill49 kind:bounds")
	p.want(`document.querySelector("#results-body section:nth-child(2) h3")?.textContent`, "Findings 100")
	p.click("#results-body section:nth-child(2) button")
	p.want(`document.querySelectorAll("#results-body section:nth-child(2) a.place").length`, 100)
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	p := open(t, empty(), "")
	p.want(`document.getElementById("findings").textContent`, "Nothing found that costs.")
	p.keys("jknp")
	p.want(live, "That was the first file.")
	p.shot("empty")
	p = open2(t, p, "#ex.com/quiet/q.go")
	p.keys("j")
	p.want(live, "That was the last finding.")

	p = open(t, failed(), "")
	p.want(`document.querySelector(".problem pre").textContent.includes("bad.go:9:1: missing return")`, true)
	p.want(`document.documentElement.scrollWidth <= innerWidth`, true)
	p.shot("failed")
}
