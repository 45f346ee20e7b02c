package cdecl

import (
	"bytes"
	"strings"
)

// docOf returns the comment of the top-level declaration at a place: the one before it, else the one behind it on its line.
func (s *files) docOf(p Pos) string {
	f := s.byName[p.File]
	if f == nil {
		return ""
	}
	at := f.offset(p)
	k := f.declaration(at)
	if k == len(f.declarations()) || f.decls[k].from > at {
		return f.docBefore(at)
	}
	if doc := f.docBefore(f.decls[k].from); doc != "" {
		return doc
	}
	return f.docBehind(f.decls[k].to, "")
}

// docOfEnumerator returns the comment before an enumerator on lines of its own, else the one behind it and its comma.
func (s *files) docOfEnumerator(p Pos) string {
	f := s.byName[p.File]
	if f == nil {
		return ""
	}
	at := f.offset(p)
	if doc := f.docBefore(at); doc != "" {
		return doc
	}
	return f.docBehind(at, ",}")
}

// docOfMacro returns the comment before a macro's definition, else the one within it.
func (s *files) docOfMacro(p Pos) string {
	f := s.byName[p.File]
	if f == nil {
		return ""
	}
	at := f.offset(p)
	if doc := f.docBefore(bytes.LastIndexByte(f.text[:at], '\n') + 1); doc != "" {
		return doc
	}
	return f.docBehind(at, "")
}

// docBefore returns the comment that ends before an offset with at most one newline between, and starts its own line.
func (f *file) docBefore(at int) string {
	before := bytes.TrimRight(f.text[:at], " \t")
	if n := len(before); n > 0 && before[n-1] == '\n' {
		before = bytes.TrimRight(before[:n-1], " \t\r")
	} else if n == 0 {
		return ""
	}
	if bytes.HasSuffix(before, []byte("*/")) {
		from := bytes.LastIndex(before[:len(before)-2], []byte("/*"))
		if from >= 0 && startsLine(before, from) {
			return clean(string(before[from:]))
		}
		return ""
	}
	var lines []string
	for {
		start := bytes.LastIndexByte(before, '\n') + 1
		line := strings.TrimSpace(string(before[start:]))
		if !strings.HasPrefix(line, "//") {
			return clean(strings.Join(lines, "\n"))
		}
		lines = append([]string{line}, lines...)
		if start == 0 {
			return clean(strings.Join(lines, "\n"))
		}
		before = bytes.TrimRight(before[:start-1], "\r")
	}
}

// docBehind returns the first comment that begins behind an offset on the same line, and directly behind the first of the
// characters that end an item.
func (f *file) docBehind(at int, ends string) string {
	end := at + lineLen(f.text[at:])
	ended := false
	for at < end {
		l := lex(f.text, at)
		switch {
		case l.from >= end:
			return ""
		case l.kind == lexComment:
			return clean(string(f.text[l.from:l.to]))
		case ended:
			return ""
		}
		ended = l.kind == lexPunct && strings.IndexByte(ends, f.text[l.from]) >= 0
		at = l.to
	}
	return ""
}

// clean removes the marks of a comment: /* */, //, and what doc tools want behind them, and the stars before lines.
func clean(comment string) string {
	block := strings.HasPrefix(comment, "/*")
	comment = strings.TrimSuffix(comment, "*/")
	var lines []string
	for i, line := range strings.Split(comment, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case !block:
			line = strings.TrimLeft(strings.TrimPrefix(line, "//"), "/!<")
		case i == 0:
			line = strings.TrimLeft(strings.TrimPrefix(line, "/*"), "*!<")
		default:
			line = strings.TrimLeft(line, "*")
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
