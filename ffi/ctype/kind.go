package ctype

// names are the spellings of the basic kinds.
var names = [...]string{
	Invalid:           "invalid type",
	Void:              "void",
	Bool:              "_Bool",
	Char:              "char",
	SChar:             "signed char",
	UChar:             "unsigned char",
	Short:             "short",
	UShort:            "unsigned short",
	Int:               "int",
	UInt:              "unsigned int",
	Long:              "long",
	ULong:             "unsigned long",
	LongLong:          "long long",
	ULongLong:         "unsigned long long",
	Int128:            "__int128",
	UInt128:           "unsigned __int128",
	Float:             "float",
	Double:            "double",
	LongDouble:        "long double",
	ComplexFloat:      "float _Complex",
	ComplexDouble:     "double _Complex",
	ComplexLongDouble: "long double _Complex",
	Enum:              "enum",
	Pointer:           "pointer",
	Array:             "array",
	Struct:            "struct",
	Union:             "union",
	Func:              "function",
	Vector:            "vector",
}

// String is the kind's C spelling, or an English word for kinds that are not the whole of a type.
func (k Kind) String() string {
	if int(k) < len(names) {
		return names[k]
	}
	return names[Invalid]
}

// IsInteger reports whether values of the kind are integers. Enums are; see [Type.Base] for what they are made of.
func (k Kind) IsInteger() bool { return k >= Bool && k <= UInt128 || k == Enum }

// IsFloat reports whether values of the kind are real floating-point numbers.
func (k Kind) IsFloat() bool { return k >= Float && k <= LongDouble }

// IsComplex reports whether values of the kind are complex numbers.
func (k Kind) IsComplex() bool { return k >= ComplexFloat && k <= ComplexLongDouble }

// IsArithmetic reports whether values of the kind are numbers.
func (k Kind) IsArithmetic() bool { return k.IsInteger() || k.IsFloat() || k.IsComplex() }

// IsScalar reports whether values of the kind are numbers or pointers.
func (k Kind) IsScalar() bool { return k.IsArithmetic() || k == Pointer }

// IsRecord reports whether the kind is Struct or Union.
func (k Kind) IsRecord() bool { return k == Struct || k == Union }

// Part returns the kind of the two numbers of which a complex kind is made, and other kinds unchanged.
func (k Kind) Part() Kind {
	if k.IsComplex() {
		return k - ComplexFloat + Float
	}
	return k
}

// Base returns the type's kind, with an enum's underlying kind for an enum: Int where that is unknown.
func (t *Type) Base() Kind {
	switch {
	case t.Kind != Enum:
		return t.Kind
	case t.Enum == nil || t.Enum.Underlying == Invalid:
		return Int
	}
	return t.Enum.Underlying
}

// IsFlexible reports whether the type is an array of unknown size, which as the last field of a struct is a flexible array.
func (t *Type) IsFlexible() bool { return t.Kind == Array && t.Len < 0 }

// IsComplete reports whether the type's size is known: false for void, functions, arrays without a length, and
// records and enums of which only the tag is known. Whether the layout of a complete type has other faults, [Target.Layout] says.
func (t *Type) IsComplete() bool {
	switch t.Kind {
	case Invalid, Void, Func:
		return false
	case Struct, Union:
		return t.Record != nil && t.Record.Complete
	case Enum:
		return t.Enum != nil && t.Enum.Complete
	case Array, Vector:
		return t.Len >= 0 && t.Elem != nil && t.Elem.IsComplete()
	}
	return true
}
