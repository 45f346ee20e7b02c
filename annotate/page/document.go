package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

//go:embed page.html page.css script
var assets embed.FS

var document = template.Must(template.ParseFS(assets, "page.html"))

// scripts are the parts of the script, in order; together they are one strict function.
var scripts = []string{"model", "state", "filter", "dom", "tree", "overview", "results", "source", "detail", "filters", "keys", "live", "main"}

func asset(name string) string {
	b, err := assets.ReadFile(name)
	if err != nil {
		panic(err) // the names are constants
	}
	return string(b)
}

func script() string {
	var b strings.Builder
	b.WriteString("(() => {\n\"use strict\";\n")
	for _, name := range scripts {
		b.WriteString(asset("script/" + name + ".js"))
	}
	b.WriteString("})();\n")
	return b.String()
}

// policy returns the content-security policy of a page: one script and one style sheet, by hash, and nothing from elsewhere.
func policy(script, style string, serve bool) string {
	p := fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'", hash(script), hash(style))
	if serve {
		p += "; connect-src 'self'"
	}
	return p
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// editorLink returns link if it is a path on the page's own server or a URL that cannot run a script in the page, else "".
func editorLink(link string) string {
	u, err := url.Parse(strings.NewReplacer("{line}", "1", "{column}", "1").Replace(link))
	if err != nil {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "":
		if !strings.HasPrefix(link, "/") || strings.HasPrefix(link, "//") || strings.HasPrefix(link, `/\`) { // the latter two name a host
			return ""
		}
	case "javascript", "data", "blob", "vbscript":
		return ""
	}
	return link
}

// dataBlock joins the parts to the JSON that the script reads.
func dataBlock(r *report.Report, o Options, parts []*filePart) []byte {
	b := append([]byte(nil), `{"kinds":`...)
	b = append(b, kindList()...)
	b = append(append(b, `,"thresholds":`...), thresholds(o)...)
	if o.Serve != nil {
		b = appendString(append(b, `,"events":`...), o.Serve.Events)
		b = appendString(append(b, `,"version":`...), o.Serve.Version)
	}
	if r.Profile != nil {
		b = fmt.Appendf(b, `,"profile":{"cpu":%t,"alloc":%t,"ns":%d,"objects":%d}`,
			r.Profile.CPU != "", r.Profile.Alloc != "", r.Profile.CPUNS, r.Profile.Objects)
	}
	b = append(append(b, `,"packages":`...), packageList(r)...)
	b = append(append(b, `,"loops":`...), loopList(r)...)
	b = append(b, `,"files":[`...)
	for i, p := range parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = p.append(b)
	}
	return append(b, "]}\n"...)
}

// field is a field of a file's JSON object; nil JSON is none.
type field struct {
	name string
	json []byte
}

func (p *filePart) fields() []field {
	return []field{
		{"source", p.source}, {"costs", p.findings[costs]}, {"info", p.findings[info]}, {"credit", p.findings[credit]},
		{"notes", p.notes}, {"hot", p.hot}, {"cold", p.cold},
	}
}

// append writes the JSON object of a file.
func (p *filePart) append(b []byte) []byte {
	b = append(append(b, '{'), p.meta...)
	for _, f := range p.fields() {
		if f.json != nil {
			b = append(appendString(append(b, ','), f.name), ':')
			b = append(b, f.json...)
		}
	}
	return append(b, '}')
}

var classNames = [...]string{report.Costs: "costs", report.Info: "info", report.Credit: "credit"}

// kindList writes [kind, letter, title, class, help, hint, before, after] for each kind.
func kindList() []byte {
	all := newList(nil)
	for _, k := range report.Kinds() {
		row := newList(nil)
		for _, s := range []string{string(k.Kind), k.Letter, k.Title, classNames[k.Class], k.Help, k.Hint, k.Before, k.After} {
			row.string(block(s))
		}
		all.raw(row.end())
	}
	return all.end()
}

// thresholds writes [level, from, label].
func thresholds(o Options) []byte {
	all := newList(nil)
	for _, t := range o.Thresholds {
		row := newList(nil)
		row.int(int64(t.Level))
		row.float(t.From)
		row.string(text(t.Label))
		all.raw(row.end())
	}
	return all.end()
}

// packageList writes [path, named, error, ignored…].
func packageList(r *report.Report) []byte {
	all := newList(nil)
	for _, p := range r.Packages {
		row := newList(nil)
		row.string(text(p.Path))
		row.int(bit(p.Named, 1))
		row.string(block(p.Error))
		for _, name := range p.Ignored {
			row.string(text(name))
		}
		all.raw(row.end())
	}
	return all.end()
}

// loopList writes [file, from, to, func, target, depth, level, heat, cpu, findings, estimate].
func loopList(r *report.Report) []byte {
	strings, all := newStrings(), newList(nil)
	for _, l := range r.Loops {
		row := newList(nil)
		row.int(strings.add(l.File))
		row.int(int64(l.From))
		row.int(int64(l.To))
		row.int(strings.add(l.Func))
		row.int(strings.add(l.Target))
		row.int(int64(l.Depth))
		row.int(int64(l.Level))
		row.float(l.Heat)
		row.int(l.CPU)
		row.int(int64(l.Findings))
		row.int(bit(l.Estimate, 1))
		all.raw(row.end())
	}
	b := append([]byte(`{"strings":`), strings.json()...)
	b = append(append(b, `,"list":`...), all.end()...)
	return append(b, '}')
}
