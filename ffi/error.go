package ffi

import (
	"errors"
	"strconv"
)

// What an [Error] may wrap, for [errors.Is].
var (
	ErrNotFound    = errors.New("not found")
	ErrClosed      = errors.New("the library is closed")
	ErrUnsupported = errors.New("ffi is not supported")
	ErrNotLibrary  = errors.New("not a shared library")
	ErrArch        = errors.New("wrong architecture")
)

// Error tells what could not be done to which library. Op is "load", "symbol" or "close".
type Error struct {
	Op     string
	Lib    string // as given to Load or LoadFS
	Symbol string // for Op "symbol"
	Err    error
}

// Error returns one line, followed by one more for each place that was searched.
func (e *Error) Error() string {
	what := e.Op + " " + quote(e.Lib)
	if e.Op == "symbol" {
		what = "symbol " + quote(e.Symbol) + " of " + quote(e.Lib)
	}
	return "ffi: " + what + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// quote returns the name as it is where it is plainly readable, else in Go's quotes.
func quote(s string) string {
	if q := strconv.Quote(s); s == "" || q != `"`+s+`"` {
		return q
	}
	return s
}
