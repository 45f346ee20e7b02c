package ir

import "github.com/kgen-go/kgen/gen/kg"

// control prepares what owns blocks, leaves them or calls.
func (k *compiler) control(in *Instr, result slot, args []slot) exec {
	switch in.Op {
	case OpIf:
		return k.branch(in, args[0].at)
	case OpFor:
		return k.counted(in, result.at, args)
	case OpLoop:
		return k.loop(in)
	case OpBlock:
		label := k.label(in.Label)
		body := k.block(in.Body)
		return func(f *frame) signal { return leave(body(f), breakTo(label)) }
	case OpBreak:
		return always(breakTo(k.labels[in.Label]))
	case OpContinue:
		return always(continueTo(k.labels[in.Label]))
	case OpCall:
		return k.call(in, args)
	default: // OpReturn
		moves := moveAll(k.code.results, args)
		return func(f *frame) signal {
			for _, m := range moves {
				m(f)
			}
			return returned
		}
	}
}

func always(sig signal) exec { return func(*frame) signal { return sig } }

// leave turns the break that leaves a construct into going on behind it.
func leave(sig, own signal) signal {
	if sig == own {
		return next
	}
	return sig
}

func (k *compiler) label(name string) int {
	n := len(k.labels)
	k.labels[name] = n
	return n
}

func (k *compiler) branch(in *Instr, cond int) exec {
	then, otherwise := k.block(in.Body), k.block(in.Else)
	return func(f *frame) signal {
		if f.cells[cond] != 0 {
			return then(f)
		}
		return otherwise(f)
	}
}

func (k *compiler) loop(in *Instr) exec {
	label := k.label(in.Label)
	body, beyond := k.block(in.Body), k.beyond(in)
	own, again := breakTo(label), continueTo(label)
	return func(f *frame) signal {
		for {
			if f.m.steps--; f.m.steps < 0 {
				return beyond(f, "the limit of steps is reached")
			}
			if sig := body(f); sig != next && sig != again {
				return leave(sig, own)
			}
		}
	}
}

func (k *compiler) counted(in *Instr, counter int, args []slot) exec {
	label := k.label(in.Label)
	body, beyond := k.block(in.Body), k.beyond(in)
	own, again := breakTo(label), continueTo(label)
	kind, step := in.Results[0].Type.Kind, uint64(in.Step)
	mask := widthMask(kind.Bits())
	return func(f *frame) signal {
		low, high := f.cells[args[0].at], f.cells[args[1].at]
		for trips := tripCount(kind, low, high, step); trips > 0; trips-- {
			if f.m.steps--; f.m.steps < 0 {
				return beyond(f, "the limit of steps is reached")
			}
			f.cells[counter] = low
			if sig := body(f); sig != next && sig != again {
				return leave(sig, own)
			}
			low = (low + step) & mask
		}
		return next
	}
}

// tripCount returns how many numbers low, low+step, … are below high.
func tripCount(kind Kind, low, high, step uint64) uint64 {
	if kind.IsSigned() {
		low, high = uint64(signExtend(low, kind.Bits())), uint64(signExtend(high, kind.Bits()))
		if int64(low) >= int64(high) {
			return 0
		}
	} else if low >= high {
		return 0
	}
	return (high-low-1)/step + 1
}

// moveAll prepares copies from slots to slots.
func moveAll(to, from []slot) []exec {
	moves := make([]exec, len(to))
	for i := range to {
		moves[i] = move(to[i], from[i])
	}
	return moves
}

func (k *compiler) call(in *Instr, args []slot) exec {
	callee, results := k.prog.codes[in.Callee], k.slots(in.Results)
	return func(f *frame) signal {
		g := f.m.enter(callee)
		if g == nil {
			return failed
		}
		for i, a := range args {
			transfer(g, callee.params[i], f, a)
		}
		if callee.body(g) == failed {
			return failed
		}
		for i, r := range results {
			transfer(f, r, g, callee.results[i])
		}
		f.m.leave(callee, g)
		return next
	}
}

// transfer copies a value from one frame to another.
func transfer(to *frame, at slot, from *frame, s slot) {
	if s.slice {
		to.slices[at.at] = from.slices[s.at]
		return
	}
	copy(to.cells[at.at:at.at+at.n], from.cells[s.at:s.at+s.n])
}

// check prepares a check: the kernel's error unless the condition holds.
func (k *compiler) check(in *Instr, args []slot) exec {
	s := k.unit.Sites[in.Site]
	site := kg.Site{Kind: s.Kind, Unsigned: s.Unsigned, Kernel: s.Kernel, File: s.Pos.File, Line: s.Pos.Line, Col: s.Pos.Col}
	fail := func(f *frame, x, y int64) signal {
		f.m.err = &kg.Error{Site: site, X: x, Y: y}
		return failed
	}
	if in.Op == OpCheckNonzero {
		return func(f *frame) signal {
			if f.cells[args[0].at] == 0 {
				return fail(f, 0, 0)
			}
			return next
		}
	}
	inclusive := in.Op == OpCheckBound
	return func(f *frame) signal {
		x, limit := int64(f.cells[args[0].at]), int64(f.cells[args[1].at])
		if x < 0 || x > limit || x == limit && !inclusive {
			return fail(f, x, limit)
		}
		return next
	}
}
