// Package page writes a report as one HTML file that needs nothing else: no network, no other file, and for its tables no
// scripts either. It works from file:// and on a phone.
//
// # Security
//
// Everything that a page shows was written by others: sources, compilers' messages, names of files. It goes through text (see
// there) and then into one JSON block, which browsers don't execute, and from there to the screen by textContent only. The
// content-security policy allows exactly one script and one style sheet, each by its hash, and no connections, except to the
// page's own server when Options.Serve is set.
//
// # Elements
//
// For those who drive a page (tests, user scripts), these ids and classes stay:
//
//	#search          the search field               #tree            packages and files: a.file[data-path]
//	#filters         the form of all filters        #overview        summary, #findings and #loops: li > a.place
//	#results         what a search found            #file            the open file: #source holds the rows
//	#help            the dialog of the keys         #live            announcements for screen readers
//	#static          without scripts: the worst     #legend          kinds, heat steps, states
//	#status          state of a serving page        body[data-ready] present once the first view is painted
//
// Buttons: #go-overview, #prev-finding, #next-finding, #prev-file, #next-file, #theme, #open-help, #open-tree, #open-filters.
// A row of the source is .row[data-line]; .here is the current one; its button.heat (present if it has anything to show) carries
// aria-expanded and its level as .l0 to .l5; an expanded row is followed by .detail[data-line], which holds .finding[data-kind],
// .asm and .note. Fields of #filters are named kind (many), heat, loop, target, package, test, new, info, credit, around.
//
// # State
//
// All of a view stands in the address after #, so that a link shows what its sender saw:
//
//	#net/http/server.go:321;kind=bounds,escape;heat=3;loop;target=gcc;package=net/http;test=no;new;info;credit;around;x=321,330;q=words
//
// An empty path is the overview; with q and no path it is the results. test is no or only. Parts are percent-encoded. What changes
// without a new place reaches the address within 200 ms.
package page

import (
	"fmt"
	"html/template"
	"io"

	"github.com/kgen-go/kgen/annotate/report"
)

// DefaultMaxBytes is the size that a page keeps below unless Options say otherwise.
const DefaultMaxBytes = 10_000_000

// Options say what a report alone does not.
type Options struct {
	Title string // of the page; "" names the only package, or the patterns of the build
	// MaxBytes is the size to stay below; 0 is DefaultMaxBytes. What does not fit is left out, the least useful first, and the page
	// says what. The summary and the findings' places always stay, so that a page of a very small limit may exceed it, and says that.
	MaxBytes int64
	// Thresholds say in the legend where each level of heat begins.
	Thresholds []report.Threshold
	// Serve is set for a page that a server keeps fresh; nil for a file.
	Serve *Serve
}

// Serve connects a page to the server that it came from.
//
// The server offers a stream of server-sent events at Events. Event "report" carries a version as its data: the page reloads
// itself, keeping its place, if that is not its own. The server sends it at the start of each stream too, so that a page that slept
// catches up. Event "building" says that a build began, and "failed" that it ended without a report; its data is text to show.
type Serve struct {
	Events  string // path on the same server: "/events"
	Version string // of this page
	// EditorURL returns the link that opens a file in an editor, with {line} and {column} where they go, or "" for none, a URL or a path on the server:
	// "vscode://file/home/me/x.go:{line}:{column}". May be nil;
	// it is called from several goroutines.
	EditorURL func(f *report.File) string
}

// Write writes the page of a sorted report. Equal reports and options give equal bytes.
func Write(w io.Writer, r *report.Report, o Options) error {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	v := summarize(r, o)
	style, code := asset("page.css"), script()
	v.CSP = policy(code, style, o.Serve != nil)
	v.Style, v.Script = template.CSS(style), template.JS(code)
	v.Limit = megabytes(o.MaxBytes)

	var shell counter
	if err := document.Execute(&shell, v); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	parts := collect(r, o)
	rest := int64(len(dataBlock(r, o, nil))) + int64(shell)
	for _, d := range fit(parts, o.MaxBytes-rest) {
		v.Dropped = append(v.Dropped, text(d))
	}
	v.Data = template.JS(dataBlock(r, o, parts))
	if err := document.Execute(w, v); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

// counter is a writer that counts what it throws away.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func megabytes(n int64) string { return fmt.Sprintf("%.3g MB", float64(n)/1e6) }
