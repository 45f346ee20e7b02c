package ctype

import (
	"fmt"
	"math"
	"math/bits"
)

// Layout is how a type lies in memory.
type Layout struct {
	Size   int64         // bytes
	Align  int64         // bytes
	Fields []FieldLayout // of a struct or union, one for each of Record.Fields; nil for other types
}

// FieldLayout is where a field lies in its record. Bits count from the lowest bit of the record's first byte, as all
// targets are little-endian: bit b is bit b%8 of byte b/8.
type FieldLayout struct {
	Offset int64 // bytes; of a bit-field that of the first byte that holds a bit of it
	Size   int64 // bytes; of a bit-field the number of bytes that hold bits of it; 0 for a flexible array
	Bit    int64 // the offset in bits
	Width  int64 // the size in bits

	Unit   int64 // of a bit-field the size in bytes of its declared type, 0 for other fields
	Signed bool  // the field is a bit-field whose value is sign-extended
}

// Limits of what compilers accept, below which no computation here overflows.
const (
	maxSize  = math.MaxInt64 / 16 // bytes
	maxAlign = 1 << 28            // bytes
	maxDepth = 10_000             // levels of arrays and records by value
)

// Layout returns the size and alignment of a type and the places of its fields.
//
// The rules are those of the platform's own compilers: gcc on Linux, clang on macOS, Microsoft's on Windows. Where another
// compiler of the platform lays the type out differently, [Target.Disputed] says so.
//
// Types without a layout are errors of type [*Error]: void and functions, incomplete types, vectors, types that contain
// themselves or are too large, what C does not allow, and on Linux a bit-field of a typedef that asks for more alignment
// than the type has bytes, for which gcc has a rule of its own.
func (t Target) Layout(typ *Type) (Layout, error) {
	return t.layout(typ, t.rules())
}

// Sizeof returns the size of a type in bytes.
func (t Target) Sizeof(typ *Type) (int64, error) {
	l, err := t.Layout(typ)
	return l.Size, err
}

// Alignof returns the alignment of a type in bytes.
func (t Target) Alignof(typ *Type) (int64, error) {
	l, err := t.Layout(typ)
	return l.Align, err
}

// layout is Layout by the rules of one compiler.
func (t Target) layout(typ *Type, r rules) (Layout, error) {
	l, e, err := t.measure(typ, r)
	if err != nil {
		return Layout{}, err
	}
	out := Layout{Size: e.size, Align: e.align}
	if typ.Kind.IsRecord() {
		out.Fields = l.done[typ.Record].fields
	}
	return out, nil
}

// measure lays out a type and all that it contains.
func (t Target) measure(typ *Type, r rules) (*layouter, extent, error) {
	if typ == nil {
		typ = &Type{}
	}
	l := &layouter{target: t, rules: r, done: map[*Record]*recordLayout{}}
	if err := t.Check(); err != nil {
		return nil, extent{}, t.failed(typ, err)
	}
	e, err := l.measure(typ)
	if err != nil {
		return nil, extent{}, t.failed(typ, err)
	}
	return l, e, nil
}

// failed is the error for a type, with the path that the error has collected.
func (t Target) failed(typ *Type, err error) error {
	path := ""
	if part, ok := err.(*partError); ok {
		path, err = part.path, part.err
	}
	return &Error{Target: t, Type: typ, Path: path, Err: err}
}

// layouter computes the layout of one type and everything it contains, each record once.
type layouter struct {
	target Target
	rules  rules
	done   map[*Record]*recordLayout // nil for a record whose layout has begun
	depth  int
}

// extent is the size of a type and its alignment.
type extent struct {
	size, align int64

	// natural is the alignment without what the type's typedef asks for. required is the part of the alignment that an
	// attribute asks for, which Microsoft's rules do not let packing reduce; 0 for none.
	natural, required int64

	asked bool // the type is a record, or an array of records, with an attribute that asks for an alignment
}

// recordLayout is the finished layout of a record.
type recordLayout struct {
	extent
	fields []FieldLayout
}

