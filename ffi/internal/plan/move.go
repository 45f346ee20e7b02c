package plan

import (
	"unsafe"

	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// place says where a move goes to or comes from.
type place uint8

const (
	inGeneral place = iota
	inVector
	onStack // bytes
	asWord  // on the stack, an integer that fills its slot
	inX87
)

// fill says what becomes of a narrow integer.
type fill uint8

const (
	zeros fill = iota
	signs
	truth // a _Bool, of which C and Go expect 0 or 1 and nothing else
)

// move is a run of bytes of a value and its place.
type move struct {
	place  place
	fill   fill
	arg    int32 // index of the argument
	index  int32 // of the register, or offset on the stack
	offset int32 // within the value
	size   int32
}

func newMove(arg int, v *abi.Value, p abi.Piece) move {
	m := move{
		place: [...]place{abi.General: inGeneral, abi.Vector: inVector, abi.Stack: onStack, abi.X87: inX87}[p.Place],
		arg:   int32(arg), index: int32(p.Index), offset: int32(p.Offset), size: int32(p.Size),
	}
	if p.Extend != abi.None && m.place == onStack {
		m.place = asWord
	}
	switch {
	case v.Type.Base() == ctype.Bool:
		m.fill = truth
	case p.Extend == abi.Sign:
		m.fill = signs
	}
	return m
}

// reloc is the order to put the address of the image's byte to into the move's place.
func (m *move) reloc(to int64) sys.Reloc {
	if m.place == inGeneral {
		return sys.Reloc{At: ^m.index, To: int32(to)}
	}
	return sys.Reloc{At: m.index, To: int32(to)}
}

// load returns up to 8 bytes of memory as a register holds them. It reads no other bytes.
func (m *move) load(p unsafe.Pointer) uint64 {
	switch m.size {
	case 8:
		return *(*uint64)(p)
	case 4:
		if m.fill == signs {
			return uint64(*(*int32)(p))
		}
		return uint64(*(*uint32)(p))
	case 2:
		if m.fill == signs {
			return uint64(*(*int16)(p))
		}
		return uint64(*(*uint16)(p))
	case 1:
		switch b := *(*uint8)(p); {
		case m.fill == signs:
			return uint64(int8(b))
		case m.fill == truth && b != 0:
			return 1
		default:
			return uint64(b)
		}
	}
	var word uint64
	copyBytes(unsafe.Pointer(&word), p, int(m.size))
	return word
}

// store puts the low bytes of a register into memory. It writes no other bytes.
func (m *move) store(p unsafe.Pointer, word uint64) {
	switch m.size {
	case 8:
		*(*uint64)(p) = word
	case 4:
		*(*uint32)(p) = uint32(word)
	case 2:
		*(*uint16)(p) = uint16(word)
	case 1:
		if m.fill == truth && uint8(word) != 0 {
			word = 1
		}
		*(*uint8)(p) = uint8(word)
	default:
		copyBytes(p, unsafe.Pointer(&word), int(m.size))
	}
}

// loadVector fills a vector register.
func (m *move) loadVector(to *sys.Vec, p unsafe.Pointer) {
	if m.size <= wordSize {
		to[0] = m.load(p)
		return
	}
	copyBytes(unsafe.Pointer(to), p, int(m.size))
}

// storeVector puts the low bytes of a vector register into memory.
func (m *move) storeVector(p unsafe.Pointer, from *sys.Vec) {
	if m.size <= wordSize {
		m.store(p, from[0])
		return
	}
	copyBytes(p, unsafe.Pointer(from), int(m.size))
}

// copy copies a value on the stack.
func (m *move) copy(to, from unsafe.Pointer) {
	if m.fill == truth {
		m.store(to, m.load(from))
		return
	}
	copyBytes(to, from, int(m.size))
}

// copyBytes copies memory that need not be aligned.
func copyBytes(to, from unsafe.Pointer, n int) {
	copy(unsafe.Slice((*byte)(to), n), unsafe.Slice((*byte)(from), n))
}
