package abi

import "github.com/kgen-go/kgen/ffi/ctype"

// part is something within a value: a field, an element or the value itself, down to the scalars.
type part struct {
	typ   *ctype.Type
	bit   int64 // offset within the value in bits
	width int64 // size in bits; 0 for arrays of no elements and for bit-fields of 0 bits

	field *ctype.Field // what declares it, nil for elements of arrays and the value itself
	union bool         // it is a field of a union
	none  bool         // it is the element of an array of no elements
}

// bitField reports whether the part is a bit-field.
func (p part) bitField() bool { return p.field != nil && p.field.BitField }

// nameless reports whether the part is a bit-field without a name.
func (p part) nameless() bool { return p.bitField() && p.field.Name == "" }

// scalar reports whether the part contains no other parts.
func (p part) scalar() bool { return !p.typ.Kind.IsRecord() && p.typ.Kind != ctype.Array }

// children returns the parts of which a record or an array consists. The value has a layout, and so has everything in it.
func (p part) children(t ctype.Target) []part {
	if p.typ.Kind == ctype.Array {
		return p.elements(t)
	}
	l, _ := t.Layout(p.typ)
	list := make([]part, len(l.Fields))
	for i, at := range l.Fields {
		f := &p.typ.Record.Fields[i]
		list[i] = part{
			typ: f.Type, bit: p.bit + at.Bit, width: at.Width,
			field: f, union: p.typ.Kind == ctype.Union, none: p.none,
		}
	}
	return list
}

// elements returns the elements of an array: one that is marked where there is none, and one of those that are without bytes, which are
// all at one place.
func (p part) elements(t ctype.Target) []part {
	if p.typ.IsFlexible() {
		return nil
	}
	size, _ := t.Sizeof(p.typ.Elem)
	first := part{typ: p.typ.Elem, bit: p.bit, width: 8 * size, none: p.none || p.typ.Len == 0}
	if size == 0 || p.typ.Len == 0 {
		return []part{first}
	}
	list := make([]part, p.typ.Len)
	for i := range list {
		list[i] = first
		list[i].bit += int64(i) * first.width
	}
	return list
}

// hasFlexible reports whether a record ends in an array of unknown size, or contains a record that does.
func hasFlexible(t *ctype.Type) bool {
	switch {
	case t.Kind == ctype.Array && t.Len >= 0:
		return hasFlexible(t.Elem)
	case t.Kind.IsRecord():
		for i := range t.Record.Fields {
			if f := &t.Record.Fields[i]; f.Type.IsFlexible() || hasFlexible(f.Type) {
				return true
			}
		}
	}
	return false
}
