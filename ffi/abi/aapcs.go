package abi

import "github.com/kgen-go/kgen/ffi/ctype"

// aapcs is the convention of arm64, AAPCS64, with what Apple and Microsoft changed in it.
type aapcs struct {
	target   ctype.Target
	quirks   quirks
	variadic bool // the function is

	general, vector int // registers in use
	stack           stack
}

const (
	aapcsGeneral = 8
	aapcsVector  = 8
	aapcsResult  = 8 // X8 holds the address of a memory result
	word         = 8 // bytes of a general register
)

func (a *aapcs) result(v *Value) {
	switch kind, n := a.homogeneous(v.Type); {
	case n > 0:
		v.Pieces = a.vectors(kind, n, 0)
	case a.absent(v):
	case v.Size > 2*word:
		v.Ref = true
		v.Pieces = []Piece{{Place: General, Index: aapcsResult, Size: 8}}
	default:
		v.Pieces = a.words(v, 0)
	}
}

func (a *aapcs) arg(v *Value, anonymous bool) {
	kind, n := a.homogeneous(v.Type)
	if n > 0 && a.target.OS == "windows" && a.variadic {
		n = 0 // Windows' variadic functions use no vector registers
	}
	switch {
	case a.absent(v):
	case a.target.OS == "darwin" && anonymous:
		a.anonymous(v, n > 0)
	case n > 0:
		a.floats(v, kind, n)
	case v.Size > 2*word:
		a.reference(v)
	default:
		a.integers(v)
	}
}

func (a *aapcs) end(c *Call) {
	c.Stack = a.stack.next
	c.Vectors = a.vector
}

// absent reports whether a value does not travel although it has bytes.
func (a *aapcs) absent(v *Value) bool {
	return a.quirks&emptyRecords != 0 && empty(v.Type)
}

// floats places a floating-point number, or a record of up to four.
func (a *aapcs) floats(v *Value, kind ctype.Kind, n int) {
	if a.vector+n <= aapcsVector {
		v.Pieces = a.vectors(kind, n, a.vector)
		a.vector += n
		return
	}
	a.vector = aapcsVector
	size := int(a.target.Size(kind))
	align := a.natural(v)
	if a.quirks&elementAlign != 0 {
		align = max(align, size)
	}
	if a.target.OS == "darwin" {
		a.stack.push(v, v.Size, size)
		return
	}
	a.stack.push(v, alignUp(v.Size, word), clampAlign(align))
}

// vectors places n floating-point numbers in registers from the given one on.
func (a *aapcs) vectors(kind ctype.Kind, n, first int) []Piece {
	size := int(a.target.Size(kind))
	pieces := make([]Piece, n)
	for i := range pieces {
		pieces[i] = Piece{Place: Vector, Index: first + i, Offset: i * size, Size: size}
	}
	return pieces
}

// reference places the address of a copy of the value.
func (a *aapcs) reference(v *Value) {
	v.Ref = true
	if a.general < aapcsGeneral {
		v.Pieces = []Piece{{Place: General, Index: a.general, Size: 8}}
		a.general++
		return
	}
	a.stack.next = alignUp(a.stack.next, word)
	v.Pieces = []Piece{{Place: Stack, Index: a.stack.next, Size: 8}}
	a.stack.next += word
}

// integers places an integer, a pointer or a record of at most 16 bytes.
func (a *aapcs) integers(v *Value) {
	n := (v.Size + word - 1) / word
	natural := a.natural(v)
	align := clampAlign(natural)
	words := a.variadic && a.quirks&wordByWord != 0
	if words {
		align = word
	}
	if align == 16 && natural <= 16 && a.target.OS != "darwin" { // gcc does not look for more than 16
		a.general = alignUp(a.general, 2)
	}
	if a.general+n <= aapcsGeneral {
		v.Pieces = a.words(v, a.general)
		a.general += n
		return
	}
	if words && a.general < aapcsGeneral {
		a.split(v)
		return
	}
	a.general = aapcsGeneral
	if a.target.OS == "darwin" && !v.Type.Kind.IsRecord() {
		a.stack.push(v, v.Size, v.Size) // packed, and extended by nobody
		return
	}
	a.stack.push(v, alignUp(v.Size, align), align)
	v.Pieces[0].Extend = extend(a.target, v.Type, v.Size)
}

// split places the first half of a value in the last register and the other on the stack, which is empty yet.
func (a *aapcs) split(v *Value) {
	v.Pieces = a.words(v, a.general)
	a.general = aapcsGeneral
	v.Pieces[1].Place, v.Pieces[1].Index = Stack, a.stack.next
	a.stack.next += word
}

// words places a value in general registers from the given one on.
func (a *aapcs) words(v *Value, first int) []Piece {
	var pieces []Piece
	for offset := 0; offset < v.Size; offset += word {
		pieces = append(pieces, Piece{
			Place: General, Index: first, Offset: offset, Size: min(word, v.Size-offset),
			Extend: extend(a.target, v.Type, v.Size),
		})
		first++
	}
	return pieces
}

