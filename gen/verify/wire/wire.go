// Package wire carries test cases to a program that runs compiled kernels, and their outcomes back.
//
// The program is a few generated lines around Main. It reads Cases from its standard input, calls the
// kernels through reflection, with every buffer between two inaccessible pages, and writes one
// Outcome for each. The package imports the standard library and gen/kg only, so that it can be
// built into any program.
package wire

import "github.com/kgen-go/kgen/gen/kg"

// A Case is one call of a kernel. Slices are views into the buffers.
type Case struct {
	Kernel  string
	Place   Place
	Buffers []Buffer
	Args    []Value
}

// Place says at which side a buffer touches an inaccessible page.
type Place uint8

// The places.
const (
	AtEnd Place = iota
	AtStart
)

// A Buffer is memory that slices view. Elem is the element's type in the text form of the IR.
// Cells holds the elements flattened: an array is its elements, a complex number two floats; each
// cell's bits are zero-extended.
type Buffer struct {
	Elem  string
	Cells []uint64
}

// A Value is an argument or result: the cells of a scalar, complex number or array, or a slice.
type Value struct {
	Cells []uint64
	Slice *Slice
}

// A Slice is a view into buffer number Buf, in elements; Buf Nil is the nil slice. Of a slice
// without capacity the place in memory means nothing: it has the number Empty.
type Slice struct{ Buf, Off, Len, Cap int }

// Numbers of slices without memory.
const (
	Nil   = -1
	Empty = -2
)

// An Outcome is what a call did: its results or its error, and all memory afterwards. The case's
// buffers come first, then memory that the kernel made and returned, in order of the results.
type Outcome struct {
	Results []Value
	Buffers []Buffer
	Err     *kg.Error
	Panic   string // the text of a panic that is no *kg.Error
}

// Greeting is what the program sends before any outcome: the targets that run, for each package.
type Greeting struct{ Variants []kg.Variant }
