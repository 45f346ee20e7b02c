package cdecl

import (
	"go/constant"
	"go/token"

	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// tag is a struct, union or enum that was named.
type tag struct {
	typ     *ctype.Type
	pos     Pos // of the definition, once there is one
	defined bool
}

// tagged returns what a tag names, and declares it at first sight. The three kinds share their names.
func (t *translator) tagged(kind ctype.Kind, name string, at Pos) (*tag, error) {
	if g := t.tags[name]; g != nil {
		if g.typ.Kind != kind {
			return nil, t.errorAt(at, "%s is declared as %s at %s", name, g.typ.Kind, g.pos)
		}
		return g, nil
	}
	if t.closed {
		return nil, t.errorAt(at, "%s %s is not declared", kind, name)
	}
	g := &tag{typ: &ctype.Type{Kind: kind}, pos: at}
	if kind == ctype.Enum {
		g.typ.Enum = &ctype.EnumType{Tag: name, Underlying: ctype.UInt}
	} else {
		g.typ.Record = &ctype.Record{Tag: name}
	}
	t.tags[name] = g
	t.addType(&Type{Name: kind.String() + " " + name, Type: g.typ, Pos: at})
	return g, nil
}

// define marks a tag as defined.
func (t *translator) define(g *tag, at Pos) {
	g.pos, g.defined = at, true
	listed := t.unit.tables.types[g.typ.Kind.String()+" "+tagName(g.typ)]
	listed.Pos = at
	listed.Doc = t.reader.files.docOf(at)
}

func tagName(typ *ctype.Type) string {
	if typ.Kind == ctype.Enum {
		return typ.Enum.Tag
	}
	return typ.Record.Tag
}

// record translates a struct or union specifier.
func (t *translator) record(n *cc.StructOrUnionSpecifier) (*ctype.Type, error) {
	kind := ctype.Struct
	if n.StructOrUnion.Case == cc.StructOrUnionUnion {
		kind = ctype.Union
	}
	name, at := n.Token.SrcStr(), t.pos(n)
	var g *tag
	if name != "" {
		var err error
		if g, err = t.tagged(kind, name, at); err != nil {
			return nil, err
		}
	}
	if n.Case != cc.StructOrUnionSpecifierDef {
		return g.typ, nil
	}
	defined := &ctype.Type{Kind: kind, Record: &ctype.Record{Tag: name, Pack: t.pack.bytes}}
	if err := t.fill(defined.Record, n); err != nil {
		return nil, err
	}
	switch {
	case g == nil:
		return defined, nil
	case g.defined && !ctype.Same(g.typ, defined):
		return nil, t.errorAt(at, "%s %s is defined in another way at %s", kind, name, g.pos)
	case !g.defined:
		*g.typ.Record = *defined.Record
		t.define(g, at)
	}
	return g.typ, nil
}

// fill gives a record its fields and attributes.
func (t *translator) fill(r *ctype.Record, n *cc.StructOrUnionSpecifier) error {
	var a attributes
	if err := t.attributes(&a, n.AttributeSpecifierList, n.AttributeSpecifierList2); err != nil {
		return err
	}
	r.Packed, r.Align, r.Complete = a.packed, a.align, true
	for l := n.StructDeclarationList; l != nil; l = l.StructDeclarationList {
		if l.StructDeclaration == nil || l.StructDeclaration.Case == cc.StructDeclarationAssert {
			if l.StructDeclaration != nil {
				t.staticAssert(l.StructDeclaration.StaticAssertDeclaration)
			}
			continue
		}
		fields, partial, err := t.fields(l.StructDeclaration)
		if err != nil {
			return err
		}
		if partial {
			r.Complete, r.Partial = false, true
		}
		r.Fields = append(r.Fields, fields...)
	}
	if !r.Complete {
		r.Fields = nil // their places are unknown
	}
	return t.checkFields(r, n)
}

// checkFields checks that no two fields have one name, and that an array without a length ends a struct.
func (t *translator) checkFields(r *ctype.Record, n *cc.StructOrUnionSpecifier) error {
	seen := map[string]bool{}
	for i, f := range r.Fields {
		switch {
		case f.Name != "" && seen[f.Name]:
			return t.errorf(n, "two fields are named %s", f.Name)
		case f.Type.IsFlexible() && i < len(r.Fields)-1 && n.StructOrUnion.Case != cc.StructOrUnionUnion:
			return t.errorf(n, "%s, an array without a length, is not the last field", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

// fields translates one line of a record. partial says that it is cffi's "...".
func (t *translator) fields(n *cc.StructDeclaration) (fields []ctype.Field, partial bool, err error) {
	if n.SpecifierQualifierList == nil && n.StructDeclaratorList == nil {
		return nil, false, nil // a lone semicolon
	}
	s, err := t.qualifierList(n.SpecifierQualifierList)
	if err != nil {
		return nil, false, err
	}
	if n.StructDeclaratorList == nil && s.typ != nil && isDots(n.SpecifierQualifierList) {
		return nil, true, nil
	}
	if err := t.attributes(&s.attrs, n.AttributeSpecifierList); err != nil {
		return nil, false, err
	}
	base, err := s.base(n)
	if err != nil {
		return nil, false, t.missing(err, n)
	}
	if n.StructDeclaratorList == nil {
		if !base.Kind.IsRecord() || base.Record.Tag != "" || s.typ.Typedef != "" {
			return nil, false, nil // declares only a tag
		}
		return []ctype.Field{{Type: base, Packed: s.attrs.packed, Align: s.attrs.align}}, false, nil
	}
	for l := n.StructDeclaratorList; l != nil; l = l.StructDeclaratorList {
		f, err := t.field(base, l.StructDeclarator)
		if err != nil {
			return nil, false, err
		}
		f.Packed, f.Align = s.attrs.packed, s.attrs.align
		fields = append(fields, f)
	}
	return fields, false, nil
}

// isDots reports whether the words are the name that stands for "...".
func isDots(n *cc.SpecifierQualifierList) bool {
	return n != nil && n.TypeSpecifier != nil && n.TypeSpecifier.Token.SrcStr() == dotsType
}

func (t *translator) field(base *ctype.Type, n *cc.StructDeclarator) (f ctype.Field, err error) {
	f.Type = base
	if n.Declarator != nil {
		if f.Name, f.Type, err = t.declarator(base, n.Declarator); err != nil {
			return f, err
		}
	}
	if f.Type.Kind == ctype.Func || f.Type.Kind == ctype.Void {
		return f, t.errorf(n, "the field %s is of type %s", f.Name, f.Type)
	}
	if n.Case != cc.StructDeclaratorBitField {
		return f, nil
	}
	bits, err := t.integer(n.ConstantExpression)
	switch {
	case err != nil:
		return f, err
	case !f.Type.Kind.IsInteger():
		return f, t.errorf(n, "the bit-field %s is of type %s", f.Name, f.Type)
	case bits < 0 || bits > 8*t.target.Size(f.Type.Base()) || bits == 0 && f.Name != "":
		return f, t.errorf(n, "the bit-field %s has %d bits, which is not a width of %s", f.Name, bits, f.Type)
	}
	f.BitField, f.Bits = true, int(bits)
	return f, nil
}

// enum translates an enum specifier.
func (t *translator) enum(n *cc.EnumSpecifier) (*ctype.Type, error) {
	name, at := n.Token2.SrcStr(), t.pos(n)
	g := &tag{typ: &ctype.Type{Kind: ctype.Enum, Enum: &ctype.EnumType{Underlying: ctype.UInt}}}
	if name != "" {
		var err error
		if g, err = t.tagged(ctype.Enum, name, at); err != nil {
			return nil, err
		}
	}
	if n.EnumeratorList == nil {
		return g.typ, nil
	}
	if g.defined {
		return nil, t.errorAt(at, "enum %s is defined already at %s", name, g.pos)
	}
	values, huge, err := t.enumerators(n.EnumeratorList, g.typ)
	if err != nil {
		return nil, err
	}
	e := g.typ.Enum
	e.Values, e.Complete, e.Underlying = values, true, t.enumKind(values, false)
	if huge {
		e.Underlying = t.wideInt() + 1
	}
	if n.EnumTypeSpecifier != nil {
		s, err := t.qualifierList(n.EnumTypeSpecifier.SpecifierQualifierList)
		if err != nil {
			return nil, err
		}
		fixed, err := s.base(n)
		if err != nil {
			return nil, err
		}
		e.Underlying = fixed.Base()
	}
	if name != "" {
		t.define(g, at)
	}
	return g.typ, nil
}

// enumerators evaluates the values of an enum and declares them as constants. huge says that one is beyond int64.
func (t *translator) enumerators(l *cc.EnumeratorList, typ *ctype.Type) (values []ctype.EnumValue, huge bool, err error) {
	next, known := constant.MakeInt64(0), true
	for ; l != nil; l = l.EnumeratorList {
		n := l.Enumerator
		name := n.Token.SrcStr()
		if name == dotsValue {
			known = false
			continue
		}
		if n.Case == cc.EnumeratorExpr {
			if known = !isDotsValue(n.ConstantExpression); known {
				if next, err = t.wholeNumber(n.ConstantExpression); err != nil {
					return nil, false, err
				}
			}
		}
		if !known {
			t.addMacro(&Macro{Name: name, Text: "...", Pos: t.pos(n)})
			continue
		}
		bits := wrap(next, 64, true)
		beyond := constant.Compare(bits, token.NEQ, next)
		if beyond && constant.Compare(wrap(next, 64, false), token.NEQ, next) {
			return nil, false, t.errorf(n, "%s is %s, which no integer type holds", name, next)
		}
		if err := t.addEnumerator(n, name, next, typ); err != nil {
			return nil, false, err
		}
		huge = huge || beyond
		v, _ := constant.Int64Val(bits)
		values = append(values, ctype.EnumValue{Name: name, Value: v})
		next = constant.BinaryOp(next, token.ADD, constant.MakeInt64(1))
	}
	return values, huge, nil
}

// enumKind is the kind of integer that compilers choose for an enum whose values int64 holds.
func (t *translator) enumKind(values []ctype.EnumValue, packed bool) ctype.Kind {
	low, high := int64(0), int64(0)
	for _, v := range values {
		low, high = min(low, v.Value), max(high, v.Value)
	}
	kinds := []ctype.Kind{ctype.Int}
	if packed {
		kinds = []ctype.Kind{ctype.SChar, ctype.Short, ctype.Int}
	}
	for _, k := range kinds {
		most := int64(1)<<(8*t.target.Size(k)-1) - 1
		switch {
		case low >= -most-1 && high <= most && (low < 0 || t.target.OS == "windows" && !packed):
			return k // Microsoft's enums are ints
		case low >= 0 && high <= 2*most+1:
			return k + 1 // unsigned kinds follow the signed ones
		}
	}
	if low >= 0 {
		return t.wideInt() + 1
	}
	return t.wideInt()
}

// wideInt is the first signed kind of 64 bits.
func (t *translator) wideInt() ctype.Kind {
	if t.target.Size(ctype.Long) == 8 {
		return ctype.Long
	}
	return ctype.LongLong
}
