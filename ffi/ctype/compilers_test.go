package ctype_test

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/ctype/ctypetest"
)

var (
	linuxAMD64   = ctype.Target{OS: "linux", Arch: "amd64"}
	linuxARM64   = ctype.Target{OS: "linux", Arch: "arm64"}
	darwinAMD64  = ctype.Target{OS: "darwin", Arch: "amd64"}
	darwinARM64  = ctype.Target{OS: "darwin", Arch: "arm64"}
	windowsAMD64 = ctype.Target{OS: "windows", Arch: "amd64"}
	windowsARM64 = ctype.Target{OS: "windows", Arch: "arm64"}
)

// compiler is a C compiler and the rules it is compared with.
type compiler struct {
	target ctype.Target
	argv   []string
	layout func(ctype.Target, *ctype.Type) (ctype.Layout, error)
}

var (
	gccAMD64   = compiler{linuxAMD64, []string{"gcc"}, ctype.Target.GCC}
	clangAMD64 = compiler{linuxAMD64, []string{"clang", "--target=x86_64-linux-gnu"}, ctype.Target.Clang}
	gccARM64   = compiler{linuxARM64, []string{"aarch64-linux-gnu-gcc"}, ctype.Target.GCC}
	clangARM64 = compiler{linuxARM64, []string{"clang", "--target=aarch64-linux-gnu"}, ctype.Target.Clang}
	mingw      = compiler{windowsAMD64, []string{"x86_64-w64-mingw32-gcc", "-mms-bitfields"}, ctype.Target.GCC}
	msvc       = compiler{windowsAMD64, []string{"clang", "--target=x86_64-windows-msvc"}, ctype.Target.Clang}
)

var compilers = []compiler{
	gccAMD64, clangAMD64, gccARM64, clangARM64,
	{darwinAMD64, []string{"clang", "--target=x86_64-apple-darwin"}, ctype.Target.Layout},
	{darwinARM64, []string{"clang", "--target=arm64-apple-darwin"}, ctype.Target.Layout},
	mingw, msvc,
	{windowsARM64, []string{"clang", "--target=aarch64-windows-msvc"}, ctype.Target.Layout},
}

func (c compiler) String() string {
	return fmt.Sprintf("%s-%s-%s", c.argv[0], c.target.OS, c.target.Arch)
}

// probe returns a way to ask the compiler, and skips the test where it is not installed.
func (c compiler) probe(t *testing.T) ctypetest.Probe {
	argv := append([]string{csrctest.Need(t, c.argv[0])}, c.argv[1:]...)
	return ctypetest.Probe{
		Compiler: argv,
		Layout:   func(typ *ctype.Type) (ctype.Layout, error) { return c.layout(c.target, typ) },
	}
}

// options are what random records hold that the compiler and Microsoft's understand alike.
func (c compiler) options(o ctypetest.Options) ctypetest.Options {
	if c.target.OS == "windows" {
		o.Narrow = false // an enum is an int, packed or not
	}
	if c.argv[0] == mingw.argv[0] {
		o.Kinds = slices.DeleteFunc(ctypetest.Scalars(), func(k ctype.Kind) bool { return k.Part() == ctype.LongDouble })
	}
	return o
}

// batches are the mixtures of random records: with and without attributes, of few fields and of many.
var batches = []ctypetest.Options{
	with(ctypetest.Everything(2), func(o *ctypetest.Options) { o.Fields = 3 }),
	with(ctypetest.Everything(1), func(o *ctypetest.Options) { o.Fields = 12 }),
	with(ctypetest.Everything(3), func(o *ctypetest.Options) { o.Attribute = false }),
	with(ctypetest.Everything(1), func(o *ctypetest.Options) { o.Attribute, o.Pack, o.Fields = false, false, 20 }),
}

func with(o ctypetest.Options, change func(*ctypetest.Options)) ctypetest.Options {
	change(&o)
	return o
}

// records returns how many random records of each mixture the compiler is asked about: 8,000 in all, 80,000 with
// KGEN_SOAK=1, half of them by the compilers for Linux on amd64.
func (c compiler) records() int {
	n := 140
	switch {
	case testing.Short():
		n = 25
	case c.target == linuxAMD64:
		n = 500
	}
	if os.Getenv("KGEN_SOAK") == "1" {
		n *= 10
	}
	return n
}

