package verify

import (
	"math"

	"github.com/kgen-go/kgen/gen/ir"
)

// edgeFloats are numbers at which rounding, conversion and comparison change.
var edgeFloats = []float64{
	0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 1.0 / 3, 3, -7, 10,
	math.NaN(), -math.NaN(), math.Inf(1), math.Inf(-1),
	math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 0x1.fffffffffffffp-1023, 0x1p-1022,
	math.SmallestNonzeroFloat32, 0x1.fffffep-127, -0x1p-126, 0x1p-149 * 1.5,
	math.MaxFloat64, -math.MaxFloat64, math.MaxFloat32, -math.MaxFloat32, 0x1.ffffffp127,
	127, 127.5, 128, -128, -128.5, -129, 255, 255.5, 256, -0.999,
	32767.5, 32768, -32769, 65535.5, 65536,
	0x1p31 - 1, 0x1p31, -0x1p31, -0x1p31 - 1, 0x1p32 - 1, 0x1p32, 0x1p53, 0x1p53 + 2, 0x1p24 + 1,
	0x1p63, -0x1p63, 0x1p63 - 1024, -0x1p63 - 2048, 0x1p64, 0x1p64 - 2048, 1e300, 1e-300, 1e30, -1e30,
}

// edgeInts are integers at which some type wraps; each is taken modulo the type's width.
var edgeInts = []uint64{
	0, 1, 1<<64 - 1, 2, 1<<64 - 2, 3, 5, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100,
	0x7f, 0x80, 0x81, 0xff, 0x100, 0x7fff, 0x8000, 0x8001, 0xffff, 0x10000,
	0x7fffffff, 0x80000000, 0x80000001, 0xffffffff, 1 << 32,
	1<<53 + 1, 1<<62 + 1, 1<<63 - 1, 1 << 63, 1<<63 + 1, 1<<64 - 1025,
}

var edgeTable = makeEdges()

// edges returns the bits of the edges of a kind of cell.
func edges(k ir.Kind) []uint64 { return edgeTable[k] }

func makeEdges() map[ir.Kind][]uint64 {
	table := map[ir.Kind][]uint64{ir.Bool: {0, 1}}
	for k := ir.I8; k <= ir.F64; k++ {
		seen := map[uint64]bool{}
		add := func(bits uint64) {
			if !seen[bits] {
				seen[bits] = true
				table[k] = append(table[k], bits)
			}
		}
		if k.IsFloat() {
			for _, x := range edgeFloats {
				add(floatBits(k, x))
			}
			continue
		}
		for _, x := range edgeInts {
			add(wrap(k, x))
		}
	}
	return table
}

// floatBits returns the bits of x rounded to the kind.
func floatBits(k ir.Kind, x float64) uint64 {
	if k == ir.F32 {
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}

// wrap cuts x to the kind's width.
func wrap(k ir.Kind, x uint64) uint64 { return x & (^uint64(0) >> (64 - k.Bits())) }
