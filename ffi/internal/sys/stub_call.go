//go:build ((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64) && !noffi

package sys

import (
	"math"
	"runtime"
	"unsafe"
)

// stubLocals is the size of the stub's frame, which the assembler wants as one word: the live pointers, room for dispatch to spill
// its other arguments to, and the registers.
//
//lint:ignore U1000 the assembly uses it
const stubLocals = unsafe.Sizeof([NGoInt]unsafe.Pointer{}) + 2*unsafe.Sizeof(uintptr(0)) + unsafe.Sizeof(GoRegs{})

// stubCode is the address of the code of all stubs, from the assembly files.
var stubCode unsafe.Pointer

// Init makes the stub a func value. It is called before the stub is used as one. GoRegs.Float is undefined beyond the given number of
// arguments in floating-point registers.
func (s *Stub) Init(floats int) { s.code, s.floats = stubCode, uint8(floats) }

// dispatch is what the stub's code calls, in Go's internal calling convention: s and r in registers, live on the stack, the result
// in registers. The words of r are invisible to the collector; live has those that hold Go pointers, and keeps them alive while
// C uses them.
func dispatch(s *Stub, r *GoRegs, live [NGoInt]unsafe.Pointer) Pointers {
	p := s.Handle(s, r)
	runtime.KeepAlive(&live)
	return p
}

// dispatchFunc is dispatch as the assembly needs it: a pointer to a code pointer.
//
//lint:ignore U1000 the assembly uses it
var dispatchFunc = dispatch

// CallGo calls the Go func value fn, whose arguments and results all travel in registers. The registers are those of the
// arguments, and afterwards the first NStubResults of either kind are those of the results. The collector does not see them.
//
//go:noescape
func CallGo(fn unsafe.Pointer, regs *GoRegs)

// StubUsable reports whether stubs and CallGo work: they rest on Go's internal calling convention, which a later Go
// release may change.
func StubUsable() bool { return stubUsable }

var stubUsable = testStub()

// testStub calls a stub that calls a Go function, with every register in use one way or the other.
func testStub() bool {
	type function func(a int8, b *int64, c float32, d uint64, e, f float64, g, h, i, j uintptr) (int64, *int64, float64, uintptr)
	var target function = func(a int8, b *int64, c float32, d uint64, e, f float64, g, h, i, j uintptr) (int64, *int64, float64, uintptr) {
		return int64(a) + *b, b, float64(c) + e*f, uintptr(d) + g + h + i + j
	}
	cell := new(int64)
	*cell = 40
	s := &Stub{Handle: func(s *Stub, r *GoRegs) Pointers {
		if s.Mask[1] == 0 || math.Float32frombits(uint32(r.Float[0])) != 0.5 {
			return Pointers{}
		}
		CallGo(*(*unsafe.Pointer)(unsafe.Pointer(&target)), r)
		r.Int[1] = 0
		return Pointers{P1: unsafe.Pointer(cell)}
	}}
	s.Mask[1] = ^uintptr(0)
	s.Init(NGoFloat)
	sum, p, x, rest := (*(*function)(unsafe.Pointer(&s)))(-2, cell, 0.5, 1, 2, 3, 10, 100, 1000, 1<<40)
	return sum == 38 && p == cell && x == 6.5 && rest == 1<<40+1111
}
