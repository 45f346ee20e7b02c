package ffi

import (
	"sync/atomic"
	"unsafe"
)

// target is a C function as calls need it.
type target struct {
	fn     unsafe.Pointer
	closed *atomic.Bool // whether its library is
	leaf   bool

	lib, name string // for messages
}

// never is the closed flag of functions that belong to no library.
var never atomic.Bool

// enter is the beginning of every call.
func (t *target) enter() {
	if t.closed.Load() {
		t.fail(ErrClosed)
	}
}

// leave is the end of calls of functions without an error result.
func (t *target) leave() {
	if pending.Load() != 0 {
		t.raise()
	}
}

// raise goes on with the panic of a callback that the call led to.
func (t *target) raise() {
	if err := takePanic(); err != nil {
		t.fail(err)
	}
}

func (t *target) fail(err error) { panic(t.wrap(err)) }

// wrap says which call an error is about.
func (t *target) wrap(err error) *Error {
	return &Error{Op: "call", Lib: t.lib, Symbol: t.name, Err: err}
}