// TestRandomRecords lays out random records and compares with every compiler.
func TestRandomRecords(t *testing.T) {
	const most = 500 // in one C file
	for _, c := range compilers {
		t.Run(c.String(), func(t *testing.T) {
			p := c.probe(t)
			for i, o := range batches {
				g := ctypetest.NewGenerator(uint64(i), "", c.options(o))
				own := 0
				for left := c.records(); left > 0; left -= most {
					own += compareRandom(t, p, g, min(left, most))
				}
				if own > c.records()/10 && c.target.OS != "windows" {
					t.Errorf("gcc is said to have a rule of its own for %d of %d records", own, own+c.records())
				}
			}
		})
	}
}

// compareRandom compares n records. It returns how many others it left out, as gcc has a rule of its own for them.
func compareRandom(t *testing.T, p ctypetest.Probe, g *ctypetest.Generator, n int) (own int) {
	t.Helper()
	var types []*ctype.Type
	for len(types) < n {
		r := g.Record()
		if _, err := p.Layout(r); errors.Is(err, ctype.ErrDisputed) {
			own++
			continue
		}
		types = append(types, r)
	}
	diffs, err := p.Compare(t.TempDir(), types)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(diffs, func(a, b ctypetest.Difference) int { return cmp.Compare(len(a.String()), len(b.String())) })
	for _, d := range diffs[:min(len(diffs), 3)] {
		t.Errorf("%d records differ; one of the shortest:\n%s", len(diffs), d)
	}
	return own
}

// disputes lists the ways in which compilers of one platform lay out a type differently. Each is a record that shows it.
var disputes = []struct {
	name   string
	target ctype.Target
	typ    *ctype.Type
}{
	{"gcc aligns a record for a bit-field as long as an integer, whatever less its typedef asks for", linuxAMD64,
		ctype.StructOf("s", ctype.BitField("a", ctype.Basic(ctype.UInt).Aligned("u2", 2), 32))},
	{"gcc looks again whether a bit-field fits when its attribute has moved it", linuxAMD64,
		ctype.StructOf("s", ctype.BitField("a", ctype.Basic(ctype.UInt), 10), asking(ctype.BitField("b", ctype.Basic(ctype.UInt), 22), 2))},
	{"clang forgets the attribute of a bit-field that asks for more than #pragma pack leaves", linuxAMD64,
		packed(1, ctype.BitField("a", ctype.Basic(ctype.ULong), 3), asking(ctype.BitField("b", ctype.Basic(ctype.Int), 23), 2))},
	{"gcc begins a unit with each bit-field whose typedef asks for more alignment than the type has bytes", linuxAMD64,
		ctype.StructOf("s", ctype.BitField("a", ctype.Basic(ctype.SChar), 1), ctype.BitField("b", ctype.Basic(ctype.Short).Aligned("s4", 4), 4))},
	{"as on amd64", linuxARM64,
		ctype.StructOf("s", ctype.BitField("a", ctype.Basic(ctype.UInt).Aligned("u2", 2), 32))},
	{"records without bytes", windowsAMD64, ctype.StructOf("s")},
	{"bit-fields in unions do not align them for Microsoft", windowsAMD64,
		ctype.UnionOf("s", ctype.BitField("a", ctype.Basic(ctype.Int), 3))},
	{"a typedef cannot lower the alignment for Microsoft", windowsAMD64,
		ctype.StructOf("s", ctype.Member("a", ctype.PointerTo(ctype.Basic(ctype.Void)).Aligned("p2", 2)))},
	{"packing does not touch what attributes ask for, for Microsoft", windowsAMD64,
		packed(1, asking(ctype.Member("a", ctype.Basic(ctype.Int)), 4))},
	{"bit-fields with attributes", windowsAMD64,
		ctype.StructOf("s", ctype.BitField("a", ctype.Basic(ctype.Long), 12), asking(ctype.BitField("b", ctype.Basic(ctype.Int), 4), 32))},
}

// asking returns the field with an attribute for alignment.
func asking(f ctype.Field, align int) ctype.Field {
	f.Align = align
	return f
}

