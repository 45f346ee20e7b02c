//go:build ((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64) && !noffi

package sys

import "unsafe"

// slotsCode is the address of the table of slots, from the assembly files: Slots pieces of code of slotSize bytes, each of which is
// a C function. A slot's position is all that tells it from the others.
var slotsCode unsafe.Pointer

const slotSize = 8

// entryLocals is the size of the frame of the slots' common code, which the assembler wants as one word: a Frame and what
// keeps the stack aligned.
//
//lint:ignore U1000 the assembly uses it
const entryLocals = unsafe.Sizeof(Frame{}) + 8

// SlotAddr returns the C function pointer of a slot, 0 <= i < Slots.
func SlotAddr(i int) unsafe.Pointer { return unsafe.Add(slotsCode, i*slotSize) }

// handler receives the callbacks.
var handler func(*Frame)

// SetHandler says what C's calls of slots do. It is called once, before the first SlotAddr is given to C. The handler
// runs on the goroutine whose call led to the callback, or on one of its own when C called from a foreign thread. A panic or
// a Goexit that leaves it abandons the C functions between it and the Go function that called them.
func SetHandler(h func(*Frame)) { handler = h }

// enter is what the slots' common code calls through the run time. The frame is in C memory.
func enter(f *Frame) { handler(f) }

// enterFunc is enter as the assembly needs it: a pointer to a code pointer.
//
//lint:ignore U1000 the assembly uses it
var enterFunc = enter

// Goroutine identifies the current goroutine as long as it runs. A callback has the identity of the goroutine
// whose call led to it.
func Goroutine() uintptr
