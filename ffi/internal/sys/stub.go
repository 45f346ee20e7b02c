package sys

import "unsafe"

// GoRegs holds the registers of a call between Go functions: integers and pointers, and floating-point numbers,
// each numbered as Go's internal calling convention assigns them. A float32 is in the low half of its element.
type GoRegs struct {
	Int   [NGoInt]uint64
	Float [NGoFloat]uint64
}

// NStubResults is the number of result registers of either kind that a stub can return.
const NStubResults = 4

// Pointers are the words of a stub's results that the collector must see. The stub returns each combined with the word of the
// same index in GoRegs.Int, one of which therefore must be zero.
type Pointers struct{ P0, P1, P2, P3 unsafe.Pointer }

// Stub is the head of a Go closure whose code is a fixed piece of assembly: called with arguments in registers, it passes them to Handle
// and returns what Handle leaves in the registers. A pointer to a Stub is a func value:
//
//	s := &Stub{...}
//	s.Init(2)
//	f := *(*F)(unsafe.Pointer(&s))
//
// All arguments and results of F must travel in registers, the results in at most NStubResults of either kind. What else Handle needs
// is in a larger struct whose first field is the Stub. Handle does not keep r, which is on the stack.
type Stub struct {
	code   unsafe.Pointer
	floats uint8           // number of floating-point registers with arguments
	Mask   [NGoInt]uintptr // all ones where an argument register holds a Go pointer, else zero
	Handle func(s *Stub, r *GoRegs) Pointers
}
