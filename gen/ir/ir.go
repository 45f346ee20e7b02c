// Package ir is kgen's typed, structured intermediate representation: the data, its text form with
// a parser, a verifier and an interpreter. It knows neither the kernel language nor a target.
//
// A Unit is a package of functions. A function's body is a tree of blocks: if, counted for, general
// loop and labelled block own their blocks, because both targets are structured languages.
// Values are single-assignment temporaries (%name); what the source assigns more than once is a
// mutable Local ($name), read by get and written by set, and every loop lists the locals that it
// assigns. Effects happen in program order. A slice is a value (base, offset, length, capacity). A complex number is a
// pair, taken apart and built by re, im and pair; arithmetic is on its floats. Checks are
// instructions with a site, so that a pass can delete one when it is proved. Scalars, pairs and
// masks have a lane count; operations on lanes work lane by lane.
//
// Eval is the meaning of all this: the emitters reproduce it bit by bit.
package ir

import (
	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/kg"
)

// Kind is the class of a type.
type Kind uint8

// The kinds. Int and Uint are 64 bits wide and distinct from I64 and U64, as in the source. A Pair
// is two floats, a complex number. A Mask holds true or false for each lane of a vector whose
// elements are as wide as the mask's.
const (
	Invalid Kind = iota
	Bool
	I8
	I16
	I32
	I64
	Int
	U8
	U16
	U32
	U64
	Uint
	F32
	F64
	C64  // pair of F32
	C128 // pair of F64
	M8
	M16
	M32
	M64
	Array
	Slice
)

// Type is the type of a value or local. Lanes is 1 but for vectors of scalars, pairs and masks;
// Len counts the elements of an Array; Elem is the element of an Array or Slice.
type Type struct {
	Kind  Kind
	Lanes int
	Len   int
	Elem  *Type
}

// Value is a single-assignment temporary, a parameter, a loop counter or a constant. A constant
// (Const true) is a scalar, a pair or, splatted over its lanes, a vector of them: Bits holds its
// bits zero-extended, one word for a scalar or mask, two for a pair. Name is unique in its function
// for all but constants.
type Value struct {
	Name  string
	Type  Type
	Const bool
	Bits  [2]uint64
}

// Local is a mutable variable of a function. It is zero at the function's entry.
type Local struct {
	Name string
	Type Type
}

// Instr is one instruction. Which fields are used is the business of its Op: see the op table.
type Instr struct {
	Op      Op
	Results []*Value
	Args    []*Value
	Local   *Local   // get, set, elem, setelem
	Assigns []*Local // for, loop: the locals that the body assigns, in declaration order
	Callee  string   // call
	Label   string   // for, loop, block: its name; break, continue: the target's
	Site    int      // checks: index into Unit.Sites
	Step    int64    // for: added to the counter after each iteration, at least 1
	// Unchecked says of a memory access (load, store, elem, setelem, slice) that no check was asked
	// for it: out of range is undefined. An access without it has been checked or is proved.
	Unchecked bool
	Body      *Block // if: then; for, loop, block: the body
	Else      *Block // if, may be nil
	Pos       diag.Pos
}

// Block is a sequence of instructions.
type Block struct{ Instrs []*Instr }

// Func is a function. Results are types only; return gives the values. Locals are declared for the
// whole function.
type Func struct {
	Name     string
	Exported bool
	Params   []*Value
	Results  []Type
	Locals   []*Local
	Body     *Block
	Pos      diag.Pos
}

// Site is the place and kind of a run-time check. Unsigned says that its first value is to be shown
// as an unsigned number. Kernel is the function of the source that holds it.
type Site struct {
	Kind     kg.Kind
	Unsigned bool
	Kernel   string
	Pos      diag.Pos
}

// Unit is a package of functions with the sites of their checks.
type Unit struct {
	Package string
	Funcs   []*Func
	Sites   []Site
}

// Func returns the function of that name, or nil.
func (u *Unit) Func(name string) *Func {
	for _, f := range u.Funcs {
		if f.Name == name {
			return f
		}
	}
	return nil
}
