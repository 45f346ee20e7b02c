package ffi

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/plan"
)

// Value is a C value: what a function returned, or a part of a [Record].
//
// Accessors return it as a Go type. One that does not suit the C type panics with an [*Error] that is [ErrType], or
// [ErrRange] for a number that does not fit, as package reflect's do: the type is known from the declaration.
// [Value.Interface] suits every type. The zero Value is that of a function without a result.
type Value struct {
	cell   Record
	keep   any // arguments of the call, into which a pointer result may lead
	status plan.Status
}

// newValue returns a zero of so many bytes, in memory of its own.
func newValue(t *ctype.Type, size int64) Value {
	return Value{cell: Record{typ: t, addr: newMemory(size)}}
}

// newMemory returns zeroed Go memory aligned to 16 bytes, as C aligns its widest numbers.
func newMemory(size int64) unsafe.Pointer {
	words := make([]uint64, size/8+2)
	return alignUp(unsafe.Pointer(&words[0]), 16)
}

func (v Value) typ() *ctype.Type { return v.cell.typ }

// Type returns the C type, nil for the zero Value.
func (v Value) Type() *ctype.Type { return v.cell.typ }

// Errno returns C's errno as it was when the function returned, 0 when the function did not set it. A Value that no
// call returned has 0. Whether it means anything is for the function to say: most set it only when they fail.
func (v Value) Errno() syscall.Errno { return syscall.Errno(v.status.Errno) }

// LastError returns what GetLastError said when the function returned, by the rules of [Value.Errno]; 0 on other
// systems than Windows.
func (v Value) LastError() syscall.Errno { return syscall.Errno(v.status.LastError) }

// kind is the type's kind, Void for no value.
func (v Value) kind() ctype.Kind {
	if v.cell.typ == nil {
		return ctype.Void
	}
	return v.cell.typ.Kind
}

func (v Value) isAggregate() bool { return v.kind().IsRecord() || v.kind() == ctype.Array }

// bytes returns the memory of a number or pointer.
func (v Value) bytes() []byte {
	return unsafe.Slice((*byte)(v.cell.addr), host.Size(v.cell.typ.Base()))
}

func (v Value) setInteger(n integer) { n.put(v.bytes()) }

// integer returns the number of an integer type.
func (v Value) integer() integer {
	return loadInteger(v.bytes(), host.Signed(v.cell.typ))
}

// address returns the address that a pointer is.
func (v Value) address() uintptr { return uintptr(binary.LittleEndian.Uint64(v.bytes())) }

// wrong is the panic of an accessor.
func (v Value) wrong(accessor string, cause error) {
	panic(&Error{Op: accessor, Err: fmt.Errorf("%w: the C value has the type %s", cause, typeName(v.cell.typ))})
}

// Int returns an integer, an enum or a bool.
func (v Value) Int() int64 {
	if !v.kind().IsInteger() {
		v.wrong("Value.Int", ErrType)
	}
	n := v.integer()
	if !n.fits(64, true) {
		v.wrong("Value.Int", ErrRange)
	}
	return int64(n.lo)
}

// Uint returns an integer, an enum or a bool that is not negative, or the address that a pointer is.
func (v Value) Uint() uint64 {
	if v.kind() == ctype.Pointer {
		return uint64(v.address())
	}
	if !v.kind().IsInteger() {
		v.wrong("Value.Uint", ErrType)
	}
	n := v.integer()
	if !n.fits(64, false) {
		v.wrong("Value.Uint", ErrRange)
	}
	return n.lo
}

// Float returns a floating-point number; a long double is rounded to the nearest float64.
func (v Value) Float() float64 {
	if !v.kind().IsFloat() {
		v.wrong("Value.Float", ErrType)
	}
	return loadFloating(v.bytes(), v.kind()).float64()
}

// LongDouble returns a floating-point number exactly.
func (v Value) LongDouble() LongDouble {
	if !v.kind().IsFloat() {
		v.wrong("Value.LongDouble", ErrType)
	}
	return loadFloating(v.bytes(), v.kind()).longDouble()
}

// Complex returns a complex number; the parts of a long one are rounded to the nearest float64s.
func (v Value) Complex() complex128 {
	if !v.kind().IsComplex() {
		v.wrong("Value.Complex", ErrType)
	}
	re, im := v.parts()
	return complex(re.float64(), im.float64())
}

// parts returns the parts of a complex number.
func (v Value) parts() (re, im floating) {
	mem, part := v.bytes(), v.kind().Part()
	return loadFloating(mem[:len(mem)/2], part), loadFloating(mem[len(mem)/2:], part)
}

// Bool reports whether an integer, an enum or a bool is not 0.
func (v Value) Bool() bool {
	if !v.kind().IsInteger() {
		v.wrong("Value.Bool", ErrType)
	}
	return v.integer() != integer{}
}

// IsNil reports whether a pointer is null.
func (v Value) IsNil() bool {
	if v.kind() != ctype.Pointer {
		v.wrong("Value.IsNil", ErrType)
	}
	return v.address() == 0
}

// Pointer returns a pointer, or the address of an array, struct or union.
//
// It must be the address of memory, or nil: the run time refuses small numbers that C returns as
// pointers to mean something else. [Value.Uint] returns those.
func (v Value) Pointer() unsafe.Pointer {
	switch {
	case v.isAggregate():
		return v.cell.addr
	case v.kind() != ctype.Pointer:
		v.wrong("Value.Pointer", ErrType)
	}
	return pointerTo(uint64(v.address()))
}

