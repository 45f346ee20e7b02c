// Package emit turns the IR into source text: Go, C with its header, and the Go stub that binds the
// C library. It decides how things are written, never what they mean.
package emit

import "github.com/kgen-go/kgen/gen/ir"

// maxExpr bounds the operations of one written expression, for readers of the output.
const maxExpr = 12

// inlined returns the values that are written as an expression where they are used, not into a
// variable, with the instruction that defines each. Such a value is pure or a read, has one use, in
// the block that defines it, and nothing on the way there changes what it reads. A get may have several
// such uses; a len or cap of a variable may have any, in inner blocks too.
func inlined(f *ir.Func) map[*ir.Value]*ir.Instr {
	return shapeOf(f).inlined
}

// shape is how a function's instructions become statements and expressions.
type shape struct {
	def     map[*ir.Value]*ir.Instr
	uses    map[*ir.Value]int         // by live instructions; an operand of a check counts twice, as it is written twice
	locals  map[*ir.Local]bool        // that are read by a live instruction
	inlined map[*ir.Value]*ir.Instr   // written where they are used
	effects map[*ir.Instr]instrEffect // of an instruction with its nested blocks
}

// instrEffect is what an instruction may change.
type instrEffect struct {
	memory bool
	locals map[*ir.Local]bool
}

func shapeOf(f *ir.Func) *shape {
	s := &shape{
		def:     map[*ir.Value]*ir.Instr{},
		uses:    map[*ir.Value]int{},
		locals:  map[*ir.Local]bool{},
		inlined: map[*ir.Value]*ir.Instr{},
		effects: map[*ir.Instr]instrEffect{},
	}
	s.define(f.Body)
	for changed := true; changed; {
		changed = s.markLive(f.Body)
	}
	s.countUses(f.Body)
	s.rematerialise(f.Body)
	s.inlineBlock(f.Body)
	return s
}

// reach returns the instructions of a block that control can reach.
func reach(b *ir.Block) []*ir.Instr {
	if b == nil {
		return nil
	}
	for i, in := range b.Instrs {
		if leaves(in) {
			return b.Instrs[:i+1]
		}
	}
	return b.Instrs
}

// leaves reports whether control never comes out behind the instruction.
func leaves(in *ir.Instr) bool { return ends(in, map[string]bool{}) }

// blockLeaves reports whether control never comes out at the end of the block.
func blockLeaves(b *ir.Block) bool { return blockEnds(b, map[string]bool{}) }

// ends is leaves. It adds to broken the labels of constructs that a break in the instruction leaves, so that one
// walk does for all of them, however deep they nest.
func ends(in *ir.Instr, broken map[string]bool) bool {
	switch in.Op {
	case ir.OpContinue, ir.OpReturn:
		return true
	case ir.OpBreak:
		broken[in.Label] = true
		return true
	case ir.OpIf:
		then := blockEnds(in.Body, broken)
		return blockEnds(in.Else, broken) && then
	case ir.OpFor, ir.OpLoop, ir.OpBlock:
		end := blockEnds(in.Body, broken)
		left := broken[in.Label]
		delete(broken, in.Label)
		return !left && (in.Op == ir.OpLoop || in.Op == ir.OpBlock && end)
	}
	return false
}

func blockEnds(b *ir.Block, broken map[string]bool) bool {
	if b == nil {
		return false
	}
	for _, in := range b.Instrs {
		if ends(in, broken) {
			return true
		}
	}
	return false
}

// movable reports whether the instruction may be written later than it stands, or not at all.
func movable(in *ir.Instr) bool {
	return in.Op.Pure() || in.Op == ir.OpGet || in.Op == ir.OpElem || in.Op == ir.OpLoad
}

// droppable reports whether the instruction does nothing when its results are not used.
func droppable(in *ir.Instr) bool {
	return movable(in) || in.Op.Reads() && !in.Op.Writes() && in.Op != ir.OpCall
}

// define records which instruction defines each value, and what each instruction may change.
func (s *shape) define(b *ir.Block) {
	for _, in := range reach(b) {
		for _, r := range in.Results {
			s.def[r] = in
		}
		s.define(in.Body)
		s.define(in.Else)
		s.effects[in] = s.effect(in)
	}
}

func (s *shape) effect(in *ir.Instr) instrEffect {
	e := instrEffect{memory: in.Op.Writes() || in.Op == ir.OpCall}
	if in.Op == ir.OpSet || in.Op == ir.OpSetElem {
		e.locals = map[*ir.Local]bool{in.Local: true}
	}
	for _, b := range []*ir.Block{in.Body, in.Else} {
		for _, inner := range reach(b) {
			e.memory = e.memory || s.effects[inner].memory
			for l := range s.effects[inner].locals {
				if e.locals == nil {
					e.locals = map[*ir.Local]bool{}
				}
				e.locals[l] = true
			}
		}
	}
	return e
}

