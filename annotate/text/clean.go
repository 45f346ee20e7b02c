package text

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes foreign text fit for one line of a terminal: control characters, which could drive it, and invisible ones, which could
// make text look like other text, become visible; white space becomes a space.
func Clean(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u00A0':
			b.WriteByte(' ')
		case r < 0x20:
			b.WriteRune('\u2400' + r) // the picture of the control character
		case r == 0x7F:
			b.WriteRune('\u2421')
		case !unicode.IsPrint(r) && r != ' ':
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Safe returns a writer for foreign text of several lines: w gets what Clean makes of each line.
func Safe(w io.Writer) io.Writer { return safe{w} }

type safe struct{ w io.Writer }

func (s safe) Write(b []byte) (int, error) {
	lines := strings.Split(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = Clean(line)
	}
	if _, err := io.WriteString(s.w, strings.Join(lines, "\n")); err != nil {
		return 0, err
	}
	return len(b), nil
}

// wide are the ranges of characters that take two columns: East Asian wide and full-width forms, and pictures.
var wide = [][2]rune{
	{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xA960, 0xA97F}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
	{0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
}

// columns is how many columns a character takes.
func columns(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
		return 0
	}
	for _, w := range wide {
		if r >= w[0] && r <= w[1] {
			return 2
		}
	}
	return 1
}

func width(s string) (n int) {
	for _, r := range s {
		n += columns(r)
	}
	return n
}

// cut shortens text to a number of columns. The last character then is an ellipsis.
func cut(s string, limit int) string {
	if width(s) <= limit {
		return s
	}
	n := 0
	for i, r := range s {
		if n+columns(r) > limit-1 {
			return s[:i] + strings.Repeat("…", min(limit, 1))
		}
		n += columns(r)
	}
	return s
}

// cutLeft shortens text from its left end: the end of a path tells more than its beginning.
func cutLeft(s string, limit int) string {
	if width(s) <= limit {
		return s
	}
	n := 0
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if n+columns(r) > limit-1 {
			rest := strings.TrimLeftFunc(s[i:], func(r rune) bool { return columns(r) == 0 }) // accents of what is cut
			return strings.Repeat("…", min(limit, 1)) + rest
		}
		n += columns(r)
		i -= size
	}
	return s
}

// pad fills text with spaces up to a number of columns.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(n-width(s), 0)) }
