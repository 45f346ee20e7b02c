package ffi

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// host is the platform whose C this program calls.
var host = ctype.Host()

var callbackType = reflect.TypeFor[*Callback]()

// scalars are the C types that the scalar Go types stand for: those of the same width on every platform.
var scalars = map[reflect.Kind]ctype.Kind{
	reflect.Bool:       ctype.Bool,
	reflect.Int8:       ctype.SChar,
	reflect.Int16:      ctype.Short,
	reflect.Int32:      ctype.Int,
	reflect.Int64:      ctype.LongLong,
	reflect.Int:        ctype.LongLong,
	reflect.Uint8:      ctype.UChar,
	reflect.Uint16:     ctype.UShort,
	reflect.Uint32:     ctype.UInt,
	reflect.Uint64:     ctype.ULongLong,
	reflect.Uint:       ctype.ULongLong,
	reflect.Uintptr:    ctype.ULongLong,
	reflect.Float32:    ctype.Float,
	reflect.Float64:    ctype.Double,
	reflect.Complex64:  ctype.ComplexFloat,
	reflect.Complex128: ctype.ComplexDouble,
}

// wides are the types of this package for what Go has no type for.
var wides = map[reflect.Type]ctype.Kind{
	reflect.TypeFor[LongDouble]():        ctype.LongDouble,
	reflect.TypeFor[ComplexLongDouble](): ctype.ComplexLongDouble,
	reflect.TypeFor[Int128]():            ctype.Int128,
	reflect.TypeFor[Uint128]():           ctype.UInt128,
}

var (
	errorType      = reflect.TypeFor[error]()
	anySliceType   = reflect.TypeFor[[]any]()
	longDoubleType = reflect.TypeFor[LongDouble]()
)

// ctypeOf returns the C type of arguments and results of a Go type. All that travels as an address
// (pointers, slices, strings, functions) is void *; a struct is a struct of the same layout.
func ctypeOf(t reflect.Type) (*ctype.Type, error) {
	switch t.Kind() {
	case reflect.Pointer, reflect.UnsafePointer, reflect.Slice, reflect.String, reflect.Func:
		return ctype.PointerTo(ctype.Basic(ctype.Void)), checkElem(t)
	case reflect.Array:
		return nil, fmt.Errorf("%w: C passes arrays by address: use *%s, or a struct that holds the array", ErrType, t)
	}
	return memoryType(t)
}

// memoryType returns the C type of what a Go type's values look like in memory.
func memoryType(t reflect.Type) (*ctype.Type, error) {
	kind, ok := wides[t]
	if !ok {
		kind, ok = scalars[t.Kind()]
	}
	if ok {
		return ctype.Basic(kind), nil
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.UnsafePointer:
		if isCallback(t) {
			return nil, errCallbackInMemory
		}
		return ctype.PointerTo(ctype.Basic(ctype.Void)), nil
	case reflect.Array:
		elem, err := memoryType(t.Elem())
		if err != nil {
			return nil, err
		}
		return ctype.ArrayOf(elem, int64(t.Len())), nil
	case reflect.Struct:
		return structType(t)
	}
	return nil, unfit(t)
}

// isCallback reports whether a type is *Callback, of which C must see the function pointer, or is defined as it.
func isCallback(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && t.Elem() == callbackType.Elem()
}

var errCallbackInMemory = fmt.Errorf("%w: in memory, use unsafe.Pointer and the Callback's Ptr", ErrType)

// unfit tells what to use instead of a type that C has nothing like.
func unfit(t reflect.Type) error {
	instead := map[reflect.Kind]string{
		reflect.String:    "in memory, use *byte (see CString)",
		reflect.Slice:     "in memory, use a pointer and a length",
		reflect.Func:      "in memory, use unsafe.Pointer and NewCallback",
		reflect.Map:       "use a pointer to an array or struct",
		reflect.Chan:      "use a function",
		reflect.Interface: "use the type of the value",
	}[t.Kind()]
	return fmt.Errorf("%w: C has no %s: %s", ErrType, t, instead)
}

// checkElem refuses pointers and slices of what C has nothing like: &s for a slice s would give C the slice's header.
func checkElem(t reflect.Type) error {
	if t.Kind() != reflect.Pointer && t.Kind() != reflect.Slice {
		return nil
	}
	elem := t.Elem()
	for elem.Kind() == reflect.Array {
		elem = elem.Elem()
	}
	switch elem.Kind() {
	case reflect.String, reflect.Slice, reflect.Func, reflect.Map, reflect.Chan, reflect.Interface:
		return fmt.Errorf("%s: %w", t, unfit(elem))
	}
	if isCallback(elem) {
		return fmt.Errorf("%s: %w", t, errCallbackInMemory)
	}
	return nil
}

