package ctype

import (
	"fmt"
	"strings"
)

// Define is the definition of a record or enum in C, with all its attributes and ending in ";", or the declaration of its
// tag where it is incomplete. Types without a tag within it are written out; all others must have been declared before it:
// [Source] does that. It is "" for other types.
func (t *Type) Define() string {
	if (!t.Kind.IsRecord() || t.Record == nil) && (t.Kind != Enum || t.Enum == nil) {
		return ""
	}
	return writer{}.statement(t, writer{}.body(t))
}

// Source is C text that declares everything that the types name, in an order that a compiler accepts: typedefs,
// tagged records and enums, with all that is in them and what they point to. Each name is declared once, and no two
// different types may share one.
func Source(types ...*Type) string {
	s := source{seen: map[string]bool{}}
	for _, t := range types {
		s.visit(t, true)
	}
	for len(s.later) > 0 {
		t := s.later[0]
		s.later = s.later[1:]
		s.visit(t, true)
	}
	return s.text.String()
}

// source collects the declarations of Source.
type source struct {
	text  strings.Builder
	seen  map[string]bool // "struct tag" when defined, "struct tag;" when declared, typedef names
	later []*Type         // records that something points to
}

// first reports whether the key was not seen before.
func (s *source) first(key string) bool {
	was := s.seen[key]
	s.seen[key] = true
	return !was
}

// visit declares a type and what it names; the definition of a record only where its size matters.
func (s *source) visit(t *Type, sized bool) {
	switch {
	case t == nil:
	case t.Typedef != "":
		s.typedef(t, sized)
	case t.Kind == Pointer:
		s.visit(t.Elem, false)
	case t.Kind == Array || t.Kind == Vector:
		s.visit(t.Elem, true)
	case t.Kind == Func && t.Func != nil:
		s.visit(t.Func.Result, false)
		for _, p := range t.Func.Params {
			s.visit(p.Type, false)
		}
	case t.Kind == Enum && t.Enum != nil && t.Enum.Tag != "":
		if s.first(t.leaf()) {
			s.text.WriteString(t.Define())
		}
	case t.Kind.IsRecord() && t.Record != nil:
		s.record(t, sized)
	}
}

// typedef writes the typedef of a type behind what its name is made of, and before the definition of a record, in which
// the name may be used. With an attribute for alignment the definition must come first.
func (s *source) typedef(t *Type, sized bool) {
	base := *t
	base.Typedef, base.Align = "", 0
	if s.first(t.Typedef) {
		s.visit(&base, t.Align != 0)
		text := "typedef " + writer{}.declare(&base, t.Typedef) + attributes(false, t.Align)
		s.text.WriteString(writer{}.statement(inlined(&base), text))
	}
	if sized {
		s.visit(&base, true)
	}
}

func (s *source) record(t *Type, sized bool) {
	r := t.Record
	if r.Tag == "" {
		s.fields(r)
		return
	}
	name := t.leaf()
	switch {
	case sized && r.Complete:
		if s.first(name) {
			s.fields(r)
			s.text.WriteString(t.Define())
		}
	case s.first(name + ";"):
		s.text.WriteString(name + ";\n")
		if r.Complete {
			s.later = append(s.later, t)
		}
	}
}

func (s *source) fields(r *Record) {
	for _, f := range r.Fields {
		s.visit(f.Type, true)
	}
}

// writer writes the bodies of records and enums.
type writer struct {
	pack   int    // of the enclosing record
	indent string // of the enclosing record
}

// declare is Type.Declare with types that have no name written out.
func (w writer) declare(t *Type, name string) string { return declare(t, name, w.leaf) }

func (w writer) leaf(t *Type) string {
	switch {
	case t.unnamed():
		return w.body(t)
	case t.Kind == Vector && t.Typedef == "" && t.Elem != nil:
		return fmt.Sprintf("%s __attribute__((vector_size(%d * sizeof(%s))))", t.Elem, t.Len, t.Elem)
	}
	return t.leaf()
}

// unnamed reports whether only its definition can say what the type is.
func (t *Type) unnamed() bool {
	return t.Typedef == "" &&
		(t.Kind.IsRecord() && t.Record != nil && t.Record.Tag == "" || t.Kind == Enum && t.Enum != nil && t.Enum.Tag == "")
}

// inlined returns the type whose body a declaration of something of type t contains, nil for none.
func inlined(t *Type) *Type {
	for t.Typedef == "" && t.Elem != nil {
		t = t.Elem
	}
	if !t.unnamed() {
		return nil
	}
	return t
}

// statement ends a declaration. The #pragma pack of the record whose body it contains, if any, stands around the whole
// of it, as gcc takes no pragma within a declaration.
func (w writer) statement(body *Type, text string) string {
	text = w.indent + text + ";\n"
	if body == nil || !body.Kind.IsRecord() || body.Record.Pack == w.pack {
		return text
	}
	return fmt.Sprintf("#pragma pack(push)\n#pragma pack(%s)\n%s#pragma pack(pop)\n", digits(body.Record.Pack), text)
}

// body is the definition of a record or enum without the semicolon.
func (w writer) body(t *Type) string {
	if t.Kind == Enum {
		return enumBody(t)
	}
	r := t.Record
	head := spaced(t.Kind.String(), r.Tag)
	if !r.Complete {
		return head
	}
	var b strings.Builder
	b.WriteString(head + " {\n")
	inner := writer{pack: r.Pack, indent: w.indent + "\t"}
	for i := range r.Fields {
		b.WriteString(inner.field(&r.Fields[i]))
	}
	b.WriteString(w.indent + "}" + attributes(r.Packed, r.Align))
	return b.String()
}

func (w writer) field(f *Field) string {
	text := w.declare(f.Type, f.Name)
	if f.BitField {
		text = fmt.Sprintf("%s : %d", text, f.Bits)
	}
	return w.statement(inlined(f.Type), text+attributes(f.Packed, f.Align))
}

func enumBody(t *Type) string {
	head := spaced("enum", t.Enum.Tag)
	if !t.Enum.Complete {
		return head
	}
	var list []string
	for _, v := range t.Enum.Values {
		list = append(list, v.Name+" = "+enumerator(t.Enum.Underlying, v.Value))
	}
	narrow := t.Enum.Underlying != Invalid && t.Enum.Underlying < Int
	return head + " { " + strings.Join(list, ", ") + " }" + attributes(narrow, 0)
}

// enumerator is the value of an enumerator as a constant that C does not warn about.
func enumerator(k Kind, v int64) string {
	switch {
	case k == ULong || k == ULongLong:
		return fmt.Sprintf("%dull", uint64(v))
	case v == -1<<63:
		return "(-9223372036854775807ll - 1)"
	}
	return fmt.Sprint(v)
}

// attributes is the __attribute__ for a record, field or typedef.
func attributes(packed bool, align int) string {
	var list []string
	if packed {
		list = append(list, "packed")
	}
	if align != 0 {
		list = append(list, fmt.Sprintf("aligned(%d)", align))
	}
	if list == nil {
		return ""
	}
	return " __attribute__((" + strings.Join(list, ", ") + "))"
}

// digits is the argument of a pragma: nothing for 0.
func digits(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
