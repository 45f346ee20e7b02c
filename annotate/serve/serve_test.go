package serve

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kgen-go/kgen/annotate/page"
	"github.com/kgen-go/kgen/annotate/report"
)

// deadline is when a test gives up waiting for what must happen.
const deadline = 20 * time.Second

// project is a folder of sources and a server of it. Its builds read the sources.
type project struct {
	t      *testing.T
	dir    string
	url    string
	client http.Client

	mu     sync.Mutex
	builds int
	fail   error                                // of builds
	hook   func(ctx context.Context, build int) // called by builds, if set
	edit   func(r *report.Report)               // changes the report, if set
	config func(c *Config)                      // changes the configuration
	diffs  []string                             // the calls of Compare
	stop   func() (err error)                   // ends the server
}

// newProject makes the folder m with a module of one package, p/p.go.
func newProject(t *testing.T) *project {
	p := &project{t: t, dir: filepath.Join(t.TempDir(), "m")}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(p.dir)); err == nil {
		p.dir = filepath.Join(dir, "m")
	}
	p.write("go.mod", "module m\n")
	p.write("p/p.go", "package p\n")
	p.rest()
	return p
}

// rest makes all files old, as those of a project are when a server starts.
func (p *project) rest() {
	old := time.Now().Add(-time.Hour)
	err := filepath.WalkDir(p.dir, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chtimes(path, old, old))
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *project) path(name string) string { return filepath.Join(p.dir, filepath.FromSlash(name)) }

func (p *project) write(name, content string) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(p.path(name)), 0o777); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(p.path(name), []byte(content), 0o666); err != nil {
		p.t.Fatal(err)
	}
}

// report is what the builds make: the packages and files of the folder, the text of each file as a finding.
func (p *project) report(ctx context.Context) (*report.Report, error) {
	p.mu.Lock()
	p.builds++
	n, hook, edit, fail := p.builds, p.hook, p.edit, p.fail
	p.mu.Unlock()
	r := &report.Report{Schema: report.Schema, Packages: []*report.Package{{Path: "m/p", Module: "m", Named: true, Dir: p.path("p")}}}
	filepath.WalkDir(p.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".go" {
			data, _ := os.ReadFile(path)
			name, _ := filepath.Rel(p.dir, path)
			name = "m/" + filepath.ToSlash(name)
			r.Files = append(r.Files, &report.File{Path: name, Package: "m/p", Language: "go", Abs: path, Source: report.SplitLines(string(data))})
			r.Findings = append(r.Findings, &report.Finding{Kind: report.Bounds, Package: "m/p", File: name, Line: 1, Text: string(data)})
		}
		return nil
	})
	if hook != nil {
		hook(ctx, n)
	}
	if edit != nil {
		edit(r)
	}
	r.Sort()
	return r, errors.Join(fail, ctx.Err())
}

// set changes the fields that builds read.
func (p *project) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

// render writes the texts of the findings and what a page is given.
func render(w io.Writer, r *report.Report, s *page.Serve) error {
	fmt.Fprintf(w, "version %s\n", s.Version)
	for _, f := range r.Files {
		fmt.Fprintf(w, "editor %s\n", s.EditorURL(f))
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "%s: %q\n", f.File, f.Text)
	}
	return nil
}

// serve starts the server and waits for its address.
func (p *project) serve() {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	said, stderr := io.Pipe()
	c := Config{
		Addr:   "127.0.0.1:0",
		Build:  func(ctx context.Context, _ func(string)) (*report.Report, error) { return p.report(ctx) },
		Render: render,
		Compare: func(before, now *report.Report) error {
			p.set(func() { p.diffs = append(p.diffs, before.Findings[0].Text+" -> "+now.Findings[0].Text) })
			return nil
		},
		Trees:  []string{p.dir},
		Stderr: stderr,
	}
	if p.config != nil {
		p.config(&c)
	}
	ended := make(chan error, 1)
	go func() {
		err := Serve(ctx, c)
		stderr.Close()
		ended <- err
	}()
	p.stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(deadline):
			return errors.New("the server does not stop")
		}
	})
	p.t.Cleanup(func() {
		if err := p.stop(); err != nil {
			p.t.Error(err)
		}
		p.client.CloseIdleConnections()
	})
	lines := bufio.NewScanner(said)
	if !lines.Scan() {
		p.t.Fatal(<-ended)
	}
	p.url = strings.TrimPrefix(lines.Text(), "annotate serve: ")
	go io.Copy(io.Discard, said)
}

