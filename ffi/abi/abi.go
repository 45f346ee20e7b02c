// Package abi says where each byte of a C call travels: prototype and target in, registers and stack offsets out.
//
// The functions are pure, so the calling conventions of all targets can be computed, and tested, on any host. The
// conventions: System V for amd64 (Linux, macOS), AAPCS64 (Linux), Apple's and Microsoft's variants of it, Microsoft x64.
package abi

import "github.com/kgen-go/kgen/ffi/ctype"

// Place is the kind of a place that holds a piece of a value.
type Place uint8

const (
	// General is an integer register; Index counts in the order of the arguments (RDI is 0 on System V, RCX on Windows; X0 is 0 on arm64).
	// As a place of results 0 and 1 are RAX and RDX on amd64, X0 and X1 on arm64. On arm64 index 8 is X8, the address of a memory result.
	General Place = iota
	// Vector is a floating-point register: XMM0 or V0 is 0.
	Vector
	// Stack is memory; Index is the offset in bytes from the first stack argument (on Windows x64: the first behind the shadow space).
	Stack
	// X87 is a register of the x87 stack, for results only: ST0 is 0.
	X87
)

// Extend says how a caller fills the part of a register or stack slot that a narrow integer leaves.
type Extend uint8

const (
	None Extend = iota
	Zero
	Sign
)

// Piece is a run of bytes of a value and the place where it travels.
type Piece struct {
	Place  Place
	Index  int    // register number or stack offset
	Offset int    // of the first byte within the value
	Size   int    // bytes of the value, at most 16 in a register; on the stack any number
	Extend Extend // to 8 bytes, for integers of fewer; never set where the slot has no room (Apple's packed stack)
}

// Value is an argument or the result.
type Value struct {
	Type  *ctype.Type
	Size  int
	Align int

	// Ref says that memory is passed by its address: for an argument the caller copies the value, aligned to Align (at least 8), to memory of its
	// own, for a result it provides memory of Size bytes. The one piece, of size 8, is where the address goes.
	Ref bool

	// Pieces may name the same bytes twice (variadic floats on Windows x64 travel in both files).
	// It is empty for void and for empty structs that do not travel.
	Pieces []Piece
}

// Call is a plan for calls of one prototype.
type Call struct {
	Target ctype.Target
	Args   []Value
	Result Value

	// Stack is the number of bytes of stack arguments, a multiple of 16, without Windows' shadow space.
	Stack int

	// Vectors is the number of vector registers that carry arguments, which System V amd64 wants in AL for variadic functions.
	Vectors int
}
