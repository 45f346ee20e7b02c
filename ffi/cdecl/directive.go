package cdecl

import (
	"bytes"
	"slices"
	"sort"
	"strings"
)

// directives are the words behind # that the preprocessor knows, or that compilers ignore.
var directives = wordSet("define undef include include_next import if ifdef ifndef elif elifdef elifndef else endif line error " +
	"warning pragma ident sccs assert unassert embed")

// tidyDirectives makes #error of directives that there are not, such as a misspelt one: the preprocessor would leave
// them out without a word. Those where a condition is false stay without effect.
// Apostrophes in messages become what needs no partner.
func tidyDirectives(text []byte) []byte {
	for at := 0; ; at++ {
		n := bytes.IndexByte(text[at:], '#')
		if n < 0 {
			return text
		}
		at += n
		if startsLine(text, at) && (!isDirective(text[at:]) || isProse(text[at:at+lineLen(text[at:])])) {
			break
		}
	}
	var b bytes.Buffer
	for at := 0; ; {
		l := lex(text, at)
		b.Write(text[at:l.from])
		if l.kind == lexEnd {
			return b.Bytes()
		}
		word := text[l.from:l.to]
		switch {
		case l.kind != lexDirective:
		case !isDirective(word):
			b.WriteString(refusal(word))
			word = bytes.Repeat([]byte("\n"), bytes.Count(word, []byte("\n")))
		case isProse(word):
			word = bytes.ReplaceAll(word, []byte("'"), []byte("`"))
		}
		b.Write(word)
		at = l.to
	}
}

// refusal is what the preprocessor reads instead of a directive that there is not. What looks like an #if has its #endif.
func refusal(text []byte) string {
	for _, condition := range []string{"if", "elif"} {
		if bytes.HasPrefix(bytes.TrimLeft(text[1:], " \t"), []byte(condition)) {
			return "#" + condition + " no such directive"
		}
	}
	return "#error"
}

// isProse reports whether a directive is a message with an apostrophe, which would begin a character constant.
func isProse(text []byte) bool {
	word := bytes.TrimLeft(text[1:], " \t")
	return (bytes.HasPrefix(word, []byte("error")) || bytes.HasPrefix(word, []byte("warning"))) && bytes.IndexByte(word, '\'') >= 0
}

// isDirective reports whether a directive, which begins with #, is one: the empty one is, and one with the number of a line.
func isDirective(text []byte) bool {
	text = bytes.TrimLeft(text[1:], " \t")
	word := text[:spanLen(text, isIdent)]
	if len(word) == 0 {
		return len(text) == 0 || bytes.IndexByte([]byte("\r\n\\/"), text[0]) >= 0
	}
	return isDigit(word[0]) || directives[string(word)]
}

// cutDirective drops the directive at an offset. A condition becomes false, so that its #endif has its #if, unless it
// is a stray #elif.
func (f *file) cutDirective(at int, stray bool) bool {
	l, ok := f.directiveAt(at)
	if !ok {
		return false
	}
	word := strings.TrimLeft(string(f.text[l.from+1:l.to]), " \t")
	with := "//" // a cut with a replacement does not keep directives
	switch {
	case stray:
	case strings.HasPrefix(word, "if"):
		with = "#if 0"
	case strings.HasPrefix(word, "elif"):
		with = "#elif 0"
	}
	return f.cut(span{l.from, l.to}, with)
}

// directiveAt returns the directive at an offset, on one of its lines.
func (f *file) directiveAt(at int) (lexeme, bool) {
	from := bytes.LastIndexByte(f.text[:at], '\n') + 1
	for from > 0 && bytes.HasSuffix(bytes.TrimRight(f.text[:from-1], "\r"), []byte(`\`)) {
		from = bytes.LastIndexByte(f.text[:from-1], '\n') + 1
	}
	l := lex(f.text, from)
	return l, l.kind == lexDirective && l.from <= at
}

// long reports whether a cut has more text instead than it drops. That is inserted where offsets do not matter any more.
func (c cut) long() bool { return len(c.with) > c.to-c.from }

// insertLong inserts what the long cuts have instead.
func (f *file) insertLong(text []byte) []byte {
	long := slices.DeleteFunc(slices.Clone(f.cuts), func(c cut) bool { return !c.long() })
	slices.SortFunc(long, func(a, b cut) int { return b.from - a.from })
	for _, c := range long {
		text = slices.Concat(text[:c.from], []byte(c.with), text[c.to:])
	}
	return text
}

// conditions returns the directives of a file whose text behind the # is accepted.
func (f *file) conditions(accept func(word string) bool) []span {
	var found []span
	text := f.remaining()
	for at := 0; ; {
		l := lex(text, at)
		if l.kind == lexEnd {
			return found
		}
		if l.kind == lexDirective && accept(strings.TrimLeft(string(text[l.from+1:l.to]), " \t")) {
			found = append(found, span{l.from, l.to})
		}
		at = l.to
	}
}

// openConditions returns where the #ifs are that have no #endif.
func (f *file) openConditions() []int {
	var open []int
	for _, d := range f.conditions(func(word string) bool { return conditionStep([]byte("#"+word)) != 0 }) {
		if conditionStep(f.text[d.from:d.to]) > 0 {
			open = append(open, d.from)
		} else if len(open) > 0 {
			open = open[:len(open)-1]
		}
	}
	return open
}

// addEnd adds the #endif that is missing for the last #if that has none, and reports the fault there.
func (r *reader) addEnd(f *file, fault *Error) bool {
	open := f.openConditions()
	more := len(open) > f.ends
	if more {
		fault.Pos = f.pos(open[len(open)-1-f.ends])
		f.ends++
		f.setCuts(f.cuts)
	}
	r.report(fault)
	return more
}

// locateCondition gives a fault its place that the preprocessor tells without one: the end of a condition, as in
// `#if 1 +`. It looks for the first condition without which, and without all after it, the preprocessor tells another.
func (r *reader) locateCondition(fault *Error) *Error {
	for _, f := range r.files.byName {
		all := f.conditions(func(word string) bool { return strings.HasPrefix(word, "if") || strings.HasPrefix(word, "elif") })
		fails := func(n int) bool { // with the first n conditions
			again := r.trial(f, func() {
				for _, c := range all[n:] {
					f.cutDirective(c.from, false)
				}
			})
			return again != nil && again.Pos.Line < 1
		}
		if r.exhausted() {
			break
		}
		if len(all) > 0 && !fails(0) {
			at := all[sort.Search(len(all)-1, func(i int) bool { return fails(i + 1) })].from
			return &Error{Pos: f.pos(at), Msg: strings.TrimPrefix(fault.Msg, "-: ")}
		}
	}
	return fault
}