// get returns the body of an answer with status 200.
func (p *project) get(path string) string {
	p.t.Helper()
	response, err := p.client.Get(p.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		p.t.Fatalf("GET %s: %s, %v: %s", path, response.Status, err, body)
	}
	return string(body)
}

// stream is a client of /events.
type stream struct {
	t      *testing.T
	events chan [2]string // name, data; closed at the end
}

func (p *project) stream() *stream {
	p.t.Helper()
	response, err := p.client.Get(p.url + "events")
	if err != nil {
		p.t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		p.t.Errorf("content type %q", got)
	}
	s := &stream{t: p.t, events: make(chan [2]string, 1000)}
	p.t.Cleanup(func() { response.Body.Close() })
	go func() {
		defer close(s.events)
		name, data := "", []string(nil)
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "event":
				name = value
			case "data", "data:":
				data = append(data, value)
			case "":
				s.events <- [2]string{name, strings.Join(data, "\n")}
				name, data = "", nil
			}
		}
	}()
	return s
}

// wait skips events until one of the name comes, and returns its data.
func (s *stream) wait(name string) string {
	s.t.Helper()
	late := time.After(deadline)
	for {
		select {
		case e, ok := <-s.events:
			if !ok {
				s.t.Fatalf("the stream ended before event %q", name)
			}
			if e[0] == name {
				return e[1]
			}
		case <-late:
			s.t.Fatalf("no event %q", name)
		}
	}
}

// A report that is like none before it is marked in nothing; one like those before that is compared with the last of them.
func TestUnlike(t *testing.T) {
	p := newProject(t)
	unlike := func(r *report.Report) bool { return strings.Contains(r.Findings[0].Text, "kgen") }
	p.config = func(c *Config) {
		compared := c.Compare
		c.Compare = func(before, now *report.Report) error {
			if unlike(before) != unlike(now) {
				return errors.New("unlike builds")
			}
			return compared(before, now)
		}
	}
	p.serve()
	events := p.stream()
	events.wait("report")
	for _, text := range []string{"kgen has to run", "kgen still has to", "new"} {
		p.write("p/p.go", text)
		events.wait("report")
	}
	p.set(func() {
		if got, want := strings.Join(p.diffs, "; "), "kgen has to run -> kgen still has to; package p\n -> new"; got != want {
			t.Errorf("compared %q, not %q", got, want)
		}
	})
}

func TestServe(t *testing.T) {
	p := newProject(t)
	p.serve()
	events := p.stream()
	version := events.wait("report")
	body := p.get("")
	if !strings.Contains(body, "version "+version+"\n") || !strings.Contains(body, `m/p/p.go: "package p\n"`) {
		t.Errorf("the page is\n%s, the version %s", body, version)
	}
	if r, err := report.Decode(strings.NewReader(p.get("report.json"))); err != nil || len(r.Findings) != 1 {
		t.Errorf("report.json: %v", err)
	}
	p.write("p/p.go", "package p // new\n")
	next := events.wait("report")
	if body := p.get(""); next == version || !strings.Contains(body, "version "+next+"\n") || !strings.Contains(body, "// new") {
		t.Errorf("after an edit the page is\n%s, the version %s", body, next)
	}
	if late := p.stream().wait("report"); late != next {
		t.Errorf("a new stream begins with version %s, not %s", late, next)
	}
	p.set(func() {
		if len(p.diffs) != 1 || p.diffs[0] != "package p\n -> package p // new\n" {
			t.Errorf("compared %q", p.diffs)
		}
	})
	started := time.Now()
	if err := p.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(started); took > time.Second {
		t.Errorf("it took %v to stop", took)
	}
	for range events.events { // must end
	}
}

// TestFirstBuildFails: without a first report there is nothing to serve.
func TestFirstBuildFails(t *testing.T) {
	want := errors.New("no such package")
	err := Serve(t.Context(), Config{
		Addr:   "127.0.0.1:0",
		Build:  func(context.Context, func(string)) (*report.Report, error) { return nil, want },
		Render: render,
	})
	if !errors.Is(err, want) {
		t.Errorf("error %v", err)
	}
}

