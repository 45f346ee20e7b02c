package ctype_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// Short names for the types of the tables.
var (
	void     = ctype.Basic(ctype.Void)
	char     = ctype.Basic(ctype.Char)
	short    = ctype.Basic(ctype.Short)
	integer  = ctype.Basic(ctype.Int)
	unsigned = ctype.Basic(ctype.UInt)
	long     = ctype.Basic(ctype.Long)
	longlong = ctype.Basic(ctype.LongLong)
	ulong    = ctype.Basic(ctype.ULongLong)
	double   = ctype.Basic(ctype.Double)
	ldouble  = ctype.Basic(ctype.LongDouble)
	pointer  = ctype.PointerTo(void)
)

// packedStruct returns a struct with attribute packed.
func packedStruct(fields ...ctype.Field) *ctype.Type {
	t := ctype.StructOf("s", fields...)
	t.Record.Packed = true
	return t
}

// TestLayout compares with layouts written down by hand: size, alignment, and the offset of each field, of a bit-field
// as byte.bit:width. They are grouped as linux, darwin and windows, amd64 before arm64; "" is as the one before.
func TestLayout(t *testing.T) {
	epollData := ctype.UnionOf("epoll_data", ctype.Member("ptr", pointer), ctype.Member("fd", integer), ctype.Member("u64", ulong))
	skPointer := ctype.UnionOf("", ctype.Member("sk", pointer), ctype.BitField("", ulong, 64))
	skPointer.Record.Align = 8
	tests := []struct {
		name string
		typ  *ctype.Type
		want [6]string
	}{
		{"long", long, [6]string{"8 8", "", "", "", "4 4"}},
		{"long double", ldouble, [6]string{"16 16", "", "", "8 8"}},
		{"long double _Complex", ctype.Basic(ctype.ComplexLongDouble), [6]string{"32 16", "", "", "16 8"}},
		{"float _Complex", ctype.Basic(ctype.ComplexFloat), [6]string{"8 4"}},
		{"__int128", ctype.Basic(ctype.Int128), [6]string{"16 16"}},
		{"_Bool", ctype.Basic(ctype.Bool), [6]string{"1 1"}},
		{"enum", ctype.EnumOf("e", ctype.UInt), [6]string{"4 4"}},
		{"enum of 64 bits", ctype.EnumOf("e", ctype.ULongLong), [6]string{"8 8"}},
		{"packed enum", ctype.EnumOf("e", ctype.UChar), [6]string{"1 1"}},
		{"array", ctype.ArrayOf(short, 5), [6]string{"10 2"}},
		{"typedef that asks for more", integer.Aligned("i16", 16), [6]string{"4 16"}},
		{"typedef that asks for less", integer.Aligned("i2", 2), [6]string{"4 2"}},
		{"struct epoll_event", packedStruct(ctype.Member("events", unsigned), ctype.Member("data", epollData)), [6]string{"12 1 0 4"}},
		{"union", epollData, [6]string{"8 8 0 0 0"}},
		{"struct div_t", ctype.StructOf("", ctype.Member("quot", long), ctype.Member("rem", long)), [6]string{"16 8 0 8", "", "", "", "8 4 0 4"}},
		{"bit-field behind a char, as in GIOChannel", ctype.StructOf("s",
			ctype.Member("partial_write_buf", ctype.ArrayOf(char, 6)), ctype.BitField("use_buffer", unsigned, 1), ctype.BitField("do_encode", unsigned, 1), ctype.Member("p", pointer)),
			[6]string{"16 8 0 6.0:1 6.1:1 8", "", "", "", "24 8 0 8.0:1 8.1:1 16"}},
		{"pointers of 64 bits everywhere, as in __sk_buff", ctype.StructOf("s", ctype.Member("a", unsigned), ctype.Member("", skPointer), ctype.Member("b", char)),
			[6]string{"24 8 0 8 16"}},
		{"types of different sizes share a unit", ctype.StructOf("s", ctype.BitField("a", char, 3), ctype.BitField("b", integer, 7)),
			[6]string{"4 4 0.0:3 0.3:7", "", "", "", "8 4 0.0:3 4.0:7"}},
		{"a bit-field that would cross", ctype.StructOf("s", ctype.BitField("a", integer, 20), ctype.BitField("b", integer, 20)),
			[6]string{"8 4 0.0:20 4.0:20"}},
		{"bit-fields of a packed struct cross", packedStruct(ctype.BitField("a", integer, 20), ctype.BitField("b", integer, 20)),
			[6]string{"5 1 0.0:20 2.4:20", "", "", "", "8 1 0.0:20 4.0:20"}},
		{"zero width", ctype.StructOf("s", ctype.BitField("a", char, 1), ctype.BitField("", integer, 0), ctype.BitField("b", char, 1)),
			[6]string{"5 1 0.0:1 4.0:0 4.0:1", "8 4 0.0:1 4.0:0 4.0:1", "5 1 0.0:1 4.0:0 4.0:1", "", "8 4 0.0:1 4.0:0 4.0:1"}},
		{"unnamed", ctype.StructOf("s", ctype.Member("c", char), ctype.BitField("", integer, 3)),
			[6]string{"2 1 0 1.0:3", "4 4 0 1.0:3", "2 1 0 1.0:3", "", "8 4 0 4.0:3"}},
		{"_Bool bit-fields", ctype.StructOf("s", ctype.BitField("a", ctype.Basic(ctype.Bool), 1), ctype.BitField("b", ctype.Basic(ctype.Bool), 1)),
			[6]string{"1 1 0.0:1 0.1:1"}},
		{"flexible array", ctype.StructOf("s", ctype.Member("n", integer), ctype.Member("a", ctype.ArrayOf(double, -1))), [6]string{"8 8 0 8"}},
		{"array of length 0", ctype.StructOf("s", ctype.Member("a", ctype.ArrayOf(double, 0)), ctype.Member("n", char)), [6]string{"8 8 0 0"}},
		{"no fields", ctype.StructOf("s"), [6]string{"0 1", "", "", "", "4 1"}},
		{"#pragma pack", packed(2, ctype.Member("a", char), ctype.Member("b", integer), ctype.Member("c", double)), [6]string{"14 2 0 2 6"}},
		{"#pragma pack above", packed(16, ctype.Member("a", char), ctype.Member("b", integer)), [6]string{"8 4 0 4"}},
		{"aligned field", ctype.StructOf("s", ctype.Member("a", char), asking(ctype.Member("b", char), 8)), [6]string{"16 8 0 8"}},
		{"__int128 behind a char", ctype.StructOf("s", ctype.Member("a", char), ctype.Member("b", ctype.Basic(ctype.Int128))), [6]string{"32 16 0 16"}},
	}
	for _, test := range tests {
		want := ""
		for i, target := range ctype.Targets() {
			if test.want[i] != "" {
				want = test.want[i]
			}
			l, err := target.Layout(test.typ)
			if got := spell(l); err != nil || got != want {
				t.Errorf("%s on %s: %q, %v; want %q", test.name, target, got, err, want)
			}
		}
	}
}

