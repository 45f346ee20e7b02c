package sigtest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// Values makes random values, a third of them extremes of their kind.
type Values struct {
	Rand     *rand.Rand
	Pointers []byte // memory into which pointers lead, if they are not null
	Quiet    bool   // no signaling NaNs, which conversions between floating-point types change
}

// bits are those of a scalar, the low ones first.
type bits [2]uint64

// from returns the 8 bits from bit i.
func (b bits) from(i int64) byte {
	if i >= 64 {
		return byte(b[1] >> (i - 64))
	}
	return byte(b[0]>>i | b[1]<<(64-i))
}

var integerEdges = []bits{{0, 0}, {^uint64(0), ^uint64(0)}, {1, 0}}

// floatEdges has for each width: zeros, one, infinities, a quiet NaN with a payload, the smallest and greatest number, all bits set,
// and last signaling NaNs.
var floatEdges = map[int64][]bits{
	32: {
		{0}, {1 << 31}, {0x3f800000}, {0x7f800000}, {0xff800000}, {0x7fc12345}, {1}, {0x7f7fffff}, {0xffffffff},
		{0x7f812345}, {0xff800001},
	},
	64: {
		{0}, {1 << 63}, {0x3ff << 52}, {0x7ff << 52}, {0xfff << 52}, {0x7ff8_1234_5678_9abc}, {1}, {0x7fef_ffff_ffff_ffff}, {^uint64(0)},
		{0x7ff0_0000_0000_1234}, {0xfff0_0000_0000_0001},
	},
	80: {
		{}, {0, 0x8000}, {1 << 63, 0x3fff}, {1 << 63, 0x7fff}, {1 << 63, 0xffff}, {0xc123 << 48, 0x7fff}, {1, 0}, {^uint64(0), 0x7ffe}, {^uint64(0), 0xffff},
		{1<<63 | 1, 0x7fff}, {1<<63 | 1, 0xffff},
	},
	128: {
		{}, {0, 1 << 63}, {0, 0x3fff << 48}, {0, 0x7fff << 48}, {0, 0xffff << 48}, {1, 0x7fff_8123 << 32}, {1, 0}, {^uint64(0), 0x7ffe_ffff_ffff_ffff}, {^uint64(0), ^uint64(0)},
		{1, 0x7fff << 48}, {2, 0xffff << 48},
	},
}

const signaling = 2 // edges at the end of each list

// scalar returns the bits of a random value.
func (v *Values) scalar(l leaf) bits {
	random := bits{v.Rand.Uint64(), v.Rand.Uint64()}
	edge := v.Rand.IntN(3) == 0
	switch {
	case l.kind == ctype.Bool:
		return bits{random[0] & 1}
	case l.kind == ctype.Pointer:
		if edge || len(v.Pointers) == 0 {
			return bits{}
		}
		return bits{uint64(uintptr(unsafe.Pointer(&v.Pointers[random[0]%uint64(len(v.Pointers))])))}
	case l.kind.IsFloat():
		if edges := floatEdges[l.width]; edge {
			return edges[v.Rand.IntN(len(edges)-v.quiet())]
		}
		return v.number(l.width, random)
	case edge:
		return v.integerEdge(l.width)
	}
	return random
}

// quiet returns how many edges may not be used.
func (v *Values) quiet() int {
	if v.Quiet {
		return signaling
	}
	return 0
}

// integerEdge returns 0, 1, -1, the least or the greatest value of a signed type.
func (v *Values) integerEdge(width int64) bits {
	sign := bits{}
	sign[(width-1)/64] = 1 << ((width - 1) % 64)
	switch n := v.Rand.IntN(len(integerEdges) + 2); n {
	case 0:
		return sign
	case 1:
		return bits{^sign[0], ^sign[1]}
	default:
		return integerEdges[n-2]
	}
}

// fraction is the number of bits of the fraction in a floating-point number of so many bits; the first says that a NaN is quiet.
var fraction = map[int64]int64{32: 23, 64: 52, 80: 63, 128: 112}

// number makes random bits those of a number. Only x87's format has bits that are none: a normal number's first digit
// must be set.
func (v *Values) number(width int64, b bits) bits {
	if width == 80 && b[1]&0x7fff != 0 {
		b[0] |= 1 << 63
	}
	if v.Quiet {
		quiet := fraction[width] - 1
		b[quiet/64] |= 1 << (quiet % 64)
	}
	return b
}

// Cell is memory for values of one type: 16 bytes aligned, with guard bytes behind.
type Cell struct {
	Type   *ctype.Type
	leaves []leaf
	mask   []byte // the bits that are no padding
	memory []byte
}

const (
	guard     = 16   // bytes
	guardByte = 0x5a // each of them
	padByte   = 0xc3 // what padding is filled with
)

// NewCell returns a cell for a type that has a layout, or void.
func NewCell(t ctype.Target, typ *ctype.Type) *Cell {
	size := int64(0)
	if typ.Kind != ctype.Void {
		size, _ = t.Sizeof(typ)
	}
	words := make([]uint64, (size+2*guard)/8+2)
	base := unsafe.Pointer(&words[0])
	skip := -uintptr(base) & 15
	c := &Cell{Type: typ, leaves: leavesOf(t, typ), mask: make([]byte, size)}
	c.memory = unsafe.Slice((*byte)(unsafe.Add(base, skip)), size+guard)
	for _, l := range c.leaves {
		setBits(c.mask, l, bits{^uint64(0), ^uint64(0)})
	}
	c.Clear()
	return c
}

// Bytes is the value.
func (c *Cell) Bytes() []byte { return c.memory[:len(c.mask):len(c.mask)] }

// Pointer is the value's address.
func (c *Cell) Pointer() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(c.memory)) }

// Clear fills the value and the guard bytes with what is no value in particular.
func (c *Cell) Clear() {
	for i := range c.memory {
		c.memory[i] = guardByte
	}
}

// Fill makes the value a random one. Padding is never zero.
func (c *Cell) Fill(v *Values) {
	b := c.Bytes()
	for i := range b {
		b[i] = padByte
	}
	for _, l := range c.leaves {
		setBits(b, l, v.scalar(l))
	}
}

// setBits stores the low bits of a value where the leaf is.
func setBits(mem []byte, l leaf, value bits) {
	for i := int64(0); i < l.width; {
		at := l.bit + i
		n := min(8-at%8, l.width-i) // bits of one byte
		ones := byte(1<<n - 1)
		mem[at/8] = mem[at/8]&^(ones<<(at%8)) | value.from(i)&ones<<(at%8)
		i += n
	}
}

// Diff returns an error if other bytes are not the same value as the cell's, or if the cell's guard bytes have changed.
func (c *Cell) Diff(other []byte) error {
	b := c.Bytes()
	for i := range b {
		if (b[i]^other[i])&c.mask[i] != 0 {
			return fmt.Errorf("%s differs at byte %d:\n\tgot  % x\n\twant % x\n\tmask % x", c.Type, i, other[:len(b)], b, c.mask)
		}
	}
	return c.Guard()
}

// Guard returns an error if the bytes behind the value have changed.
func (c *Cell) Guard() error {
	if behind := c.memory[len(c.mask):]; !bytes.Equal(behind, bytes.Repeat([]byte{guardByte}, guard)) {
		return fmt.Errorf("%s: the bytes behind it were overwritten: % x", c.Type, behind)
	}
	return nil
}
