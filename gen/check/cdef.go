package check

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/syntax"
)

// cdef is one name's type by a //kg:cdef.
type cdef struct {
	name  *ast.Ident // in the directive
	typ   types.Type
	bound *ast.Ident // the declaration that it types
	twice bool       // a second one was reported
}

// cdefs are the //kg:cdef types of one kernel.
type cdefs struct {
	names   map[string]*cdef
	order   []*cdef
	results []types.Type // of "return T"
	at      *ast.Ident   // the word return
}

// cdefs reads the directives of a kernel. Types are resolved at package level, as those of parameters are.
func (c *checker) cdefs(f *syntax.File, decl *ast.FuncDecl) *cdefs {
	set := &cdefs{names: map[string]*cdef{}}
	for _, d := range f.Directives {
		if d.Verb == "cdef" && d.Node == decl {
			c.readCdef(set, d)
		}
	}
	return set
}

func (c *checker) readCdef(set *cdefs, d *syntax.Directive) {
	text := d.Args
	if cut := strings.Index(text, "//"); cut >= 0 {
		text = strings.TrimRight(text[:cut], " \t")
	}
	names, rest, ok := c.cdefNames(text, d.ArgsPos)
	if !ok {
		return
	}
	typeText := strings.TrimLeft(text[rest:], " \t")
	pos := d.ArgsPos + token.Pos(len(text)-len(typeText))
	if typeText == "" {
		c.errorAt(pos, 1, "//kg:cdef %s has no type: write //kg:cdef names type", text)
		return
	}
	if names[0].Name == "return" {
		c.cdefReturn(set, names, typeText, pos)
		return
	}
	t := c.cdefType(typeText, pos)
	for _, id := range names {
		c.addCdef(set, &cdef{name: id, typ: t})
	}
}

// addCdef enters a name, once.
func (c *checker) addCdef(set *cdefs, d *cdef) {
	name := d.name.Name
	switch first := set.names[name]; {
	case name == "_":
		c.errorf(d.name, "cannot use _ in //kg:cdef: it has no uses to give a type to")
	case name == "return":
		c.errorf(d.name, "return stands alone in //kg:cdef: write //kg:cdef return T")
	case first != nil:
		c.errorf(d.name, "duplicate //kg:cdef of %s", name).
			Note(c.syntax.Pos(first.name.Pos()), "the other //kg:cdef of %s is here", name)
	default:
		set.names[name] = d
		set.order = append(set.order, d)
	}
}

// cdefNames reads the comma-separated names at the start of a directive's text. It returns where they end.
func (c *checker) cdefNames(text string, pos token.Pos) (names []*ast.Ident, end int, ok bool) {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	for {
		at, tok, lit := s.Scan()
		offset := file.Offset(at)
		if tok != token.IDENT && tok != token.RETURN {
			c.errorAt(pos+token.Pos(offset), 1, "a name is expected here: write //kg:cdef names type")
			return nil, 0, false
		}
		names = append(names, &ast.Ident{NamePos: pos + token.Pos(offset), Name: lit})
		end = offset + len(lit)
		if rest := strings.TrimLeft(text[end:], " \t"); !strings.HasPrefix(rest, ",") {
			return names, end, true
		}
		s.Scan()
	}
}

// cdefReturn reads "return T" and "return (T, U)".
func (c *checker) cdefReturn(set *cdefs, names []*ast.Ident, text string, pos token.Pos) {
	word := names[0]
	if len(names) > 1 {
		c.errorf(word, "return stands alone in //kg:cdef: write //kg:cdef return T")
		return
	}
	if set.at != nil {
		c.errorf(word, "duplicate //kg:cdef return").Note(c.syntax.Pos(set.at.Pos()), "the other one is here")
		return
	}
	set.at = word
	if !strings.HasPrefix(text, "(") || !strings.HasSuffix(text, ")") {
		set.results = append(set.results, c.cdefType(text, pos))
		return
	}
	text, pos = text[1:len(text)-1], pos+1
	for _, part := range splitTypes(text) {
		trimmed := strings.TrimLeft(part, " \t")
		set.results = append(set.results, c.cdefType(strings.TrimRight(trimmed, " \t"), pos+token.Pos(len(part)-len(trimmed))))
		pos += token.Pos(len(part) + 1)
	}
}

// splitTypes splits at the commas outside brackets.
func splitTypes(text string) []string {
	var parts []string
	depth, start := 0, 0
	for i, r := range text {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, text[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, text[start:])
}

// cdefType parses a type that stands at pos in a directive. The tree's positions are those of the kernel file: the
// file set used for parsing is filled up to pos first.
func (c *checker) cdefType(text string, pos token.Pos) types.Type {
	fset := token.NewFileSet()
	fset.AddFile("", 1, int(pos)-2)
	e, err := parser.ParseExprFrom(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		var list scanner.ErrorList
		msg, offset := err.Error(), 0
		if errors.As(err, &list) && len(list) > 0 {
			msg, offset = list[0].Msg, min(list[0].Pos.Offset, len(text))
		}
		c.errorAt(pos+token.Pos(offset), 1, "//kg:cdef: %s", msg)
		return invalid
	}
	var t types.Type
	c.within(env{local: c.local}, func() { t = c.typ(e) })
	return t
}

// cdefFor finds the type that a cdef gives to the name being declared, nil if there is none.
func (c *checker) cdefFor(id *ast.Ident) types.Type {
	if c.fn == nil {
		return nil
	}
	d := c.fn.cdefs.names[id.Name]
	if d == nil {
		return nil
	}
	if d.bound != nil && d.bound != id && !d.twice {
		d.twice = true
		c.errorf(d.name, "//kg:cdef %s is ambiguous: the name stands in two scopes of %s; rename one or give inline types",
			id.Name, c.fn.kernel.Name).
			Note(c.syntax.Pos(d.bound.Pos()), "%s is declared here", id.Name).
			Note(c.syntax.Pos(id.Pos()), "and here")
	}
	if d.bound == nil {
		d.bound = id
	}
	return d.typ
}

// declaredType joins the type that a declaration gives a name with that of its cdef; nil stands for none.
func (c *checker) declaredType(id *ast.Ident, inline types.Type) types.Type {
	t := c.cdefFor(id)
	if t == nil {
		return inline
	}
	if inline != nil && !isInvalid(inline) && !isInvalid(t) && !types.Identical(inline, t) {
		d := c.fn.cdefs.names[id.Name]
		c.errorf(d.name, "//kg:cdef gives %s the type %s, but its declaration says %s", id.Name, typeString(t), typeString(inline)).
			Note(c.syntax.Pos(id.Pos()), "%s is declared here", id.Name)
		return inline
	}
	return t
}

// unboundCdefs reports the names that a kernel does not declare.
func (c *checker) unboundCdefs() {
	k, declared := c.fn.kernel, []string(nil)
	for _, list := range [][]*types.Var{k.Params, k.Results, k.Locals} {
		for _, v := range list {
			declared = append(declared, v.Name())
		}
	}
	for _, d := range c.fn.cdefs.order {
		if d.bound != nil {
			continue
		}
		hint := ""
		if near := diag.Nearest(d.name.Name, declared); near != "" {
			hint = "; did you mean " + near + "?"
		}
		c.errorf(d.name, "//kg:cdef %s: %s declares no variable of this name%s", d.name.Name, k.Name, hint)
	}
}
