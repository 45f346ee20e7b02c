package cdecl

import (
	"bytes"
	"strings"
)

// span is a range of bytes of a file.
type span struct{ from, to int }

// extent is the text of a top-level declaration.
type extent struct {
	span
	body int // offset of a function's {, 0 for what is no definition of a function
}

// splitter finds where top-level declarations begin and end in text before preprocessing. It looks at brackets and
// semicolons only, so that a faulty declaration ends where the next one begins.
type splitter struct {
	text   []byte
	found  []extent
	start  int  // of the current declaration, -1 between two
	parens int  // ( and [
	braces int  // {
	body   int  // offset of the { when the braces are a function's, else 0
	equals bool // = was seen outside of brackets
	tag    tagState
	prev   string // the previous lexeme
}

// tagState tells `struct s {` from `struct s f() {`.
type tagState struct {
	open   bool // struct, union or enum was seen, and nothing yet that cannot be before its {
	idents int  // identifiers since then
}

// split returns the top-level declarations of a text in order. `extern "C" {` is one, and so is
// its end, so that each can be dropped.
func split(text []byte) []extent {
	s := &splitter{text: text, start: -1}
	for at := 0; ; {
		l := lex(text, at)
		at = l.to
		switch l.kind {
		case lexEnd:
			if s.start >= 0 {
				s.end(len(text))
			}
			return s.found
		case lexComment, lexDirective:
			continue
		}
		s.step(l)
		s.prev = string(text[l.from:l.to])
	}
}

func (s *splitter) step(l lexeme) {
	word := string(s.text[l.from:l.to])
	if s.start >= 0 && s.braces > 0 && s.body == 0 && (word == "typedef" || word == "extern") {
		s.end(l.from) // a brace was not closed
	}
	if s.start < 0 {
		s.start = l.from
	}
	if l.kind == lexIdent {
		s.ident(word)
	}
	switch word {
	case "(", "[":
		s.paren()
	case ")", "]":
		s.parens = max(0, s.parens-1)
	case "{":
		s.open(l)
	case "}":
		s.close(l)
	case "=":
		s.equals = s.equals || s.outside()
	case "*":
		s.tag.open = s.tag.open && !s.outside()
	case ";":
		if s.braces == 0 {
			s.end(l.to)
		}
	}
}

func (s *splitter) outside() bool { return s.parens == 0 && s.braces == 0 }

func (s *splitter) ident(word string) {
	switch {
	case !s.outside():
	case word == "struct" || word == "union" || word == "enum":
		s.tag = tagState{open: true}
	default:
		s.tag.idents++
	}
}

// paren begins parameters, which end a tag's reach, or the arguments of an attribute before the tag.
func (s *splitter) paren() {
	attribute := strings.Contains(s.prev, "attribute") || s.prev == "__declspec" || s.prev == "_Alignas"
	if s.outside() && !attribute && s.tag.idents >= 2 {
		s.tag.open = false
	}
	s.parens++
}

func (s *splitter) open(l lexeme) {
	if s.braces == 0 && strings.HasPrefix(s.prev, `"`) && strings.HasPrefix(string(s.text[s.start:]), "extern") {
		s.end(l.to)
		return
	}
	if s.braces == 0 && !s.tag.open && !s.equals && s.parens == 0 {
		s.body = l.from
	}
	s.braces++
}

func (s *splitter) close(l lexeme) {
	s.braces--
	s.parens = 0
	switch {
	case s.braces < 0, s.braces == 0 && s.body > 0:
		s.end(l.to)
	}
}

func (s *splitter) end(to int) {
	text := bytes.TrimRight(s.text[s.start:to], " \t\r\n")
	s.found = append(s.found, extent{span{s.start, s.start + len(text)}, s.body})
	s.reset()
}

func (s *splitter) reset() {
	*s = splitter{text: s.text, found: s.found, start: -1}
}
