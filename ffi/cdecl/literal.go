package cdecl

import (
	"fmt"
	"go/constant"
	"go/token"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// parseInt reads an integer constant. Its type is the first that holds it, from int or what its suffix asks for on.
func (t *translator) parseInt(text string) (constant.Value, *ctype.Type, error) {
	digits := strings.TrimRight(text, "uUlL")
	suffix := strings.ToLower(text[len(digits):])
	base := literalBase(digits)
	plain := strings.ReplaceAll(digits, "'", "")
	if base == 8 && len(plain) > 1 {
		plain = "0o" + plain[1:]
	}
	v := constant.MakeFromLiteral(plain, token.INT, 0)
	unsigned := strings.Contains(suffix, "u")
	longs := strings.Count(suffix, "l")
	if v.Kind() != constant.Int || strings.Count(suffix, "u") > 1 || longs > 2 || suffix == "lul" || strings.Contains(digits, "_") {
		return nil, nil, fmt.Errorf("%s is no integer", text)
	}
	for _, k := range []ctype.Kind{ctype.Int, ctype.Long, ctype.LongLong}[longs:] {
		bits := uint(8 * t.target.Size(k))
		if !unsigned && constant.Compare(wrap(v, bits, true), token.EQL, v) {
			return v, ctype.Basic(k), nil
		}
		if (unsigned || base != 10) && constant.Compare(wrap(v, bits, false), token.EQL, v) {
			return v, ctype.Basic(k + 1), nil // unsigned kinds follow the signed ones
		}
	}
	if fits := wrap(v, 64, false); constant.Compare(fits, token.EQL, v) {
		return v, ctype.Basic(ctype.ULongLong), nil
	}
	return nil, nil, fmt.Errorf("%s is too large", text)
}

func literalBase(digits string) int {
	switch low := strings.ToLower(digits); {
	case strings.HasPrefix(low, "0x"):
		return 16
	case strings.HasPrefix(low, "0b"):
		return 2
	case strings.HasPrefix(low, "0"):
		return 8
	}
	return 10
}

// floatSuffixes are the suffixes of floating-point constants and the kinds they make.
var floatSuffixes = []struct {
	suffix string
	kind   ctype.Kind
}{{"f", ctype.Float}, {"l", ctype.LongDouble}, {"", ctype.Double}}

// parseFloat reads a floating-point constant.
func parseFloat(text string) (constant.Value, *ctype.Type, error) {
	low := strings.ToLower(text)
	hex := strings.HasPrefix(low, "0x")
	marks := ".e" // without one it is an integer, such as the faulty 08
	if hex {
		marks = "p"
	}
	for _, s := range floatSuffixes {
		digits, ok := strings.CutSuffix(low, s.suffix)
		if !ok || !strings.ContainsAny(digits, marks) {
			continue
		}
		v := constant.MakeFromLiteral(digits, token.FLOAT, 0)
		if v.Kind() == constant.Unknown || strings.Contains(digits, "_") {
			break
		}
		if v = round(v, s.kind); v == nil {
			return nil, nil, fmt.Errorf("%s is too large", text)
		}
		return v, ctype.Basic(s.kind), nil
	}
	return nil, nil, fmt.Errorf("%s is no floating-point number", text)
}

// parseChar reads a character constant, which is an int.
func (t *translator) parseChar(text string) (constant.Value, *ctype.Type, error) {
	prefix, quoted, _ := strings.Cut(text, "'")
	chars, err := unescape(strings.TrimSuffix(quoted, "'"), prefix != "")
	if err != nil || len(chars) == 0 {
		return nil, nil, fmt.Errorf("%s is no character", text)
	}
	if prefix != "" {
		return constant.MakeInt64(int64(chars[len(chars)-1])), t.wide(prefix), nil
	}
	value := int64(0)
	for _, c := range chars {
		value = value<<8 | int64(c)
	}
	v := wrap(constant.MakeInt64(value), 32, true)
	if len(chars) == 1 {
		v = wrap(v, 8, t.target.CharSigned())
	}
	return v, ctype.Basic(ctype.Int), nil
}

// parseString reads a string constant, which is an array with a zero at its end.
func (t *translator) parseString(text string) (constant.Value, *ctype.Type, error) {
	prefix, quoted, _ := strings.Cut(text, `"`)
	wide := prefix != ""
	chars, err := unescape(strings.TrimSuffix(quoted, `"`), wide)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", text, err)
	}
	var b strings.Builder
	for _, c := range chars {
		if wide {
			b.WriteRune(c)
		} else {
			b.WriteByte(byte(c))
		}
	}
	elem := ctype.Basic(ctype.Char)
	if wide {
		elem = t.wide(prefix)
	}
	return constant.MakeString(b.String()), ctype.ArrayOf(elem, int64(len(chars))+1), nil
}

// wide is the type of characters with a prefix: L, u or U.
func (t *translator) wide(prefix string) *ctype.Type {
	name := map[string]string{"L": "wchar_t", "u": "char16_t", "U": "char32_t"}[prefix]
	for _, n := range standardInts(t.target) {
		if n.typedef == name {
			return ctype.Basic(n.kind)
		}
	}
	return ctype.Basic(ctype.Int)
}

// escapes are the simple escape sequences.
var escapes = map[byte]rune{'n': '\n', 't': '\t', 'r': '\r', 'a': '\a', 'b': '\b', 'f': '\f', 'v': '\v', 'e': 27, '\\': '\\', '\'': '\'', '"': '"', '?': '?'}

// unescape returns the characters of a constant: bytes, or code points when it is wide.
func unescape(s string, wide bool) ([]rune, error) {
	var out []rune
	for len(s) > 0 {
		if s[0] != '\\' {
			r, n := rune(s[0]), 1
			if wide {
				r, n = utf8.DecodeRuneInString(s)
			}
			out, s = append(out, r), s[n:]
			continue
		}
		r, n, err := escape(s)
		if err != nil {
			return nil, err
		}
		s = s[n:]
		if !wide && n > 4 { // a universal character name is written as UTF-8
			for _, b := range []byte(string(r)) {
				out = append(out, rune(b))
			}
			continue
		}
		out = append(out, r)
	}
	return out, nil
}

// escape reads the escape sequence at the start of s and returns its length.
func escape(s string) (rune, int, error) {
	if len(s) < 2 {
		return 0, 0, fmt.Errorf("%s is no escape sequence", s)
	}
	if r, ok := escapes[s[1]]; ok {
		return r, 2, nil
	}
	from, most, base := 1, 3, 8
	switch s[1] {
	case 'x':
		from, most, base = 2, 8, 16
	case 'u':
		from, most, base = 2, 4, 16
	case 'U':
		from, most, base = 2, 8, 16
	}
	n := from
	for n < len(s) && n-from < most && strings.IndexByte("0123456789abcdef"[:base], s[n]|lowerBit(s[n])) >= 0 {
		n++
	}
	v, err := strconv.ParseUint(s[from:n], base, 32)
	if err != nil {
		return 0, 0, fmt.Errorf("%s is no escape sequence", s)
	}
	return rune(v), n, nil
}

// lowerBit makes a letter lower case.
func lowerBit(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return 0x20
	}
	return 0
}

// unquote is a string constant's text.
func unquote(s string) string {
	chars, err := unescape(strings.Trim(s, `"`), true)
	if err != nil {
		return s
	}
	return string(chars)
}
