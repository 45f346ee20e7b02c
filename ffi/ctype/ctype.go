// Package ctype describes C types and lays them out in memory.
//
// A [Type] says what a declaration says and nothing about a machine; [Target] knows how the C compilers of one platform lay
// types out. Every function here is pure: layouts of all targets can be computed on any host.
//
// Types are built by [Basic], [PointerTo], [StructOf] and the like, compared by [Same], and written as C by [Type.Declare],
// [Type.Define] and [Source]. [Target.Layout] gives sizes, alignments, offsets and bit-fields: by the System V and Itanium
// rules of gcc and clang on Linux and macOS, by Microsoft's on Windows, with attributes packed and aligned and with
// #pragma pack. [Target.Disputed] tells the few records that compilers of one platform lay out differently.
package ctype

// Kind is the sort of a type.
type Kind uint8

// The kinds. Char is plain char, a type of its own beside SChar and UChar; all targets make it signed but Linux on arm64.
const (
	Invalid Kind = iota
	Void
	Bool
	Char
	SChar
	UChar
	Short
	UShort
	Int
	UInt
	Long
	ULong
	LongLong
	ULongLong
	Int128
	UInt128
	Float
	Double
	LongDouble
	ComplexFloat
	ComplexDouble
	ComplexLongDouble
	Enum
	Pointer
	Array
	Struct
	Union
	Func
	Vector // GCC's vector_size and what is built on it
)

// Type is a C type. It is not changed once it is built, except that an incomplete record or enum may be completed.
//
// The same type may be represented by several values; [Same] compares.
type Type struct {
	Kind Kind

	// Typedef is the name under which the type was written, "" when it has no typedef: size_t, uint8_t.
	Typedef string

	// Align is an alignment in bytes that the typedef itself asks for by aligned(n); 0 for none. It may be below the natural one.
	Align int

	Elem   *Type     // of a Pointer, Array or Vector
	Len    int64     // elements of an Array or Vector; -1 for an array of unknown size
	Record *Record   // of a Struct or Union
	Enum   *EnumType // of an Enum
	Func   *FuncType // of a Func

	Const, Volatile bool
}

// Record is what is behind a struct or union type; types that name the same tag share it.
type Record struct {
	Tag      string // "" when anonymous
	Complete bool   // false for `struct tag;`, whose size is unknown
	Partial  bool   // it is incomplete because its definition ends in "...", as cffi writes it
	Fields   []Field

	Packed bool // attribute packed on the record
	Pack   int  // #pragma pack(n) in force at the definition, in bytes; 0 for none
	Align  int  // attribute aligned(n) on the record, in bytes; 0 for none
}

// Field is a member of a record.
type Field struct {
	Name string // "" for an anonymous struct or union, whose fields are reached as the outer record's, and for an unnamed bit-field
	Type *Type  // an Array with Len -1 as the last field is a flexible array

	BitField bool
	Bits     int // width of a bit-field; 0 is legal for an unnamed one

	Packed bool // attribute packed on the field
	Align  int  // attribute aligned(n) or _Alignas(n) on the field, in bytes; 0 for none
}

// EnumType is what is behind an enum type.
type EnumType struct {
	Tag        string
	Complete   bool
	Underlying Kind // UInt or Int as gcc chooses, or ULong or Long where values need 64 bits; packed enums are narrower
	Values     []EnumValue
}

// EnumValue is one enumerator.
type EnumValue struct {
	Name  string
	Value int64 // the bits; an unsigned value beyond int64 wraps
}

// FuncType is a prototype.
type FuncType struct {
	Result   *Type
	Params   []Param
	Variadic bool // ends in "..."
	Unknown  bool // `f()`, which says nothing about parameters
}

// Param is one parameter, with arrays and functions adjusted to pointers already.
type Param struct {
	Name string // may be ""
	Type *Type

	// Elems is the number of elements that the declaration asks of what the pointer points to, in `int a[4]` and
	// `int a[static 4]`; 0 where it asks for none.
	Elems int64

	// NonNull says that the attribute nonnull, or `static` in brackets, forbids a null pointer.
	NonNull bool
}

// Target is a platform, named as in GOOS and GOARCH: linux, darwin or windows on amd64 or arm64.
type Target struct{ OS, Arch string }
