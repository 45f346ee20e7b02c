package ir

import (
	"fmt"
	"math"
	"slices"

	"github.com/kgen-go/kgen/gen/diag"
)

// Limits bounds an evaluation. Zero fields mean: any number of steps, 1<<26 cells, depth 1000.
type Limits struct {
	Steps int64 // instructions
	Cells int   // words for frames and for what make allocates
	Depth int   // calls inside calls
}

// Undefined is the error of an evaluation that has no defined result: an access out of range or a
// division by zero that no check caught, arguments that do not fit, or a limit that was reached.
type Undefined struct {
	Func  string
	Pos   diag.Pos
	Msg   string
	Limit bool // a limit was reached: within wider ones there may be a result
}

// Error returns place, function and message.
func (e *Undefined) Error() string {
	return fmt.Sprintf("%s: func %s: %s", e.Pos, e.Func, e.Msg)
}

// Program is a verified unit in a form that evaluates fast. It can be used by several goroutines at once.
type Program struct{ codes map[string]*code }

// NewProgram verifies a unit and prepares it.
func NewProgram(u *Unit) (*Program, error) {
	if err := Verify(u); err != nil {
		return nil, err
	}
	p := &Program{map[string]*code{}}
	for _, f := range u.Funcs {
		p.codes[f.Name] = &code{fn: f}
	}
	for _, f := range u.Funcs {
		compile(u, p, p.codes[f.Name])
	}
	return p, nil
}

// Eval verifies the unit and calls its function of that name. An error of the kernel itself is a
// *kg.Error; what has no meaning is an *Undefined. After either, the buffers of the arguments are as the
// instructions before it left them.
func Eval(u *Unit, fn string, args []Datum, lim Limits) ([]Datum, error) {
	p, err := NewProgram(u)
	if err != nil {
		return nil, err
	}
	return p.Eval(fn, args, lim)
}

// Eval calls the function of that name: see the function Eval.
func (p *Program) Eval(fn string, args []Datum, lim Limits) ([]Datum, error) {
	c := p.codes[fn]
	if c == nil {
		return nil, &Undefined{Func: fn, Msg: "there is no such function"}
	}
	if err := checkArgs(c.fn, args); err != nil {
		return nil, err
	}
	m := newMachine(lim)
	f := m.enter(c)
	if f == nil {
		return nil, m.err
	}
	for i, a := range args {
		f.write(c.params[i], a)
	}
	if c.body(f) == failed {
		return nil, m.err
	}
	results := make([]Datum, len(c.results))
	for i, r := range c.results {
		results[i] = f.read(r, c.fn.Results[i])
	}
	return results, nil
}

func checkArgs(f *Func, args []Datum) error {
	undefined := func(format string, a ...any) error {
		return &Undefined{Func: f.Name, Pos: f.Pos, Msg: fmt.Sprintf(format, a...)}
	}
	if len(args) != len(f.Params) {
		return undefined("there must be %d arguments, not %d", len(f.Params), len(args))
	}
	for i, a := range args {
		if want := f.Params[i].Type; !a.Type.Equal(want) {
			return undefined("argument %d is of type %s, not %s", i+1, a.Type, want)
		}
		if !a.valid() {
			return undefined("argument %d does not hold the cells of its type", i+1)
		}
	}
	return nil
}

// signal is what an instruction tells the block around it.
type signal int32

// The signals. Behind them come two for every label of a function: see breakTo and continueTo.
const (
	next     signal = iota // go on with the next instruction
	returned               // leave the function
	failed                 // leave the program; the machine has the error
	firstLabel
)

func breakTo(label int) signal    { return firstLabel + signal(2*label) }
func continueTo(label int) signal { return firstLabel + signal(2*label) + 1 }

// exec is a prepared instruction.
type exec func(f *frame) signal

// frame is a call: the values, locals and constants of a function.
type frame struct {
	m      *machine
	cells  []uint64
	slices []SliceRef
}

// slot is where a frame holds a value: n cells, or one slice.
type slot struct {
	at, n int
	slice bool
}

func (f *frame) write(s slot, d Datum) {
	if s.slice {
		f.slices[s.at] = d.Slice
		return
	}
	copy(f.cells[s.at:s.at+s.n], d.Cells)
}

func (f *frame) read(s slot, t Type) Datum {
	if s.slice {
		return Datum{Type: t, Slice: f.slices[s.at]}
	}
	return Datum{Type: t, Cells: slices.Clone(f.cells[s.at : s.at+s.n])}
}

// machine is the state of one evaluation.
type machine struct {
	steps int64 // left
	cells int   // left
	depth int   // left
	free  map[*code][]*frame
	err   error

	// Room for the operands of one operation on numbers that are not as wide as a cell.
	wide    [2][maxLanes]int64
	singles [4][maxLanes]float32
}

func newMachine(lim Limits) *machine {
	m := &machine{steps: lim.Steps, cells: lim.Cells, depth: lim.Depth, free: map[*code][]*frame{}}
	if m.steps == 0 {
		m.steps = math.MaxInt64
	}
	if m.cells == 0 {
		m.cells = 1 << 26
	}
	if m.depth == 0 {
		m.depth = 1000
	}
	return m
}

// enter returns a frame for a call, or nil with an error when a limit is reached.
func (m *machine) enter(c *code) *frame {
	if m.depth--; m.depth < 0 {
		m.err = &Undefined{c.fn.Name, c.fn.Pos, "the calls are nested too deeply", true}
		return nil
	}
	if free := m.free[c]; len(free) > 0 {
		f := free[len(free)-1]
		m.free[c] = free[:len(free)-1]
		clear(f.cells[c.localCells:])
		clear(f.slices[c.localSlices:])
		return f
	}
	if m.cells -= c.cells; m.cells < 0 {
		m.err = &Undefined{c.fn.Name, c.fn.Pos, "the function needs more memory than the limit allows", true}
		return nil
	}
	f := &frame{m, make([]uint64, c.cells), make([]SliceRef, c.slices)}
	copy(f.cells, c.consts)
	return f
}

// leave makes a frame free for another call.
func (m *machine) leave(c *code, f *frame) {
	m.depth++
	m.free[c] = append(m.free[c], f)
}
