package ctype

import (
	"errors"
	"strings"
)

// The reasons of an [*Error], which wraps one of them.
var (
	ErrTarget     = errors.New("unknown target")
	ErrIncomplete = errors.New("incomplete type")
	ErrNoValue    = errors.New("type without values") // void and functions
	ErrVector     = errors.New("vector type")
	ErrRecursive  = errors.New("contains itself")
	ErrTooLarge   = errors.New("too large")
	ErrInvalid    = errors.New("invalid type") // what no C compiler accepts, such as a bit-field wider than its type
	ErrDisputed   = errors.New("compilers disagree")
	ErrNoField    = errors.New("no such field")
)

// Error says which part of a type is at fault, and on which platform.
type Error struct {
	Target Target
	Type   *Type  // the type that was asked for
	Path   string // the part at fault as C would select it, "header.flags[0]"; "" for the type itself
	Err    error
}

// Error returns one line: the type, the part at fault, the target and the cause.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Type.String())
	if e.Path != "" {
		b.WriteString(", " + e.Path)
	}
	b.WriteString(" (" + e.Target.String() + "): " + e.Err.Error())
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// partError is the error of a part while it travels up to the type that was asked for.
type partError struct {
	path string
	err  error
}

func (e *partError) Error() string { return e.path + ": " + e.err.Error() }
func (e *partError) Unwrap() error { return e.err }

// within adds a step to the path of an error: a field's name or "[0]".
func within(step string, err error) error {
	var inner *partError
	if !errors.As(err, &inner) {
		return &partError{path: step, err: err}
	}
	if inner.path[0] != '[' {
		step += "."
	}
	return &partError{path: step + inner.path, err: inner.err}
}
