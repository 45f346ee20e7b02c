//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64)

package ffi

import (
	"errors"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// TestCtypeOf has the C spelling of what Go types stand for, or what the error says.
func TestCtypeOf(t *testing.T) {
	empty := "struct "
	if runtime.GOOS == "windows" {
		empty = "error:0 bytes in Go and 4 in C"
	}
	type point struct{ X, Y int32 }
	type list struct {
		Next *list
		Name *byte
	}
	type padded struct {
		A int8
		_ [7]byte
		B int64
	}
	type overpadded struct {
		A int8
		_ [7]byte
		B int32
	}
	type short struct {
		A int64
		B int8
		_ [15]byte
	}
	tests := []struct {
		value any
		want  string // "error:" and a part of the message, or C's type
	}{
		{false, "_Bool"}, {int8(0), "signed char"}, {int16(0), "short"}, {int32(0), "int"}, {int64(0), "long long"}, {0, "long long"},
		{uint8(0), "unsigned char"}, {uint16(0), "unsigned short"}, {uint32(0), "unsigned int"}, {uint64(0), "unsigned long long"},
		{uint(0), "unsigned long long"}, {uintptr(0), "unsigned long long"}, {float32(0), "float"}, {0.0, "double"},
		{complex64(0), "float _Complex"}, {0i, "double _Complex"},
		{LongDouble{}, "long double"}, {ComplexLongDouble{}, "long double _Complex"}, {Int128{}, "__int128"}, {Uint128{}, "unsigned __int128"},
		{new(int), "void *"}, {unsafe.Pointer(nil), "void *"}, {[]int{}, "void *"}, {"", "void *"}, {func() {}, "void *"}, {&Callback{}, "void *"},
		{point{}, "struct point"}, {list{}, "struct list"}, {padded{}, "struct padded"}, {struct{}{}, empty},
		{[4]int32{}, "error:*[4]int32"},
		{&[]int{}, "error:*[]int: wrong type: C has no []int"}, {[]string{}, "error:use *byte"}, {&[2]any{}, "error:C has no interface"},
		{new(func()), "error:NewCallback"}, {&map[int]int{}, "error:map[int]int"}, {&struct{ S string }{}, "void *"}, {[]*int{}, "void *"},
		{map[int]int{}, "error:map[int]int"},
		{make(chan int), "error:chan int"},
		{struct{ S string }{}, "error:field S"},
		{struct{ F func() }{}, "error:NewCallback"},
		{struct{ A [2]struct{ S []int } }{}, "error:field S"},
		{overpadded{}, "error:field B of ffi.overpadded is at offset 8 in Go and 4 in C"},
		{short{}, "error:ffi.short has 24 bytes in Go and 16 in C"},
	}
	for _, test := range tests {
		typ := reflect.TypeOf(test.value)
		c, err := ctypeOf(typ)
		part, isError := strings.CutPrefix(test.want, "error:")
		switch {
		case isError:
			if !errors.Is(err, ErrType) || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %v, want %s", typ, err, part)
			}
		case err != nil:
			t.Errorf("%s: %v", typ, err)
		case !strings.HasPrefix(c.String(), test.want):
			t.Errorf("%s: %s, want %s", typ, c, test.want)
		}
	}
}

