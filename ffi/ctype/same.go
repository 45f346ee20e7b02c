package ctype

import "fmt"

// Same reports whether two types are compatible as C understands it: values of one may stand where the other is
// expected. Typedef names and qualifiers make no difference. Records with the same tag of which one is incomplete are
// the same, an enum is the same as its underlying integer type, and a function without a prototype as one with.
func Same(a, b *Type) bool { return Difference(a, b) == nil }

// Difference returns nil when Same would report true, else an error that says where the types part.
func Difference(a, b *Type) error {
	return comparison{}.types(a, b)
}

// comparison holds the pairs of records that are taken to be the same, as their comparison has begun: types refer to
// themselves through pointers.
type comparison map[[2]*Record]bool

func (c comparison) types(a, b *Type) error {
	if a == b {
		return nil
	}
	if a == nil || b == nil {
		return fmt.Errorf("%w: a part is missing", ErrInvalid)
	}
	if a.Kind != b.Kind {
		if (a.Kind == Enum || b.Kind == Enum) && a.Base() == b.Base() {
			return nil
		}
		return differ(a, b)
	}
	switch a.Kind {
	case Struct, Union:
		return c.records(a, b)
	case Enum:
		return enums(a, b)
	case Func:
		return c.functions(a, b)
	case Pointer:
		return c.types(a.Elem, b.Elem)
	case Array, Vector:
		if a.Len != b.Len && a.Len >= 0 && b.Len >= 0 {
			return differ(a, b)
		}
		return c.types(a.Elem, b.Elem)
	}
	return nil
}

func differ(a, b *Type) error { return fmt.Errorf("%s is not %s", a, b) }

func (c comparison) records(a, b *Type) error {
	x, y := a.Record, b.Record
	switch {
	case x == y || x == nil || y == nil:
		return nil
	case x.Tag != y.Tag:
		return differ(a, b)
	case !x.Complete || !y.Complete || c[[2]*Record{x, y}]:
		return nil
	case len(x.Fields) != len(y.Fields):
		return fmt.Errorf("%s has %d fields here and %d there", a, len(x.Fields), len(y.Fields))
	case x.Packed != y.Packed || x.Pack != y.Pack || x.Align != y.Align:
		return fmt.Errorf("%s is packed or aligned in two ways", a)
	}
	c[[2]*Record{x, y}] = true
	for i := range x.Fields {
		if err := c.fields(&x.Fields[i], &y.Fields[i]); err != nil {
			return fmt.Errorf("%s, field %d, %s: %w", a, i+1, x.Fields[i].label(), err)
		}
	}
	return nil
}

func (c comparison) fields(x, y *Field) error {
	switch {
	case x.Name != y.Name:
		return fmt.Errorf("it is named %s there", y.label())
	case x.BitField != y.BitField || x.Bits != y.Bits:
		return fmt.Errorf("it differs in its number of bits")
	case x.Packed != y.Packed || x.Align != y.Align || x.Type != nil && y.Type != nil && x.Type.Align != y.Type.Align:
		return fmt.Errorf("it is packed or aligned in two ways")
	}
	return c.types(x.Type, y.Type)
}

func enums(a, b *Type) error {
	x, y := a.Enum, b.Enum
	if x == y || x == nil || y == nil {
		return nil
	}
	if x.Tag != y.Tag {
		return differ(a, b)
	}
	if !x.Complete || !y.Complete {
		return nil
	}
	if len(x.Values) != len(y.Values) || a.Base() != b.Base() {
		return fmt.Errorf("%s has two definitions", a)
	}
	for i, v := range x.Values {
		if v != y.Values[i] {
			return fmt.Errorf("%s has %s = %d here and %s = %d there", a, v.Name, v.Value, y.Values[i].Name, y.Values[i].Value)
		}
	}
	return nil
}

func (c comparison) functions(a, b *Type) error {
	x, y := a.Func, b.Func
	if x == y || x == nil || y == nil {
		return nil
	}
	if err := c.types(x.Result, y.Result); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	if x.Unknown || y.Unknown {
		return nil
	}
	if len(x.Params) != len(y.Params) || x.Variadic != y.Variadic {
		return differ(a, b)
	}
	for i := range x.Params {
		if err := c.types(x.Params[i].Type, y.Params[i].Type); err != nil {
			return fmt.Errorf("parameter %d: %w", i+1, err)
		}
	}
	return nil
}
