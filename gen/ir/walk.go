package ir

// Walk calls visit for every instruction of the block in program order, an instruction before those
// of its own blocks; when visit returns false, those are left out. A nil block has no instructions.
func Walk(b *Block, visit func(*Instr) bool) {
	if b == nil {
		return
	}
	for _, in := range b.Instrs {
		if visit(in) {
			Walk(in.Body, visit)
			Walk(in.Else, visit)
		}
	}
}

// Terminates reports whether control never reaches the end of the block. A nil block ends at once.
func Terminates(b *Block) bool {
	if b == nil || len(b.Instrs) == 0 {
		return false
	}
	switch in := b.Instrs[len(b.Instrs)-1]; in.Op {
	case OpIf:
		return Terminates(in.Body) && Terminates(in.Else)
	case OpLoop:
		return !Breaks(in.Body, in.Label)
	case OpBlock:
		return Terminates(in.Body) && !Breaks(in.Body, in.Label)
	default:
		return in.Op.IsTerminator()
	}
}

// Breaks reports whether the block holds a break to the label.
func Breaks(b *Block, label string) bool {
	found := false
	Walk(b, func(in *Instr) bool {
		found = found || in.Op == OpBreak && in.Label == label
		return !found
	})
	return found
}
