package ffi

import (
	"errors"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/ffi/internal/load"
)

// What an [Error] may wrap, for [errors.Is].
var (
	ErrNotFound    = load.ErrNotFound
	ErrAmbiguous   = load.ErrAmbiguous
	ErrNotLibrary  = load.ErrNotLibrary
	ErrArch        = load.ErrArch
	ErrUnsupported = load.ErrUnsupported

	ErrClosed = errors.New("the library is closed") // a library used after Close
	ErrFreed  = errors.New("freed already")         // a callback or an arena used after Free

	ErrNotFunction = errors.New("not a function")
	ErrNotVariable = errors.New("not a variable")

	ErrUsage = errors.New("wrong use")
	ErrType  = errors.New("wrong type")         // Go and C types that do not fit each other
	ErrNil   = errors.New("nil is not allowed") // nil for a pointer that is required
	ErrNUL   = errors.New("zero byte in a string")
	ErrSize  = errors.New("wrong size") // a buffer that is too small, a variable of another size
	ErrRange = errors.New("out of range")
	ErrFull  = errors.New("no callback is left")

	ErrPointer = errors.New("a Go pointer that C must not see") // found by Check
)

// Error tells what could not be done, and to what.
type Error struct {
	Op     string // what was to be done, such as "load", "symbol", "call" or "close"
	Lib    string // the library as given to Load or LoadFS, "" where there is none
	Symbol string // the function or variable, "" where it is about the library as a whole
	Err    error  // the cause
}

// Error returns one line, followed by one more for each place that was searched.
func (e *Error) Error() string {
	text := "ffi: " + e.Op
	switch {
	case e.Symbol != "" && e.Lib != "":
		text += " " + quote(e.Symbol) + " of " + quote(e.Lib)
	case e.Symbol != "":
		text += " " + quote(e.Symbol)
	case e.Lib != "" || e.Op == "load":
		text += " " + quote(e.Lib)
	}
	return text + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// quote returns the name as it is where it is plainly readable, as paths of Windows are too, else in Go's quotes.
func quote(s string) string {
	q := strconv.Quote(s)
	if s == "" || strings.ReplaceAll(q, `\\`, `\`) != `"`+s+`"` {
		return q
	}
	return s
}
