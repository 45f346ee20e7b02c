package ctype

// Basic returns the type of a kind that needs nothing beside itself: Void, Bool, the integers and the floating-point numbers.
func Basic(k Kind) *Type { return &Type{Kind: k} }

// PointerTo returns the type of pointers to elem.
func PointerTo(elem *Type) *Type { return &Type{Kind: Pointer, Elem: elem} }

// ArrayOf returns the type of arrays of n elements; -1 is an array of unknown size.
func ArrayOf(elem *Type, n int64) *Type { return &Type{Kind: Array, Elem: elem, Len: n} }

// StructOf returns a complete struct type. The tag may be "".
func StructOf(tag string, fields ...Field) *Type {
	return &Type{Kind: Struct, Record: &Record{Tag: tag, Complete: true, Fields: fields}}
}

// UnionOf returns a complete union type. The tag may be "".
func UnionOf(tag string, fields ...Field) *Type {
	return &Type{Kind: Union, Record: &Record{Tag: tag, Complete: true, Fields: fields}}
}

// Incomplete returns the struct or union type of which only the tag is known.
func Incomplete(k Kind, tag string) *Type { return &Type{Kind: k, Record: &Record{Tag: tag}} }

// EnumOf returns a complete enum type, whose underlying kind is Int or UInt on most platforms. The tag may be "".
func EnumOf(tag string, underlying Kind, values ...EnumValue) *Type {
	return &Type{Kind: Enum, Enum: &EnumType{Tag: tag, Complete: true, Underlying: underlying, Values: values}}
}

// FuncOf returns a prototype. Arrays and functions as parameters are adjusted to pointers, as C does.
func FuncOf(result *Type, params ...*Type) *Type {
	f := &FuncType{Result: result}
	for _, p := range params {
		param := Param{Type: p.Adjusted()}
		if p.Kind == Array && p.Len > 0 {
			param.Elems = p.Len
		}
		f.Params = append(f.Params, param)
	}
	return &Type{Kind: Func, Func: f}
}

// VariadicOf returns a prototype that ends in "...".
func VariadicOf(result *Type, params ...*Type) *Type {
	t := FuncOf(result, params...)
	t.Func.Variadic = true
	return t
}

// Member returns a plain field. With the name "" its type is an anonymous struct or union.
func Member(name string, t *Type) Field { return Field{Name: name, Type: t} }

// BitField returns a bit-field of so many bits; one of 0 bits has no name.
func BitField(name string, t *Type, bits int) Field {
	return Field{Name: name, Type: t, BitField: true, Bits: bits}
}

// Named returns a copy of the type as written by a typedef's name.
func (t *Type) Named(typedef string) *Type {
	c := *t
	c.Typedef = typedef
	return &c
}

// Aligned returns a copy of the type as written by a typedef that asks for an alignment in bytes.
func (t *Type) Aligned(typedef string, align int) *Type {
	c := *t
	c.Typedef, c.Align = typedef, align
	return &c
}

// Unqualified returns the type without const and volatile, which is the type itself where it has neither.
func (t *Type) Unqualified() *Type {
	if !t.Const && !t.Volatile {
		return t
	}
	c := *t
	c.Const, c.Volatile = false, false
	return &c
}

// Adjusted returns the type that a parameter declared with this type has: arrays and functions become pointers.
func (t *Type) Adjusted() *Type {
	switch t.Kind {
	case Array:
		return PointerTo(t.Elem)
	case Func:
		return PointerTo(t)
	}
	return t
}

// Promoted returns the type that an argument of this type has after C's default argument promotions, as variadic
// functions and functions without prototype receive it: integers narrower than int become int, float becomes double.
func (t *Type) Promoted() *Type {
	switch t.Base() {
	case Bool, Char, SChar, UChar, Short, UShort:
		return Basic(Int)
	case Float:
		return Basic(Double)
	case Array, Func:
		return t.Adjusted()
	}
	return t.Unqualified()
}
