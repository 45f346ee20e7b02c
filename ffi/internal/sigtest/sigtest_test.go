package sigtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// TestTake makes prototypes for all platforms. They must be valid, different, and the same when made again.
func TestTake(t *testing.T) {
	for _, target := range ctype.Targets() {
		t.Run(target.String(), func(t *testing.T) {
			s := &Source{Target: target, Seed: 5}
			list, err := s.Take(300)
			if err != nil {
				t.Fatal(err)
			}
			if n := s.Disputed + s.Memory; n > s.Made()/10 {
				t.Errorf("%d of %d prototypes are left out", n, s.Made())
			}
			for _, p := range list {
				if again := New(target, 5, p.Index); again.String() != p.String() {
					t.Errorf("made twice:\n%s\n%s", p, again)
				}
			}
		})
	}
}

// variety is what must come up in the text of prototypes: their types, and the places where their values travel.
var variety = []string{
	"union ", "packed", "aligned", "#pragma pack", "_Complex", "long double _Complex", "long double", "__int128", "enum ", "_Bool", "float ", "void *",
	" : 0", "[5]", "{\n}", "()", "...", "address in rdi", "st0", "xmm7", "stack+64",
	"24 arguments", "depth 0", "depth 1", "depth 2", "depth 3",
}

func TestVariety(t *testing.T) {
	s := &Source{Target: ctype.Target{OS: "linux", Arch: "amd64"}, Seed: 6}
	list, err := s.Take(1500)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, p := range list {
		text := fmt.Sprintf("%s%d arguments ", p, len(p.Args()))
		for _, typ := range p.Args() {
			text += fmt.Sprintf("depth %d ", depth(typ))
		}
		for _, what := range variety {
			if strings.Contains(text, what) {
				seen[what]++
			}
		}
	}
	for _, what := range variety {
		if seen[what] < 5 {
			t.Errorf("%q comes up in %d of %d prototypes", what, seen[what], len(list))
		}
	}
}

// depth is how many levels of records a type has.
func depth(t *ctype.Type) int {
	switch {
	case t.Kind == ctype.Array:
		return depth(t.Elem)
	case !t.Kind.IsRecord():
		return 0
	}
	inner := 0
	for _, f := range t.Record.Fields {
		inner = max(inner, depth(f.Type))
	}
	return 1 + inner
}

// TestCell checks that a wrong bit is found in a value, and none in padding, and that values take all bits.
func TestCell(t *testing.T) {
	target := ctype.Target{OS: "linux", Arch: "amd64"}
	flags := ctype.BitField("flags", ctype.Basic(ctype.UInt), 11)
	odd := ctype.StructOf("odd", ctype.Member("c", ctype.Basic(ctype.Char)), flags, ctype.Member("x", ctype.Basic(ctype.LongDouble)))
	cell := NewCell(target, odd)
	bits := func(mask []byte) (n int) {
		for i := range 8 * len(mask) {
			n += int(mask[i/8] >> (i % 8) & 1)
		}
		return n
	}
	if got := bits(cell.mask); got != 8+11+80 {
		t.Fatalf("the mask has %d bits: % x", got, cell.mask)
	}
	values := &Values{Rand: rand.New(rand.NewPCG(1, 1))}
	ones, zeros := make([]byte, len(cell.mask)), make([]byte, len(cell.mask))
	for range 200 {
		cell.Fill(values)
		for i, b := range cell.Bytes() {
			ones[i] |= b & cell.mask[i]
			zeros[i] |= ^b & cell.mask[i]
		}
	}
	if bits(ones) != bits(cell.mask) || bits(zeros) != bits(cell.mask) {
		t.Errorf("bits that are never set, or always: % x and % x of % x", ones, zeros, cell.mask)
	}
	for i := range 8 * len(cell.mask) {
		other := append([]byte(nil), cell.Bytes()...)
		other[i/8] ^= 1 << (i % 8)
		if padding := cell.mask[i/8]>>(i%8)&1 == 0; (cell.Diff(other) == nil) != padding {
			t.Errorf("bit %d: error %v, padding %v", i, cell.Diff(other), padding)
		}
	}
	cell.memory[len(cell.mask)]++
	if cell.Guard() == nil {
		t.Error("a byte behind the value was changed, and nobody saw it")
	}
}
