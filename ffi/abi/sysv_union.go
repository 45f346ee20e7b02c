package abi

import (
	"slices"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// forgets reports whether clang passes the first half of an eightbyte in a vector register although another member of a union
// than the one by which clang represents it has something in the second half.
func (s *sysv) forgets(v *Value, offset int64) bool {
	const half = eightbyte / 2
	if s.represented(v.Type, offset) != ctype.Float || s.represented(v.Type, offset+half) != ctype.Invalid {
		return false
	}
	return s.uses(part{typ: v.Type, width: 8 * int64(v.Size)}, 8*(offset+half), 8*(offset+eightbyte))
}

// uses reports whether a part has something in some bits of the value.
func (s *sysv) uses(p part, from, to int64) bool {
	if p.scalar() {
		return !p.none && !p.nameless() && p.bit < to && p.bit+p.width > from
	}
	return slices.ContainsFunc(p.children(s.target), func(child part) bool { return s.uses(child, from, to) })
}

// represented returns the kind of the floating-point number that begins at an offset in bytes of the type by which clang represents a
// type, Invalid when none does.
func (s *sysv) represented(t *ctype.Type, offset int64) ctype.Kind {
	size, _ := s.target.Sizeof(t)
	if offset >= size {
		return ctype.Invalid
	}
	switch {
	case t.Kind == ctype.Array:
		elem, _ := s.target.Sizeof(t.Elem)
		return s.represented(t.Elem, offset%elem)
	case t.Kind.IsComplex():
		part := ctype.Basic(t.Kind.Part())
		return s.represented(part, offset%s.target.Size(part.Kind))
	case t.Kind.IsRecord():
		if f, at := s.member(t, offset); f != nil && !f.BitField {
			return s.represented(f.Type, offset-at)
		}
	case t.Kind.IsFloat() && offset == 0:
		return t.Kind
	}
	return ctype.Invalid
}

// member returns the field that represents a record at an offset, and where it begins; nil when there is none. Of a union it is the
// one with the highest alignment, and of these the largest.
func (s *sysv) member(t *ctype.Type, offset int64) (found *ctype.Field, at int64) {
	var best ctype.Layout
	places, _ := s.target.Layout(t)
	for i := range t.Record.Fields {
		f, place := &t.Record.Fields[i], places.Fields[i]
		if t.Kind == ctype.Struct {
			if place.Size > 0 && place.Offset <= offset {
				found, at = f, place.Offset
			}
			continue
		}
		l, err := s.target.Layout(f.Type)
		if err != nil {
			continue // a flexible array
		}
		if found == nil || l.Align > best.Align || l.Align == best.Align && l.Size > best.Size {
			found, best = f, l
		}
	}
	return found, at
}