// TestMatches compares Go types with declared C types.
func TestMatches(t *testing.T) {
	basic, to := ctype.Basic, ctype.PointerTo
	long64 := host.Size(ctype.Long) == 8
	pair := ctype.StructOf("pair", ctype.Member("x", basic(ctype.Int)), ctype.Member("y", basic(ctype.Double)))
	packed := ctype.StructOf("packed", ctype.Member("c", basic(ctype.Char)), ctype.Member("x", basic(ctype.Int)))
	packed.Record.Packed = true
	bits := ctype.StructOf("bits", ctype.BitField("a", basic(ctype.UInt), 3), ctype.BitField("b", basic(ctype.UInt), 5), ctype.Member("n", basic(ctype.Int)))
	either := ctype.UnionOf("either", ctype.Member("x", basic(ctype.Int)), ctype.Member("y", basic(ctype.Double)))
	node := ctype.StructOf("node")
	node.Record.Fields = []ctype.Field{ctype.Member("next", to(node)), ctype.Member("name", ctype.ArrayOf(basic(ctype.Char), 8))}
	opaque := ctype.Incomplete(ctype.Struct, "opaque")
	compare := ctype.FuncOf(basic(ctype.Int), to(basic(ctype.Void)), to(basic(ctype.Void)))
	type goPair struct {
		X int32
		Y float64
	}
	type goNode struct {
		Next *goNode
		Name [8]byte
	}
	type handle struct{}
	tests := []struct {
		value any
		c     *ctype.Type
		want  string // a part of the error, "" for none
	}{
		{int32(0), basic(ctype.Int), ""},
		{uint32(0), basic(ctype.Int), "Go has uint32, C has int: use int32"},
		{int64(0), basic(ctype.Int), "use int32"},
		{0, basic(ctype.Int), "Go has int of 64 bits, C has int: use int32"},
		{int64(0), basic(ctype.LongLong), ""},
		{0, basic(ctype.LongLong), ""},
		{uintptr(0), basic(ctype.ULongLong), ""},
		{int64(0), basic(ctype.Long), map[bool]string{true: "", false: "use int32"}[long64]},
		{int32(0), basic(ctype.Long), map[bool]string{true: "use int64", false: ""}[long64]},
		{int8(0), basic(ctype.Char), ""},
		{uint8(0), basic(ctype.Char), ""},
		{uint8(0), basic(ctype.SChar), "use int8"},
		{false, basic(ctype.Bool), ""},
		{uint8(0), basic(ctype.Bool), "use bool"},
		{int32(0), ctype.EnumOf("e", ctype.UInt), ""},
		{uint32(0), ctype.EnumOf("e", ctype.UInt), ""},
		{int64(0), ctype.EnumOf("e", ctype.UInt), "use uint32"},
		{float32(0), basic(ctype.Float), ""},
		{0.0, basic(ctype.Float), "use float32"},
		{int64(0), basic(ctype.Double), "use float64"},
		{0i, basic(ctype.ComplexDouble), ""},
		{LongDouble{}, basic(ctype.LongDouble), ""},
		{float32(0), basic(ctype.LongDouble), "use ffi.LongDouble"},
		{Int128{}, basic(ctype.Int128), ""},
		{Int128{}, basic(ctype.UInt128), "use ffi.Uint128"},
		{"", to(basic(ctype.Char)), ""},
		{"", to(basic(ctype.Void)), "a string is for char *"},
		{new(byte), to(basic(ctype.Char)), ""},
		{new(int8), to(basic(ctype.Char)), ""},
		{[]byte{}, to(basic(ctype.Char)), ""},
		{new(int32), to(basic(ctype.Char)), "*int32 for char *"},
		{new(int32), to(basic(ctype.Void)), ""},
		{&[]int{}, to(basic(ctype.Void)), "C has no []int"},
		{[]string{}, to(basic(ctype.Void)), "C has no string"},
		{[]string{}, to(to(basic(ctype.Char))), "use *byte"},
		{[]*byte{}, to(to(basic(ctype.Char))), ""},
		{[][]int32{}, to(to(basic(ctype.Int))), "C has no []int32"},
		{[]*Callback{}, to(to(ctype.FuncOf(basic(ctype.Void)))), "unsafe.Pointer"},
		{new(string), to(opaque), "C has no string"},
		{unsafe.Pointer(nil), to(basic(ctype.Int)), ""},
		{uintptr(0), to(basic(ctype.Int)), ""},
		{uint64(0), to(basic(ctype.Int)), "use a pointer"},
		{new(int32), to(basic(ctype.Int)), ""},
		{[]int32{}, to(basic(ctype.Int)), ""},
		{&[4]int32{}, to(basic(ctype.Int)), ""},
		{&[4]int32{}, to(ctype.ArrayOf(basic(ctype.Int), 4)), ""},
		{&[3]int32{}, to(ctype.ArrayOf(basic(ctype.Int), 4)), "[3]int32"},
		{[]int64{}, to(basic(ctype.Int)), "[]int64 for int *: wrong type: Go has int64, C has int: use int32"},
		{new(*byte), to(to(basic(ctype.Char))), ""},
		{new(*int64), to(to(basic(ctype.Char))), "**int64"},
		{goPair{}, pair, ""},
		{[16]byte{}, pair, ""},
		{[12]byte{}, pair, "12 bytes in Go, 16 in C"},
		{struct{ X, Y float64 }{}, pair, "field X"},
		{struct {
			A uint32
			B float64
		}{}, pair, "use int32"},
		{struct{ X [16]byte }{}, packed, "16 bytes in Go, 5 in C"},
		{struct {
			C byte
			X [4]byte
		}{}, packed, ""},
		{struct{ C [5]byte }{}, packed, ""},
		{struct {
			C byte
			X [2]int16
		}{}, packed, "6 bytes in Go, 5 in C"},
		{struct {
			C byte
			X [4]int8
		}{}, packed, "field X"},
		{[5]byte{}, packed, ""},
		{struct {
			Bits uint32
			N    int32
		}{}, bits, ""},
		{0.0, either, ""},
		{[8]byte{}, either, ""},
		{int32(0), either, "4 bytes in Go, 8 in C"},
		{new(goPair), to(pair), ""},
		{new(goNode), to(node), ""},
		{new(struct {
			Next *goNode
			Name string
		}), to(node), "24 bytes in Go, 16 in C"},
		{new(struct{ Next string }), to(node), "field Next"},
		{new(handle), to(opaque), ""},
		{func(a, b *int32) int32 { return 0 }, to(compare), ""},
		{func(a *int32) int32 { return 0 }, to(compare), "1 arguments, C has 2"},
		{func(a, b int32) int32 { return 0 }, to(compare), "argument 1"},
		{func(a, b *int32) {}, to(compare), ""},
		{&Callback{}, to(compare), ""},
		{&Callback{}, to(basic(ctype.Int)), "Callback"},
		{func() {}, to(basic(ctype.Void)), "C does not declare a function pointer"},
	}
	for _, test := range tests {
		typ := reflect.TypeOf(test.value)
		err := matches(typ, test.c)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s for %s: %v", typ, test.c, err)
		case test.want != "" && (!errors.Is(err, ErrType) || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s for %s: error %v, want %q", typ, test.c, err, test.want)
		}
	}
}

