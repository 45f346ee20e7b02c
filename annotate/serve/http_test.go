package serve

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate/report"
)

func TestHeaders(t *testing.T) {
	p := newProject(t)
	p.serve()
	p.stream().wait("report")
	for _, test := range []struct {
		method, path, host string
		status             int
	}{
		{"GET", "", "", http.StatusOK},
		{"HEAD", "", "", http.StatusOK},
		{"GET", "", "localhost:1", http.StatusOK},
		{"GET", "", "localhost", http.StatusOK},
		{"GET", "", "[::1]:80", http.StatusOK},
		{"GET", "", "[::1]", http.StatusOK},
		{"GET", "", "rebound.example:80", http.StatusForbidden},
		{"GET", "report.json", "localhost.rebound.example", http.StatusForbidden},
		{"GET", "events", "192.0.2.1", http.StatusForbidden},
		{"GET", "favicon.ico", "", http.StatusNoContent},
		{"GET", "other", "", http.StatusNotFound},
		{"GET", "../etc/passwd", "", http.StatusNotFound},
		{"POST", "", "", http.StatusMethodNotAllowed},
		{"OPTIONS", "report.json", "", http.StatusMethodNotAllowed},
	} {
		request, err := http.NewRequest(test.method, p.url+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = test.host
		request.Header.Set("Origin", "https://rebound.example")
		response, err := p.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != test.status {
			t.Errorf("%s /%s for host %q: %s, want %d", test.method, test.path, test.host, response.Status, test.status)
		}
		header := response.Header
		if !strings.Contains(header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || header.Get("Access-Control-Allow-Origin") != "" ||
			header.Get("Cross-Origin-Resource-Policy") != "same-origin" || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s /%s: header %v", test.method, test.path, header)
		}
	}
}

func TestParseEditor(t *testing.T) {
	for _, test := range []struct{ template, link, command string }{
		{DefaultEditor, "vscode://file/a/b%20c%26d.go:{line}:{column}", ""},
		{"idea://open?file={file}&line={line}", "idea://open?file=/a/b%20c%26d.go&line={line}", ""},
		{"code -g {file}:{line}:{col}", "", "code|-g|/a/b c&d.go:7:3"},
		{`"/opt/my editor" +{line} '{file}'`, "", "/opt/my editor|+7|/a/b c&d.go"},
		{"x --url e://{file}", "", "x|--url|e:///a/b c&d.go"},
	} {
		e, err := ParseEditor(test.template)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := e.link("/a/b c&d.go"); got != test.link {
			t.Errorf("%s: link %q, want %q", test.template, got, test.link)
		}
		if got := strings.Join(e.command("/a/b c&d.go", 7, 3), "|"); got != test.command {
			t.Errorf("%s: command %q, want %q", test.template, got, test.command)
		}
	}
	for template, want := range map[string]string{
		"":                "there is no {file}",
		"code":            "there is no {file}",
		"code {file}:{l}": "unknown {l}",
		"code {file} {":   "unknown {;",
		"code '{file}":    "without its end",
		"{file}":          "the first word must be the command",
	} {
		if _, err := ParseEditor(template); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseEditor(%q): error %v, want %q", template, err, want)
		}
	}
}

func FuzzParseEditor(f *testing.F) {
	f.Add(DefaultEditor, "/a/b.go")
	f.Add(`"a b" -g {file}:{line}:{col}`, "/{line} {col}{file}")
	f.Add("x{file}://", `C:\a.go`)
	f.Fuzz(func(t *testing.T, template, file string) {
		e, err := ParseEditor(template)
		if err != nil {
			return
		}
		link, argv := e.link(file), e.command(file, 1, 1)
		if (link == "") == (argv == nil) {
			t.Errorf("%q is both a link %q and a command %q, or neither", template, link, argv)
		}
		if argv != nil && !slices.ContainsFunc(argv, func(arg string) bool { return strings.Contains(arg, file) }) {
			t.Errorf("%q: the file is not in %q", template, argv)
		}
		if strings.ContainsAny(link, " \t\n") {
			t.Errorf("%q: link %q with space", template, link)
		}
	})
}

// TestHelper is no test: the server starts this program as an editor.
func TestHelper(t *testing.T) {
	file := os.Getenv("SERVE_TEST_FILE")
	if file == "" {
		return
	}
	if os.WriteFile(file, []byte(strings.Join(os.Args[len(os.Args)-2:], " ")), 0o666) != nil {
		os.Exit(2)
	}
	os.Exit(0)
}

func TestOpen(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	record := filepath.Join(t.TempDir(), "opened")
	t.Setenv("SERVE_TEST_FILE", record)
	editor, err := ParseEditor(`"` + exe + `" -test.run=TestHelper -- {file} {line}:{col}`)
	if err != nil {
		t.Fatal(err)
	}
	p := newProject(t)
	p.config = func(c *Config) { c.Editor = editor }
	p.serve()
	p.stream().wait("report")
	link := regexp.MustCompile(`(?m)^editor /(.*)$`).FindStringSubmatch(p.get(""))
	if link == nil {
		t.Fatal("the page has no link to the editor")
	}
	good := strings.NewReplacer("{line}", "7", "{column}", "0").Replace(link[1])
	for _, test := range []struct {
		old, new string
		status   int
		want     string
	}{
		{"token=", "token=x", http.StatusForbidden, "reload the page"},
		{"p.go", "q.go", http.StatusNotFound, "no file"},
		{url.QueryEscape("m/p/p.go"), url.QueryEscape(p.path("p/p.go")), http.StatusNotFound, "no file"},
		{"line=7", "line=-g", http.StatusBadRequest, "must be numbers"},
		{"", "", http.StatusNoContent, ""},
	} {
		response, err := p.client.Get(p.url + strings.Replace(good, test.old, test.new, 1))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != test.status || !strings.Contains(string(body), test.want) {
			t.Errorf("%s for %s: %s: %s", test.new, test.old, response.Status, body)
		}
		opened, err := os.ReadFile(record)
		if got := string(opened); err == nil != (test.status == http.StatusNoContent) || err == nil && got != p.path("p/p.go")+" 7:1" {
			t.Errorf("%s for %s: opened %q", test.new, test.old, got)
		}
	}
}

// TestOpenFails: an editor that is not there is said so to who asks.
func TestOpenFails(t *testing.T) {
	editor, err := ParseEditor("no-such-editor {file}")
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(Config{Editor: editor}, "")
	s.now.report = &report.Report{Files: []*report.File{{Path: "m/a.go", Abs: "/m/a.go"}, {Path: "m/gone.go"}}}
	if got := s.editorURL(s.now.report.Files[1]); got != "" {
		t.Errorf("a file that is not there has the link %q", got)
	}
	link := strings.NewReplacer("{line}", "1", "{column}", "1").Replace(s.editorURL(s.now.report.Files[0]))
	recorder := httptest.NewRecorder()
	s.handler().ServeHTTP(recorder, httptest.NewRequest("GET", "http://localhost"+link, nil))
	if recorder.Code != http.StatusBadGateway || !strings.Contains(recorder.Body.String(), "no-such-editor") {
		t.Errorf("%d: %s", recorder.Code, recorder.Body)
	}
}
