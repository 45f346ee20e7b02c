// Package ctypetest makes random C types and asks C compilers how they lay types out, for the tests of packages that
// work with such types.
package ctypetest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// Options say what random types contain. The zero value is structs of plain scalars, arrays of them and nested structs.
type Options struct {
	Depth  int // levels of records within the record; 0 for scalars and arrays only
	Fields int // at most so many fields in a record; 0 for 8

	Unions    bool
	BitFields bool
	Anonymous bool // anonymous records as fields
	Pack      bool // #pragma pack
	Attribute bool // packed and aligned, on records, fields and typedefs
	Flexible  bool // a flexible array as last field of the outermost record, and arrays of length 0
	Empty     bool // records without fields
	Narrow    bool // enums smaller than int

	Kinds []ctype.Kind // of the scalars; nil for all
}

// Everything has all that this package can make, with records nested so many levels deep.
func Everything(depth int) Options {
	return Options{
		Depth: depth, Unions: true, BitFields: true, Anonymous: true,
		Pack: true, Attribute: true, Flexible: true, Empty: true, Narrow: true,
	}
}

// Generator makes random types that are valid on all targets. Equal seeds give equal types.
type Generator struct {
	Options
	rand   *rand.Rand
	prefix string
	names  int
}

// NewGenerator returns a generator of types whose tags and typedefs start with the prefix.
func NewGenerator(seed uint64, prefix string, o Options) *Generator {
	if o.Fields == 0 {
		o.Fields = 8
	}
	if o.Kinds == nil {
		o.Kinds = Scalars()
	}
	return &Generator{Options: o, rand: rand.New(rand.NewPCG(seed, 3)), prefix: prefix}
}

// Scalars returns all kinds of scalars, those that programs use most several times.
func Scalars() []ctype.Kind {
	list := []ctype.Kind{ctype.Char, ctype.Short, ctype.Int, ctype.UInt, ctype.Long, ctype.Double, ctype.Pointer, ctype.Enum}
	for k := ctype.Bool; k <= ctype.Pointer; k++ {
		list = append(list, k)
	}
	return list
}

// name returns a new name.
func (g *Generator) name(kind string) string {
	g.names++
	return fmt.Sprintf("%s%s%d", g.prefix, kind, g.names)
}

// oneIn reports true once in n times.
func (g *Generator) oneIn(n int) bool { return g.rand.IntN(n) == 0 }

// pick returns one of the numbers.
func (g *Generator) pick(of ...int) int { return of[g.rand.IntN(len(of))] }

// Record returns a random struct or union that has a tag.
func (g *Generator) Record() *ctype.Type {
	t := g.record(g.Depth, g.name("s"))
	if g.Flexible && t.Kind == ctype.Struct && slices.ContainsFunc(t.Record.Fields, named) && g.oneIn(10) {
		t.Record.Fields = append(t.Record.Fields, ctype.Member(g.name("f"), ctype.ArrayOf(g.element(0), -1)))
	}
	return t
}

// named reports whether a field has a name, without which C does not allow a flexible array behind it.
func named(f ctype.Field) bool { return f.Name != "" }

// record returns a record with so many levels of records in it.
func (g *Generator) record(depth int, tag string) *ctype.Type {
	t := ctype.StructOf(tag)
	if g.Unions && g.oneIn(4) {
		t = ctype.UnionOf(tag)
	}
	r := t.Record
	n := 1 + g.rand.IntN(g.Fields)
	if g.Empty && g.oneIn(20) {
		n = 0
	}
	for range n {
		r.Fields = append(r.Fields, g.field(depth))
	}
	if g.Pack && g.oneIn(5) {
		r.Pack = g.pick(1, 2, 4, 8, 16)
	}
	if g.Attribute && g.oneIn(6) {
		r.Packed = true
	}
	if g.Attribute && g.oneIn(10) {
		r.Align = g.pick(1, 2, 4, 8, 16, 32)
	}
	return t
}

