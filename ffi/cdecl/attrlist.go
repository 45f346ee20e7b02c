package cdecl

import (
	"bytes"
	"regexp"
)

// matters are the attributes that say something about types or calls.
var matters = regexp.MustCompile(`^(__)?(packed|aligned|vector_size|mode|nonnull|transparent_union|ms_abi|sysv_abi|vectorcall|regcall|aarch64_vector_pcs|preserve_\w+)(__)?\b`)

var attributeList = regexp.MustCompile(`__attribute(__)?[ \t]*\([ \t]*\(`)

// thinAttributes works around the parser, which forgets the attributes between the first and the last of a list: in lists
// of three and more it blanks those that do not matter, and gives each one that is left a list of its own if there are
// still three.
func thinAttributes(text []byte) []byte {
	var out []byte
	done := 0
	for _, m := range attributeList.FindAllIndex(text, -1) {
		list, ok := splitList(text, m[1])
		if m[0] < done || !ok || len(list) < 3 {
			continue
		}
		end := list[len(list)-1].to
		out = append(out, text[done:m[1]]...)
		out = appendThin(out, text[m[1]:end], list, m[1])
		done = end
	}
	if done == 0 {
		return text
	}
	return append(out, text[done:]...)
}

// splitList returns the elements of a list that begins at an offset and ends with its closing bracket.
func splitList(text []byte, at int) ([]span, bool) {
	var list []span
	depth, from := 0, at
	for {
		l := lex(text, at)
		at = l.to
		if l.kind == lexEnd || l.kind == lexDirective {
			return nil, false
		}
		if l.kind != lexPunct {
			continue
		}
		switch c := text[l.from]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == ')':
			return append(list, span{from, l.from}), true
		case c == ',' && depth == 0:
			list = append(list, span{from, l.from})
			from = l.to
		case c == ';' || c == '{' || c == '}':
			return nil, false
		}
	}
}

// appendThin writes a list as thinAttributes has it; its columns stay unless it has to be split.
func appendThin(out, text []byte, list []span, offset int) []byte {
	keep := 0
	for _, e := range list {
		if matters.Match(bytes.TrimSpace(text[e.from-offset : e.to-offset])) {
			keep++
		}
	}
	comma := ","
	if keep > 2 {
		comma = ")) __attribute__(("
	}
	written := 0
	for i, e := range list {
		word := text[e.from-offset : e.to-offset]
		kept := matters.Match(bytes.TrimSpace(word))
		if i > 0 {
			if kept && written > 0 {
				out = append(out, comma...)
			} else {
				out = append(out, ' ')
			}
		}
		if kept {
			out = append(out, word...)
			written++
			continue
		}
		for _, c := range word {
			if c != '\n' && c != '\\' {
				c = ' '
			}
			out = append(out, c)
		}
	}
	return out
}
