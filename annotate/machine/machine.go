// Package machine reads the assembly listings that the Go compiler prints with -S: the instructions of each function with their source positions,
// the loops of its control flow, and the events in it that cost time.
package machine

import "github.com/kgen-go/kgen/annotate/report"

// Pos is a source position of an instruction, innermost inlined body. Phys and PhysLine are the place in the Go file where a //line directive
// says otherwise; else they are empty. The zero Pos is an instruction whose line the compiler does not know.
type Pos struct {
	File     string
	Line     int
	Phys     string
	PhysLine int
}

// Func is one function of a listing. A function of Size 0 was inlined everywhere or is dead; it has no instructions.
type Func struct {
	Symbol  string // linker symbol, "net/http.(*Server).Serve"; not unique: a function and its ABI wrapper share it
	Pos     Pos    // of its TEXT line: the declaration
	Size    int    // bytes of code
	Dup     bool   // dupok: instances, wrappers
	Wrapper bool   // made by the compiler: method wrappers, ABI wrappers
	Instrs  []Instr
	Loops   []Loop
	Events  []Event // in the order of the instructions
}

// Instr is an instruction; pseudo-instructions are left out.
type Instr struct {
	Offset int
	Pos    Pos
	Text   string // mnemonic and operands, one space between
	Depth  int    // loops around it
}

// Loop is a loop of the control flow, also one that goto makes; loops that only the compiler made are left out.
// Parent is the index of the loop around it in Func.Loops, or -1; a parent comes before its children.
type Loop struct {
	Parent int
	Depth  int   // 1 is outermost
	Instrs []int // indexes in Func.Instrs, ascending, inner loops included
}

// Event is something in the code that costs time. Bounds events carry kind report.Bounds: the machine code does not tell slices from indexes.
type Event struct {
	Kind   report.Kind
	Pos    Pos // of the instruction; for a bounds check, of the check: the instruction is the jump to its failure
	Depth  int
	Symbol string // what is called, or ""
	Instr  int    // index in Func.Instrs
}
