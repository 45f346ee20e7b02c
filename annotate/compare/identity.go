package compare

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// identity makes the key under which findings of two reports meet. It holds what a change of other lines leaves as it is; no two of its forms hold
// line or column numbers. Findings with the same key meet in the order of their lines.
type identity func(f *report.Finding) string

// identities are tried in this order, each on the findings that those before left over: the same place in the line and the same loop depth; the
// same line of the same function; a function moved to another file, or a file renamed; a renamed function; and last, in a function
// of the same name, a line whose names were changed but not its shape.
var identities = []identity{
	func(f *report.Finding) string {
		return key(f, f.File, function(f), message(f), source(f), strconv.Itoa(f.Col), strconv.Itoa(f.Depth))
	},
	func(f *report.Finding) string { return key(f, f.File, function(f), message(f), source(f)) },
	func(f *report.Finding) string { return key(f, function(f), message(f), source(f)) },
	func(f *report.Finding) string {
		if source(f) == "" {
			return ""
		}
		return key(f, message(f), source(f))
	},
	func(f *report.Finding) string { return key(f, function(f), shape(message(f)), shape(source(f))) },
}

// unsourced are the identities for reports without source texts.
var unsourced = []identity{
	func(f *report.Finding) string { return key(f, f.File, function(f), message(f), strconv.Itoa(f.Depth)) },
	func(f *report.Finding) string { return key(f, f.File, function(f), message(f)) },
	func(f *report.Finding) string { return key(f, function(f), message(f)) },
}

func key(f *report.Finding, parts ...string) string {
	return strings.Join(append(parts, f.Package, string(f.Kind), f.Target), "\x00")
}

// match pairs the findings of two reports. A side without source texts is matched without them.
func match(old, new []*report.Finding) (pairs []*Change, gone, added []*report.Finding) {
	list := identities
	if !sourced(old) || !sourced(new) {
		list = unsourced
	}
	for _, id := range list {
		var met []*Change
		met, old, new = meet(old, new, id)
		pairs = append(pairs, met...)
	}
	return pairs, old, new
}

// sourced reports whether any finding has its source text; with none to look at, there is nothing to miss.
func sourced(list []*report.Finding) bool {
	for _, f := range list {
		if f.Source != "" {
			return true
		}
	}
	return len(list) == 0
}

// meet pairs the n-th finding of a key on one side with the n-th on the other and returns those left over, in their order. A finding with the key "" meets none.
func meet(old, new []*report.Finding, id identity) (pairs []*Change, gone, added []*report.Finding) {
	waiting := map[string][]*report.Finding{}
	for _, f := range old {
		k := id(f)
		waiting[k] = append(waiting[k], f)
	}
	met := map[*report.Finding]bool{}
	for _, f := range new {
		k := id(f)
		if queue := waiting[k]; k != "" && len(queue) > 0 {
			pairs = append(pairs, &Change{Old: queue[0], New: f})
			met[queue[0]] = true
			waiting[k] = queue[1:]
			continue
		}
		added = append(added, f)
	}
	for _, f := range old {
		if !met[f] {
			gone = append(gone, f)
		}
	}
	return pairs, gone, added
}

// numbered are names that the compiler makes by counting: func literals, wrappers, temporaries, results.
var numbered = regexp.MustCompile(`(\.func|\.gowrap|\.deferwrap|-range|stmp_|autotmp_|~r|~b)[0-9]+(\.[0-9]+)*`)

// place is a line number, perhaps with a column, after a file name.
var place = regexp.MustCompile(`:[0-9]+(:[0-9]+)?`)

// function is the function of the finding, func literals without their numbers.
func function(f *report.Finding) string { return uncounted(f.Func) }

// uncounted is the name, or a text with names, without the numbers that come from counting.
func uncounted(s string) string {
	if !strings.ContainsAny(s, "0123456789") {
		return s // most names; an expression is slow
	}
	return numbered.ReplaceAllString(s, "$1")
}

// source is the text of the finding's line. What is said of a whole function does not hang on the line that declares it.
func source(f *report.Finding) string {
	if f.Kind == report.CanInline {
		return ""
	}
	return f.Source
}

// message is what the finding says, without line numbers and numbered names. Of an instruction only the symbol that it calls stays: registers and
// offsets differ from one compilation to the next.
func message(f *report.Finding) string {
	if f.Target == "go" && f.Count == 0 && f.Test == 0 {
		return uncounted(f.Symbol)
	}
	text := f.Text
	if strings.Contains(text, ":") {
		text = place.ReplaceAllString(text, ":")
	}
	return uncounted(text)
}

var name = regexp.MustCompile(`[\p{L}_][\p{L}\p{N}_]*`)

// shape is the text with all its names alike.
func shape(s string) string { return name.ReplaceAllString(s, "_") }

// lineSet knows the lines and the functions that a report has of the packages named.
type lineSet struct {
	lines   map[[2]string]bool // package, trimmed text
	funcs   map[[2]string]bool // package, name
	foreign map[string]bool    // files of other packages
}

func linesOf(r *report.Report) lineSet {
	s := lineSet{map[[2]string]bool{}, map[[2]string]bool{}, map[string]bool{}}
	in := named(r)
	for _, f := range r.Findings {
		s.lines[[2]string{f.Package, f.Source}] = true
		s.funcs[[2]string{f.Package, function(f)}] = true
	}
	for _, f := range r.Files {
		if in[f.Package] == nil {
			s.foreign[f.Path] = true
			continue
		}
		for _, line := range f.Source {
			s.lines[[2]string{f.Package, strings.TrimSpace(line)}] = true
		}
	}
	return s
}

// has reports whether the line of the finding is still there; of a function that could be inlined, whether the function is.
func (s lineSet) has(f *report.Finding) bool {
	if s.foreign[f.File] {
		return false
	}
	if f.Kind == report.CanInline {
		return s.funcs[[2]string{f.Package, function(f)}]
	}
	return f.Source == "" || s.lines[[2]string{f.Package, f.Source}]
}