// TestFailedBuild: the good page stays until there is a better one.
func TestFailedBuild(t *testing.T) {
	for _, test := range []struct {
		name string
		set  func(p *project)
		want string
	}{
		{"error", func(p *project) { p.fail = errors.New("line 1\r\nline 2") }, "line 1\nline 2"},
		{"panic", func(p *project) { p.hook = func(context.Context, int) { panic("oops") } }, "internal error: oops"},
		{"package", func(p *project) {
			p.edit = func(r *report.Report) { r.Packages[0].Error = "p.go:1:1: syntax error" }
		}, "m/p: p.go:1:1: syntax error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newProject(t)
			p.serve()
			events := p.stream()
			version := events.wait("report")
			good := p.get("")
			p.set(func() { test.set(p) })
			p.write("p/p.go", "pack\n")
			if got := events.wait("failed"); got != test.want {
				t.Errorf("failed with %q, want %q", got, test.want)
			}
			if got := p.get(""); got != good {
				t.Errorf("the page became\n%s", got)
			}
			late := p.stream()
			if late.wait("report") != version || late.wait("failed") != test.want {
				t.Error("a new stream is not told")
			}
			p.set(func() { p.fail, p.hook, p.edit = nil, nil, nil })
			p.write("p/p.go", "package p\n") // as it was: the failure must go all the same
			if events.wait("report") == version {
				t.Error("the page after the failure has the version of that before")
			}
		})
	}
}

// TestBroken: a package that never compiled does not keep the others from being shown.
func TestBroken(t *testing.T) {
	p := newProject(t)
	p.edit = func(r *report.Report) {
		r.Packages = append(r.Packages, &report.Package{Path: "m/q", Error: "broken from the start"})
	}
	p.serve()
	events := p.stream()
	version := events.wait("report")
	p.write("p/p.go", "package p // new\n")
	if events.wait("report") == version {
		t.Error("no new version")
	}
}

// TestCancel: a change while a build runs ends it, and another follows.
func TestCancel(t *testing.T) {
	p := newProject(t)
	p.serve()
	events := p.stream()
	events.wait("report")
	entered, left := make(chan int, 10), make(chan int, 10)
	p.set(func() {
		p.hook = func(ctx context.Context, n int) {
			entered <- n
			if n == 2 {
				<-ctx.Done()
			}
			left <- n
		}
	})
	p.write("p/p.go", "package p // 1\n")
	if n := <-entered; n != 2 {
		t.Fatalf("build %d began", n)
	}
	p.write("p/p.go", "package p // 2\n")
	if n := <-left; n != 2 {
		t.Fatalf("build %d ended", n)
	}
	events.wait("report")
	if body := p.get(""); !strings.Contains(body, "// 2") {
		t.Errorf("the page is\n%s", body)
	}
	p.set(func() {
		for _, diff := range p.diffs {
			if !strings.HasPrefix(diff, "package p\n") {
				t.Errorf("the cancelled build was compared with: %q", diff)
			}
		}
	})
}

// TestStopWhileBuilding: the end does not wait for a build to finish its work.
func TestStopWhileBuilding(t *testing.T) {
	p := newProject(t)
	entered := make(chan int, 1)
	p.hook = func(ctx context.Context, n int) {
		entered <- n
		<-ctx.Done()
	}
	p.serve()
	<-entered
	if body := p.get(""); !strings.Contains(body, "first build is on its way: building") {
		t.Errorf("the page before the first is\n%s", body)
	}
	if response, err := p.client.Get(p.url + "report.json"); err != nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("report.json: %v, %v", response, err)
	}
	if err := p.stop(); err != nil {
		t.Error(err)
	}
}

func TestListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for _, test := range []struct{ addr, want string }{
		{"127.0.0.1:" + port, "port " + port + " is taken"},
		{"127.0.0.1:" + port, "-addr 127.0.0.1:0"},
		{"0.0.0.0:0", "not a loopback address"},
		{":7077", "not a loopback address"},
		{"[::]:7077", "not a loopback address"},
		{"192.0.2.1:80", "not a loopback address"},
		{"example.com:80", "not a loopback address"},
		{"127.0.0.1", "want a host and a port like 127.0.0.1:7077"},
		{"127.0.0.1:99999", "127.0.0.1:99999"},
		{"127.0.0.1:x", "127.0.0.1:x"},
	} {
		err := Serve(t.Context(), Config{Addr: test.addr})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("address %s: error %v, want %q", test.addr, err, test.want)
		}
	}
	for _, addr := range []string{"localhost:0", "127.0.0.2:0"} {
		if listener, err := listen(t.Context(), addr); err != nil {
			if addr == "localhost:0" { // not every system has the others
				t.Error(err)
			}
		} else {
			listener.Close()
		}
	}
}
