package ffi

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// Record is a C object in memory, most often a struct or union, of which the C declaration is known. [Decls.New] makes
// one in C memory, [Decls.View] takes one that C made, and [Value.Record] one that C returned.
//
// Its parts are named by paths as C writes them: "x", "a.b[3].c", "next->value", "[2]" in an array; "" is the object
// itself. Fields of anonymous structs and unions are reached as if they were the record's. An index of an array is
// checked, one of a pointer or a flexible array is not, as in C.
//
// A Record is small and copied freely; its copies are the same memory.
type Record struct {
	typ   *ctype.Type
	addr  unsafe.Pointer
	arena *Arena // nil when the memory is none of an arena's
}

// Type returns the C type, nil for the zero Record.
func (r Record) Type() *ctype.Type { return r.typ }

// Addr returns the address of the memory, which an arena or C may free.
func (r Record) Addr() unsafe.Pointer { return r.addr }

// Bytes returns the memory itself, not a copy. It returns nil for the zero Record and after the arena was freed.
func (r Record) Bytes() []byte {
	mem, err := r.bytes()
	if err != nil {
		return nil
	}
	return mem
}

func (r Record) bytes() ([]byte, error) {
	if err := r.alive(); err != nil {
		return nil, err
	}
	size, err := sizeOf(r.typ)
	if err != nil {
		return nil, err
	}
	return unsafe.Slice((*byte)(r.addr), size), nil
}

// alive checks that there is memory.
func (r Record) alive() error {
	if r.addr == nil || r.typ == nil {
		return fmt.Errorf("%w: a record without memory", ErrNil)
	}
	if r.arena == nil {
		return nil
	}
	return r.arena.alive()
}

// Get returns the value of a part. Numbers and pointers are copied; a Value that is an array, struct or union is
// the record's memory, not a copy.
//
// Errors are of type [*Error] and wrap [ErrNotFound] for a field that there is not, [ErrRange] for an index out of
// range, [ErrNil] for a null pointer on the way, and [ErrFreed] when the arena was freed.
func (r Record) Get(path string) (Value, error) {
	at, err := r.resolve(path)
	if err != nil {
		return Value{}, r.failed("get", path, err)
	}
	v, err := at.load()
	if err != nil {
		return Value{}, r.failed("get", path, err)
	}
	return v, nil
}

// Set stores a Go value in a part, by the rules for arguments of [Lib.Call] with these differences: a string for `const
// char *` is copied to the record's arena, and is an error when there is none; a Go func is an error, as its callback
// would have no end: use [NewCallback]. An array takes a slice, of which it is filled from the start, a char array also
// a string with room for its zero byte.
//
// Pointers must be addresses of C memory, such as an arena's: the collector does not see Go pointers here.
func (r Record) Set(path string, v any) error {
	at, err := r.resolve(path)
	if err == nil {
		err = at.store(v)
	}
	if err != nil {
		return r.failed("set", path, err)
	}
	return nil
}

// At returns a part as a record of its own, for which its memory is shared. A bit-field has no address and is an error
// that is [ErrType].
func (r Record) At(path string) (Record, error) {
	at, err := r.resolve(path)
	if err == nil && at.bits != nil {
		err = fmt.Errorf("%w: a bit-field has no address", ErrType)
	}
	if err != nil {
		return Record{}, r.failed("at", path, err)
	}
	return at.Record, nil
}

func (r Record) failed(op, path string, err error) error {
	symbol := path
	if r.typ != nil {
		symbol = strings.TrimSpace(r.typ.String() + " " + path)
	}
	return &Error{Op: op, Symbol: symbol, Err: err}
}

// String returns the object as "struct point {x: 1, y: 2}". Strings that pointers lead to are not followed.
func (r Record) String() string {
	if err := r.alive(); err != nil {
		return "<" + err.Error() + ">"
	}
	var b strings.Builder
	part{Record: r}.print(&b)
	return b.String()
}

// is checks that the record's type is t.
func (r Record) is(t *ctype.Type) error {
	if r.typ == nil || !ctype.Same(r.typ, t) {
		return fmt.Errorf("%w: %s for %s", ErrType, typeName(r.typ), t)
	}
	return nil
}

// decay returns the record's address as a pointer of type t, to the record or to the first element of an array.
func (r Record) decay(t *ctype.Type) (uintptr, error) {
	if err := r.alive(); err != nil {
		return 0, err
	}
	err := compatible(r.typ, t)
	if err != nil && r.typ.Kind == ctype.Array {
		err = compatible(r.typ.Elem, t)
	}
	return uintptr(r.addr), err
}

func typeName(t *ctype.Type) string {
	if t == nil {
		return "nothing"
	}
	return t.String()
}

// part is a part of a record: a record of its own, or a bit-field, whose address is that of the first byte with bits of it.
type part struct {
	Record
	bits *ctype.FieldLayout
}

// resolve finds a part by its path.
func (r Record) resolve(path string) (part, error) {
	at := part{Record: r}
	if err := r.alive(); err != nil {
		return at, err
	}
	var err error
	for rest := path; rest != "" && err == nil; {
		at, rest, err = at.step(rest, len(rest) == len(path))
	}
	return at, err
}

// step takes the first step of a path and returns what is left of it.
func (at part) step(path string, first bool) (part, string, error) {
	switch {
	case at.bits != nil:
		return at, "", fmt.Errorf("%w: %q behind a bit-field", ErrType, path)
	case path[0] == '[':
		return at.index(path[1:])
	case strings.HasPrefix(path, "->"):
		to, err := at.element(0, ctype.Pointer)
		if err != nil {
			return at, "", err
		}
		return to.member(path[2:])
	case path[0] == '.' && !first:
		return at.member(path[1:])
	case first:
		return at.member(path)
	}
	return at, "", fmt.Errorf("%w: %q in a path", ErrUsage, path)
}

