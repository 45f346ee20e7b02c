package browsertest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/kgen-go/kgen/annotate/page"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/annotate/serve"
)

// lines is a writer that hands on what is written.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// served is a server of two reports, one after the other, and then of failures. Each write to the watched file asks for the next.
type served struct {
	t               *testing.T
	url             string
	watched, opened string // opened is what the editor writes
}

func newServed(t *testing.T) *served {
	s := &served{t: t, watched: filepath.Join(t.TempDir(), "cpu.out"), opened: filepath.Join(t.TempDir(), "opened")}
	s.next("1")
	command, err := serve.ParseEditor(fmt.Sprintf(`"%s" "-editor=%s" {file}:{line}:{col}`, os.Args[0], s.opened))
	if err != nil {
		t.Fatal(err)
	}
	reports := []*report.Report{sample(t), sample(t)}
	for _, r := range reports {
		r.File(dense).Abs = "/m/dense.go"
	}
	var builds atomic.Int64
	s.url = serveIn(t, serve.Config{
		Addr: "127.0.0.1:0", Files: []string{s.watched}, Editor: command,
		Build: func(context.Context, func(string)) (*report.Report, error) {
			if n := builds.Add(1); n <= int64(len(reports)) {
				return reports[n-1], nil
			}
			return nil, errors.New("p.go:1:1: <b>syntax error</b>")
		},
		Compare: func(_, now *report.Report) error {
			for _, f := range now.Findings {
				f.New = f.File == dense && f.Line == 15
			}
			return nil
		},
		Render: func(w io.Writer, r *report.Report, serve *page.Serve) error {
			o := options(r)
			o.Serve = serve
			return page.Write(w, r, o)
		},
	})
	return s
}

func (s *served) next(text string) {
	s.t.Helper()
	if err := os.WriteFile(s.watched, []byte(text), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

// wantOpened waits until the editor was asked for a place.
func (s *served) wantOpened(want string) {
	s.t.Helper()
	var got []byte
	for end := time.Now().Add(deadline); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if got, _ = os.ReadFile(s.opened); string(got) == want {
			return
		}
	}
	s.t.Fatalf("the editor was asked for %q, want %q", got, want)
}

// TestServe keeps a page open while its sources change: it shows the new report, marks what is new, keeps the place, opens the editor, and says why a
// build failed.
func TestServe(t *testing.T) {
	t.Parallel()
	start(t)
	s, p := newServed(t), blank(t)
	p.url, p.events, p.opens = s.url, s.url+"events", s.url+"open"
	p.goTo(s.url + "#" + dense + ":28;x=28")
	p.want(details, []any{28.0})
	p.keys("j")
	p.keys(kb.Enter)
	p.want(details, []any{28.0, 30.0})
	p.eval(`document.getElementById("source").scrollTop = 150`)
	p.eval(`globalThis.old = true`)
	s.next("22")
	p.want(`globalThis.old`, nil)
	p.want(`"ready" in document.body.dataset`, true)
	p.want(details, []any{28.0, 30.0})
	p.want(here, 30)
	p.want(`Math.abs(document.getElementById("source").scrollTop - 150) < 25`, true)
	p.want(`document.activeElement.closest(".row")?.dataset.line`, "30")
	p.want(`[...document.querySelectorAll(".row.fresh")].map(r => r.dataset.line)`, []any{"15"})
	p.want(`document.querySelector('.row[data-line="15"] button.heat').textContent`, "new 3 H2")

	p.want(`document.getElementById("in-editor").href.includes("line=30&")`, true)
	p.click(`.detail[data-line="28"] p:last-child a`)
	s.wantOpened("/m/dense.go:28:16")
	p.want(here, 30)

	s.next("333")
	p.want(`document.getElementById("status").textContent.includes("<b>syntax error</b>")`, true)
	p.want(`document.querySelectorAll("#status b").length`, 0)
	p.want(here, 30)
	p.shot("serve-failed")
}

// serveIn serves until the test ends, and returns the address of the page.
func serveIn(t *testing.T, c serve.Config) string {
	t.Helper()
	said := make(lines, 100)
	c.Stderr = said
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve.Serve(ctx, c) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	address := regexp.MustCompile(`http://[^\s]+/`)
	for end := time.After(deadline); ; {
		select {
		case line := <-said:
			if url := address.FindString(line); url != "" {
				return strings.TrimSpace(url)
			}
		case err := <-ended:
			ended <- err
			t.Fatalf("the server ended: %v", err)
		case <-end:
			t.Fatal("the server does not say its address")
		}
	}
}
