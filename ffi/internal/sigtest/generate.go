package sigtest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/ctype/ctypetest"
)

const (
	maxRecord = 256 // bytes of a record
	nested    = 3   // levels of records
)

// flavour is a mixture of types for the arguments and the result of a prototype.
type flavour struct {
	share   int                 // how often it is used, compared with the others
	most    int                 // arguments
	records int                 // percentage of the values that are records
	kinds   []ctype.Kind        // of the other values
	options []ctypetest.Options // of the records
}

var (
	words  = []ctype.Kind{ctype.Int, ctype.UInt, ctype.Long, ctype.ULongLong, ctype.Pointer, ctype.Double, ctype.Float}
	floats = []ctype.Kind{ctype.Float, ctype.Double}

	// small records are those that registers may hold.
	small = []ctypetest.Options{
		{Fields: 2, Depth: nested, Unions: true, Anonymous: true},
		{Fields: 3, Depth: 1, BitFields: true},
		{Fields: 4, Kinds: []ctype.Kind{ctype.Char, ctype.Short, ctype.Int, ctype.Float, ctype.Bool}},
		{Fields: 2, Depth: 1, Kinds: words},
	}
	// even records hold numbers of one kind or two, as arm64 passes in vector registers.
	even = []ctypetest.Options{
		{Fields: 4, Kinds: []ctype.Kind{ctype.Float}},
		{Fields: 4, Kinds: []ctype.Kind{ctype.Double}},
		{Fields: 2, Kinds: []ctype.Kind{ctype.LongDouble, ctype.ComplexLongDouble}},
		{Fields: 2, Depth: nested, Unions: true, Kinds: floats},
		{Fields: 2, Depth: 1, Kinds: []ctype.Kind{ctype.ComplexFloat, ctype.Float}},
		{Fields: 2, Depth: 1, Kinds: []ctype.Kind{ctype.Double, ctype.Long}},
	}
	// odd records have attributes, bit-fields, empty fields and all else that conventions forget.
	odd = []ctypetest.Options{
		ctypetest.Everything(nested),
		with(ctypetest.Everything(1), 3),
		with(ctypetest.Everything(nested), 2),
		{Fields: 4, Depth: 2, Unions: true, BitFields: true, Anonymous: true, Pack: true},
	}
)

func with(o ctypetest.Options, fields int) ctypetest.Options {
	o.Fields = fields
	return o
}

// The first flavours are those of the functions that package ffi calls without reflection.
var flavours = []flavour{
	{share: 2, most: 3, kinds: []ctype.Kind{ctype.Long, ctype.Double, ctype.Pointer, ctype.Int}},
	{share: 3, most: 8, kinds: words},
	{share: 1, most: 24, kinds: words},
	{share: 3, most: 24, kinds: ctypetest.Scalars()},
	{share: 5, most: 8, records: 60, kinds: ctypetest.Scalars(), options: small},
	{share: 3, most: 6, records: 60, kinds: floats, options: even},
	{share: 2, most: 24, records: 30, kinds: ctypetest.Scalars(), options: slices.Concat(small, even)},
	{share: 2, most: 5, records: 70, kinds: ctypetest.Scalars(), options: odd},
}

// generator makes one prototype.
type generator struct {
	target  ctype.Target
	rand    *rand.Rand
	prefix  string
	flavour *flavour
	records []*ctype.Type // those made so far
	enums   int
}

// New makes a prototype.
func New(t ctype.Target, seed uint64, index int) *Prototype {
	g := &generator{target: t, rand: rand.New(rand.NewPCG(seed, uint64(index))), prefix: fmt.Sprintf("p%d_", index)}
	g.flavour = g.pickFlavour()
	p := &Prototype{Seed: seed, Index: index, Target: t}
	var args []*ctype.Type
	for range g.rand.IntN(g.flavour.most + 1) {
		args = append(args, g.value())
	}
	result := ctype.Basic(ctype.Void)
	if !g.oneIn(8) {
		result = g.value()
	}
	switch {
	case g.oneIn(8) && len(args) > 0:
		p.variadic(result, args, 1+g.rand.IntN(len(args)))
	case g.oneIn(40):
		p.Func = ctype.FuncOf(result)
		p.Func.Func.Unknown = true
		p.Extra = promoted(args)
	default:
		p.Func = ctype.FuncOf(result, args...)
	}
	return p
}

