package page

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is the number of characters of one line that a page shows. Longer lines are data, and slow every browser.
const maxText = 1000

// text makes one line of foreign text fit to be shown: invalid UTF-8, control characters and characters that change the direction
// or the order of others (see Trojan Source, CVE-2021-42574) become visible signs, and what is longer than maxText is cut with a note.
// Tabs stay.
func text(s string) string {
	t, _ := textAt(s, 0)
	return t
}

// textAt is text that also says where the byte with index i of s ends up, in UTF-16 units, as scripts count.
func textAt(s string, i int) (string, int) {
	if plain(s) && len(s) <= maxText {
		return s, min(i, len(s))
	}
	var b strings.Builder
	at, units := 0, 0
	chars := 0
	for k, r := range s {
		if chars++; chars > maxText {
			fmt.Fprintf(&b, "… (cut: %s bytes in all)", grouped(len(s)))
			break
		}
		if k <= i {
			at = units
		}
		sign := visible(r)
		b.WriteString(sign)
		units += unitCount(sign)
	}
	if i >= len(s) {
		at = units
	}
	return b.String(), at
}

// block is text for several lines. Tabs and line feeds stay.
func block(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = text(strings.TrimSuffix(l, "\r"))
	}
	return strings.Join(lines, "\n")
}

// plain says that s is ASCII that shows as it is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '\t' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}

// visible returns r, or a sign for it if it cannot be seen.
func visible(r rune) string {
	switch {
	case r == '\t':
		return "\t"
	case r < ' ':
		return string('␀' + r) // the block of control pictures
	case r == 0x7f:
		return "␡"
	case unicode.In(r, unicode.C, unicode.Zl, unicode.Zp):
		return fmt.Sprintf("⟨U+%04X⟩", r)
	}
	return string(r)
}

func unitCount(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// grouped writes n with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// appendString appends s as a JSON string that is safe inside a script element: without <, >, & and the line separators.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 || r == '\u2028' || r == '\u2029' {
				b = fmt.Appendf(b, `\u%04x`, r)
			} else {
				b = append(b, s[i:i+n]...)
			}
			i += n
			continue
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ' || c == '<' || c == '>' || c == '&':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
		i++
	}
	return append(b, '"')
}
