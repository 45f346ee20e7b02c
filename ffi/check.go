package ffi

import (
	"fmt"
	"os"
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// checks is whether functions that are bound now check their calls.
var checks atomic.Bool

func init() { checks.Store(os.Getenv("KGEN_FFI_CHECK") == "1") }

// Check turns the check mode on or off; it starts as on if the environment variable KGEN_FFI_CHECK is 1. What is bound or
// made while it is on is slower and finds mistakes that otherwise show as crashes or wrong data:
//
//   - a function looks for Go pointers in the Go memory that its arguments point to, as cgo does, and refuses
//     the call ([ErrPointer]);
//   - the function pointer of a freed callback is not reused before all others were, so that C is caught when it calls one that it
//     should have forgotten;
//   - [Record.Set] refuses to store an address of Go memory that no runtime.Pinner holds ([ErrPointer]).
//
// GODEBUG=cgocheck=0 turns the first and the last one off.
func Check(on bool) { checks.Store(on) }

func checking() bool { return checks.Load() }

// checkPointers reports whether what an argument points to holds Go pointers, which C must not see: the collector
// neither knows that C has them nor that C may change them.
func checkPointers(v reflect.Value) (err error) {
	switch v.Kind() {
	case reflect.Pointer, reflect.UnsafePointer, reflect.Slice, reflect.Struct, reflect.Array:
	default:
		return nil
	}
	if v.Type() == callbackType {
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrPointer, r)
		}
	}()
	sys.CheckPointers(v.Interface())
	return nil
}

// checkStored reports whether a value that becomes a pointer in C memory is an address of Go memory, which the collector
// does not see there.
func checkStored(v any) error {
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Pointer, reflect.UnsafePointer, reflect.Slice:
		if !isCallback(r.Type()) {
			return checkPointers(reflect.ValueOf([]unsafe.Pointer{r.UnsafePointer()}))
		}
	}
	return nil
}
