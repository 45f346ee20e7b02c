package abi

import "github.com/kgen-go/kgen/ffi/ctype"

// win64 is Microsoft's convention for amd64: each argument takes one of four positions, then a stack slot.
type win64 struct {
	target ctype.Target
	quirks quirks
	both   bool // floating-point arguments travel in integer registers as well: variadic functions

	position, vectors int
}

const (
	winRegisters = 4
	winSlot      = 8 // bytes
)

func (w *win64) result(v *Value) {
	switch {
	case v.Type.Kind.IsFloat():
		v.Pieces = []Piece{{Place: Vector, Size: v.Size}}
	case isInt128(v.Type):
		v.Pieces = []Piece{{Place: Vector, Size: v.Size}}
	case w.direct(v):
		v.Pieces = []Piece{{Place: General, Size: v.Size, Extend: extend(w.target, v.Type, v.Size)}}
	default:
		v.Ref = true
		v.Pieces = []Piece{{Place: General, Size: 8}}
		w.position++
	}
}

func (w *win64) arg(v *Value, anonymous bool) {
	if w.quirks&emptyRecords != 0 && empty(v.Type) {
		return // as gcc's va_start has it
	}
	p := Piece{Index: w.position, Size: v.Size, Extend: extend(w.target, v.Type, v.Size)}
	float := v.Type.Kind.IsFloat()
	if !float && !w.direct(v) {
		v.Ref = true
		p.Size = 8
	}
	switch {
	case w.position >= winRegisters:
		p.Place, p.Index = Stack, winSlot*(w.position-winRegisters)
	case float:
		p.Place = Vector
		w.vectors++
	}
	v.Pieces = []Piece{p}
	if p.Place == Vector && w.both {
		p.Place = General
		v.Pieces = append(v.Pieces, p)
	}
	w.position++
}

func (w *win64) end(c *Call) {
	c.Stack = winSlot * max(0, w.position-winRegisters)
	c.Vectors = w.vectors
}

// direct reports whether a value travels in one integer register.
func (w *win64) direct(v *Value) bool {
	if w.quirks&flexibleInMemory != 0 && hasFlexible(v.Type) {
		return false
	}
	switch v.Size {
	case 1, 2, 4, 8:
		return true
	}
	return false
}
