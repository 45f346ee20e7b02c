package verify

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
	"github.com/kgen-go/kgen/gen/verify/wire"
)

// ParseCase reads the text form of a case of one of the unit's kernels. Its lines are
//
//	call Gather                        the kernel
//	buf a f64 = 1 2 nan -0 0x1p-1074   memory, element by element; a complex number is two cells
//	buf b i32 = rand 20                or so many random elements; also: zeros 20, count 20
//	arg dst = a[0:2:4]                 arguments by name: a slice of a buffer, nil,
//	arg i = -1                         or the cells of a number or array
//	place start                        buffers touch the inaccessible page before them, not after
//	result 3                           what is expected: the results in order, slices as for arg;
//	result make 0 0 0                  memory that the kernel made, with its cells; make:5 for a capacity of 5
//	error index -1 2                   or the error's kind and values
//	after a = 1 2 9 -0 0               memory afterwards
//
// A case that expects nothing is one whose outcome must only be the same everywhere.
func ParseCase(name, text string, u *ir.Unit) (*Case, error) {
	p := &caseParser{unit: u, c: &Case{Name: name, Input: &wire.Case{}}, names: map[string]int{}}
	for i, line := range strings.Split(text, "\n") {
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("case %s, line %d: %w", name, i+1, err)
		}
	}
	if err := p.end(); err != nil {
		return nil, fmt.Errorf("case %s: %w", name, err)
	}
	return p.c, nil
}

// expectation is what a case file says about the outcome.
type expectation struct {
	err     *kg.Error // Kind, X and Y
	results []want
	after   map[int][]uint64
}

// want is an expected result. made is the memory that a slice views when the kernel made it.
type want struct {
	value wire.Value
	made  []uint64
}

type caseParser struct {
	unit  *ir.Unit
	f     *ir.Func
	c     *Case
	names map[string]int // buffers
	kinds []ir.Type      // their elements
}

// line reads one line.
func (p *caseParser) line(text string) error {
	text, _, _ = strings.Cut(text, "#")
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "":
		return nil
	case "call":
		return p.call(rest)
	}
	if p.f == nil {
		return errors.New("a case begins with call KERNEL")
	}
	switch word {
	case "buf":
		return p.buffer(rest)
	case "arg":
		return p.arg(rest)
	case "place":
		if rest != "start" && rest != "end" {
			return errors.New("place is start or end")
		}
		if rest == "start" {
			p.c.Input.Place = wire.AtStart
		}
		return nil
	case "result":
		return p.result(rest)
	case "error":
		return p.fault(rest)
	case "after":
		return p.after(rest)
	}
	return fmt.Errorf("unknown word %q", word)
}

func (p *caseParser) call(name string) error {
	if p.f = p.unit.Func(name); p.f == nil || !p.f.Exported {
		return fmt.Errorf("no exported kernel %q", name)
	}
	p.c.Input.Kernel = name
	p.c.Input.Args = make([]wire.Value, len(p.f.Params))
	return nil
}

// buffer reads NAME TYPE = CELLS, or = rand N, zeros N, count N.
func (p *caseParser) buffer(text string) error {
	head, tail, ok := strings.Cut(text, "=")
	words := strings.Fields(head)
	if !ok || len(words) != 2 {
		return errors.New("buf NAME TYPE = CELLS")
	}
	t, err := parseType(words[1])
	if err != nil {
		return err
	}
	cells, err := p.fill(t, strings.Fields(tail))
	if err != nil {
		return err
	}
	if len(cells)%cellsOf(t) != 0 {
		return fmt.Errorf("%d cells are no whole number of %s", len(cells), t)
	}
	p.names[words[0]] = len(p.kinds)
	p.kinds = append(p.kinds, t)
	p.c.Input.Buffers = append(p.c.Input.Buffers, wire.Buffer{Elem: t.String(), Cells: cells})
	return nil
}

// fill returns the cells that words spell.
func (p *caseParser) fill(t ir.Type, words []string) ([]uint64, error) {
	k := cellKind(t)
	if len(words) != 2 || strings.Trim(words[0], "randzeoscut") != "" {
		return parseCells(k, words)
	}
	n, err := strconv.Atoi(words[1])
	if err != nil || n < 0 || n > 1<<24 {
		return nil, fmt.Errorf("%s needs a number of elements", words[0])
	}
	n *= cellsOf(t)
	cells := make([]uint64, n)
	switch words[0] {
	case "rand":
		g := newSource(uint64(n), uint64(len(p.kinds)))
		g.size = 16
		return g.cells(k, n, 0), nil
	case "zeros":
		return cells, nil
	case "count":
		for i := range cells {
			cells[i] = wrap(k, uint64(i))
			if k.IsFloat() {
				cells[i] = floatBits(k, float64(i))
			}
		}
		return cells, nil
	}
	return nil, fmt.Errorf("unknown contents %q", words[0])
}

func parseCells(k ir.Kind, words []string) ([]uint64, error) {
	cells := make([]uint64, len(words))
	for i, w := range words {
		c, err := parseCell(k, w)
		if err != nil {
			return nil, fmt.Errorf("%q is no %s: %w", w, k, err)
		}
		cells[i] = c
	}
	canonical(k, cells) // as outcomes have them
	return cells, nil
}