// member goes to the field whose name the path begins with.
func (at part) member(path string) (part, string, error) {
	name, rest := path, ""
	if end := strings.IndexAny(path, ".[-"); end >= 0 {
		name, rest = path[:end], path[end:]
	}
	switch {
	case at.typ.Kind == ctype.Pointer:
		return at, "", fmt.Errorf("%w: %s is a pointer: write ->%s", ErrType, at.typ, name)
	case !at.typ.Kind.IsRecord():
		return at, "", fmt.Errorf("%w: %s has no fields", ErrType, at.typ)
	case !at.typ.IsComplete():
		return at, "", fmt.Errorf("%w: the fields of %s are not declared", ErrType, at.typ)
	}
	field, layout, err := host.Member(at.typ, name)
	if err != nil {
		return at, "", fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	to := part{Record: Record{field.Type, unsafe.Add(at.addr, layout.Offset), at.arena}}
	if field.BitField {
		to.bits = &layout
	}
	return to, rest, nil
}

// index goes to the element whose index, behind a bracket, the path begins with.
func (at part) index(path string) (part, string, error) {
	digits, rest, closed := strings.Cut(path, "]")
	i, err := strconv.ParseInt(digits, 10, 48) // more memory than any machine has
	switch {
	case errors.Is(err, strconv.ErrRange) && closed:
		return at, "", fmt.Errorf("%w: index %s of %s", ErrRange, digits, at.typ)
	case err != nil || !closed:
		return at, "", fmt.Errorf("%w: no index: %q", ErrUsage, "["+path)
	}
	to, err := at.element(i, at.typ.Kind)
	return to, rest, err
}

// element goes to the element of an array, or of what a pointer points to; kind is what must be there.
func (at part) element(i int64, kind ctype.Kind) (part, error) {
	t := at.typ
	if t.Kind != kind || kind != ctype.Array && kind != ctype.Pointer {
		return at, fmt.Errorf("%w: %s has no elements", ErrType, t)
	}
	base, arena := at.addr, at.arena
	if kind == ctype.Array && t.Len >= 0 && (i < 0 || i >= t.Len) {
		return at, fmt.Errorf("%w: index %d of %s", ErrRange, i, t)
	}
	if kind == ctype.Pointer {
		word := binary.LittleEndian.Uint64(unsafe.Slice((*byte)(base), 8))
		if base, arena = pointerTo(word), nil; base == nil {
			return at, fmt.Errorf("%w: a null pointer of type %s", ErrNil, t)
		}
	}
	offset := int64(0)
	if i != 0 {
		size, err := sizeOf(t.Elem)
		if err != nil {
			return at, err
		}
		offset = i * size
	}
	return part{Record: Record{t.Elem, unsafe.Add(base, offset), arena}}, nil
}

// pointerTo returns an address that C gave as a pointer.
func pointerTo(word uint64) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&word)) }

// load returns the part's value.
func (at part) load() (Value, error) {
	if at.bits != nil {
		v := newValue(at.typ, at.bits.Unit)
		v.setInteger(at.loadBits())
		return v, nil
	}
	if at.typ.Kind.IsRecord() || at.typ.Kind == ctype.Array {
		return Value{cell: at.Record}, nil
	}
	mem, err := at.bytes()
	if err != nil {
		return Value{}, err
	}
	v := newValue(at.typ, int64(len(mem)))
	copy(v.bytes(), mem)
	return v, nil
}

// store converts a Go value to the part's type and stores it.
func (at part) store(v any) error {
	if at.bits != nil {
		return at.storeBits(v)
	}
	if at.typ.IsFlexible() {
		return fmt.Errorf("%w: a flexible array has no size: set its elements", ErrSize)
	}
	mem, err := at.bytes()
	if err == nil && at.typ.Kind == ctype.Pointer && checking() {
		err = checkStored(v)
	}
	if err != nil {
		return err
	}
	return store(mem, at.typ, v, recordScope{at.arena})
}

// loadBits reads a bit-field.
func (at part) loadBits() integer {
	n := loadInteger(unsafe.Slice((*byte)(at.addr), at.bits.Size), false).above(at.bits.Bit % 8)
	return n.low(at.bits.Width).extended(at.bits.Width, at.bits.Signed)
}

// storeBits writes a bit-field and keeps the bits around it.
func (at part) storeBits(v any) error {
	n, ok := integerOf(v)
	if !ok {
		return unlike(v, at.typ)
	}
	width := at.bits.Width
	if !n.fits(width, at.bits.Signed) {
		return fmt.Errorf("%w: %v does not fit a bit-field of %d bits of type %s", ErrRange, n.big(), width, at.typ)
	}
	mem := unsafe.Slice((*byte)(at.addr), at.bits.Size)
	for i := range width {
		bit := at.bits.Bit%8 + i
		mask := byte(1) << (bit % 8)
		mem[bit/8] &^= mask
		if n.above(i).lo&1 == 1 {
			mem[bit/8] |= mask
		}
	}
	return nil
}

// recordScope keeps what a record refers to in the record's arena.
type recordScope struct{ arena *Arena }

func (s recordScope) cString(text string) (unsafe.Pointer, error) {
	if s.arena == nil {
		return nil, fmt.Errorf("%w: a string for a record that lies in no arena: use CString", ErrType)
	}
	return s.arena.cString(text)
}

func (recordScope) callback(f reflect.Value, _ *ctype.Type) (unsafe.Pointer, error) {
	return nil, fmt.Errorf("%w: %v in a record: use NewCallback", ErrType, f.Type())
}
