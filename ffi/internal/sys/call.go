//go:build ((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64) && !noffi

package sys

import (
	"runtime"
	"unsafe"
)

// The trampolines' code addresses, from the assembly files.
var callCode, smallCode, intsCode, floatsCode, smallLeafCode, intsLeafCode, floatsLeafCode unsafe.Pointer

// Do makes the call as cgo would: the scheduler knows that the thread is away in C, which may take its time and may
// call back into Go.
func (c *Call) Do() {
	c.check()
	cgocall(callCode, unsafe.Pointer(c))
	runtime.KeepAlive(c)
}

// Leaf makes the call without telling the scheduler: the C function must return within microseconds and must not
// call back, since the whole program waits for it when the collector wants to stop the world.
func (c *Call) Leaf() {
	c.check()
	asmcgocall(callCode, unsafe.Pointer(c))
	runtime.KeepAlive(c)
}

// check refuses an image that might not fit on the system stack. Whoever makes plans refuses it earlier, with an error.
func (c *Call) check() {
	if c.ImageSize > MaxImage {
		panic("ffi: image of a call is too big")
	}
}

// Do makes the call like [Call.Do].
func (c *Small) Do() {
	cgocall(smallCode, unsafe.Pointer(c))
	runtime.KeepAlive(c)
}

// Leaf makes the call like [Call.Leaf].
func (c *Small) Leaf() {
	asmcgocall(smallLeafCode, unsafe.Pointer(c))
	runtime.KeepAlive(c)
}

// Do makes the call like [Call.Do].
func (c *Ints) Do() {
	cgocall(intsCode, unsafe.Pointer(c))
	runtime.KeepAlive(c)
}

// Leaf makes the call like [Call.Leaf].
func (c *Ints) Leaf() {
	asmcgocall(intsLeafCode, unsafe.Pointer(c))
	runtime.KeepAlive(c)
}

// Do makes the call like [Call.Do].
func (c *Floats) Do() {
	cgocall(floatsCode, unsafe.Pointer(c))
	runtime.KeepAlive(c)
}

// Leaf makes the call like [Call.Leaf].
func (c *Floats) Leaf() {
	asmcgocall(floatsLeafCode, unsafe.Pointer(c))
	runtime.KeepAlive(c)
}

// CallBlock runs the C function `int32_t fn(void *arg)`. The run time hands the argument over in the C convention's first
// register and returns the low 32 bits of its result register, so this shape of function needs no
// trampoline. The function must not call back into Go when the memory that arg points to is on the Go stack.
func CallBlock(fn, arg unsafe.Pointer) int32 { return cgocall(fn, arg) }

// cgocall runs a C function on the thread's system stack after it told the scheduler. Only a callback can move the
// goroutine's stack meanwhile, and then the run time corrects arg: that makes noescape true.
//
//go:linkname cgocall runtime.cgocall
//go:noescape
func cgocall(fn, arg unsafe.Pointer) int32

// asmcgocall does the same without a word to the scheduler.
//
//go:noescape
func asmcgocall(fn, arg unsafe.Pointer) int32
