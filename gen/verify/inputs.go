package verify

import (
	"math"
	"math/rand/v2"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/verify/wire"
)

// source makes inputs for kernels from their signatures. The same seed gives the same inputs.
type source struct {
	*rand.Rand
	wild float64 // how often a number is an edge of its type, in this case
	size int     // the usual length of slices in this case
}

func newSource(seed, stream uint64) *source {
	return &source{Rand: rand.New(rand.NewPCG(seed, stream))}
}

// lengths are those of slices: all small ones and those around powers of two.
var lengths = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
	31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 255, 256, 257}

// next makes one case.
func (g *source) next(f *ir.Func) *wire.Case {
	g.wild = pick(g, []float64{0, 0, 0, 0.02, 0.2, 0.7})
	g.size = pick(g, lengths)
	c := &wire.Case{Kernel: f.Name, Place: wire.Place(g.IntN(2))}
	share := g.IntN(4) == 0
	for _, p := range f.Params {
		c.Args = append(c.Args, g.value(c, p.Type, share))
	}
	return c
}

// value makes an argument, and the buffer that it needs.
func (g *source) value(c *wire.Case, t ir.Type, share bool) wire.Value {
	if t.Kind == ir.Slice {
		return wire.Value{Slice: g.slice(c, *t.Elem, share)}
	}
	wild := g.wild
	if len(c.Buffers) == 0 {
		wild = max(wild, 0.3)
	}
	return wire.Value{Cells: g.cells(cellKind(t), cellsOf(t), wild)}
}

// slice makes a view: mostly of a buffer of its own and of the case's usual length, sometimes nil, with
// spare capacity, or overlapping an earlier one.
func (g *source) slice(c *wire.Case, elem ir.Type, share bool) *wire.Slice {
	if g.IntN(25) == 0 {
		return &wire.Slice{Buf: wire.Nil}
	}
	if share {
		for i, b := range c.Buffers {
			if b.Elem == elem.String() {
				return g.view(i, len(b.Cells)/cellsOf(elem))
			}
		}
	}
	n, before, after := g.size, 0, 0
	if g.IntN(5) == 0 {
		n = pick(g, lengths)
	}
	if g.IntN(3) == 0 {
		before, after = g.IntN(4), g.IntN(6)
	}
	cells := g.cells(cellKind(elem), (before+n+after)*cellsOf(elem), g.wild)
	c.Buffers = append(c.Buffers, wire.Buffer{Elem: elem.String(), Cells: cells})
	return &wire.Slice{Buf: len(c.Buffers) - 1, Off: before, Len: n, Cap: n + g.IntN(after+1)}
}

// view is any part of a buffer of n elements.
func (g *source) view(buf, n int) *wire.Slice {
	off := g.IntN(min(n, 3) + 1)
	if g.IntN(3) == 0 {
		off = g.IntN(n + 1)
	}
	length := n - off - g.IntN(min(n-off, 2)+1)
	return &wire.Slice{Buf: buf, Off: off, Len: length, Cap: length + g.IntN(n-off-length+1)}
}

// cells makes n numbers of one kind.
func (g *source) cells(k ir.Kind, n int, wild float64) []uint64 {
	cells := make([]uint64, n)
	for i := range cells {
		switch {
		case g.Float64() < wild:
			cells[i] = pick(g, edges(k))
		case k.IsFloat():
			cells[i] = floatBits(k, g.float())
		case k == ir.Bool:
			cells[i] = uint64(g.IntN(2))
		default:
			cells[i] = wrap(k, g.integer(k))
		}
	}
	return cells
}

// float is a harmless number: some are exact, some are not.
func (g *source) float() float64 {
	if g.IntN(2) == 0 {
		return float64(g.IntN(17)-8) / 4
	}
	return g.Float64()*4 - 2
}

// integer is mostly one that makes sense as an index or a length of the case.
func (g *source) integer(k ir.Kind) uint64 {
	switch g.IntN(12) {
	case 0:
		return g.Uint64() >> g.IntN(64)
	case 1:
		return uint64(-g.IntN(4))
	case 2:
		return uint64(g.size + g.IntN(4) - 2)
	case 3, 4:
		return uint64(math.Sqrt(float64(g.size)))
	case 5, 6:
		return uint64(g.IntN(5))
	}
	return uint64(g.IntN(g.size + 1))
}

// exhaust returns cases with the edges of every parameter combined, at most limit of them, for a
// kernel without slices.
func (g *source) exhaust(f *ir.Func, limit int) []*wire.Case {
	total := 1
	for _, p := range f.Params {
		if p.Type.Kind == ir.Slice || p.Type.Kind == ir.Array {
			return nil
		}
		for range cellsOf(p.Type) {
			total = min(total*len(edges(cellKind(p.Type))), 1<<40)
		}
	}
	var cases []*wire.Case
	for i := range min(total, limit) {
		number := i
		if total > limit {
			number = g.IntN(total)
		}
		cases = append(cases, combination(f, number))
	}
	return cases
}

// combination is the case whose arguments are the edges that number spells, digit by digit.
func combination(f *ir.Func, number int) *wire.Case {
	c := &wire.Case{Kernel: f.Name}
	for _, p := range f.Params {
		e := edges(cellKind(p.Type))
		v := wire.Value{Cells: make([]uint64, cellsOf(p.Type))}
		for i := range v.Cells {
			v.Cells[i] = e[number%len(e)]
			number /= len(e)
		}
		c.Args = append(c.Args, v)
	}
	return c
}

func pick[T any](g *source, from []T) T { return from[g.IntN(len(from))] }
