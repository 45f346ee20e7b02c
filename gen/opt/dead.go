package opt

import "github.com/kgen-go/kgen/gen/ir"

// Dead deletes instructions without effect whose results nothing uses, and locals that nothing reads with the
// assignments to them, until none is left.
func Dead(f *ir.Func) {
	for deadOnce(f) {
	}
	f.Locals = keptLocals(f)
}

// deadOnce deletes what nothing uses at present and reports whether that was anything.
func deadOnce(f *ir.Func) bool {
	used := map[*ir.Value]bool{}
	read := map[*ir.Local]bool{}
	ir.Walk(f.Body, func(in *ir.Instr) bool {
		for _, a := range in.Args {
			used[a] = true
		}
		if in.Op == ir.OpGet || in.Op == ir.OpElem {
			read[in.Local] = true
		}
		return true
	})
	return sweep(f.Body, func(in *ir.Instr) bool {
		switch {
		case in.Op == ir.OpSet || in.Op == ir.OpSetElem:
			return !read[in.Local]
		case in.Op == ir.OpGet, in.Op == ir.OpElem, in.Op.Pure(), in.Op.Reads() && !in.Op.Writes():
			return !anyUsed(in.Results, used)
		case in.Op == ir.OpIf:
			return empty(in.Body) && empty(in.Else)
		}
		return false
	})
}

func anyUsed(values []*ir.Value, used map[*ir.Value]bool) bool {
	for _, v := range values {
		if used[v] {
			return true
		}
	}
	return false
}

func empty(b *ir.Block) bool { return b == nil || len(b.Instrs) == 0 }

// sweep deletes the instructions for which dead says so and reports whether there were any.
func sweep(b *ir.Block, dead func(*ir.Instr) bool) bool {
	if b == nil {
		return false
	}
	changed := false
	kept := b.Instrs[:0]
	for _, in := range b.Instrs {
		if dead(in) {
			changed = true
			continue
		}
		kept = append(kept, in)
		changed = sweep(in.Body, dead) || changed
		changed = sweep(in.Else, dead) || changed
	}
	clear(b.Instrs[len(kept):])
	b.Instrs = kept
	return changed
}

// keptLocals returns the locals that an instruction still names.
func keptLocals(f *ir.Func) []*ir.Local {
	named := map[*ir.Local]bool{}
	ir.Walk(f.Body, func(in *ir.Instr) bool {
		if in.Local != nil {
			named[in.Local] = true
		}
		return true
	})
	var kept []*ir.Local
	for _, l := range f.Locals {
		if named[l] {
			kept = append(kept, l)
		}
	}
	return kept
}
