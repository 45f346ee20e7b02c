package ir

import (
	"strconv"
	"unicode/utf8"

	"github.com/kgen-go/kgen/gen/diag"
)

// tokenKind is the class of a token; a mark's kind is its byte.
type tokenKind byte

const (
	tokEOF     tokenKind = 0
	tokNewline tokenKind = '\n'
	tokWord    tokenKind = 'w' // letters, digits, _ . + -
	tokString  tokenKind = '"' // text is its value
)

// marks are the characters that are tokens by themselves.
const marks = "%$@!:,=(){}[]"

type token struct {
	kind tokenKind
	text string
	pos  diag.Pos
	size int // bytes of source
}

// what returns how an error message names the token.
func (t token) what() string {
	switch t.kind {
	case tokEOF:
		return "the end of the file"
	case tokNewline:
		return "the end of the line"
	case tokString:
		return strconv.Quote(t.text)
	}
	return t.text
}

// lexer cuts a text into tokens.
type lexer struct {
	src       []byte
	file      string
	offset    int
	line      int
	lineStart int // offset of the line's first byte
	list      *diag.List
}

// stop is what the lexer and parser panic with after they have reported an error; Parse recovers it.
type stop struct{}

func (l *lexer) fail(pos diag.Pos, size int, format string, args ...any) {
	l.list.Errorf(pos, size, format, args...)
	panic(stop{})
}

// next returns the next token. Line ends are tokens; a comment reaches to the end of its line.
func (l *lexer) next() token {
	l.skipSpace()
	pos := diag.Pos{File: l.file, Line: l.line, Col: l.offset - l.lineStart + 1}
	start := l.offset
	if start == len(l.src) {
		return token{tokEOF, "", pos, 0}
	}
	switch c := l.src[start]; {
	case c == '\n':
		l.offset++
		l.line++
		l.lineStart = l.offset
		return token{tokNewline, "", pos, 0}
	case c == '"':
		return l.quoted(pos)
	case isMark(c):
		l.offset++
		return token{tokenKind(c), string(c), pos, 1}
	}
	for l.offset < len(l.src) {
		r, size := utf8.DecodeRune(l.src[l.offset:])
		if !isNameRune(r) && r != '+' && r != '-' {
			break
		}
		l.offset += size
	}
	if l.offset == start {
		r, size := utf8.DecodeRune(l.src[start:])
		l.fail(pos, size, "character %q is not part of the IR's text form", r)
	}
	return token{tokWord, string(l.src[start:l.offset]), pos, l.offset - start}
}

func isMark(c byte) bool {
	for i := range len(marks) {
		if marks[i] == c {
			return true
		}
	}
	return false
}

func (l *lexer) skipSpace() {
	for l.offset < len(l.src) {
		switch c := l.src[l.offset]; {
		case c == ' ' || c == '\t' || c == '\r':
			l.offset++
		case c == '#', c == '/' && l.offset+1 < len(l.src) && l.src[l.offset+1] == '/':
			for l.offset < len(l.src) && l.src[l.offset] != '\n' {
				l.offset++
			}
		default:
			return
		}
	}
}

func (l *lexer) quoted(pos diag.Pos) token {
	start := l.offset
	for l.offset++; l.offset < len(l.src) && l.src[l.offset] != '\n'; l.offset++ {
		switch l.src[l.offset] {
		case '\\':
			l.offset++
		case '"':
			l.offset++
			text, err := strconv.Unquote(string(l.src[start:l.offset]))
			if err != nil {
				l.fail(pos, l.offset-start, "the quoted text holds an unknown escape")
			}
			return token{tokString, text, pos, l.offset - start}
		}
	}
	l.fail(pos, 1, "the quoted text does not end on its line")
	return token{}
}