// measure returns the extent of a type of which there can be values.
func (l *layouter) measure(t *Type) (extent, error) {
	if l.depth++; l.depth > maxDepth {
		return extent{}, fmt.Errorf("%w: more than %d levels", ErrTooLarge, maxDepth)
	}
	defer func() { l.depth-- }()

	e, err := l.natural(t)
	if err != nil {
		return extent{}, err
	}
	e.natural = e.align
	switch {
	case t.Align != 0:
		e.align = int64(t.Align)
		e.required = max(e.required, e.align)
		return e, checkAlign(t.Align)
	case e.asked: // then it asks for all of the alignment that it has
		e.required = max(e.required, e.align)
	}
	return e, nil
}

// natural is measure without the alignment that the type's own typedef asks for.
func (l *layouter) natural(t *Type) (extent, error) {
	switch t.Kind {
	case Struct, Union:
		r, err := l.record(t)
		if err != nil {
			return extent{}, err
		}
		return r.extent, nil
	case Array:
		return l.array(t)
	case Enum:
		if !t.IsComplete() {
			return extent{}, fmt.Errorf("%w: %s has no definition", ErrIncomplete, t)
		}
		if !t.Base().IsInteger() {
			return extent{}, fmt.Errorf("%w: %s is made of %s", ErrInvalid, t, t.Base())
		}
	case Void:
		return extent{}, fmt.Errorf("%w: void", ErrNoValue)
	case Func:
		return extent{}, fmt.Errorf("%w: a function, %s; C passes and stores pointers to functions", ErrNoValue, t)
	case Vector:
		return extent{}, fmt.Errorf("%w: %s; pass a pointer to it, or its elements as an array", ErrVector, t)
	}
	size := l.target.Size(t.Base())
	if size == 0 {
		return extent{}, fmt.Errorf("%w: kind %d", ErrInvalid, t.Kind)
	}
	return extent{size: size, align: l.target.Size(t.Base().Part())}, nil
}

// array returns the extent of an array, which is 0 for one of unknown size; only a field may be that.
func (l *layouter) array(t *Type) (extent, error) {
	if t.Elem == nil {
		return extent{}, fmt.Errorf("%w: an array without elements", ErrInvalid)
	}
	e, err := l.measure(t.Elem)
	if err != nil {
		return extent{}, within("[0]", err)
	}
	if t.Len < 0 {
		return extent{}, fmt.Errorf("%w: %s has no length", ErrIncomplete, t)
	}
	if e.size%e.align != 0 {
		return extent{}, within("[0]", fmt.Errorf("%w: the alignment of %s, %d bytes, does not divide its size, %d bytes", ErrInvalid, t.Elem, e.align, e.size))
	}
	hi, size := bits.Mul64(uint64(e.size), uint64(t.Len))
	if hi != 0 || size > maxSize {
		return extent{}, fmt.Errorf("%w: %s", ErrTooLarge, t)
	}
	e.size = int64(size)
	return e, nil
}

// record returns the layout of a struct or union, computed once.
func (l *layouter) record(t *Type) (*recordLayout, error) {
	if t.Record != nil && t.Record.Partial {
		return nil, fmt.Errorf("%w: the definition of %s ends in ..., so only a C compiler knows its size", ErrIncomplete, t)
	}
	if !t.IsComplete() {
		return nil, fmt.Errorf("%w: %s has no definition", ErrIncomplete, t)
	}
	if r, begun := l.done[t.Record]; r != nil {
		return r, nil
	} else if begun {
		return nil, fmt.Errorf("%w: %s", ErrRecursive, t)
	}
	l.done[t.Record] = nil
	r, err := l.fields(t)
	if err != nil {
		return nil, err
	}
	l.done[t.Record] = r
	return r, nil
}