// spell writes a layout as the table does.
func spell(l ctype.Layout) string {
	s := fmt.Sprint(l.Size, l.Align)
	for _, f := range l.Fields {
		if f.Unit != 0 {
			s += fmt.Sprintf(" %d.%d:%d", f.Offset, f.Bit%8, f.Width)
		} else {
			s += fmt.Sprint(" ", f.Offset)
		}
	}
	return s
}

// TestFieldLayout checks what a field's layout says beside its place.
func TestFieldLayout(t *testing.T) {
	s := ctype.StructOf("s", ctype.Member("a", short), ctype.BitField("b", integer, 5), ctype.BitField("c", unsigned, 9), ctype.BitField("d", char, 2))
	l, err := linuxARM64.Layout(s)
	want := []ctype.FieldLayout{
		{Offset: 0, Size: 2, Bit: 0, Width: 16},
		{Offset: 2, Size: 1, Bit: 16, Width: 5, Unit: 4, Signed: true},
		{Offset: 2, Size: 2, Bit: 21, Width: 9, Unit: 4},
		{Offset: 3, Size: 1, Bit: 30, Width: 2, Unit: 1}, // char is unsigned there
	}
	if err != nil || !reflect.DeepEqual(l.Fields, want) {
		t.Errorf("%+v, %v; want %+v", l.Fields, err, want)
	}
	if l, _ := linuxAMD64.Layout(s); !l.Fields[3].Signed {
		t.Error("a bit-field of type char is unsigned on amd64")
	}
}