// arg reads NAME = VALUE.
func (p *caseParser) arg(text string) error {
	name, tail, ok := strings.Cut(text, "=")
	if !ok {
		return errors.New("arg NAME = VALUE")
	}
	name = strings.TrimSpace(name)
	for i, param := range p.f.Params {
		if param.Name == name {
			v, err := p.value(param.Type, strings.TrimSpace(tail))
			p.c.Input.Args[i] = v
			return err
		}
	}
	return fmt.Errorf("%s has no parameter %q", p.f.Name, name)
}

// value reads the cells of a number or array, or a slice of a buffer.
func (p *caseParser) value(t ir.Type, text string) (wire.Value, error) {
	if t.Kind == ir.Slice {
		s, err := p.slice(*t.Elem, text)
		return wire.Value{Slice: s}, err
	}
	cells, err := parseCells(cellKind(t), strings.Fields(text))
	if err == nil && len(cells) != cellsOf(t) {
		err = fmt.Errorf("%d cells for a %s", len(cells), t)
	}
	return wire.Value{Cells: cells}, err
}

// slice reads nil, empty, NAME, NAME[lo:hi] or NAME[lo:hi:max].
func (p *caseParser) slice(elem ir.Type, text string) (*wire.Slice, error) {
	switch text {
	case "nil":
		return &wire.Slice{Buf: wire.Nil}, nil
	case "empty":
		return &wire.Slice{Buf: wire.Empty}, nil
	}
	name, bounds, cut := strings.Cut(text, "[")
	buf, ok := p.names[name]
	if !ok || !p.kinds[buf].Equal(elem) {
		return nil, fmt.Errorf("no buffer %q of %s", name, elem)
	}
	n := len(p.c.Input.Buffers[buf].Cells) / cellsOf(elem)
	at := []int{0, n, n}
	if cut {
		for i, s := range strings.Split(strings.TrimSuffix(bounds, "]"), ":") {
			x, err := strconv.Atoi(s)
			if err != nil || i > 2 {
				return nil, fmt.Errorf("bounds of %q", text)
			}
			at[i] = x
		}
	}
	if at[0] < 0 || at[0] > at[1] || at[1] > at[2] || at[2] > n {
		return nil, fmt.Errorf("%q is out of range, the buffer has %d elements", text, n)
	}
	return &wire.Slice{Buf: buf, Off: at[0], Len: at[1] - at[0], Cap: at[2] - at[0]}, nil
}

// result reads the next expected result.
func (p *caseParser) result(text string) error {
	i := len(p.c.want.results)
	if i >= len(p.f.Results) {
		return fmt.Errorf("%s has %d results", p.f.Name, i)
	}
	t := p.f.Results[i]
	words := strings.Fields(text)
	var w want
	var err error
	if t.Kind == ir.Slice && len(words) > 0 && strings.HasPrefix(words[0], "make") {
		w, err = made(*t.Elem, words)
	} else {
		w.value, err = p.value(t, text)
	}
	p.c.want.results = append(p.c.want.results, w)
	return err
}

// made reads make CELLS or make:CAP CELLS.
func made(elem ir.Type, words []string) (want, error) {
	cells, err := parseCells(cellKind(elem), words[1:])
	s := &wire.Slice{Len: len(cells) / cellsOf(elem), Cap: len(cells) / cellsOf(elem)}
	if c, ok := strings.CutPrefix(words[0], "make:"); ok && err == nil {
		s.Cap, err = strconv.Atoi(c)
	}
	return want{value: wire.Value{Slice: s}, made: cells}, err
}

// fault reads KIND X Y.
func (p *caseParser) fault(text string) error {
	e := &kg.Error{}
	var kind string
	if _, err := fmt.Sscanf(text, "%s %d %d", &kind, &e.X, &e.Y); err != nil {
		return errors.New("error KIND X Y")
	}
	k, ok := kg.ParseKind(kind)
	if !ok {
		return fmt.Errorf("no kind of error %q", kind)
	}
	e.Kind = k
	p.c.want.err = e
	return nil
}

// after reads NAME = CELLS.
func (p *caseParser) after(text string) error {
	name, tail, _ := strings.Cut(text, "=")
	buf, ok := p.names[strings.TrimSpace(name)]
	if !ok {
		return fmt.Errorf("no buffer %q", name)
	}
	cells, err := p.fill(p.kinds[buf], strings.Fields(tail))
	if err == nil && len(cells) != len(p.c.Input.Buffers[buf].Cells) {
		err = fmt.Errorf("%s has %d cells", name, len(p.c.Input.Buffers[buf].Cells))
	}
	if p.c.want.after == nil {
		p.c.want.after = map[int][]uint64{}
	}
	p.c.want.after[buf] = cells
	return err
}

// end checks that the case is complete.
func (p *caseParser) end() error {
	if p.f == nil {
		return errors.New("no call")
	}
	for i, v := range p.c.Input.Args {
		if v.Slice == nil && v.Cells == nil {
			return fmt.Errorf("no value for parameter %s", p.f.Params[i].Name)
		}
	}
	if n := len(p.c.want.results); n > 0 && n != len(p.f.Results) {
		return fmt.Errorf("%d results of %d", n, len(p.f.Results))
	}
	return nil
}