// String returns a copy of the C string that a pointer to one of the char types leads to, "" when it is null, or of the
// string in an array of them, which may fill it without a zero byte. Other values are described, so that they can be
// printed: numbers in decimal, pointers in hexadecimal digits.
func (v Value) String() string {
	switch {
	case v.kind() == ctype.Pointer && isChar(v.cell.typ.Elem):
		s := GoString((*byte)(pointerTo(uint64(v.address()))))
		runtime.KeepAlive(v.keep)
		return s
	case v.kind() == ctype.Array && isChar(v.cell.typ.Elem):
		s, _, _ := strings.Cut(string(v.cell.Bytes()), "\x00")
		return s
	}
	var b strings.Builder
	v.print(&b)
	return b.String()
}

// Record returns an array, struct or union. What a call returned has memory of its own, what [Record.Get] returned is
// the record's. Of a pointer it returns what the pointer leads to, which must be complete, and panics with [ErrNil]
// when it is null.
func (v Value) Record() Record {
	switch {
	case v.isAggregate():
		return v.cell
	case v.kind() != ctype.Pointer || !v.cell.typ.Elem.IsComplete():
		v.wrong("Value.Record", ErrType)
	case v.address() == 0:
		v.wrong("Value.Record", ErrNil)
	}
	return Record{typ: v.cell.typ.Elem, addr: v.Pointer()}
}

// Interface returns the value as the Go type that suits its C type: the integer type of the same size, also for enums;
// bool, float32, float64, complex64, complex128, [LongDouble], [ComplexLongDouble], [Int128], [Uint128]; [Record] for
// arrays, structs and unions; unsafe.Pointer, under the rule of [Value.Pointer]; nil for no value.
func (v Value) Interface() any {
	switch k := v.kind(); {
	case k == ctype.Bool:
		return v.Bool()
	case k.IsInteger():
		return v.goInteger()
	case k == ctype.LongDouble:
		return v.LongDouble()
	case k == ctype.Float:
		return float32(v.Float())
	case k == ctype.Double:
		return v.Float()
	case k == ctype.ComplexFloat:
		return complex64(v.Complex())
	case k == ctype.ComplexDouble:
		return v.Complex()
	case k == ctype.ComplexLongDouble:
		re, im := v.parts()
		return ComplexLongDouble{re.longDouble(), im.longDouble()}
	case k == ctype.Pointer:
		return v.Pointer()
	case v.isAggregate():
		return v.cell
	}
	return nil
}

// goInteger returns an integer as the Go type of its size.
func (v Value) goInteger() any {
	n, negative := v.integer(), host.Signed(v.cell.typ)
	switch size := len(v.bytes()); {
	case size == 1 && negative:
		return int8(n.lo)
	case size == 1:
		return uint8(n.lo)
	case size == 2 && negative:
		return int16(n.lo)
	case size == 2:
		return uint16(n.lo)
	case size == 4 && negative:
		return int32(n.lo)
	case size == 4:
		return uint32(n.lo)
	case size == 8 && negative:
		return int64(n.lo)
	case size == 8:
		return n.lo
	case negative:
		return Int128{n.lo, int64(n.hi)}
	}
	return Uint128{n.lo, n.hi}
}

// print writes the value for people.
func (v Value) print(b *strings.Builder) {
	switch k := v.kind(); {
	case k == ctype.Void:
		b.WriteString("void")
	case k == ctype.Pointer:
		fmt.Fprintf(b, "%#x", v.address())
	case v.isAggregate():
		part{Record: v.cell}.print(b)
	case k.IsInteger():
		b.WriteString(v.integer().big().String())
	default:
		fmt.Fprint(b, v.Interface())
	}
}

// maxPrinted is the number of elements of an array that are printed.
const maxPrinted = 32

// print writes the part for people.
func (at part) print(b *strings.Builder) {
	switch t := at.typ; {
	case t.Kind == ctype.Array && isChar(t.Elem):
		fmt.Fprintf(b, "%q", Value{cell: at.Record}.String())
	case t.Kind == ctype.Array:
		at.printElements(b)
	case t.Kind.IsRecord():
		at.printFields(b)
	default:
		v, err := at.load()
		if err != nil {
			fmt.Fprintf(b, "<%v>", err)
			return
		}
		v.print(b)
	}
}

func (at part) printElements(b *strings.Builder) {
	b.WriteString("{")
	for i := range min(at.typ.Len, maxPrinted) {
		if i > 0 {
			b.WriteString(", ")
		}
		to, err := at.element(i, ctype.Array)
		if err != nil {
			fmt.Fprintf(b, "<%v>", err)
			break
		}
		to.print(b)
	}
	if at.typ.Len > maxPrinted {
		b.WriteString(", ...")
	}
	b.WriteString("}")
}

func (at part) printFields(b *strings.Builder) {
	layout, err := host.Layout(at.typ)
	if err != nil {
		fmt.Fprintf(b, "<%v>", err)
		return
	}
	b.WriteString(at.typ.Unqualified().String() + " {")
	separator := ""
	for i, f := range at.typ.Record.Fields {
		if f.BitField && f.Name == "" {
			continue
		}
		b.WriteString(separator)
		separator = ", "
		if f.Name != "" {
			b.WriteString(f.Name + ": ")
		}
		to := part{Record: Record{f.Type, unsafe.Add(at.addr, layout.Fields[i].Offset), at.arena}}
		if f.BitField {
			to.bits = &layout.Fields[i]
		}
		to.print(b)
	}
	b.WriteString("}")
}
