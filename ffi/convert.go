package ffi

import (
	"encoding/binary"
	"fmt"
	"go/constant"
	"reflect"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// scope makes what a Go value needs beside itself to become a C value, and decides how long it lives.
type scope interface {
	cString(s string) (unsafe.Pointer, error)
	callback(f reflect.Value, prototype *ctype.Type) (unsafe.Pointer, error)
}

// store converts a Go value to the C type and stores it in mem, which has the type's size.
func store(mem []byte, t *ctype.Type, v any, s scope) error {
	switch {
	case t.Kind == ctype.Pointer:
		address, err := addressOf(t, v, s)
		if err == nil {
			binary.LittleEndian.PutUint64(mem, uint64(address))
		}
		return err
	case t.Kind == ctype.Array:
		return storeArray(mem, t, v, s)
	case t.Kind.IsRecord():
		return storeRecord(mem, t, v)
	}
	return storeNumber(mem, t, v)
}

// storeNumber converts between kinds of numbers where nothing is lost but the precision of floating-point numbers.
func storeNumber(mem []byte, t *ctype.Type, v any) error {
	switch {
	case t.Kind.IsInteger():
		return storeInteger(mem, t, v)
	case t.Kind.IsFloat():
		x, ok := floatingOf(v)
		if !ok {
			return unlike(v, t)
		}
		return storeFloating(mem, t.Kind, x)
	case t.Kind.IsComplex():
		re, im, ok := complexOf(v)
		if !ok {
			return unlike(v, t)
		}
		half := len(mem) / 2
		if err := storeFloating(mem[:half], t.Kind.Part(), re); err != nil {
			return err
		}
		return storeFloating(mem[half:], t.Kind.Part(), im)
	}
	return fmt.Errorf("%w: %s has no values", ErrType, t)
}

// storeRecord copies a struct or union from another one, or from a Go value of the same layout.
func storeRecord(mem []byte, t *ctype.Type, v any) error {
	if r, ok := recordOf(v); ok {
		return storeCopy(mem, t, r)
	}
	r := reflect.ValueOf(v)
	_, isValue := v.(Value)
	if k := r.Kind(); isValue || k == reflect.Invalid || t.Kind == ctype.Struct && k != reflect.Struct && k != reflect.Array {
		return unlike(v, t)
	}
	if err := matches(r.Type(), t); err != nil {
		return err
	}
	boxed := reflect.New(r.Type())
	boxed.Elem().Set(r)
	copy(mem, unsafe.Slice((*byte)(boxed.UnsafePointer()), r.Type().Size()))
	return nil
}

// storeCopy copies a record of the same type.
func storeCopy(mem []byte, t *ctype.Type, r Record) error {
	if err := r.is(t); err != nil {
		return err
	}
	from, err := r.bytes()
	copy(mem, from)
	return err
}

// storeArray fills an array and zeroes the elements that it is given no value for.
func storeArray(mem []byte, t *ctype.Type, v any, s scope) error {
	if text, ok := v.(string); ok && isChar(t.Elem) {
		if len(text) >= len(mem) {
			return fmt.Errorf("%w: a string of %d bytes and its zero byte in %s", ErrSize, len(text), t)
		}
		if err := checkNUL(text); err != nil {
			return err
		}
		clear(mem[copy(mem, text):])
		return nil
	}
	if r, ok := recordOf(v); ok {
		return storeCopy(mem, t, r)
	}
	r := reflect.ValueOf(v)
	if k := r.Kind(); k != reflect.Slice && k != reflect.Array {
		return unlike(v, t)
	}
	if int64(r.Len()) > t.Len {
		return fmt.Errorf("%w: %d elements in %s", ErrSize, r.Len(), t)
	}
	size, err := sizeOf(t.Elem)
	if err != nil {
		return err
	}
	for i := range r.Len() {
		if err := store(mem[int64(i)*size:][:size], t.Elem, r.Index(i).Interface(), s); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	clear(mem[int64(r.Len())*size:])
	return nil
}

// recordOf returns the memory of a Record or of a Value that is one or an array.
func recordOf(v any) (Record, bool) {
	switch v := v.(type) {
	case Record:
		return v, true
	case Value:
		return v.cell, v.isAggregate()
	}
	return Record{}, false
}

// addressOf returns what a pointer of type t is when the Go value is given for it.
func addressOf(t *ctype.Type, v any, s scope) (uintptr, error) {
	switch v := v.(type) {
	case nil:
		return 0, nil
	case string:
		if err := takesString(t); err != nil {
			return 0, err
		}
		p, err := s.cString(v)
		return uintptr(p), err
	case Value:
		switch {
		case v.kind() == ctype.Pointer:
			return v.address(), compatible(v.typ().Elem, t)
		case v.isAggregate():
			return v.cell.decay(t)
		}
		return 0, unlike(v, t)
	case Record:
		return v.decay(t)
	case *Callback:
		p, err := v.address()
		if err == nil {
			err = takesFunction(t)
		}
		return uintptr(p), err
	case constant.Value:
		n, ok := constantInteger(v)
		switch {
		case !ok:
			return 0, unlike(v, t)
		case !n.fits(64, true) && !n.fits(64, false):
			return 0, fmt.Errorf("%w: %v does not fit %s", ErrRange, v, t)
		}
		return uintptr(n.lo), nil
	}
	return goAddress(t, v, s)
}

// goAddress is addressOf for values of Go's own types.
func goAddress(t *ctype.Type, v any, s scope) (uintptr, error) {
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Uintptr:
		return uintptr(r.Uint()), nil
	case reflect.UnsafePointer:
		return r.Pointer(), nil
	case reflect.Func:
		return functionAddress(t, r, s)
	case reflect.Pointer, reflect.Slice:
		return r.Pointer(), matches(r.Type(), t)
	case reflect.String:
		return addressOf(t, r.String(), s)
	}
	if _, ok := integerOf(v); ok {
		return 0, fmt.Errorf("%w: %T for %s: an address is a uintptr, and no address nil", ErrType, v, t)
	}
	return 0, unlike(v, t)
}

// functionAddress makes a C function of a Go function. Where the declaration says nothing about parameters, Go's type
// decides.
func functionAddress(t *ctype.Type, f reflect.Value, s scope) (uintptr, error) {
	if err := takesFunction(t); err != nil || f.IsNil() {
		return 0, err
	}
	prototype := t.Elem
	if prototype.Kind != ctype.Func || prototype.Func.Unknown {
		prototype = nil
	}
	p, err := s.callback(f, prototype)
	return uintptr(p), err
}

// takesString checks that C may be given a copy of a Go string.
func takesString(t *ctype.Type) error {
	switch {
	case !isChar(t.Elem) && t.Elem.Kind != ctype.Void:
		return unlike("", t)
	case !t.Elem.Const:
		return fmt.Errorf("%w: string for %s, into which C may write: pass a *byte of CString, or for a call a []byte", ErrType, t)
	}
	return nil
}

func takesFunction(t *ctype.Type) error {
	if t.Elem.Kind != ctype.Func && t.Elem.Kind != ctype.Void {
		return fmt.Errorf("%w: a function for %s", ErrType, t)
	}
	return nil
}

// compatible checks that a pointer to elem may be given for the pointer type: void goes with everything.
func compatible(elem, pointer *ctype.Type) error {
	to := pointer.Elem
	if elem.Kind == ctype.Void || to.Kind == ctype.Void || isChar(elem) && isChar(to) || ctype.Same(elem, to) {
		return nil
	}
	return fmt.Errorf("%w: %s for %s: pass its address, an unsafe.Pointer, to convert it", ErrType, ctype.PointerTo(elem), pointer)
}
