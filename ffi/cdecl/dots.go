package cdecl

// Names that stand for "..." where it is no C. They are as long, so that columns stay.
const (
	dotsType  = "___" // a type name; alone it is a field of a struct
	dotsValue = "_1_" // a number, or an enumerator
)

// hideDots replaces cffi's "..." by names that the parser understands. That of a variadic function stays, and so do
// those in directives.
func hideDots(text []byte) {
	var open []byte // the brackets around: ( [ { and e for the { of an enum
	enum := false   // an enum's { may follow
	prev := byte(0)
	for at := 0; ; {
		l := lex(text, at)
		at = l.to
		if l.kind == lexEnd {
			return
		}
		if l.kind == lexComment || l.kind == lexDirective {
			continue
		}
		c := text[l.from]
		switch {
		case l.kind == lexIdent:
			enum = enum || string(text[l.from:l.to]) == "enum"
		case l.to-l.from == 3 && l.kind == lexPunct && l.from > 0 && isIdent(text[l.from-1]):
			// cffi's `typedef int... t` stays, as an error: no compiler is there to ask for the size
		case l.to-l.from == 3 && l.kind == lexPunct:
			copy(text[l.from:], dotsName(open, prev))
		case c == '{' && enum:
			open, enum = append(open, 'e'), false
		case c == '(' || c == '[' || c == '{':
			open = append(open, c)
		case len(open) > 0 && (c == ')' || c == ']' || c == '}'):
			open = open[:len(open)-1]
		case c == ';':
			enum = false
		}
		prev = text[l.to-1]
	}
}

// dotsName is the name for a "..." within brackets and after a character.
func dotsName(open []byte, prev byte) string {
	if len(open) == 0 {
		return dotsType
	}
	switch inner := open[len(open)-1]; {
	case inner == '(':
		return "..."
	case inner == '[', inner == 'e', prev == '=':
		return dotsValue
	}
	return dotsType
}
