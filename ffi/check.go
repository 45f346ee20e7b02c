package ffi

import (
	"fmt"
	"os"
	"reflect"
	"sync/atomic"

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
//   - a callback that is freed is not reused, so that C is caught when it calls one that it should have forgotten.
//
// GODEBUG=cgocheck=0 turns the first one off.
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
