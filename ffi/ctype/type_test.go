package ctype_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// constant returns a copy of the type with const.
func constant(t *ctype.Type) *ctype.Type {
	c := *t
	c.Const = true
	return &c
}

func TestDeclare(t *testing.T) {
	compare := ctype.FuncOf(integer, ctype.PointerTo(constant(void)), ctype.PointerTo(constant(void)))
	named := ctype.FuncOf(void)
	named.Func.Params = []ctype.Param{{Name: "n", Type: integer}, {Name: "f", Type: ctype.PointerTo(compare)}}
	unknown := ctype.FuncOf(double)
	unknown.Func.Unknown = true
	volatile := &ctype.Type{Kind: ctype.Int, Const: true, Volatile: true}
	tests := []struct {
		typ        *ctype.Type
		bare, with string
	}{
		{integer, "int", "int x"},
		{ctype.Basic(ctype.UInt128), "unsigned __int128", "unsigned __int128 x"},
		{volatile, "const volatile int", "const volatile int x"},
		{ctype.PointerTo(constant(char)), "const char *", "const char *x"},
		{constant(ctype.PointerTo(char)), "char *const", "char *const x"},
		{ctype.ArrayOf(ctype.PointerTo(char), 3), "char *[3]", "char *x[3]"},
		{ctype.PointerTo(ctype.ArrayOf(char, 3)), "char (*)[3]", "char (*x)[3]"},
		{ctype.ArrayOf(ctype.ArrayOf(double, 3), -1), "double [][3]", "double x[][3]"},
		{constant(ctype.ArrayOf(integer, 2)), "const int [2]", "const int x[2]"},
		{compare, "int (const void *, const void *)", "int x(const void *, const void *)"},
		{ctype.PointerTo(compare), "int (*)(const void *, const void *)", "int (*x)(const void *, const void *)"},
		{ctype.ArrayOf(ctype.PointerTo(compare), 2), "int (*[2])(const void *, const void *)", "int (*x[2])(const void *, const void *)"},
		{named, "void (int n, int (*f)(const void *, const void *))", "void x(int n, int (*f)(const void *, const void *))"},
		{ctype.FuncOf(ctype.PointerTo(ctype.FuncOf(void, integer))), "void (*(void))(int)", "void (*x(void))(int)"},
		{ctype.VariadicOf(integer, ctype.PointerTo(char)), "int (char *, ...)", "int x(char *, ...)"},
		{unknown, "double ()", "double x()"},
		{ctype.Basic(ctype.ULong).Named("size_t"), "size_t", "size_t x"},
		{ctype.PointerTo(constant(compare.Named("cmp"))), "const cmp *", "const cmp *x"},
		{ctype.Incomplete(ctype.Struct, "file"), "struct file", "struct file x"},
		{ctype.UnionOf(""), "union (anonymous)", "union (anonymous) x"},
		{ctype.EnumOf("e", ctype.UInt), "enum e", "enum e x"},
		{&ctype.Type{}, "invalid type", "invalid type x"},
		{ctype.FuncOf(nil), "invalid type (void)", "invalid type x(void)"},
		{&ctype.Type{Kind: 200}, "invalid type", "invalid type x"},
	}
	for _, test := range tests {
		if got := test.typ.String(); got != test.bare {
			t.Errorf("String: %q, want %q", got, test.bare)
		}
		if got := test.typ.Declare("x"); got != test.with {
			t.Errorf("Declare: %q, want %q", got, test.with)
		}
	}
}

