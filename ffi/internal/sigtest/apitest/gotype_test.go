//go:build ((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64) && !noffi

package apitest

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/sigtest"
)

// goTypes are the Go types for the kinds of which there is one size only; integers go by size and sign.
var goTypes = map[ctype.Kind]reflect.Type{
	ctype.Bool:              reflect.TypeFor[bool](),
	ctype.Int128:            reflect.TypeFor[ffi.Int128](),
	ctype.UInt128:           reflect.TypeFor[ffi.Uint128](),
	ctype.Float:             reflect.TypeFor[float32](),
	ctype.Double:            reflect.TypeFor[float64](),
	ctype.LongDouble:        reflect.TypeFor[ffi.LongDouble](),
	ctype.ComplexFloat:      reflect.TypeFor[complex64](),
	ctype.ComplexDouble:     reflect.TypeFor[complex128](),
	ctype.ComplexLongDouble: reflect.TypeFor[ffi.ComplexLongDouble](),
	ctype.Pointer:           reflect.TypeFor[unsafe.Pointer](),
}

var (
	signedTypes   = map[int64]reflect.Type{1: reflect.TypeFor[int8](), 2: reflect.TypeFor[int16](), 4: reflect.TypeFor[int32](), 8: reflect.TypeFor[int64]()}
	unsignedTypes = map[int64]reflect.Type{1: reflect.TypeFor[uint8](), 2: reflect.TypeFor[uint16](), 4: reflect.TypeFor[uint32](), 8: reflect.TypeFor[uint64]()}
)

// goType returns the Go type for values of a C type. Records of which Go cannot have the like are arrays of bytes, which only a
// declared function takes; natural is false for them.
func goType(t ctype.Target, c *ctype.Type) (g reflect.Type, natural bool) {
	size, _ := t.Sizeof(c)
	switch {
	case c.Kind == ctype.Array && c.Len > 0:
		elem, natural := goType(t, c.Elem)
		return reflect.ArrayOf(int(c.Len), elem), natural
	case c.Kind.IsRecord():
		if g, ok := goStruct(t, c, size); ok {
			return g, true
		}
	case goTypes[c.Kind] != nil:
		return goTypes[c.Kind], c.Align == 0
	case c.Kind.IsInteger() && t.Signed(c):
		return signedTypes[size], c.Align == 0
	case c.Kind.IsInteger():
		return unsignedTypes[size], c.Align == 0
	}
	return reflect.ArrayOf(int(size), reflect.TypeFor[byte]()), false
}

// goStruct returns the Go struct of the same layout as a struct that is written without attributes, bit-fields and empty fields.
func goStruct(t ctype.Target, c *ctype.Type, size int64) (reflect.Type, bool) {
	r := c.Record
	if c.Kind != ctype.Struct || len(r.Fields) == 0 || r.Packed || r.Pack != 0 || r.Align != 0 || c.Align != 0 {
		return nil, false
	}
	layout, _ := t.Layout(c)
	var fields []reflect.StructField
	end := int64(0)
	for i, f := range r.Fields {
		g, natural := goType(t, f.Type)
		at := layout.Fields[i]
		if !natural || f.BitField || f.Packed || f.Align != 0 || at.Size == 0 {
			return nil, false
		}
		fields = append(fields, pad(at.Offset-end)...)
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: g})
		end = at.Offset + at.Size
	}
	g := reflect.StructOf(append(fields, pad(size-end)...))
	return g, int64(g.Size()) == size && inPlace(g, layout)
}

// pad is padding of so many bytes.
func pad(n int64) []reflect.StructField {
	if n == 0 {
		return nil
	}
	return []reflect.StructField{{Name: "_", PkgPath: "apitest", Type: reflect.ArrayOf(int(n), reflect.TypeFor[byte]())}}
}

// inPlace reports whether the fields are where C has them.
func inPlace(g reflect.Type, layout ctype.Layout) bool {
	i := 0
	for j := range g.NumField() {
		if f := g.Field(j); f.Name != "_" {
			if int64(f.Offset) != layout.Fields[i].Offset {
				return false
			}
			i++
		}
	}
	return true
}

// goFunc returns the Go types of a prototype: of the arguments that it names, of the others, and of the result, which may be none.
type goFunc struct {
	fixed, extra, results []reflect.Type
	natural, naturalExtra bool // of all types, and of the extra ones: where they are, no declaration is needed
}

func goFuncOf(p *sigtest.Prototype) goFunc {
	f := goFunc{natural: true}
	add := func(list []reflect.Type, c *ctype.Type) []reflect.Type {
		g, natural := goType(p.Target, c)
		f.natural = f.natural && natural
		return append(list, g)
	}
	for _, c := range p.Extra {
		f.extra = add(f.extra, c)
	}
	f.naturalExtra = f.natural
	for _, param := range p.Func.Func.Params {
		f.fixed = add(f.fixed, param.Type)
	}
	if p.Result().Kind != ctype.Void {
		f.results = add(nil, p.Result())
	}
	return f
}

// withFixedTypes is a func type with all arguments, and an error result where that is asked for.
func (f goFunc) withFixedTypes(fails bool) reflect.Type {
	results := slices.Clone(f.results)
	if fails {
		results = append(results, reflect.TypeFor[error]())
	}
	return reflect.FuncOf(slices.Concat(f.fixed, f.extra), results, false)
}

// withAny is a func type that ends in ...any.
func (f goFunc) withAny() reflect.Type {
	return reflect.FuncOf(append(slices.Clone(f.fixed), reflect.TypeFor[[]any]()), f.results, true)
}

// types returns those of all arguments.
func (f goFunc) types() []reflect.Type { return slices.Concat(f.fixed, f.extra) }

// load returns the Go value with the bytes of a C value.
func load(g reflect.Type, memory []byte) reflect.Value {
	v := reflect.New(g)
	copy(memoryOf(v), memory)
	return v.Elem()
}

// memoryOf is the memory that a pointer points to.
func memoryOf(pointer reflect.Value) []byte {
	return unsafe.Slice((*byte)(pointer.UnsafePointer()), pointer.Type().Elem().Size())
}

// bytesOf returns the bytes of a Go value.
func bytesOf(v reflect.Value) []byte {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return memoryOf(p)
}