// live reports whether the instruction is to be written at all.
func (s *shape) live(in *ir.Instr) bool {
	switch {
	case in.Op == ir.OpSet || in.Op == ir.OpSetElem:
		return s.locals[in.Local]
	case droppable(in):
		for _, r := range in.Results {
			if s.uses[r] > 0 {
				return true
			}
		}
		return false
	}
	return true
}

// markLive marks the operands of what is live and reports whether that made anything else live.
func (s *shape) markLive(b *ir.Block) (changed bool) {
	list := reach(b)
	for i := len(list) - 1; i >= 0; i-- {
		in := list[i]
		if !s.live(in) {
			continue
		}
		for _, a := range in.Args {
			if s.uses[a] == 0 {
				s.uses[a], changed = 1, true
			}
		}
		if (in.Op == ir.OpGet || in.Op == ir.OpElem) && !s.locals[in.Local] {
			s.locals[in.Local], changed = true, true
		}
		changed = s.markLive(in.Else) || changed
		changed = s.markLive(in.Body) || changed
	}
	return changed
}

// countUses replaces the marks of markLive by true counts.
func (s *shape) countUses(b *ir.Block) {
	live := make(map[*ir.Instr]bool)
	s.eachLive(b, func(in *ir.Instr) { live[in] = true })
	clear(s.uses)
	for in := range live {
		for _, a := range in.Args {
			s.uses[a]++
			if in.Op.IsCheck() {
				s.uses[a]++
			}
		}
	}
}

func (s *shape) eachLive(b *ir.Block, visit func(*ir.Instr)) {
	for _, in := range reach(b) {
		if s.live(in) {
			visit(in)
			s.eachLive(in.Body, visit)
			s.eachLive(in.Else, visit)
		}
	}
}

// rematerialise inlines at all of its uses each length and capacity of a slice that is a variable, and
// pins that slice. One that a get reads is left out: it is best read in place itself.
func (s *shape) rematerialise(b *ir.Block) {
	s.eachLive(b, func(in *ir.Instr) {
		if in.Op != ir.OpLen && in.Op != ir.OpCap {
			return
		}
		of := in.Args[0]
		if def := s.def[of]; of.Const || def != nil && def.Op == ir.OpGet {
			return
		}
		s.inlined[in.Results[0]] = in
		s.uses[of] = max(s.uses[of], 2)
	})
}

// inlineBlock decides on the block's values from the last to the first, so that the place at which a
// user is written is known before its operands are looked at.
func (s *shape) inlineBlock(b *ir.Block) {
	list := reach(b)
	root := make([]int, len(list))     // the instruction in whose statement each is written
	size := make([]int, len(list))     // the operations of that statement
	users := make(map[*ir.Value][]int) // the instructions of this block that use a value
	for i := len(list) - 1; i >= 0; i-- {
		in := list[i]
		if !s.live(in) {
			continue
		}
		root[i] = i
		if at := s.writtenAt(in, users, root); at > i && size[at] < maxExpr && s.calm(in, list[i+1:at]) {
			s.inlined[in.Results[0]] = in
			root[i] = at
		}
		size[root[i]]++
		for _, a := range in.Args {
			users[a] = append(users[a], i)
			if in.Op.IsCheck() {
				users[a] = append(users[a], i)
			}
		}
		s.inlineBlock(in.Body)
		s.inlineBlock(in.Else)
	}
}

// writtenAt returns the last statement into which the result of in would be written if it were inlined,
// or -1 when it must be a variable.
func (s *shape) writtenAt(in *ir.Instr, users map[*ir.Value][]int, root []int) int {
	if !movable(in) || len(in.Results) != 1 || s.inlined[in.Results[0]] != nil {
		return -1
	}
	here, all := users[in.Results[0]], s.uses[in.Results[0]]
	if len(here) != all || all != 1 && in.Op != ir.OpGet {
		return -1
	}
	last := -1
	for _, at := range here {
		last = max(last, root[at])
	}
	return last
}

// calm reports whether none of the instructions changes what in reads.
func (s *shape) calm(in *ir.Instr, between []*ir.Instr) bool {
	for _, x := range between {
		e := s.effects[x]
		if in.Op.Reads() && e.memory || in.Local != nil && e.locals[in.Local] {
			return false
		}
	}
	return true
}