func (g *Generator) field(depth int) ctype.Field {
	f := g.bareField(depth)
	if f.Name == "" && !f.BitField {
		return f // attributes behind an anonymous record are the record's
	}
	if g.Attribute && g.oneIn(12) {
		f.Packed = true
	}
	if g.Attribute && g.oneIn(12) {
		f.Align = g.pick(1, 2, 4, 8, 16, 32)
	}
	return f
}

func (g *Generator) bareField(depth int) ctype.Field {
	switch {
	case g.BitFields && g.oneIn(3):
		return g.bitField()
	case depth > 0 && g.Anonymous && g.oneIn(8):
		return ctype.Member("", g.record(depth-1, ""))
	case g.Flexible && g.oneIn(40):
		return ctype.Member(g.name("f"), ctype.ArrayOf(g.element(depth), 0))
	case g.oneIn(5):
		return ctype.Member(g.name("f"), ctype.ArrayOf(g.element(depth), 1+g.rand.Int64N(5)))
	}
	return ctype.Member(g.name("f"), g.value(depth))
}

// bitField returns a bit-field: often of few bits, so that several share a unit, and often of all that its type has.
func (g *Generator) bitField() ctype.Field {
	t := g.integer()
	most := int(8 * ctype.Target{OS: "windows", Arch: "amd64"}.Size(t.Base())) // valid everywhere
	if t.Base() == ctype.Bool {
		most = 1
	}
	switch {
	case g.oneIn(8):
		return ctype.BitField("", t, g.pick(0, 0, 1, most))
	case g.oneIn(6):
		return ctype.BitField(g.name("b"), t, most)
	case g.oneIn(2):
		return ctype.BitField(g.name("b"), t, 1+g.rand.IntN(min(most, 7)))
	}
	return ctype.BitField(g.name("b"), t, 1+g.rand.IntN(most))
}

// integer returns a type that a bit-field may have.
func (g *Generator) integer() *ctype.Type {
	for range 20 {
		if k := g.Kinds[g.rand.IntN(len(g.Kinds))]; k.IsInteger() {
			return g.typedef(g.scalar(k))
		}
	}
	return ctype.Basic(ctype.UInt)
}

// value returns the type of a field.
func (g *Generator) value(depth int) *ctype.Type {
	if depth > 0 && g.oneIn(4) {
		return g.typedef(g.record(depth-1, g.name("s")))
	}
	return g.typedef(g.scalar(g.Kinds[g.rand.IntN(len(g.Kinds))]))
}

// element returns a type of which there can be arrays.
func (g *Generator) element(depth int) *ctype.Type {
	for {
		if t := g.value(depth); arrayable(t) {
			return t
		}
	}
}

// arrayable reports whether the alignment of a type divides its size on all targets.
func arrayable(t *ctype.Type) bool {
	for _, target := range ctype.Targets() {
		if _, err := target.Layout(ctype.ArrayOf(t, 1)); err != nil {
			return false
		}
	}
	return true
}

// typedef returns the type, or now and then a typedef of it that asks for an alignment.
func (g *Generator) typedef(t *ctype.Type) *ctype.Type {
	if !g.Attribute || !g.oneIn(15) {
		return t
	}
	return t.Aligned(g.name("t"), g.pick(1, 2, 4, 8, 16, 32))
}

func (g *Generator) scalar(k ctype.Kind) *ctype.Type {
	switch k {
	case ctype.Pointer:
		return ctype.PointerTo(ctype.Basic(ctype.Void))
	case ctype.Enum:
		return g.enum()
	}
	return ctype.Basic(k)
}

// enum returns an enum whose constants fit an int. Without negative ones gcc and clang take an unsigned int.
func (g *Generator) enum() *ctype.Type {
	kind, low := ctype.UInt, int64(0)
	switch {
	case g.oneIn(3):
		kind, low = ctype.Int, -1
	case g.Narrow && g.oneIn(3):
		kind, low = ctype.SChar, -1
	}
	name := g.name("e")
	return ctype.EnumOf(name, kind, ctype.EnumValue{Name: name + "a", Value: low}, ctype.EnumValue{Name: name + "b", Value: 100})
}
