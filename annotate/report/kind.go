package report

// Kind says what a finding is about. The list is closed: Kinds has them all.
type Kind string

// The kinds that the compiler prints a line for.
const (
	Bounds      Kind = "bounds"       // an index is checked at run time
	SliceBounds Kind = "slice-bounds" // the bounds of a slice expression are
	Escape      Kind = "escape"       // a value is made on the heap
	Moved       Kind = "moved"        // a variable lives on the heap
	Leak        Kind = "leak"         // a parameter's referent leaves the function
	NoEscape    Kind = "no-escape"    // credit
	CanInline   Kind = "can-inline"   // credit
	Inlined     Kind = "inlined"      // credit
	Devirtual   Kind = "devirtual"    // credit: an interface call made static
	ZeroCopy    Kind = "zero-copy"    // credit: a conversion without a copy
	Elided      Kind = "elided"       // credit: a bounds check that types prove
	Proved      Kind = "proved"       // credit: Proved and Disproved lines; loops recognised
	Remark      Kind = "remark"       // known, without weight
	Unknown     Kind = "unknown"      // a message that this version does not understand
)

// The kinds that only machine code shows.
const (
	Alloc    Kind = "alloc"       // newobject, makeslice, growslice and the like
	String   Kind = "string"      // concatenation, conversion to and from bytes, runes
	Map      Kind = "map"         // lookup, assignment, iteration, growth
	Chan     Kind = "chan"        // send, receive, select
	DynCall  Kind = "dyn-call"    // through an interface or a func value
	Call     Kind = "call"        // static, not inlined, in a loop
	Divide   Kind = "divide"      // integer division by a variable, in a loop
	TypeTest Kind = "type-assert" // assertion or switch that calls the run time
	Copy     Kind = "copy"        // of a big value, or its zeroing
	Defer    Kind = "defer"       // on the heap or in a loop
	Go       Kind = "go"          // a goroutine started
)

// The kinds of kernels: C compilers' remarks and kgen's own.
const (
	NotVector Kind = "not-vectorized" // a C loop that is scalar, with the reason
	Vector    Kind = "vectorized"     // credit
	CRemark   Kind = "c-remark"       // other remarks of a C compiler
	Check     Kind = "check"          // a run-time check that kgen left in
	CheckGone Kind = "check-proved"   // credit: a check that kgen proved away
)

// Class is how a kind counts.
type Class uint8

// The classes.
const (
	Costs  Class = iota // it takes time: coloured, ranked, gated
	Info                // shown on demand
	Credit              // something that the compiler made go away: shown on demand, in green
)

// KindInfo describes a kind to people. Before and After are declarations in Go, or in the kernel language for kinds of kernels: Before has
// a finding of the kind and After has none; a credit, the other way round. Either is empty where there is nothing to show.
type KindInfo struct {
	Kind   Kind
	Letter string  // in heat cells, beside the number: "B2"
	Title  string  // "bounds check"
	Class  Class   // how it counts
	Cost   float64 // nanoseconds each time; see package weigh
	Help   string  // what it is, when to care, when not to
	Hint   string  // what to do about it, one sentence
	Before string
	After  string
}
