package ffi

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// matchesFunc compares a Go function type with a declared prototype and returns every difference. Go may give
// the variable arguments of a variadic prototype fixed types.
func matchesFunc(t reflect.Type, c *ctype.Type) error {
	fn := c.Func
	var wrong []error
	fixed := fixedArgs(t)
	if err := checkVariadic(t); err != nil {
		wrong = append(wrong, err)
	}
	switch {
	case fn.Unknown:
	case t.IsVariadic() && !fn.Variadic:
		wrong = append(wrong, fmt.Errorf("%w: the C function has no variable arguments", ErrType))
	case fixed < len(fn.Params), fixed > len(fn.Params) && (!fn.Variadic || t.IsVariadic()):
		wrong = append(wrong, fmt.Errorf("%w: %d arguments, C has %d", ErrType, fixed, len(fn.Params)))
	}
	for i := range min(fixed, len(fn.Params)) {
		if err := matches(t.In(i), fn.Params[i].Type); err != nil {
			wrong = append(wrong, fmt.Errorf("argument %s: %w", argName(i, fn.Params[i].Name), err))
		}
	}
	result, err := resultOf(t)
	if err == nil && result != nil {
		err = matches(result, fn.Result)
	}
	if err != nil {
		wrong = append(wrong, fmt.Errorf("result: %w", err))
	}
	if wrong == nil {
		return nil
	}
	return fmt.Errorf("%s does not fit %s: %w", t, c, errors.Join(wrong...))
}

func argName(i int, name string) string {
	if name == "" {
		return fmt.Sprint(i + 1)
	}
	return fmt.Sprintf("%d (%s)", i+1, name)
}

// matches reports how a Go type does not fit a declared C type:
//
//   - integers have the same width and signedness; plain char is int8 or uint8, an enum either signedness;
//   - void * is any pointer; T * is a pointer, slice or array pointer of what fits T, and unsafe.Pointer or uintptr always fit;
//     char * is a string, too; a function pointer is a Go function of a fitting type;
//   - a struct is a Go struct with the same offsets, or, as a union, any Go type of the same size without strings and slices.
func matches(t reflect.Type, c *ctype.Type) error {
	var ok bool
	switch c.Kind {
	case ctype.Pointer:
		return matchesPointer(t, c)
	case ctype.Struct, ctype.Union:
		return matchesRecord(t, c)
	case ctype.Array:
		if ok = t.Kind() == reflect.Array && int64(t.Len()) == c.Len; ok {
			return matches(t.Elem(), c.Elem)
		}
	case ctype.Void:
		return mismatch(t, c, "C has no value there")
	default:
		ok = scalarFits(t, c)
	}
	if !ok {
		return mismatch(t, c, goFor(c))
	}
	return nil
}

func mismatch(t reflect.Type, c *ctype.Type, hint string) error {
	if hint != "" {
		hint = ": " + hint
	}
	name := t.String()
	if name == c.String() { // Go's int is not C's
		name = fmt.Sprintf("%s of %d bits", t, 8*t.Size())
	}
	return fmt.Errorf("%w: Go has %s, C has %s%s", ErrType, name, c, hint)
}

// scalarFits compares what is no pointer, record or array.
func scalarFits(t reflect.Type, c *ctype.Type) bool {
	have, ok := wides[t]
	if !ok {
		have, ok = scalars[t.Kind()]
	}
	if !ok {
		return false
	}
	a, b := shapeOf(ctype.Basic(have)), shapeOf(c)
	if c.Kind == ctype.Enum || c.Kind == ctype.Char {
		a.family, b.family = either(a.family), either(b.family)
	}
	return a.family != other && a == b
}

// family is what two scalar types of one size may differ in.
type family uint8

const (
	other family = iota
	boolean
	signed
	unsigned
	float
	complexFloat
)

func either(f family) family {
	if f == unsigned {
		return signed
	}
	return f
}

// shape is what the bits of a scalar mean.
type shape struct {
	family family
	size   int64
}

func shapeOf(c *ctype.Type) shape {
	k := c.Base()
	s := shape{size: host.Size(k)}
	switch {
	case k == ctype.Bool:
		s.family = boolean
	case k.IsInteger() && host.Signed(c):
		s.family = signed
	case k.IsInteger():
		s.family = unsigned
	case k.IsFloat():
		s.family = float
	case k.IsComplex():
		s.family = complexFloat
	}
	return s
}

// goFor names the Go type for a scalar C type.
func goFor(c *ctype.Type) string {
	for t, k := range wides {
		if k == c.Kind {
			return "use " + t.String()
		}
	}
	s := shapeOf(c)
	name, ok := map[family]string{signed: "int", unsigned: "uint", float: "float", complexFloat: "complex"}[s.family]
	switch {
	case ok:
		return fmt.Sprintf("use %s%d", name, 8*s.size)
	case s.family == boolean:
		return "use bool"
	}
	return ""
}

