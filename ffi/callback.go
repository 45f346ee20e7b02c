package ffi

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"sync/atomic"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// Callback is a C function pointer whose calls run a Go function. It is used up until [Callback.Free]; nothing frees it when it
// becomes garbage, because C may still have the pointer. Its methods may be called by several
// goroutines at once.
type Callback struct {
	typ   reflect.Type
	slot  int
	freed atomic.Bool
	err   atomic.Pointer[Error]
}

// NewCallback makes a C function pointer of a Go function, which may be a closure.
//
//	cb, err := ffi.NewCallback(func(event int32, data unsafe.Pointer) float64 { ... })
//	...
//	defer cb.Free()
//	register(cb, nil) // a Func with an argument *ffi.Callback; C is given cb.Ptr()
//
// F corresponds to C's function as in [Func], except that it has no slices, functions and ...any, and no string as a
// result. A string argument is a copy. An argument that is a pointer is what C passed. If F's last result is an
// error, one that is not nil is treated as a panic is.
//
// There are 16,384 callbacks at a time; one more is [ErrFull]. A Go function that is an argument of a function made by [Func] needs no
// NewCallback if C calls it during that call only.
//
// The function runs on the goroutine that called C, which must not be a leaf call, or when C calls on a thread that C made, on a new
// goroutine that is locked to the thread. It may call C again, and any number of threads may be in it.
//
// A panic in it does not cross C. C is given zero, and goes on. The innermost call of this package that led to the callback returns a
// [*PanicError] after C returned, or panics with it where it has no error result; if several panicked it
// is the first. On C's own threads, and below a call by cgo, the error goes to [SetCallbackHook]. In any case
// [Callback.Err] returns it.
//
// [runtime.Goexit], which testing.T.FailNow calls, ends the goroutine, and all deferred functions run. The C functions in
// between never go on, as after longjmp: what they hold stays held. On C's own threads Goexit ends the program.
func NewCallback[F any](f F) (*Callback, error) {
	return newCallback(reflect.ValueOf(f), nil)
}

// newCallback makes a callback of a func for C code that has a function pointer of type proto, a ctype.Func; nil is the type that
// the Go function corresponds to.
func newCallback(f reflect.Value, proto *ctype.Type) (*Callback, error) {
	cb, err := makeCallback(f, proto)
	if err != nil {
		return nil, &Error{Op: "callback", Symbol: nameOf(f), Err: err}
	}
	return cb, nil
}

// nameOf returns the type of what was to be a callback, for messages.
func nameOf(f reflect.Value) string {
	if !f.IsValid() {
		return "nil"
	}
	return f.Type().String()
}

func makeCallback(f reflect.Value, proto *ctype.Type) (*Callback, error) {
	switch {
	case !sys.Supported:
		return nil, ErrUnsupported
	case f.Kind() != reflect.Func:
		return nil, fmt.Errorf("%w: it is not a function", ErrType)
	case f.IsNil():
		return nil, fmt.Errorf("%w: the function is nil", ErrNil)
	}
	s, err := signatureOf(f.Type(), proto)
	if err != nil {
		return nil, err
	}
	slot, err := takeSlot()
	if err != nil {
		return nil, err
	}
	// A func value is the address of its closure; a variable of the type holds it.
	variable := reflect.New(f.Type())
	variable.Elem().Set(f)
	cb := &Callback{typ: f.Type(), slot: slot}
	callees[slot].Store(&callee{
		signature: s,
		callback:  cb,
		function:  variable.Elem(),
		closure:   *(*unsafe.Pointer)(variable.UnsafePointer()),
	})
	return cb, nil
}

// Ptr returns the C function pointer. It is nil for a nil Callback. Like a function of a closed library, a freed Callback
// panics with an [*Error].
func (c *Callback) Ptr() unsafe.Pointer {
	p, err := c.address()
	if err != nil {
		panic(c.error("callback", err))
	}
	return p
}

// address is Ptr for arguments, whose function tells the error.
func (c *Callback) address() (unsafe.Pointer, error) {
	switch {
	case c == nil:
		return nil, nil
	case c.freed.Load():
		return nil, errFreedCallback
	}
	return sys.SlotAddr(c.slot), nil
}

var errFreedCallback = fmt.Errorf("%w: the callback", ErrFreed)

// Free gives the function pointer back: C must not call it any more. If C does nevertheless, it is given zero, and the call is
// reported like a panic with [ErrFreed], until the pointer is in use again (see [Check]). A second Free returns ErrFreed. A
// callback may free itself.
func (c *Callback) Free() error {
	if c == nil {
		return &Error{Op: "free", Err: fmt.Errorf("%w: the callback", ErrNil)}
	}
	if !c.freed.CompareAndSwap(false, true) {
		return c.error("free", ErrFreed)
	}
	s := callees[c.slot].Load().signature
	callees[c.slot].Store(&callee{signature: s, callback: c})
	giveSlot(c.slot)
	return nil
}

// Err returns the first error of the callback: that of a panic in it, or the error that it returned. It is nil if there was none.
func (c *Callback) Err() error {
	if c == nil {
		return nil
	}
	if err := c.err.Load(); err != nil {
		return err
	}
	return nil
}

func (c *Callback) error(op string, err error) *Error {
	return &Error{Op: op, Symbol: c.typ.String(), Err: err}
}

// callee is what a slot's calls reach. It is not changed: freeing puts another one without a function in the slot.
type callee struct {
	*signature
	callback *Callback
	function reflect.Value
	closure  unsafe.Pointer // the same, nil when freed
}

func init() { sys.SetHandler(receive) }

// receive handles the calls of all slots.
func receive(f *sys.Frame) {
	c := callees[f.Slot].Load()
	var earlier error // of another callback of the call that led here, which calls made from this one must not return
	if pending.Load() != 0 {
		earlier = takePanic()
	}
	err := c.serve(f)
	if earlier != nil {
		leaveError(earlier)
	}
	if err != nil {
		c.plan.Reply(f, nil)
		c.report(err)
	}
}

// serve calls the Go function. The error is that of a panic in it.
func (c *callee) serve(f *sys.Frame) (err error) {
	if c.closure == nil {
		return ErrFreed
	}
	done := false
	defer func() {
		if done {
			return
		}
		value := recover()
		err = &PanicError{value, debug.Stack()}
		if value == nil { // for Goexit, after which nobody sees err, or for panic(nil) where GODEBUG=panicnil=1 allows it
			c.exit()
		}
	}()
	switch c.way {
	case byWords:
		c.callWords(f, c.closure)
	case byRegisters:
		c.callRegisters(f, c.closure)
	default:
		err = c.callReflect(f, c.function)
	}
	done = true
	return err
}

// report brings an error to whoever can do something about it.
func (c *callee) report(cause error) {
	err := c.callback.error("callback", cause)
	c.callback.err.CompareAndSwap(nil, err)
	if callbackOrigin() == fromHere {
		leaveError(err)
	} else {
		callHook(err)
	}
}

// exit is called when Goexit ends the goroutine in the callback. An error that is waiting for the end of the
// call would wait forever, since the call never ends.
func (c *callee) exit() {
	if callbackOrigin() == fromThread {
		panic(c.callback.error("callback", fmt.Errorf("%w: runtime.Goexit on a thread that C made", ErrUsage)))
	}
	_ = takePanic()
}
