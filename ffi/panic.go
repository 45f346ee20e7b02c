package ffi

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// PanicError is the error of a call that led to a callback which panicked. The panic did not cross C: it was caught, C
// was given zero, and the error is what the call returned, or panicked with, after C had returned.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // the goroutine's stack at the panic, as of debug.Stack
}

// Error returns the panic's value on one line.
func (e *PanicError) Error() string { return fmt.Sprint("panic: ", e.Value) }

// Unwrap returns the panic's value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// pending is the number of goroutines that have an error of a callback waiting for the end of a call. It is all that a call
// looks at when there is none.
var pending atomic.Int32

// waiting are these errors by goroutine.
var waiting = struct {
	sync.Mutex
	of map[uintptr]error
}{of: make(map[uintptr]error)}

// leaveError keeps an error for the end of the call that the current goroutine is in. The first one of a call wins.
func leaveError(err error) {
	g := sys.Goroutine()
	waiting.Lock()
	defer waiting.Unlock()
	if waiting.of[g] == nil {
		waiting.of[g] = err
		pending.Add(1)
	}
}

// takePanic returns the error that a callback left for the call that has just ended on this goroutine, nil if there is
// none. Whoever calls C looks at pending after it, and takes the error when that is not zero.
func takePanic() error {
	g := sys.Goroutine()
	waiting.Lock()
	defer waiting.Unlock()
	err := waiting.of[g]
	if err != nil {
		delete(waiting.of, g)
		pending.Add(-1)
	}
	return err
}

// hook receives the errors of callbacks that no call can return.
var hook atomic.Pointer[func(error)]

// SetCallbackHook sets the function that is told about a callback's panic, or about C's call of a freed one, when no call of this
// package is there to return the error: C called on a thread of its own, or from a cgo call. It may be
// called by several goroutines at once, and a panic of its own ends the program. With nil, and at first, the error is written to the
// standard error.
func SetCallbackHook(report func(error)) {
	if report == nil {
		hook.Store(nil)
		return
	}
	hook.Store(&report)
}

func callHook(err error) {
	if report := hook.Load(); report != nil {
		(*report)(err)
		return
	}
	fmt.Fprintln(os.Stderr, err)
}

// origin is who made the C code run that called back.
type origin int

const (
	fromThread origin = iota // nobody: it is C's own thread
	fromOther                // a call by cgo or another package
	fromHere                 // a call of this package, which looks at pending
)

// sysPrefix begins the names of the functions that call C for this package.
var sysPrefix = reflect.TypeFor[sys.Call]().PkgPath() + "."

// callbackOrigin finds the origin of the innermost callback on the stack.
func callbackOrigin() origin {
	pcs := make([]uintptr, 64)
	n := runtime.Callers(0, pcs)
	for n == len(pcs) {
		pcs = make([]uintptr, 2*len(pcs))
		n = runtime.Callers(0, pcs)
	}
	frames := runtime.CallersFrames(pcs[:n])
	for _, name := range []string{"runtime.cgocallback", "runtime.cgocall"} {
		if !skipTo(frames, name) {
			return fromThread
		}
	}
	if caller, _ := frames.Next(); strings.HasPrefix(caller.Function, sysPrefix) {
		return fromHere
	}
	return fromOther
}

// skipTo consumes the frames up to that of a function, and reports whether it is there.
func skipTo(frames *runtime.Frames, function string) bool {
	for {
		f, more := frames.Next()
		if f.Function == function {
			return true
		}
		if !more {
			return false
		}
	}
}
