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

// TestServe keeps a page open while its sources change: it shows the new report, marks what is new, keeps the place, and says why a build failed.
func TestServe(t *testing.T) {
	t.Parallel()
	start(t)
	watched := filepath.Join(t.TempDir(), "cpu.out")
	touch := func(text string) {
		if err := os.WriteFile(watched, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	touch("1")
	var builds atomic.Int64
	opened := filepath.Join(t.TempDir(), "opened")
	command, err := serve.ParseEditor(fmt.Sprintf(`"%s" "-editor=%s" {file}:{line}:{col}`, os.Args[0], opened))
	if err != nil {
		t.Fatal(err)
	}
	reports := []*report.Report{sample(t), sample(t)} // before t ends: builds run beside the test
	for _, r := range reports {
		r.File(dense).Abs = "/m/dense.go"
	}
	config := serve.Config{
		Addr: "127.0.0.1:0", Files: []string{watched}, Editor: command,
		Compare: func(_, now *report.Report) error {
			for _, f := range now.Findings {
				f.New = f.File == dense && f.Line == 15
			}
			return nil
		},
		Build: func(context.Context, func(string)) (*report.Report, error) {
			n := builds.Add(1)
			if n > int64(len(reports)) {
				return nil, errors.New("p.go:1:1: <b>syntax error</b>")
			}
			return reports[n-1], nil
		},
		Render: func(w io.Writer, r *report.Report, s *page.Serve) error {
			o := options(r)
			o.Serve = s
			return page.Write(w, r, o)
		},
	}
	url := serveIn(t, config)
	p := blank(t)
	p.url, p.events = url, url+"events"
	p.goTo(url + "#" + dense + ":28;x=28")
	p.want(details, []any{28.0})
	p.keys("j")
	p.keys(kb.Enter)
	p.want(details, []any{28.0, 30.0})
	p.eval(`document.getElementById("source").scrollTop = 150`)
	p.eval(`globalThis.old = true`)
	touch("22")
	p.want(`globalThis.old`, nil)
	p.want(`"ready" in document.body.dataset`, true)
	p.want(details, []any{28.0, 30.0})
	p.want(here, 30)
	p.want(`Math.abs(document.getElementById("source").scrollTop - 150) < 25`, true)
	p.want(`document.activeElement.closest(".row")?.dataset.line`, "30")

	p.want(`[...document.querySelectorAll(".row.fresh")].map(r => r.dataset.line)`, []any{"15"})
	p.want(`document.querySelector('.row[data-line="15"] button.heat').textContent`, "new 3 H2")

	p.want(`document.getElementById("in-editor").href.includes("line=30&")`, true)
	p.opens = url + "open"
	p.click(`.detail[data-line="28"] p:last-child a`)
	for end := time.Now().Add(deadline); ; time.Sleep(10 * time.Millisecond) {
		if b, _ := os.ReadFile(opened); string(b) == "/m/dense.go:28:16" {
			break
		} else if time.Now().After(end) {
			t.Fatalf("the editor was asked for %q", b)
		}
	}
	p.want(here, 30)

	touch("333")
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