// TestMatchesFunc compares function types with prototypes.
func TestMatchesFunc(t *testing.T) {
	basic, to := ctype.Basic, ctype.PointerTo
	printf := ctype.VariadicOf(basic(ctype.Int), to(basic(ctype.Char)))
	pow := ctype.FuncOf(basic(ctype.Double), basic(ctype.Double), basic(ctype.Double))
	void := ctype.FuncOf(basic(ctype.Void))
	unknown := ctype.FuncOf(basic(ctype.Int))
	unknown.Func.Unknown = true
	tests := []struct {
		value any
		c     *ctype.Type
		want  []string
	}{
		{func(a, b float64) float64 { return 0 }, pow, nil},
		{func(a, b float64) (float64, error) { return 0, nil }, pow, nil},
		{func(a, b float64) {}, pow, nil},
		{func(a float32, b int64) float32 { return 0 }, pow, []string{"argument 1", "argument 2", "result", "double"}},
		{func(a float64) float64 { return 0 }, pow, []string{"1 arguments, C has 2"}},
		{func(a, b, c float64) float64 { return 0 }, pow, []string{"3 arguments, C has 2"}},
		{func(a, b float64, c ...any) float64 { return 0 }, pow, []string{"no variable arguments"}},
		{func(f string, a ...any) int32 { return 0 }, printf, nil},
		{func(f string, a int32, b float64) int32 { return 0 }, printf, nil},
		{func(f string, x int32, a ...any) int32 { return 0 }, printf, []string{"2 arguments, C has 1"}},
		{func(f string, a ...int32) int32 { return 0 }, printf, []string{"must be ...any, not ...int32"}},
		{func() {}, void, nil},
		{func() error { return nil }, void, nil},
		{func() int32 { return 0 }, void, []string{"result", "void"}},
		{func(a, b, c int32) int32 { return 0 }, unknown, nil},
	}
	for _, test := range tests {
		typ := reflect.TypeOf(test.value)
		err := matchesFunc(typ, test.c)
		if (err == nil) != (test.want == nil) {
			t.Errorf("%s for %s: error %v, want %q", typ, test.c, err, test.want)
		}
		for _, want := range test.want {
			if err != nil && (!strings.Contains(err.Error(), want) || !errors.Is(err, ErrType)) {
				t.Errorf("%s for %s: error %v, want %q", typ, test.c, err, want)
			}
		}
	}
}