// anonymous places an argument behind the "..." as Apple does: on the stack.
func (a *aapcs) anonymous(v *Value, floats bool) {
	if v.Size > 2*word && !floats {
		a.general = aapcsGeneral
		a.reference(v)
		return
	}
	align := word
	if !floats {
		align = clampAlign(a.natural(v))
	}
	a.stack.push(v, alignUp(v.Size, word), align)
	v.Pieces[0].Extend = extend(a.target, v.Type, v.Size)
}

// natural returns the alignment that counts for a value: on Linux without what an attribute asks of the type as a whole.
func (a *aapcs) natural(v *Value) int {
	if !v.Type.Kind.IsRecord() {
		return int(a.target.Size(v.Type.Base().Part()))
	}
	if a.target.OS != "linux" {
		return v.Align
	}
	bare, record := *v.Type, *v.Type.Record
	bare.Align, record.Align, bare.Record = 0, 0, &record
	align, _ := a.target.Alignof(&bare)
	if a.quirks&bitFieldAlign != 0 {
		align = max(align, a.bitFields(v.Type.Record))
	}
	return int(align)
}

// bitFields returns the highest alignment of the types of a record's bit-fields.
func (a *aapcs) bitFields(r *ctype.Record) int64 {
	highest := int64(1)
	for i := range r.Fields {
		if f := &r.Fields[i]; f.BitField && f.Bits > 0 {
			align, _ := a.target.Alignof(f.Type)
			highest = max(highest, align)
		}
	}
	return highest
}

// clampAlign limits an alignment to what the stack gives.
func clampAlign(n int) int { return min(max(n, word), 16) }

// homogeneous returns what a value consists of when that is one to four floating-point numbers of one kind and nothing
// else, and otherwise n = 0.
func (a *aapcs) homogeneous(t *ctype.Type) (kind ctype.Kind, n int) {
	kind, count, ok := a.floatsIn(t)
	if !ok || count > 4 {
		return ctype.Invalid, 0
	}
	return kind, int(count)
}

// floatsIn counts the floating-point numbers of one kind that fill a type; kind is Invalid when there are none.
func (a *aapcs) floatsIn(t *ctype.Type) (kind ctype.Kind, n int64, ok bool) {
	switch {
	case t.Kind.IsFloat():
		return a.floatKind(t.Kind), 1, true
	case t.Kind.IsComplex():
		return a.floatKind(t.Kind.Part()), 2, true
	case t.Kind == ctype.Array && t.Len > 0:
		kind, n, ok = a.floatsIn(t.Elem)
		return kind, n * min(t.Len, 5), ok && t.Len < 1<<20
	case t.Kind.IsRecord():
		return a.floatsInRecord(t)
	}
	return ctype.Invalid, 0, false
}

func (a *aapcs) floatsInRecord(t *ctype.Type) (kind ctype.Kind, n int64, ok bool) {
	for i := range t.Record.Fields {
		f := &t.Record.Fields[i]
		if a.ignored(t, f) {
			continue
		}
		k, m, ok := a.floatsIn(f.Type)
		if !ok || f.BitField || kind != ctype.Invalid && k != ctype.Invalid && k != kind {
			return ctype.Invalid, 0, false
		}
		if k != ctype.Invalid {
			kind = k
		}
		if t.Kind == ctype.Union {
			n = max(n, m)
		} else {
			n += m
		}
		if n > 4 {
			return ctype.Invalid, 0, false
		}
	}
	size, _ := a.target.Sizeof(t)
	return kind, n, size == n*a.target.Size(kind)
}

// ignored reports whether a field of a record does not count when it is asked what the record is made of.
func (a *aapcs) ignored(t *ctype.Type, f *ctype.Field) bool {
	switch {
	case f.BitField:
		return f.Bits == 0 && t.Kind == ctype.Struct && a.quirks&zeroBits != 0
	case a.quirks&emptyRecords != 0:
		return empty(element(f.Type))
	}
	return false
}

// empty reports whether a type is a record without named fields, except such that are empty records or arrays of no elements.
func empty(t *ctype.Type) bool {
	if !t.Kind.IsRecord() {
		return false
	}
	for i := range t.Record.Fields {
		f := &t.Record.Fields[i]
		switch e := element(f.Type); {
		case f.BitField && f.Name == "":
		case e.Kind == ctype.Array && e.Len == 0:
		case !f.BitField && empty(e):
		default:
			return false
		}
	}
	return true
}

// element returns the type of the elements of an array of any dimensions, or of the first dimension that has none.
func element(t *ctype.Type) *ctype.Type {
	for t.Kind == ctype.Array && t.Len > 0 {
		t = t.Elem
	}
	return t
}

// floatKind is the same for kinds of one representation: long double is a double on Windows and at Apple's.
func (a *aapcs) floatKind(k ctype.Kind) ctype.Kind {
	if k == ctype.LongDouble && a.target.LongDouble() == ctype.Binary64 {
		return ctype.Double
	}
	return k
}