// fields places all fields of a record.
func (l *layouter) fields(t *Type) (*recordLayout, error) {
	if err := checkRecord(t.Record); err != nil {
		return nil, err
	}
	p := l.rules.placer(t)
	out := &recordLayout{fields: make([]FieldLayout, len(t.Record.Fields))}
	for i := range t.Record.Fields {
		f := &t.Record.Fields[i]
		e, err := l.field(t, i)
		switch {
		case err != nil:
			return nil, within(f.label(), err)
		case f.BitField:
			at, known := p.bitField(f, e)
			if !known {
				return nil, within(f.label(), fmt.Errorf("%w: gcc has a rule of its own for such a bit-field", ErrDisputed))
			}
			at.Offset, at.Size = at.Bit/8, (at.Bit+at.Width+7)/8-at.Bit/8
			at.Unit, at.Signed = e.size, l.target.Signed(f.Type)
			out.fields[i] = at
		default:
			at := p.plain(f, e)
			at.Bit, at.Size, at.Width = 8*at.Offset, e.size, 8*e.size
			out.fields[i] = at
		}
		if end := out.fields[i].Bit/8 + out.fields[i].Size; end > maxSize {
			return nil, within(f.label(), fmt.Errorf("%w: ends at byte %d", ErrTooLarge, end))
		}
	}
	out.extent = p.finish()
	return out, nil
}

// field returns the extent of the type of a record's field and checks what the field asks for.
func (l *layouter) field(t *Type, i int) (extent, error) {
	f := &t.Record.Fields[i]
	if f.Type == nil {
		return extent{}, fmt.Errorf("%w: a field without a type", ErrInvalid)
	}
	if err := checkAlign(f.Align); err != nil {
		return extent{}, err
	}
	if f.Type.IsFlexible() {
		last := t.Kind == Union || i == len(t.Record.Fields)-1
		if !last || f.BitField {
			return extent{}, fmt.Errorf("%w: an array of unknown size that is not the last field", ErrInvalid)
		}
		empty := *f.Type
		empty.Len = 0
		return l.measure(&empty)
	}
	e, err := l.measure(f.Type)
	if err != nil {
		return extent{}, err
	}
	if f.BitField {
		return e, l.checkBits(f, e)
	}
	if f.Name == "" && !f.Type.Kind.IsRecord() {
		return extent{}, fmt.Errorf("%w: a field of type %s without a name", ErrInvalid, f.Type)
	}
	return e, nil
}

// checkBits checks the width of a bit-field of a type with the extent e.
func (l *layouter) checkBits(f *Field, e extent) error {
	limit := 8 * e.size
	if f.Type.Base() == Bool {
		limit = 1
	}
	switch {
	case !f.Type.Base().IsInteger():
		return fmt.Errorf("%w: a bit-field of type %s", ErrInvalid, f.Type)
	case f.Bits < 0 || int64(f.Bits) > limit:
		return fmt.Errorf("%w: a bit-field of %d bits, but %s has %d", ErrInvalid, f.Bits, f.Type, limit)
	case f.Bits == 0 && f.Name != "":
		return fmt.Errorf("%w: a bit-field of 0 bits with a name", ErrInvalid)
	}
	return nil
}

// checkRecord checks what is said about a record as a whole.
func checkRecord(r *Record) error {
	if err := checkAlign(r.Align); err != nil {
		return err
	}
	switch r.Pack {
	case 0, 1, 2, 4, 8, 16:
		return nil
	}
	return fmt.Errorf("%w: #pragma pack(%d), which is not 1, 2, 4, 8 or 16", ErrInvalid, r.Pack)
}

// checkAlign checks what an attribute says; 0 is none.
func checkAlign(n int) error {
	if n == 0 || n > 0 && n <= maxAlign && n&(n-1) == 0 {
		return nil
	}
	return fmt.Errorf("%w: an alignment of %d bytes, which is not a power of 2 up to 2^28", ErrInvalid, n)
}

// label is the field's name as a step of a path.
func (f *Field) label() string {
	switch {
	case f.Name != "":
		return f.Name
	case f.BitField:
		return "(unnamed bit-field)"
	}
	return "(anonymous)"
}

// alignUp returns the first multiple of align that is not below n.
func alignUp(n, align int64) int64 { return (n + align - 1) / align * align }
