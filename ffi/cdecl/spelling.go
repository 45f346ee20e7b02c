package cdecl

import (
	"fmt"

	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// ParseType returns the type that is spelled as C spells it in a cast: "struct foo *", "uint32_t[4]", "int (*)(void)".
// Names, and constants within brackets, are those of the unit. It may be called from several goroutines at once.
func (u *Unit) ParseType(spelling string) (*ctype.Type, error) {
	wrong := func(why any) error { return fmt.Errorf("cdecl: %q is no type: %v", spelling, why) }
	if !plausible(spelling) || u.tables.translator == nil {
		return nil, wrong("a type is spelled as in a cast, such as int *")
	}
	t := *u.tables.translator
	t.closed = true
	nodes, err := t.parseExpressions([]string{"sizeof(" + spelling + ")"})
	if err != nil {
		return nil, wrong(t.unknownIn(spelling))
	}
	n, ok := unwrap(nodes[0]).(*cc.UnaryExpression)
	if !ok || n.Case != cc.UnaryExpressionSizeofType {
		return nil, wrong(t.unknownIn(spelling))
	}
	typ, err := t.typeName(n.TypeName)
	if err != nil {
		if e, ok := err.(*Error); ok {
			return nil, wrong(e.Msg)
		}
		return nil, wrong(err)
	}
	return typ, nil
}

// unknownIn says which name of a spelling is not known.
func (t *translator) unknownIn(spelling string) string {
	prev := ""
	for at := 0; ; {
		l := lex([]byte(spelling), at)
		at = l.to
		word := spelling[l.from:l.to]
		if l.kind == lexEnd {
			return "a type is spelled as in a cast, such as int *"
		}
		tagged := prev == "struct" || prev == "union" || prev == "enum"
		if d := t.idents[word]; l.kind == lexIdent && !keywords[word] && !tagged && (d == nil || d.kind != typedefIdent) {
			if g := t.tags[word]; g != nil {
				return fmt.Sprintf("%s is not declared; there is %s", word, g.typ)
			}
			return word + " is not declared"
		}
		prev = word
	}
}
