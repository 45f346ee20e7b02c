package sys

import "unsafe"

// Vec is one vector register as far as arguments and results use it: 8 bytes on System V amd64, 16 elsewhere.
type Vec [VecWords]uint64

// Call is the block of one C call: what the trampoline loads into registers and onto the system stack, and what it
// stores from them. The registers are overwritten by results, so each call needs its arguments set anew.
//
// Unless C calls nothing back, the block must be a local variable that does not escape: a callback may move the Go stack, and
// the trampoline then looks for the block at the same distance from the stack's top.
//
// The words of General and Vector are no pointers to the collector. Whoever puts Go addresses there keeps
// what they point to alive, in the heap, until the call returns.
//
// Image, when not nil, is memory that the trampoline copies to the system stack so that its first byte is the first stack
// argument (behind the shadow space on Windows x64). Copies of arguments that travel by reference and
// room for a memory result follow the stack arguments in it. It may lie on the Go stack as well.
type Call struct {
	Fn      unsafe.Pointer   // the C function
	General [NGeneral]uint64 // in: integer registers in the order of arguments (on arm64 [8] is X8); out: [0], [1] = RAX, RDX or X0, X1
	Vector  [NVector]Vec     // in: vector registers; out: the first NVectorResults
	X87     [NX87][2]uint64  // out: ST0 and ST1, 10 bytes each, as the flags ask
	Image   unsafe.Pointer   // stack arguments and other memory of the call
	Relocs  []Reloc          // addresses within the image to fill in

	ImageSize  uint32 // bytes, a multiple of 16, at most MaxImage; 0 for no image
	ResultOff  uint32 // of the bytes of the image to copy back after the call, a multiple of 8
	ResultSize uint32 // their number, a multiple of 8

	Vectors   uint32 // number of vector registers that hold arguments, System V's AL
	Flags     Flags
	Errno     int32  // out, with WantErrno
	LastError uint32 // out, with WantLastError
}

// MaxImage is the size of the biggest image in bytes. The system stack of a thread has a few megabytes at least.
const MaxImage = 1 << 20

// Reloc stores the address of the image's byte To, when the image has its place on the system stack: at byte At of the
// image when At >= 0, else in General[^At].
type Reloc struct{ At, To int32 }

// Flags says what a call does besides calling.
type Flags uint32

const (
	WantErrno     Flags = 1 << iota // zero errno before the call and store it after
	WantX87                         // pop ST0 into X87[0] (amd64 but Windows)
	WantX87Pair                     // and ST1 into X87[1]
	WantLastError                   // the same as WantErrno for GetLastError (Windows)
)

// Ints is the block of a call with integer arguments in registers and at most an integer result: the fastest kind.
// Args[0] is the result after the call. The rules are those of [Call].
type Ints struct {
	Fn   unsafe.Pointer
	Args [NInt]uint64
}

// Floats is the same for a call whose arguments and result are floating-point numbers. A float32 is in the low half of
// its element.
type Floats struct {
	Fn   unsafe.Pointer
	Args [NVector]float64
}

// Small is the block of a call with any arguments in registers and a result in one. Integer and vector registers are numbered
// as the C convention does: each kind by itself, but by position on Windows x64. After the call
// Ints[0] and Floats[0] are the first result register of either kind.
type Small struct {
	Fn     unsafe.Pointer
	Ints   [NInt]uint64
	Floats [NVector]float64
	Errno  int32 // out, of DoErrno
}

// Slots is the number of C function pointers that there are for callbacks.
const Slots = 16384

// Frame is what a callback received. It lies on the C stack until the handler returns.
type Frame struct {
	Vector  [NVector]Vec     // in: vector registers; out: the first NVectorResults
	General [NGeneral]uint64 // in: integer registers; out: [0], [1] = RAX, RDX or X0, X1
	X87     [NX87][2]uint64  // out, as NX87 says
	Stack   unsafe.Pointer   // the first stack argument, behind the shadow space
	NX87    uint32           // out: number of x87 results, 0 to 2: ST0 is X87[0]. It is 0 on entry.
	Slot    uint32           // 0 <= Slot < Slots
}

// NX87 is the number of x87 registers that can hold results.
const NX87 = 2
