package abi

import (
	"fmt"
	"strings"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// registers names the places of one convention, in the order of their indexes.
type registers struct {
	args, results []string // general registers
	vector        string
}

var registerNames = map[bool]map[string]registers{
	false: {
		"amd64": {[]string{"rdi", "rsi", "rdx", "rcx", "r8", "r9"}, []string{"rax", "rdx"}, "xmm"},
		"arm64": {arm64Names, arm64Names, "v"},
	},
	true: { // Windows
		"amd64": {[]string{"rcx", "rdx", "r8", "r9"}, []string{"rax"}, "xmm"},
		"arm64": {arm64Names, arm64Names, "v"},
	},
}

var arm64Names = []string{"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"}

// String lists the places of all values, one value to a line: the result if there is one, and the arguments.
//
// A piece is written as its register or, for the stack, its offset: "rdi", "xmm0", "stack+8". The bytes of the value follow where they
// are not all, "rdi[0:8]", and what fills the rest of the place, "rdi sign" or "rdi zero". A value passed by its
// address is "address in rdi". What does not travel is "nowhere".
func (c *Call) String() string {
	var b strings.Builder
	if c.Result.Type != nil && c.Result.Type.Kind != ctype.Void {
		fmt.Fprintf(&b, "result: %s\n", c.places(&c.Result, true))
	}
	for i := range c.Args {
		fmt.Fprintf(&b, "%d: %s\n", i+1, c.places(&c.Args[i], false))
	}
	return b.String()
}

// places describes the places of one value.
func (c *Call) places(v *Value, result bool) string {
	if len(v.Pieces) == 0 {
		return "nowhere"
	}
	var words []string
	for _, p := range v.Pieces {
		word := c.placeName(p, result && !v.Ref)
		if !v.Ref && p.Size != v.Size {
			word += fmt.Sprintf("[%d:%d]", p.Offset, p.Offset+p.Size)
		}
		words = append(words, word+[...]string{None: "", Zero: " zero", Sign: " sign"}[p.Extend])
	}
	text := strings.Join(words, ", ")
	if v.Ref {
		return "address in " + text
	}
	return text
}

// placeName names a place of an argument or of a result.
func (c *Call) placeName(p Piece, result bool) string {
	names := registerNames[c.Target.OS == "windows"][c.Target.Arch]
	switch {
	case p.Place == Stack:
		return fmt.Sprintf("stack+%d", p.Index)
	case p.Place == X87:
		return fmt.Sprintf("st%d", p.Index)
	case p.Place == Vector:
		return fmt.Sprintf("%s%d", names.vector, p.Index)
	case result:
		return names.results[p.Index]
	}
	return names.args[p.Index]
}
