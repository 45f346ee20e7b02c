package ir

import (
	"strconv"
	"strings"
)

// kindInfo is what a kind is by itself: its name in the text form, its width in bits (of one float
// of a pair), and its class.
type kindInfo struct {
	name                  string
	bits                  int
	signed, integer, real bool
}

var kinds = [...]kindInfo{
	Invalid: {name: "invalid"},
	Bool:    {name: "bool", bits: 8},
	I8:      {"i8", 8, true, true, false},
	I16:     {"i16", 16, true, true, false},
	I32:     {"i32", 32, true, true, false},
	I64:     {"i64", 64, true, true, false},
	Int:     {"int", 64, true, true, false},
	U8:      {"u8", 8, false, true, false},
	U16:     {"u16", 16, false, true, false},
	U32:     {"u32", 32, false, true, false},
	U64:     {"u64", 64, false, true, false},
	Uint:    {"uint", 64, false, true, false},
	F32:     {"f32", 32, true, false, true},
	F64:     {"f64", 64, true, false, true},
	C64:     {name: "c64", bits: 32},
	C128:    {name: "c128", bits: 64},
	M8:      {name: "m8", bits: 8},
	M16:     {name: "m16", bits: 16},
	M32:     {name: "m32", bits: 32},
	M64:     {name: "m64", bits: 64},
	Array:   {name: "array"},
	Slice:   {name: "slice"},
}

// String returns the kind's name in the text form.
func (k Kind) String() string { return kinds[k].name }

// Bits returns the width of a scalar, of a mask's element or of one float of a pair, in bits.
func (k Kind) Bits() int { return kinds[k].bits }

// IsInteger reports whether the kind is an integer.
func (k Kind) IsInteger() bool { return kinds[k].integer }

// IsFloat reports whether the kind is F32 or F64.
func (k Kind) IsFloat() bool { return kinds[k].real }

// IsSigned reports whether the kind is a signed integer or a float.
func (k Kind) IsSigned() bool { return kinds[k].signed }

// IsPair reports whether the kind is C64 or C128.
func (k Kind) IsPair() bool { return k == C64 || k == C128 }

// IsMask reports whether the kind is a mask.
func (k Kind) IsMask() bool { return k >= M8 && k <= M64 }

// IsNumeric reports whether the kind is an integer or a float.
func (k Kind) IsNumeric() bool { return k.IsInteger() || k.IsFloat() }

// Part returns the kind of a pair's floats.
func (k Kind) Part() Kind {
	if k == C64 {
		return F32
	}
	return F64
}

// Scalar returns the type of that kind with one lane.
func Scalar(k Kind) Type { return Type{Kind: k, Lanes: 1} }

// Vector returns the type of that kind with so many lanes.
func Vector(k Kind, lanes int) Type { return Type{Kind: k, Lanes: lanes} }

// SliceOf returns the type of slices of elem.
func SliceOf(elem Type) Type { return Type{Kind: Slice, Lanes: 1, Elem: &elem} }

// ArrayOf returns the type of arrays of n elems.
func ArrayOf(n int, elem Type) Type { return Type{Kind: Array, Lanes: 1, Len: n, Elem: &elem} }

// Equal reports whether two types are the same.
func (t Type) Equal(u Type) bool {
	if t.Kind != u.Kind || t.Lanes != u.Lanes || t.Len != u.Len || (t.Elem == nil) != (u.Elem == nil) {
		return false
	}
	return t.Elem == nil || t.Elem.Equal(*u.Elem)
}

// Is reports whether the type is the scalar of that kind.
func (t Type) Is(k Kind) bool { return t.Kind == k && t.Lanes == 1 }

// WithKind returns the type with another kind and the same lanes.
func (t Type) WithKind(k Kind) Type { return Type{Kind: k, Lanes: t.Lanes} }

// MaskOf returns the type of comparisons of t: Bool, or a mask as wide as t's elements.
func (t Type) MaskOf() Type {
	if t.Lanes == 1 {
		return Scalar(Bool)
	}
	switch t.Kind.Bits() {
	case 8:
		return t.WithKind(M8)
	case 16:
		return t.WithKind(M16)
	case 32:
		return t.WithKind(M32)
	}
	return t.WithKind(M64)
}

// Size returns the number of bytes that the type takes in memory, in Go and in C alike. A slice
// takes three words.
func (t Type) Size() int {
	switch {
	case t.Kind == Array:
		return t.Len * t.Elem.Size()
	case t.Kind == Slice:
		return 24
	case t.Kind.IsPair():
		return 2 * t.Lanes * t.Kind.Bits() / 8
	}
	return t.Lanes * t.Kind.Bits() / 8
}

// Align returns the alignment of the type in memory in bytes, for one lane.
func (t Type) Align() int {
	switch t.Kind {
	case Array:
		return t.Elem.Align()
	case Slice:
		return 8
	}
	return t.Kind.Bits() / 8
}

// Dims returns the lengths of an array's dimensions from the outside in, and the innermost element.
func (t Type) Dims() (dims []int, elem Type) {
	for t.Kind == Array {
		dims = append(dims, t.Len)
		t = *t.Elem
	}
	return dims, t
}

// String returns the type's text form: f64, f64x8, [3]f64, []c128.
func (t Type) String() string {
	var b strings.Builder
	for t.Elem != nil {
		b.WriteByte('[')
		if t.Kind == Array {
			b.WriteString(strconv.Itoa(t.Len))
		}
		b.WriteByte(']')
		t = *t.Elem
	}
	b.WriteString(t.Kind.String())
	if t.Lanes > 1 {
		b.WriteByte('x')
		b.WriteString(strconv.Itoa(t.Lanes))
	}
	return b.String()
}