func TestDefine(t *testing.T) {
	inner := ctype.UnionOf("", ctype.Member("a", integer), ctype.Member("b", ctype.ArrayOf(char, 4)))
	inner.Record.Pack = 2
	s := packedStruct(
		ctype.Member("", inner), ctype.BitField("flag", unsigned, 1), ctype.BitField("", unsigned, 0),
		asking(ctype.Member("list", ctype.ArrayOf(double, -1)), 16))
	s.Record.Align = 4
	want := `struct s {
#pragma pack(push)
#pragma pack(2)
	union {
		int a;
		char b[4];
	};
#pragma pack(pop)
	unsigned int flag : 1;
	unsigned int : 0;
	double list[] __attribute__((aligned(16)));
} __attribute__((packed, aligned(4)));
`
	if got := s.Define(); got != want {
		t.Errorf("Define:\n%s\nwant:\n%s", got, want)
	}
	others := map[*ctype.Type]string{
		integer:                             "",
		{Kind: ctype.Struct}:                "",
		ctype.Incomplete(ctype.Struct, "s"): "struct s;\n",
		ctype.EnumOf("e", ctype.UChar, ctype.EnumValue{Name: "A", Value: 3}): "enum e { A = 3 } __attribute__((packed));\n",
	}
	for typ, want := range others {
		if got := typ.Define(); got != want {
			t.Errorf("Define: %q, want %q", got, want)
		}
	}
}

// list returns a struct that points to itself.
func list(value *ctype.Type) *ctype.Type {
	s := ctype.StructOf("list", ctype.Member("value", value))
	s.Record.Fields = append(s.Record.Fields, ctype.Member("next", ctype.PointerTo(s)))
	return s
}

func TestSame(t *testing.T) {
	color := ctype.EnumOf("color", ctype.UInt, ctype.EnumValue{Name: "red", Value: 1})
	unknown := ctype.FuncOf(integer)
	unknown.Func.Unknown = true
	in := func(f ctype.Field) *ctype.Type { return ctype.StructOf("s", f) }
	same := [][2]*ctype.Type{
		{integer, ctype.Basic(ctype.Int)},
		{integer, constant(integer).Named("int32_t")},
		{list(integer), list(integer.Named("value_t"))},
		{ctype.PointerTo(list(double)), ctype.PointerTo(ctype.Incomplete(ctype.Struct, "list"))},
		{color, unsigned},
		{color, ctype.EnumOf("color", ctype.UInt, ctype.EnumValue{Name: "red", Value: 1})},
		{ctype.ArrayOf(char, 3), ctype.ArrayOf(char, -1)},
		{unknown, ctype.FuncOf(integer, double)},
		{ctype.FuncOf(integer, ctype.ArrayOf(char, 3)), ctype.FuncOf(integer, ctype.PointerTo(char))},
		{ctype.StructOf("", ctype.Member("a", char)).Named("t"), ctype.StructOf("", ctype.Member("a", char)).Named("t")},
	}
	for _, pair := range same {
		if err := ctype.Difference(pair[0], pair[1]); err != nil || !ctype.Same(pair[1], pair[0]) {
			t.Errorf("%s and %s: %v", pair[0], pair[1], err)
		}
	}
	differ := []struct {
		a, b *ctype.Type
		text string
	}{
		{long, longlong, "long is not long long"},
		{char, ctype.Basic(ctype.SChar), "char is not signed char"},
		{pointer, ctype.PointerTo(char), "void is not char"},
		{list(integer), list(double), "struct list, field 1, value: int is not double"},
		{ctype.StructOf("a"), ctype.StructOf("b"), "struct a is not struct b"},
		{ctype.StructOf("a"), ctype.UnionOf("a"), "struct a is not union a"},
		{list(integer), ctype.StructOf("list"), "2 fields here and 0 there"},
		{in(ctype.Member("a", char)), in(ctype.Member("b", char)), "named b there"},
		{in(ctype.BitField("a", integer, 3)), in(ctype.BitField("a", integer, 4)), "number of bits"},
		{in(asking(ctype.Member("a", char), 2)), in(ctype.Member("a", char)), "aligned in two ways"},
		{in(ctype.Member("a", char.Aligned("c2", 2))), in(ctype.Member("a", char)), "aligned in two ways"},
		{packedStruct(), ctype.StructOf("s"), "packed or aligned in two ways"},
		{color, ctype.EnumOf("color", ctype.UInt, ctype.EnumValue{Name: "red", Value: 2}), "red = 1 here and red = 2 there"},
		{color, ctype.EnumOf("color", ctype.UInt), "two definitions"},
		{color, ctype.EnumOf("colour", ctype.UInt), "enum color is not enum colour"},
		{color, integer, "enum color is not int"},
		{ctype.ArrayOf(char, 3), ctype.ArrayOf(char, 4), "char [3] is not char [4]"},
		{ctype.FuncOf(void, integer), ctype.FuncOf(void, double), "parameter 1: int is not double"},
		{ctype.FuncOf(void), ctype.FuncOf(integer), "result: void is not int"},
		{ctype.FuncOf(void), ctype.VariadicOf(void), "void (void) is not void (...)"},
		{integer, nil, "missing"},
	}
	for _, test := range differ {
		err := ctype.Difference(test.a, test.b)
		if err == nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%v, want %q", err, test.text)
		}
	}
}

