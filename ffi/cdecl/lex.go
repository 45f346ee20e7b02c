package cdecl

import "bytes"

// lexeme is a piece of C text before preprocessing. White space lies between lexemes.
type lexeme struct {
	kind     lexKind
	from, to int // byte offsets
}

type lexKind byte

const (
	lexEnd       lexKind = iota
	lexIdent             // keywords too
	lexNumber            // a preprocessing number
	lexQuote             // string or character constant
	lexPunct             // one character, or "..."
	lexComment           // with its marks
	lexDirective         // from # to the end of the last continued line
)

// lex returns the first lexeme at or after an offset. Faulty text, such as a string without an end, makes lexemes too.
func lex(text []byte, at int) lexeme {
	i := skipSpace(text, at)
	if i >= len(text) {
		return lexeme{lexEnd, len(text), len(text)}
	}
	rest := text[i:]
	switch c := rest[0]; {
	case c == '#' && startsLine(text, i):
		return lexeme{lexDirective, i, i + directiveLen(rest)}
	case bytes.HasPrefix(rest, []byte("//")):
		return lexeme{lexComment, i, i + lineLen(rest)}
	case bytes.HasPrefix(rest, []byte("/*")):
		return lexeme{lexComment, i, i + blockLen(rest)}
	case c == '"' || c == '\'':
		return lexeme{lexQuote, i, i + quoteLen(rest)}
	case isIdent(c) && !isDigit(c):
		return lexeme{lexIdent, i, i + spanLen(rest, isIdent)}
	case isDigit(c):
		return lexeme{lexNumber, i, i + spanLen(rest, isNumber)}
	case bytes.HasPrefix(rest, []byte("...")):
		return lexeme{lexPunct, i, i + 3}
	}
	return lexeme{lexPunct, i, i + 1}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isIdent(c byte) bool {
	return c == '_' || c == '$' || 'a' <= c|0x20 && c|0x20 <= 'z' || isDigit(c) || c >= 0x80
}

func isNumber(c byte) bool { return isIdent(c) || c == '.' }

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func spanLen(b []byte, in func(byte) bool) int {
	n := 0
	for n < len(b) && in(b[n]) {
		n++
	}
	return n
}

func skipSpace(text []byte, i int) int { return i + spanLen(text[i:], isSpace) }

// startsLine reports whether only blanks are before an offset on its line.
func startsLine(text []byte, i int) bool {
	for i--; i >= 0 && text[i] != '\n'; i-- {
		if !isSpace(text[i]) {
			return false
		}
	}
	return true
}

// lineLen is the length of the first line, and those that continue it, without the last newline.
func lineLen(b []byte) int {
	for from := 0; ; {
		n := bytes.IndexByte(b[from:], '\n')
		if n < 0 {
			return len(b)
		}
		end := from + n
		if !bytes.HasSuffix(bytes.TrimSuffix(b[:end], []byte("\r")), []byte(`\`)) {
			return end
		}
		from = end + 1
	}
}

func blockLen(b []byte) int {
	if n := bytes.Index(b[2:], []byte("*/")); n >= 0 {
		return n + 4
	}
	return len(b)
}

// quoteLen is the length of a string or character constant, which ends with its line at the latest.
func quoteLen(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case b[0]:
			return i + 1
		case '\n':
			return i
		}
	}
	return len(b)
}

// directiveLen is the length of a directive: its line, those that continue it, and those that a comment in it covers.
func directiveLen(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\n':
			return i
		case b[i] == '\\' && i+1 < len(b):
			i++
			if b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n' {
				i++
			}
		case b[i] == '"':
			i += quoteLen(b[i:]) - 1
		case bytes.HasPrefix(b[i:], []byte("/*")):
			i += blockLen(b[i:]) - 1
		case bytes.HasPrefix(b[i:], []byte("//")):
			return i + lineLen(b[i:])
		}
	}
	return len(b)
}
