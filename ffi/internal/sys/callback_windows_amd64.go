//go:build !noffi

//lint:file-ignore U1000 The assembly files use these.

package sys

import "unsafe"

// The frame of the slots' common code, for the assembly: cgocallback's arguments, the Frame, and the registers that C wants
// preserved. The frame's size keeps the stack aligned.
const (
	entryFrame  = 24
	entryInts   = entryFrame + unsafe.Sizeof(Frame{})
	entryFloats = entryInts + 7*8
	entrySize   = entryFloats + 10*16 + 8
)
