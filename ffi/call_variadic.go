package ffi

import (
	"fmt"
	"go/constant"
	"math/big"
	"reflect"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
)

var (
	voidPointer = ctype.PointerTo(ctype.Basic(ctype.Void))
	constString = ctype.PointerTo(&ctype.Type{Kind: ctype.Char, Const: true})
)

// variadic converts an argument for "...".
func (fr *frame) variadic(v any, s *callScope) (unsafe.Pointer, error) {
	if c, ok := v.(constant.Value); ok && c.Kind() == constant.String {
		v = constant.StringVal(c)
	}
	t, err := variadicType(v)
	if err != nil {
		return nil, err
	}
	fr.extra = append(fr.extra, t)
	return convert(t, v, s)
}

// variadicType returns the promoted C type as which a Go value is passed for "...".
func variadicType(v any) (*ctype.Type, error) {
	switch v := v.(type) {
	case nil, *Callback:
		return voidPointer, nil
	case Value:
		if v.cell.typ == nil {
			return nil, fmt.Errorf("%w: no value", ErrType)
		}
		return v.cell.typ.Promoted(), nil
	case Record:
		if v.typ == nil {
			return nil, fmt.Errorf("%w: a record without memory", ErrNil)
		}
		if v.typ.Kind.IsRecord() {
			return v.typ.Unqualified(), nil
		}
		return voidPointer, nil
	case constant.Value:
		return constantType(v)
	case *big.Int, *big.Float:
		return nil, fmt.Errorf("%w: %T for \"...\": use an Int128 or a LongDouble", ErrType, v)
	}
	t := reflect.TypeOf(v)
	kind, ok := wides[t]
	if !ok {
		kind, ok = variadicKinds[t.Kind()]
	}
	if ok {
		return ctype.Basic(kind), nil
	}
	switch t.Kind() {
	case reflect.String:
		return constString, nil
	case reflect.Pointer, reflect.UnsafePointer, reflect.Slice, reflect.Func:
		return voidPointer, nil
	case reflect.Struct:
		return ctypeOf(t)
	}
	return nil, fmt.Errorf("%w: %T for \"...\"", ErrType, v)
}

// variadicKinds are the C kinds as which numbers of Go's types are passed for "...".
var variadicKinds = map[reflect.Kind]ctype.Kind{
	reflect.Bool:       ctype.Int,
	reflect.Int8:       ctype.Int,
	reflect.Int16:      ctype.Int,
	reflect.Int32:      ctype.Int,
	reflect.Uint8:      ctype.Int,
	reflect.Uint16:     ctype.Int,
	reflect.Uint32:     ctype.UInt,
	reflect.Int:        ctype.LongLong,
	reflect.Int64:      ctype.LongLong,
	reflect.Uint:       ctype.ULongLong,
	reflect.Uint64:     ctype.ULongLong,
	reflect.Uintptr:    ctype.ULongLong,
	reflect.Float32:    ctype.Double,
	reflect.Float64:    ctype.Double,
	reflect.Complex64:  ctype.ComplexFloat,
	reflect.Complex128: ctype.ComplexDouble,
}

// constantType returns the type as which a constant is passed for "...": 64 bits for integers, as for Go's int.
func constantType(v constant.Value) (*ctype.Type, error) {
	n, isInteger := constantInteger(v)
	switch {
	case isInteger && n.fits(64, true):
		return ctype.Basic(ctype.LongLong), nil
	case isInteger && n.fits(64, false):
		return ctype.Basic(ctype.ULongLong), nil
	case v.Kind() == constant.Float:
		return ctype.Basic(ctype.Double), nil
	}
	return nil, fmt.Errorf("%w: the constant %v for \"...\"", ErrType, v)
}
