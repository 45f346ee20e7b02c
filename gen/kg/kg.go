// Package kg is the run time that generated kernels import: the errors that a kernel reports, and
// the register of which target of each kernel package runs. It imports the standard library only.
package kg

import (
	"fmt"
	"strconv"
)

// Kind is the kind of a run-time error.
type Kind uint8

// The kinds, with what X and Y of an Error are.
const (
	Index      Kind = iota + 1 // X: the index, Y: the length
	SliceMax                   // s[::X], Y: the capacity
	SliceHigh                  // s[:X], Y: the capacity
	SliceHigh3                 // s[:X:Y]
	SliceLow                   // s[X:Y]
	SliceLow3                  // s[X:Y:]
	Divide                     // integer division by zero; X and Y are 0
	Shift                      // X: the negative shift count, Y: the greatest possible
	MakeLen                    // X: the length, Y: the greatest possible
	MakeCap                    // X: the capacity, Y: the greatest possible; or X: the length, Y: the capacity
)

var kindNames = [...]string{"", "index", "slice-max", "slice-high", "slice-high3", "slice-low", "slice-low3",
	"divide", "shift", "make-len", "make-cap"}

// String returns the kind's name, as it stands in the IR's text form.
func (k Kind) String() string {
	if int(k) < len(kindNames) && k > 0 {
		return kindNames[k]
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// ParseKind returns the kind of that name.
func ParseKind(name string) (Kind, bool) {
	for k, s := range kindNames {
		if s == name && k > 0 {
			return Kind(k), true
		}
	}
	return 0, false
}

// Bounds reports whether the kind is one that nobounds switches off.
func (k Kind) Bounds() bool { return k >= Index && k <= SliceLow3 }

// Site is the place in a kernel's source of one check.
type Site struct {
	Kind      Kind
	Unsigned  bool // X is an unsigned number
	Kernel    string
	File      string
	Line, Col int
}

// Error is the error of a kernel at run time: generated code panics with an *Error, on every target
// with the same fields for the same fault. It is a runtime.Error.
type Error struct {
	Site
	X, Y int64
}

// RuntimeError marks Error as a runtime.Error.
func (e *Error) RuntimeError() {}

// Error returns file:line:col, the kernel's name and the message that the Go runtime gives for the same fault.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: kernel %s: %s", e.File, e.Line, e.Col, e.Kernel, e.message())
}

// negative are the messages where X is below zero, and so out of range whatever Y is.
var negative = map[Kind]string{
	Index:      "index out of range [%s]",
	SliceMax:   "slice bounds out of range [::%s]",
	SliceHigh:  "slice bounds out of range [:%s]",
	SliceHigh3: "slice bounds out of range [:%s:]",
	SliceLow:   "slice bounds out of range [%s:]",
	SliceLow3:  "slice bounds out of range [%s::]",
}

func (e *Error) message() string {
	x := strconv.FormatInt(e.X, 10)
	if e.Unsigned {
		x = strconv.FormatUint(uint64(e.X), 10)
	}
	if format := negative[e.Kind]; format != "" && e.X < 0 && !e.Unsigned {
		return fmt.Sprintf(format, x)
	}
	switch e.Kind {
	case Index:
		return fmt.Sprintf("index out of range [%s] with length %d", x, e.Y)
	case SliceMax:
		return fmt.Sprintf("slice bounds out of range [::%s] with capacity %d", x, e.Y)
	case SliceHigh:
		return fmt.Sprintf("slice bounds out of range [:%s] with capacity %d", x, e.Y)
	case SliceHigh3:
		return fmt.Sprintf("slice bounds out of range [:%s:%d]", x, e.Y)
	case SliceLow:
		return fmt.Sprintf("slice bounds out of range [%s:%d]", x, e.Y)
	case SliceLow3:
		return fmt.Sprintf("slice bounds out of range [%s:%d:]", x, e.Y)
	case Divide:
		return "integer divide by zero"
	case Shift:
		return "negative shift amount " + x
	case MakeLen:
		return "makeslice: len out of range: " + x
	case MakeCap:
		return fmt.Sprintf("makeslice: cap out of range: %s, limit %d", x, e.Y)
	}
	return e.Kind.String() + " error"
}

// Sites is the table of the checks of a generated package.
type Sites []Site

// Error returns the error of check number site with its two values. It is kept out of the kernels' code,
// where it would only be in the way.
//
//go:noinline
func (s Sites) Error(site int, x, y int64) *Error { return &Error{s[site], x, y} }
