// Package sys is the one place where ffi touches the system's dynamic loader and the Go run time's way
// into C code and back. Nothing else in the module uses linkname, assembly or dlopen.
//
//   - [Open], [Symbol] and [Close] are the loader.
//   - [Call] and its smaller kin are blocks that a trampoline loads into registers for a C function.
//   - [SlotAddr] gives out C function pointers whose calls arrive at the handler as a [Frame].
//   - [Stub] makes Go func values of any type over Go's own calling convention, and [CallGo] calls them.
//
// It knows registers and nothing of types. On a platform without support, and under the build tag noffi, the package
// compiles to stubs and does not link purego, so the program stays a plain Go program.
package sys

// Mode says how [Open] opens a library. The zero mode resolves its symbols at once and keeps them to itself.
type Mode int

const (
	Lazy   Mode = 1 << iota // resolve functions when they are first called
	Global                  // let libraries that are loaded later use its symbols
)