// structType returns the C struct of a Go struct's fields. Blank fields stand for C's padding.
func structType(t reflect.Type) (*ctype.Type, error) {
	if t.ConvertibleTo(longDoubleType) {
		return nil, fmt.Errorf("%w: use %s itself for %s", ErrType, longDoubleType, t)
	}
	var fields []reflect.StructField
	var members []ctype.Field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		c, err := memoryType(f.Type)
		if err != nil {
			return nil, fmt.Errorf("field %s of %s: %w", f.Name, t, err)
		}
		members = append(members, ctype.Member(f.Name, c))
		fields = append(fields, f)
	}
	c := ctype.StructOf(t.Name(), members...)
	return c, sameLayout(t, fields, c)
}

// sameLayout compares a Go struct with a C struct that has the given fields of it, in order.
func sameLayout(t reflect.Type, fields []reflect.StructField, c *ctype.Type) error {
	layout, err := host.Layout(c)
	if err != nil {
		return fmt.Errorf("%s: %w", t, err)
	}
	for i, f := range fields {
		if is, want := int64(f.Offset), layout.Fields[i].Offset; is != want {
			return fmt.Errorf("%w: field %s of %s is at offset %d in Go and %d in C: %s", ErrType, f.Name, t, is, want, padding(is, want))
		}
	}
	if is := int64(t.Size()); is != layout.Size {
		return fmt.Errorf("%w: %s has %d bytes in Go and %d in C: %s", ErrType, t, is, layout.Size, padding(is, layout.Size))
	}
	return nil
}

// padding tells how what is at one offset gets to another.
func padding(is, want int64) string {
	if is < want {
		return fmt.Sprintf("put a field _ [%d]byte before it", want-is)
	}
	return "give the padding a name if C has a field there"
}

// prototypeOf returns the C prototype of a Go function type. A final error result is the caller's, not C's; a final
// ...any is C's "...".
func prototypeOf(t reflect.Type) (*ctype.Type, error) {
	if t.Kind() != reflect.Func {
		return nil, fmt.Errorf("%w: %s is not a function type", ErrType, t)
	}
	fn := &ctype.FuncType{Result: ctype.Basic(ctype.Void), Variadic: t.IsVariadic()}
	var wrong []error
	for i := range fixedArgs(t) {
		c, err := ctypeOf(t.In(i))
		if err != nil {
			wrong = append(wrong, fmt.Errorf("argument %d: %w", i+1, err))
		}
		fn.Params = append(fn.Params, ctype.Param{Type: c})
	}
	if err := checkVariadic(t); err != nil {
		wrong = append(wrong, err)
	}
	result, err := resultOf(t)
	switch {
	case err != nil:
		wrong = append(wrong, err)
	case result != nil:
		if fn.Result, err = resultType(result); err != nil {
			wrong = append(wrong, fmt.Errorf("result: %w", err))
		}
	}
	if wrong != nil {
		return nil, fmt.Errorf("%s: %w", t, errors.Join(wrong...))
	}
	return &ctype.Type{Kind: ctype.Func, Func: fn}, nil
}

// checkVariadic refuses variable arguments of one type: C's may be of any.
func checkVariadic(t reflect.Type) error {
	if !t.IsVariadic() || t.In(t.NumIn()-1) == anySliceType {
		return nil
	}
	return fmt.Errorf("%w: the variable arguments must be ...any, not ...%s", ErrType, t.In(t.NumIn()-1).Elem())
}

// fixedArgs is the number of arguments without the variable ones.
func fixedArgs(t reflect.Type) int {
	if t.IsVariadic() {
		return t.NumIn() - 1
	}
	return t.NumIn()
}

// resultOf returns the type of C's result, nil for void.
func resultOf(t reflect.Type) (reflect.Type, error) {
	n := t.NumOut()
	if endsInError(t) {
		n--
	}
	switch n {
	case 0:
		return nil, nil
	case 1:
		return t.Out(0), nil
	}
	return nil, fmt.Errorf("%w: a C function has one result, not %d; others are written through pointers (a last one of type error is allowed)", ErrType, n)
}

func endsInError(t reflect.Type) bool {
	return t.NumOut() > 0 && t.Out(t.NumOut()-1) == errorType
}

// resultType is ctypeOf without the types that only arguments can have.
func resultType(t reflect.Type) (*ctype.Type, error) {
	switch {
	case t.Kind() == reflect.Slice:
		return nil, fmt.Errorf("%w: C does not tell how long %s is: use a pointer and unsafe.Slice", ErrType, t)
	case t.Kind() == reflect.Func || t == callbackType:
		return nil, fmt.Errorf("%w: use unsafe.Pointer and FuncAt for %s", ErrType, t)
	}
	return ctypeOf(t)
}