func TestFind(t *testing.T) {
	inner := ctype.UnionOf("", ctype.Member("x", integer), ctype.BitField("y", unsigned, 3))
	s := ctype.StructOf("s", ctype.Member("a", longlong),
		ctype.Member("", ctype.StructOf("", ctype.Member("b", char), ctype.Member("", inner))), ctype.Member("c", inner.Named("u")))
	for name, want := range map[string][]int{"a": {0}, "b": {1, 0}, "x": {1, 1, 0}, "y": {1, 1, 1}, "c": {2}} {
		if got, ok := s.Find(name); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("Find %s: %v, %v", name, got, ok)
		}
	}
	f, at, err := linuxAMD64.Member(s, "y")
	if want := (ctype.FieldLayout{Offset: 12, Size: 1, Bit: 96, Width: 3, Unit: 4}); f.Name != "y" || at != want || err != nil {
		t.Errorf("Member: %+v, %+v, %v; want %+v", f, at, err, want)
	}
	if _, _, err := linuxAMD64.Member(s, "z"); !errors.Is(err, ctype.ErrNoField) || !strings.Contains(err.Error(), "a, b, x, y, c") {
		t.Errorf("Member: %v", err)
	}
	for _, typ := range []*ctype.Type{integer, ctype.Incomplete(ctype.Struct, "s"), {Kind: ctype.Struct}, ctype.StructOf("s")} {
		if _, ok := typ.Find("a"); ok {
			t.Errorf("%s has a field", typ)
		}
		if _, _, err := linuxAMD64.Member(typ, "a"); !errors.Is(err, ctype.ErrNoField) {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

func TestKinds(t *testing.T) {
	for k := ctype.Invalid; k <= ctype.Vector; k++ {
		sorts := 0
		for _, is := range []bool{k.IsInteger(), k.IsFloat(), k.IsComplex(), k.IsRecord(), k == ctype.Pointer} {
			if is {
				sorts++
			}
		}
		if sorts > 1 || (sorts == 1) != (k.IsScalar() || k.IsRecord()) || k.IsArithmetic() && !k.IsScalar() {
			t.Errorf("the predicates of %s contradict each other", k)
		}
	}
	promoted := map[*ctype.Type]*ctype.Type{
		char: integer, ctype.Basic(ctype.Bool): integer, ctype.Basic(ctype.Float): double, unsigned: unsigned,
		constant(long): long, ctype.ArrayOf(char, 3): ctype.PointerTo(char), ctype.EnumOf("e", ctype.UChar): integer,
		ctype.FuncOf(void): ctype.PointerTo(ctype.FuncOf(void)), ldouble: ldouble,
	}
	for from, to := range promoted {
		if got := from.Promoted(); !ctype.Same(got, to) || got.Const {
			t.Errorf("%s is promoted to %s, want %s", from, got, to)
		}
	}
}