// variadic gives the prototype so many named arguments. The last of them is promoted, because C's va_start wants that.
func (p *Prototype) variadic(result *ctype.Type, args []*ctype.Type, named int) {
	args[named-1] = args[named-1].Promoted()
	p.Func = ctype.VariadicOf(result, args[:named]...)
	p.Extra = promoted(args[named:])
}

func promoted(types []*ctype.Type) []*ctype.Type {
	var list []*ctype.Type
	for _, t := range types {
		list = append(list, t.Promoted())
	}
	return list
}

func (g *generator) pickFlavour() *flavour {
	sum := 0
	for _, f := range flavours {
		sum += f.share
	}
	n := g.rand.IntN(sum)
	for i := range flavours {
		if n -= flavours[i].share; n < 0 {
			return &flavours[i]
		}
	}
	return nil // not reached: n was below the sum
}

func (g *generator) oneIn(n int) bool { return g.rand.IntN(n) == 0 }

// value returns the type of an argument or a result.
func (g *generator) value() *ctype.Type {
	switch {
	case g.rand.IntN(100) >= g.flavour.records:
		return g.scalar(g.kind())
	case len(g.records) > 0 && g.oneIn(3):
		return g.records[g.rand.IntN(len(g.records))]
	}
	t := g.record()
	g.records = append(g.records, t)
	return t
}

// kind returns a kind of scalar. What Windows' compilers disagree about is left out there.
func (g *generator) kind() ctype.Kind {
	for {
		k := g.flavour.kinds[g.rand.IntN(len(g.flavour.kinds))]
		if !g.foreign(k) {
			return k
		}
	}
}

// foreign reports whether the compiler of the tests has another idea of a kind than the platform.
func (g *generator) foreign(k ctype.Kind) bool {
	return g.target.OS == "windows" && k.Part() == ctype.LongDouble
}

func (g *generator) scalar(k ctype.Kind) *ctype.Type {
	switch k {
	case ctype.Pointer:
		return ctype.PointerTo(ctype.Basic(ctype.Void))
	case ctype.Enum:
		g.enums++
		name := fmt.Sprintf("%se%d", g.prefix, g.enums)
		if g.oneIn(2) || g.target.OS == "windows" { // where every enum is an int
			return ctype.EnumOf(name, ctype.Int, ctype.EnumValue{Name: name + "a", Value: -1})
		}
		return ctype.EnumOf(name, ctype.UInt, ctype.EnumValue{Name: name + "a", Value: 1})
	}
	return ctype.Basic(k)
}

// record returns a new struct or union.
func (g *generator) record() *ctype.Type {
	prefix := fmt.Sprintf("%s%d_", g.prefix, len(g.records))
	for {
		o := g.flavour.options[g.rand.IntN(len(g.flavour.options))]
		t := ctypetest.NewGenerator(g.rand.Uint64(), prefix, o).Record()
		size, err := g.target.Sizeof(t)
		if err == nil && size <= maxRecord && !g.hasForeign(t) {
			return t
		}
	}
}

func (g *generator) hasForeign(t *ctype.Type) bool {
	for _, l := range leavesOf(g.target, t) {
		if g.foreign(l.kind) {
			return true
		}
	}
	return hasEnumBits(t)
}

// hasEnumBits reports whether there is a bit-field without a name whose type is an enum: cc/v4, which reads declarations, takes
// `enum e : 1` for an enum whose type C23 lets the program choose.
func hasEnumBits(t *ctype.Type) bool {
	switch {
	case t.Kind == ctype.Array:
		return hasEnumBits(t.Elem)
	case !t.Kind.IsRecord():
		return false
	}
	for _, f := range t.Record.Fields {
		if f.BitField && f.Name == "" && f.Type.Kind == ctype.Enum || hasEnumBits(f.Type) {
			return true
		}
	}
	return false
}
