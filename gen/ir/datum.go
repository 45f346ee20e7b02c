package ir

import (
	"slices"
	"strconv"
	"strings"
)

// Buffer is the memory behind slices. Elem is the type of its elements; Cells holds one word for each
// scalar in them, its bits zero-extended: two for a pair, those of its elements for an array.
type Buffer struct {
	Elem  Type
	Cells []uint64
}

// NewBuffer returns a buffer of n zero elements.
func NewBuffer(elem Type, n int) *Buffer { return &Buffer{elem, make([]uint64, n*cellsOf(elem))} }

// SliceRef is a slice: Len elements of a buffer from element Off on, of Cap. The nil slice has no buffer.
type SliceRef struct {
	Buf           *Buffer
	Off, Len, Cap int
}

// Datum is a value outside of the interpreter: a slice, or the cells of another type.
type Datum struct {
	Type  Type
	Cells []uint64
	Slice SliceRef
}

// Scalars returns the datum of a type other than a slice with these cells.
func Scalars(t Type, cells ...uint64) Datum { return Datum{Type: t, Cells: cells} }

// ZeroDatum returns the zero value of a type.
func ZeroDatum(t Type) Datum { return Datum{Type: t, Cells: make([]uint64, cellsOf(t))} }

// WholeSlice returns the slice of the first n elements of a buffer, of so much capacity.
func WholeSlice(b *Buffer, n, capacity int) Datum {
	return Datum{Type: SliceOf(b.Elem), Slice: SliceRef{b, 0, n, capacity}}
}

// String returns the datum as text: 4:i32, {1, 2}:f64x2, [1, 2]:[]f64 with the capacity where it is not the length.
func (d Datum) String() string {
	if d.Type.Kind != Slice {
		return cellsText(d.Type, d.Cells) + ":" + d.Type.String()
	}
	s := d.Slice
	if s.Buf == nil {
		return "nil:" + d.Type.String()
	}
	width := cellsOf(s.Buf.Elem)
	elems := make([]string, s.Len)
	for i := range elems {
		at := (s.Off + i) * width
		elems[i] = cellsText(s.Buf.Elem, s.Buf.Cells[at:at+width])
	}
	text := "[" + strings.Join(elems, ", ") + "]:" + d.Type.String()
	if s.Cap != s.Len {
		text += " cap " + strconv.Itoa(s.Cap)
	}
	return text
}

// cellsText returns the value in cells without its type.
func cellsText(t Type, cells []uint64) string {
	switch {
	case t.Kind == Array:
		return groups(*t.Elem, t.Len, cells)
	case t.Lanes > 1:
		return groups(laneType(t), t.Lanes, cells)
	case t.Kind.IsPair():
		part := t.Kind.Part()
		return "(" + bitsText(part, cells[0]) + ", " + bitsText(part, cells[1]) + ")"
	}
	return bitsText(t.Kind, cells[0])
}

func groups(elem Type, n int, cells []uint64) string {
	texts, width := make([]string, n), cellsOf(elem)
	for i := range texts {
		texts[i] = cellsText(elem, cells[i*width:(i+1)*width])
	}
	return "{" + strings.Join(texts, ", ") + "}"
}

// valid reports whether a datum has as many cells as its type and no bits beyond it.
func (d Datum) valid() bool {
	switch {
	case d.Type.Kind != Slice:
		return len(d.Cells) == cellsOf(d.Type) && validCells(d.Type, d.Cells)
	case d.Slice.Buf == nil:
		return d.Slice == SliceRef{}
	}
	return d.Slice.valid() && d.Slice.Buf.Elem.Equal(*d.Type.Elem)
}

// valid reports whether the slice lies inside its buffer.
func (s SliceRef) valid() bool {
	width := max(1, cellsOf(s.Buf.Elem))
	elems := len(s.Buf.Cells) / width
	if cellsOf(s.Buf.Elem) == 0 {
		elems = s.Off + s.Cap // elements without cells are as many as one likes
	}
	return s.Off >= 0 && s.Len >= 0 && s.Len <= s.Cap && s.Off <= elems && s.Cap <= elems-s.Off &&
		validCells(s.Buf.Elem, s.Buf.Cells)
}

func validCells(t Type, cells []uint64) bool {
	_, elem := t.Dims()
	beyond := ^widthMask(valueBits(elem.Kind))
	return !slices.ContainsFunc(cells, func(c uint64) bool { return c&beyond != 0 })
}

// cellsOf returns the number of cells that a value takes; a slice takes none.
func cellsOf(t Type) int {
	switch {
	case t.Kind == Array:
		return t.Len * cellsOf(*t.Elem)
	case t.Kind == Slice:
		return 0
	case t.Kind.IsPair():
		return 2 * t.Lanes
	}
	return t.Lanes
}

// valueBits returns how many bits of a cell a kind uses.
func valueBits(k Kind) int {
	if k == Bool || k.IsMask() {
		return 1
	}
	return k.Bits()
}
