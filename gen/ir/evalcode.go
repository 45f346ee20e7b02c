package ir

import "fmt"

// code is a function prepared for evaluation. Its frames hold constants, then values, then locals.
type code struct {
	fn              *Func
	consts          []uint64
	cells, slices   int // of a frame
	localCells      int // where the cells of the locals begin
	localSlices     int
	params, results []slot
	body            exec
}

// compiler prepares one function.
type compiler struct {
	unit   *Unit
	prog   *Program
	code   *code
	values map[*Value]slot
	locals map[*Local]slot
	labels map[string]int
}

// compile prepares a verified function.
func compile(u *Unit, p *Program, c *code) {
	k := &compiler{u, p, c, map[*Value]slot{}, map[*Local]slot{}, map[string]int{}}
	k.constants(c.fn.Body)
	c.cells = len(c.consts)
	for _, v := range c.fn.Params {
		c.params = append(c.params, k.define(v))
	}
	for _, t := range c.fn.Results {
		c.results = append(c.results, k.newSlot(t))
	}
	Walk(c.fn.Body, func(in *Instr) bool {
		for _, r := range in.Results {
			k.define(r)
		}
		return true
	})
	c.localCells, c.localSlices = c.cells, c.slices
	for _, l := range c.fn.Locals {
		k.locals[l] = k.newSlot(l.Type)
	}
	c.body = k.block(c.fn.Body)
}

// constants gives every constant cells of its own, splatted over its lanes.
func (k *compiler) constants(b *Block) {
	Walk(b, func(in *Instr) bool {
		for _, a := range in.Args {
			if !a.Const {
				continue
			}
			at, width := len(k.code.consts), cellsOf(laneType(a.Type))
			for range a.Type.Lanes {
				k.code.consts = append(k.code.consts, a.Bits[:width]...)
			}
			k.values[a] = slot{at, len(k.code.consts) - at, false}
		}
		return true
	})
}

func (k *compiler) define(v *Value) slot {
	s := k.newSlot(v.Type)
	k.values[v] = s
	return s
}

func (k *compiler) newSlot(t Type) slot {
	if t.Kind == Slice {
		k.code.slices++
		return slot{k.code.slices - 1, 1, true}
	}
	n := cellsOf(t)
	k.code.cells += n
	return slot{k.code.cells - n, n, false}
}

// slots returns the slots of values.
func (k *compiler) slots(values []*Value) []slot {
	list := make([]slot, len(values))
	for i, v := range values {
		list[i] = k.values[v]
	}
	return list
}

// failure fails the program with a message.
type failure func(f *frame, format string, args ...any) signal

// undefined returns the failure of an instruction that has no meaning.
func (k *compiler) undefined(in *Instr) failure { return k.failure(in, false) }

// beyond returns the failure of an instruction at which a limit is reached.
func (k *compiler) beyond(in *Instr) failure { return k.failure(in, true) }

// failure returns what fails the program at an instruction, because of a limit or not.
func (k *compiler) failure(in *Instr, limit bool) failure {
	name, pos := k.code.fn.Name, in.Pos
	if !pos.IsValid() {
		pos = k.code.fn.Pos
	}
	return func(f *frame, format string, args ...any) signal {
		f.m.err = &Undefined{name, pos, in.String() + ": " + fmt.Sprintf(format, args...), limit}
		return failed
	}
}

// block prepares a block, which takes as many steps as it has instructions and one.
func (k *compiler) block(b *Block) exec {
	if b == nil || len(b.Instrs) == 0 {
		return func(*frame) signal { return next }
	}
	steps := make([]exec, len(b.Instrs))
	for i, in := range b.Instrs {
		steps[i] = k.instr(in)
	}
	cost, beyond := int64(len(steps)), k.beyond(b.Instrs[0])
	return func(f *frame) signal {
		if f.m.steps -= cost; f.m.steps < 0 {
			return beyond(f, "the limit of steps is reached")
		}
		for _, s := range steps {
			if sig := s(f); sig != next {
				return sig
			}
		}
		return next
	}
}

// instr prepares an instruction.
func (k *compiler) instr(in *Instr) exec {
	row := in.Op.info()
	args := k.slots(in.Args)
	var result slot
	if len(in.Results) > 0 {
		result = k.values[in.Results[0]]
	}
	switch {
	case row.value != nil:
		return k.lanewise(in, row.value, result, args)
	case row.test != nil:
		return compare(row.test, in.Args[0].Type.Kind, lanewiseSlots(result, args))
	case row.effect == checks:
		return k.check(in, args)
	case row.has(usesLocal):
		return k.local(in, result, args)
	case row.effect == reads || row.effect == writes:
		return k.memory(in, result, args)
	case row.has(usesLabel | usesBody | usesCallee | isExit):
		return k.control(in, result, args)
	}
	switch in.Op {
	case OpConv:
		return convertLanes(conversion(in.Args[0].Type.Kind, in.Results[0].Type.Kind), result, args[0])
	case OpMake:
		return k.makeSlice(in, result, args)
	case OpSlice:
		return k.reslice(in, result, args)
	case OpZero, OpNil:
		return zero(result)
	case OpSelect:
		return selectLanes(in.Args[0].Type.Lanes, result, args)
	}
	return shuffle(in, result, args)
}