func matchesPointer(t reflect.Type, c *ctype.Type) error {
	elem := c.Elem
	switch t.Kind() {
	case reflect.UnsafePointer, reflect.Uintptr:
		return nil
	case reflect.String:
		if isChar(elem) {
			return nil
		}
		return mismatch(t, c, "a string is for char *")
	case reflect.Func:
		if elem.Kind == ctype.Func {
			return matchesFunc(t, elem)
		}
		return mismatch(t, c, "C does not declare a function pointer there")
	case reflect.Pointer, reflect.Slice:
		return matchesElem(t, c)
	}
	return mismatch(t, c, "use a pointer")
}

func isChar(c *ctype.Type) bool {
	return c.Kind == ctype.Char || c.Kind == ctype.SChar || c.Kind == ctype.UChar
}

// matchesElem compares what two pointers point to.
func matchesElem(t reflect.Type, c *ctype.Type) error {
	to, elem := t.Elem(), c.Elem
	switch {
	case t == callbackType:
		if elem.Kind == ctype.Func || elem.Kind == ctype.Void {
			return nil
		}
	case elem.Kind == ctype.Void || incomplete(elem):
		return checkElem(t)
	case isChar(elem) && (to.Kind() == reflect.Int8 || to.Kind() == reflect.Uint8):
		return nil
	case elem.Kind == ctype.Func:
		return mismatch(t, c, "use a Go function, *ffi.Callback or unsafe.Pointer")
	}
	if err := checkElem(t); err != nil {
		return err
	}
	err := matches(to, elem)
	if err == nil {
		return nil
	}
	// int * is also the address of an array's first element.
	if to.Kind() == reflect.Array && matchesElem(reflect.PointerTo(to.Elem()), c) == nil {
		return nil
	}
	return fmt.Errorf("%s for %s: %w", t, c, err)
}

// incomplete reports whether C does not say what is in a record: Go may call it what it likes.
func incomplete(c *ctype.Type) bool {
	return (c.Kind == ctype.Struct || c.Kind == ctype.Union) && !c.Record.Complete
}

func matchesRecord(t reflect.Type, c *ctype.Type) error {
	layout, err := host.Layout(c)
	if err != nil {
		return err
	}
	if is := int64(t.Size()); is != layout.Size {
		return mismatch(t, c, fmt.Sprintf("%d bytes in Go, %d in C", is, layout.Size))
	}
	if t.Kind() == reflect.Struct && c.Kind == ctype.Struct && wides[t] == ctype.Invalid {
		return matchesFields(t, c, layout)
	}
	return onlyData(t)
}

// matchesFields compares fields that start together. A bit-field or union of C's may be bytes of any Go type, and Go may have
// a byte array for one or several of C's fields of other types.
func matchesFields(t reflect.Type, c *ctype.Type, layout ctype.Layout) error {
	at := make(map[uintptr]reflect.StructField)
	for i := range t.NumField() {
		if f := t.Field(i); f.Name != "_" && f.Type.Size() > 0 {
			at[f.Offset] = f
		}
	}
	for i, f := range c.Record.Fields {
		g, ok := at[uintptr(layout.Fields[i].Offset)]
		if !ok || f.BitField || f.Type.Kind == ctype.Union || f.Name == "" {
			continue
		}
		if err := matchesField(g.Type, f.Type); err != nil {
			return fmt.Errorf("field %s of %s at offset %d, C's %s: %w", g.Name, t, g.Offset, f.Name, err)
		}
	}
	return onlyData(t)
}

// matchesField is matches for what lies in memory: what pointers point to is not compared there, so that types that
// refer to themselves end.
func matchesField(t reflect.Type, c *ctype.Type) error {
	switch k := t.Kind(); {
	case isBlob(t, c):
		return nil
	case isCallback(t):
		return errCallbackInMemory
	case c.Kind == ctype.Pointer:
		if k == reflect.Pointer || k == reflect.UnsafePointer || k == reflect.Uintptr {
			return nil
		}
		return mismatch(t, c, "use a pointer")
	case c.Kind == ctype.Array && k == reflect.Array && int64(t.Len()) == c.Len:
		return matchesField(t.Elem(), c.Elem)
	}
	return matches(t, c)
}

// isBlob reports whether a field is bytes that hold at least what C has there.
func isBlob(t reflect.Type, c *ctype.Type) bool {
	if t.Kind() != reflect.Array || t.Elem().Kind() != reflect.Uint8 {
		return false
	}
	size, err := host.Sizeof(c)
	return err == nil && int64(t.Len()) >= size
}

// onlyData reports what in a type C has nothing like.
func onlyData(t reflect.Type) error {
	switch k := t.Kind(); {
	case scalars[k] != ctype.Invalid, wides[t] != ctype.Invalid, k == reflect.Pointer, k == reflect.UnsafePointer:
		return nil
	case k == reflect.Array:
		return onlyData(t.Elem())
	case k == reflect.Struct:
		for i := range t.NumField() {
			if err := onlyData(t.Field(i).Type); err != nil {
				return fmt.Errorf("field %s of %s: %w", t.Field(i).Name, t, err)
			}
		}
		return nil
	}
	return unfit(t)
}
