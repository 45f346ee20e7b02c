package load

// Kind is what a symbol is, as far as its library tells.
type Kind uint8

// Unknown is the kind of every symbol where libraries do not tell, that is on macOS, and of those
// that were written in assembly language without a type.
const (
	Unknown Kind = iota
	Function
	Variable
	ThreadLocal // a variable that each thread has one of
)

// Info is what a library tells about a symbol.
type Info struct {
	Kind Kind
	Size uint64 // of a variable in bytes, 0 when unknown
}
