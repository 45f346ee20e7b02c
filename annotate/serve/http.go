package serve

import (
	"crypto/subtle"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/output"
	"github.com/kgen-go/kgen/annotate/report"
)

// handler serves the addresses that the package comment lists.
func (s *session) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.servePage)
	mux.HandleFunc("GET /events", s.serveEvents)
	mux.HandleFunc("GET /report.json", s.serveReport)
	mux.HandleFunc("GET /open", s.serveOpen)
	// Browsers ask for it unasked, and tell of a missing one as of an error.
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		if host := hostname(r.Host); !loopback(host) {
			http.Error(w, fmt.Sprintf("this server answers to localhost and 127.0.0.1, not to %q", host), http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// hostname returns the host of a Host header without its port.
func hostname(header string) string {
	if host, _, err := net.SplitHostPort(header); err == nil {
		return host
	}
	return strings.TrimSuffix(strings.TrimPrefix(header, "["), "]")
}

// waiting is the page before there is one; %s says how far the build is.
const waiting = `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="1">
<title>annotate: the first build</title><main><h1>annotate</h1><p>The first build is on its way: %s.</p></main></html>
`

func (s *session) servePage(w http.ResponseWriter, _ *http.Request) {
	now, _ := s.snapshot()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if now.report == nil {
		fmt.Fprintf(w, waiting, html.EscapeString(now.message))
		return
	}
	// The page has a policy of its own with the hashes of its script and style. This one adds what only a header can say.
	w.Header().Set("Content-Security-Policy", "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'")
	w.Header().Set("Content-Length", strconv.Itoa(len(now.page)))
	w.Write(now.page)
}

func (s *session) serveReport(w http.ResponseWriter, _ *http.Request) {
	now, _ := s.snapshot()
	if now.report == nil {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the first build is on its way: "+now.message, http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := report.Encode(w, now.report); err != nil {
		s.say("report.json: %v", err)
	}
}

// serveEvents sends the events of page.Serve until the client or the server goes.
func (s *session) serveEvents(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := http.NewResponseController(w)
	sent := 0
	for {
		now, changed := s.snapshot()
		if now.builds != sent {
			event(w, "report", s.version(now.builds))
			sent = now.builds
		}
		switch now.phase {
		case building:
			event(w, "building", now.message)
		case failed:
			event(w, "failed", now.message)
		}
		if flusher.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// event writes one event. Data of several lines is several fields.
func event(w io.Writer, name, data string) {
	fmt.Fprintf(w, "event: %s\n", name)
	for line := range strings.SplitSeq(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(data), "\n") {
		fmt.Fprintf(w, "data: %s\n", line)
	}
	io.WriteString(w, "\n")
}

// editorURL is page.Serve.EditorURL.
func (s *session) editorURL(f *report.File) string {
	if s.config.Editor == nil || f.Abs == "" {
		return ""
	}
	if link := s.config.Editor.link(f.Abs); link != "" {
		return link
	}
	return "/open?token=" + s.token + "&file=" + url.QueryEscape(f.Path) + "&line={line}&column={column}"
}

// serveOpen starts the editor. Its answer is empty, so that a browser that follows a link here stays where it is.
func (s *session) serveOpen(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(query.Get("token")), []byte(s.token)) != 1 {
		http.Error(w, "not a link of this server's page; reload the page", http.StatusForbidden)
		return
	}
	now, _ := s.snapshot()
	path := ""
	if now.report != nil {
		if f := now.report.File(query.Get("file")); f != nil {
			path = f.Abs
		}
	}
	line, errLine := strconv.Atoi(query.Get("line"))
	column, errColumn := strconv.Atoi(query.Get("column"))
	switch {
	case path == "":
		http.Error(w, fmt.Sprintf("the report has no file %q", query.Get("file")), http.StatusNotFound)
	case errLine != nil || errColumn != nil || line < 0 || column < 0:
		http.Error(w, "line and column must be numbers", http.StatusBadRequest)
	case s.config.Editor == nil || s.config.Editor.argv == nil:
		http.Error(w, "there is no command that starts an editor; see -editor", http.StatusNotFound)
	default:
		if err := output.Launch(s.config.Editor.command(path, max(line, 1), max(column, 1))); err != nil {
			http.Error(w, "the editor did not start: "+err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}