func TestLayoutErrors(t *testing.T) {
	self := ctype.StructOf("self")
	self.Record.Fields = []ctype.Field{ctype.Member("p", ctype.PointerTo(self)), ctype.Member("list", ctype.ArrayOf(self, 2))}
	endless := ctype.ArrayOf(nil, 1)
	endless.Elem = endless
	in := func(fields ...ctype.Field) *ctype.Type { return ctype.StructOf("s", fields...) }
	half := packed(3, ctype.Member("a", char))
	odd := ctype.StructOf("odd")
	odd.Record.Align = 3
	tests := []struct {
		typ  *ctype.Type
		err  error
		text string
	}{
		{void, ctype.ErrNoValue, "void (linux/amd64): type without values: void"},
		{ctype.FuncOf(void), ctype.ErrNoValue, "void (void)"},
		{in(ctype.Member("f", ctype.FuncOf(integer, double))), ctype.ErrNoValue, "struct s, f (linux/amd64): type without values: a function, int (double)"},
		{ctype.Incomplete(ctype.Struct, "file"), ctype.ErrIncomplete, "struct file has no definition"},
		{in(ctype.Member("a", in(ctype.Member("b", ctype.ArrayOf(ctype.Incomplete(ctype.Union, "u"), 3))))), ctype.ErrIncomplete, "struct s, a.b[0] (linux/amd64): incomplete type: union u has no definition"},
		{&ctype.Type{Kind: ctype.Enum, Enum: &ctype.EnumType{Tag: "e"}}, ctype.ErrIncomplete, "enum e"},
		{ctype.ArrayOf(integer, -1), ctype.ErrIncomplete, "int [] has no length"},
		{in(ctype.Member("a", ctype.ArrayOf(integer, -1)), ctype.Member("b", integer)), ctype.ErrInvalid, "not the last field"},
		{&ctype.Type{Kind: ctype.Vector, Elem: ctype.Basic(ctype.Float), Len: 4}, ctype.ErrVector, "vector of 4 float"},
		{self, ctype.ErrRecursive, "struct self, list[0] (linux/amd64): contains itself: struct self"},
		{endless, ctype.ErrTooLarge, "levels"},
		{ctype.ArrayOf(ctype.ArrayOf(long, 1<<40), 1<<40), ctype.ErrTooLarge, "[1099511627776]"},
		{in(ctype.Member("a", ctype.ArrayOf(char, 1<<58)), ctype.Member("b", ctype.ArrayOf(char, 1<<58)), ctype.Member("c", char)), ctype.ErrTooLarge, "struct s, b"},
		{in(ctype.BitField("b", integer, 33)), ctype.ErrInvalid, "struct s, b (linux/amd64): invalid type: a bit-field of 33 bits, but int has 32"},
		{in(ctype.BitField("b", ctype.Basic(ctype.Bool), 2)), ctype.ErrInvalid, "_Bool has 1"},
		{in(ctype.BitField("b", integer, 0)), ctype.ErrInvalid, "0 bits with a name"},
		{in(ctype.BitField("b", integer, -1)), ctype.ErrInvalid, "-1 bits"},
		{in(ctype.BitField("b", double, 3)), ctype.ErrInvalid, "bit-field of type double"},
		{in(ctype.Member("", integer)), ctype.ErrInvalid, "without a name"},
		{in(ctype.Field{Name: "a"}), ctype.ErrInvalid, "without a type"},
		{in(asking(ctype.Member("a", integer), 3)), ctype.ErrInvalid, "an alignment of 3 bytes"},
		{integer.Aligned("i", -4), ctype.ErrInvalid, "-4"},
		{integer.Aligned("i", 1<<30), ctype.ErrInvalid, "2^28"},
		{half, ctype.ErrInvalid, "#pragma pack(3)"},
		{odd, ctype.ErrInvalid, "an alignment of 3"},
		{ctype.ArrayOf(char.Aligned("c2", 2), 4), ctype.ErrInvalid, "does not divide its size"},
		{ctype.ArrayOf(nil, 1), ctype.ErrInvalid, "without elements"},
		{&ctype.Type{Kind: ctype.Struct}, ctype.ErrIncomplete, "struct"},
		{&ctype.Type{Kind: 99}, ctype.ErrInvalid, "kind 99"},
		{nil, ctype.ErrInvalid, "kind 0"},
		{in(ctype.BitField("a", char, 1), ctype.BitField("b", short.Aligned("s4", 4), 1)), ctype.ErrDisputed, "struct s, b"},
	}
	for _, test := range tests {
		_, err := linuxAMD64.Layout(test.typ)
		var located *ctype.Error
		if !errors.Is(err, test.err) || !errors.As(err, &located) || !strings.Contains(err.Error(), test.text) {
			t.Errorf("error %v, want %v with %q", err, test.err, test.text)
		}
		if err := linuxAMD64.Disputed(test.typ); !errors.Is(err, test.err) {
			t.Errorf("Disputed: error %v, want %v", err, test.err)
		}
	}
	if _, err := (ctype.Target{OS: "js", Arch: "wasm"}).Layout(integer); !errors.Is(err, ctype.ErrTarget) {
		t.Errorf("js/wasm: %v", err)
	}
}

// TestWide lays out 60 records each of which holds the one before twice: 2^60 of the innermost, which is empty.
func TestWide(t *testing.T) {
	s := ctype.StructOf("s0")
	for i := range 60 {
		s = ctype.StructOf(fmt.Sprint("s", i+1), ctype.Member("a", s), ctype.Member("b", s))
	}
	for _, target := range []ctype.Target{linuxAMD64, darwinARM64} {
		if size, err := target.Sizeof(s); size != 0 || err != nil {
			t.Errorf("size %d, %v", size, err)
		}
		if err := target.Disputed(s); err != nil {
			t.Error(err)
		}
	}
	if _, err := windowsAMD64.Alignof(s); !errors.Is(err, ctype.ErrTooLarge) {
		t.Errorf("%v, want an error as the innermost has 4 bytes on Windows", err)
	}
}

func TestTarget(t *testing.T) {
	for _, target := range ctype.Targets() {
		if signed := target.Signed(char); signed != (target != linuxARM64) {
			t.Errorf("char on %s: signed %v", target, signed)
		}
	}
	signed := map[*ctype.Type]bool{
		integer: true, unsigned: false, double: false, pointer: false, ctype.Basic(ctype.Bool): false,
		ctype.EnumOf("e", ctype.Int): true, ctype.EnumOf("e", ctype.UInt): false,
	}
	for typ, want := range signed {
		if got := linuxAMD64.Signed(typ); got != want {
			t.Errorf("%s: signed %v", typ, got)
		}
	}
}