// packed returns a struct under a #pragma pack.
func packed(pack int, fields ...ctype.Field) *ctype.Type {
	t := ctype.StructOf("s", fields...)
	t.Record.Pack = pack
	return t
}

// TestDisputed checks that the table's records are refused, and that the two compilers really disagree about each.
func TestDisputed(t *testing.T) {
	pairs := map[ctype.Target][2]compiler{
		linuxAMD64: {gccAMD64, clangAMD64}, linuxARM64: {gccARM64, clangARM64}, windowsAMD64: {mingw, msvc},
	}
	for _, d := range disputes {
		t.Run(d.name, func(t *testing.T) {
			if err := d.target.Disputed(d.typ); !errors.Is(err, ctype.ErrDisputed) {
				t.Errorf("Disputed: %v", err)
			}
			differ := 0
			for _, c := range pairs[d.target] {
				p := c.probe(t)
				p.Layout = d.target.Clang
				diffs, err := p.Compare(t.TempDir(), []*ctype.Type{d.typ})
				if err != nil {
					t.Fatal(err)
				}
				differ += len(diffs)
			}
			if differ != 1 {
				t.Errorf("%d of the compilers differ from clang's rules, want gcc alone", differ)
			}
		})
	}
}

// TestUndisputed checks that ordinary records are not refused: all without attributes on Linux.
func TestUndisputed(t *testing.T) {
	g := ctypetest.NewGenerator(1, "", batches[2])
	for range 500 {
		r := g.Record()
		for _, target := range []ctype.Target{linuxAMD64, linuxARM64, darwinAMD64, darwinARM64} {
			if err := target.Disputed(r); err != nil {
				t.Fatalf("%v\n%s", err, ctype.Source(r))
			}
		}
	}
}

// TestSourceParts compiles what Source writes for all sorts of types, and declarations by Declare behind it.
func TestSourceParts(t *testing.T) {
	node := ctype.StructOf("node", ctype.Member("value", ctype.Basic(ctype.Int)))
	list := node.Named("list")
	node.Record.Fields = append(node.Record.Fields,
		ctype.Member("next", ctype.PointerTo(node)), ctype.Member("all", ctype.PointerTo(list)),
		ctype.Member("owner", ctype.PointerTo(ctype.Incomplete(ctype.Struct, "owner"))),
		ctype.Member("visit", ctype.PointerTo(ctype.FuncOf(ctype.Basic(ctype.Void), list, ctype.PointerTo(node)))))
	anonymous := ctype.StructOf("", ctype.Member("re", ctype.Basic(ctype.Double)), ctype.Member("im", ctype.Basic(ctype.Double)))
	types := []*ctype.Type{
		list, ctype.PointerTo(node), anonymous.Named("complex_t"),
		ctype.PointerTo(ctype.ArrayOf(anonymous.Named("complex_t"), 4)),
		ctype.VariadicOf(ctype.PointerTo(ctype.ArrayOf(list, 2)), ctype.PointerTo(ctype.Basic(ctype.Char)), ctype.ArrayOf(ctype.Basic(ctype.Int), 3)),
		ctype.EnumOf("color", ctype.UInt, ctype.EnumValue{Name: "red"}, ctype.EnumValue{Name: "blue", Value: 7}),
		ctype.EnumOf("big", ctype.ULong, ctype.EnumValue{Name: "huge", Value: -1}),
		ctype.EnumOf("low", ctype.Long, ctype.EnumValue{Name: "lowest", Value: -1 << 63}).Named("low_t"),
		{Kind: ctype.Vector, Elem: ctype.Basic(ctype.Float), Len: 4, Typedef: "float4"},
	}
	text := ctype.Source(types...)
	for i, typ := range types {
		text += "extern " + typ.Declare(fmt.Sprintf("v%d", i)) + ";\n"
	}
	for _, c := range []compiler{gccAMD64, clangAMD64} {
		p := c.probe(t)
		p.Prologue = text
		p.Compiler = append(p.Compiler, "-Werror", "-Wall")
		if diffs, err := p.Compare(t.TempDir(), []*ctype.Type{node, list}); err != nil || diffs != nil {
			t.Errorf("%v %v\n%s", diffs, err, text)
		}
	}
}
