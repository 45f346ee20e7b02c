package browsertest

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/csrc/csrctest"
)

// deadline is when a test gives up waiting for what must happen. On a quiet machine nothing takes a tenth of it.
const deadline = 20 * time.Second

var (
	shots  = flag.String("shots", "", "folder to write screenshots to")
	editor = flag.String("editor", "", "only write the arguments to this file, as the editor of TestServe")
)

// browser is the one that all tests share; each opens tabs in a context of its own, with its own storage.
var browser struct {
	once  sync.Once
	ctx   context.Context
	err   error
	close func()
}

func TestMain(m *testing.M) {
	flag.Parse()
	if *editor != "" {
		if err := os.WriteFile(*editor, []byte(strings.Join(flag.Args(), " ")), 0o666); err != nil {
			panic(err)
		}
		return
	}
	code := m.Run()
	if browser.close != nil {
		browser.close()
	}
	os.Exit(code)
}

// start starts the browser for the first test that needs it.
func start(t testing.TB) context.Context {
	t.Helper()
	path := csrctest.Need(t, "chromium", "chromium-browser", "google-chrome")
	browser.once.Do(func() {
		dir, err := os.MkdirTemp("", "browsertest-")
		if err != nil {
			browser.err = err
			return
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1280, 900))
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, cancel := chromedp.NewContext(allocator)
		browser.ctx, browser.err = ctx, chromedp.Do(ctx)
		browser.close = func() {
			cancel()
			stop()
			os.RemoveAll(dir)
		}
	})
	if browser.err != nil {
		t.Fatal(browser.err)
	}
	return browser.ctx
}

// tab is a tab with a page in it. When its test ends, the page must not have written to the console, thrown, or requested anything but itself.
type tab struct {
	t   testing.TB
	ctx context.Context
	url string
	// The addresses that a served page asks for: the stream of events, and what opens the editor.
	events, opens string

	mu       sync.Mutex
	said     []string
	requests []string
}

// open shows the page of a report, with the options that the command uses, at an address: "" or "#…".
func open(t testing.TB, r *report.Report, hash string) *tab {
	t.Helper()
	return openURL(t, writePage(t, r, options(r)), hash)
}

func openURL(t testing.TB, page, hash string) *tab {
	t.Helper()
	p := blank(t)
	p.url = page
	p.goTo(page + hash)
	return p
}

// blank opens an empty tab of 1280 × 900 in a fresh browser context: no storage is left of others.
func blank(t testing.TB) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(start(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := newTab(t, ctx)
	p.size(1280, 900)
	return p
}

// again opens another tab with the same storage.
func (p *tab) again(address string) *tab {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx)
	p.t.Cleanup(cancel)
	q := newTab(p.t, ctx)
	q.url = p.url
	q.size(1280, 900)
	q.goTo(address)
	return q
}

func newTab(t testing.TB, ctx context.Context) *tab {
	t.Helper()
	p := &tab{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, p.event); err != nil {
		t.Fatal(err)
	}
	p.do(command(network.Enable, network.EnableParams{}), command(cdplog.Enable, cdp.Empty{}))
	t.Cleanup(p.quiet)
	return p
}

// command is an action of one protocol command.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

func (p *tab) event(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		words := []string{string(e.Type)}
		for _, a := range e.Args {
			words = append(words, string(a.Value), a.Description)
		}
		p.said = append(p.said, strings.Join(words, " "))
	case *runtime.EventExceptionThrown:
		p.said = append(p.said, fmt.Sprintf("exception %s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *cdplog.EventEntryAdded:
		p.said = append(p.said, fmt.Sprintf("log %s %s", e.Entry.Text, e.Entry.URL))
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	}
}

// quiet checks that nothing was said and nothing requested but the page.
func (p *tab) quiet() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.said) > 0 {
		p.t.Errorf("the console has %q", p.said)
	}
	for _, r := range p.requests {
		page, _, _ := strings.Cut(r, "#")
		path, _, _ := strings.Cut(page, "?")
		if page != p.url && page != "about:blank" && page != p.events && (path != p.opens || path == "") && !strings.HasPrefix(r, "data:,") {
			p.t.Errorf("the page requested %s", r)
		}
	}
}

// goTo loads an address and waits until the page has painted.
func (p *tab) goTo(address string) {
	p.t.Helper()
	p.do(chromedp.Navigate(address))
	p.want(`"ready" in document.body.dataset`, true)
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, deadline)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// eval returns the value of an expression, or of what it promises, as encoding/json reads it.
func (p *tab) eval(js string) any {
	p.t.Helper()
	value, err := p.try(js)
	if err != nil {
		p.t.Fatalf("%s: %v", js, err)
	}
	return value
}

func (p *tab) try(js string) (value any, err error) {
	ctx, cancel := context.WithTimeout(p.ctx, deadline)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("Promise.resolve("+js+").then(v => JSON.stringify(v ?? null))", chromedp.EvalAwaitPromise))
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal([]byte(text), &value)
	return value, err
}

// text is eval for strings.
func (p *tab) text(js string) string {
	p.t.Helper()
	s, _ := p.eval(js).(string)
	return s
}

// want waits until an expression has a value. On the way it may fail: a page that loads again has no elements for a while.
func (p *tab) want(js string, want any) {
	p.t.Helper()
	if n, ok := want.(int); ok {
		want = float64(n)
	}
	var got any
	var err error
	for end := time.Now().Add(deadline); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if got, err = p.try(js); err == nil && reflect.DeepEqual(got, want) {
			return
		}
	}
	p.t.Fatalf("%s is %v, want %v (error %v); the address is %v", js, got, want, err, p.eval("location.hash"))
}

// wantAll compares what was seen in order.
func (p *tab) wantAll(got []any, want ...any) {
	p.t.Helper()
	if !reflect.DeepEqual(got, want) {
		p.t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// keys presses keys one after the other; kb has names of those that are no characters. As with a real keyboard, a page that handles a key keeps
// the browser from acting on it.
func (p *tab) keys(keys string, options ...chromedp.KeyOption) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys, append(options, func(e *input.DispatchKeyEventParams) {
		if e.Type == input.DispatchKeyEventTypeKeyDown {
			e.Type = input.DispatchKeyEventTypeRawKeyDown
		}
	})...))
}

// click clicks on the first element that a selector matches.
func (p *tab) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

func (p *tab) size(width, height int64) {
	p.t.Helper()
	p.do(chromedp.EmulateViewport(width, height))
}

// prefer sets what the system's theme is to be, "dark" or "light", and that nothing is to move: colours change at once.
func (p *tab) prefer(theme string) {
	p.t.Helper()
	p.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}))
}

// shot writes a screenshot of the window if -shots asks for them.
func (p *tab) shot(name string) {
	p.t.Helper()
	if *shots == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o666)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

func fileURL(name string) string {
	name = filepath.ToSlash(name)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}

// open2 shows the page of p at another address, in another tab.
func open2(t testing.TB, p *tab, hash string) *tab {
	t.Helper()
	return p.again(p.url + hash)
}

// quote writes a value as JavaScript.
func quote(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
