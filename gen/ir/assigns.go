package ir

// RecomputeAssigns sets the Assigns of every loop of the function from its body.
func (f *Func) RecomputeAssigns() {
	order := make(map[*Local]int, len(f.Locals))
	for i, l := range f.Locals {
		order[l] = i
	}
	assigns(f, f.Body, order)
}

// assigns returns which locals, by number, the block sets, and fills in the loops inside.
func assigns(f *Func, b *Block, order map[*Local]int) map[int]bool {
	set := map[int]bool{}
	if b == nil {
		return set
	}
	for _, in := range b.Instrs {
		if in.Op == OpSet || in.Op == OpSetElem {
			set[order[in.Local]] = true
		}
		inner := assigns(f, in.Body, order)
		if in.Op == OpFor || in.Op == OpLoop {
			in.Assigns = nil
			for i, l := range f.Locals {
				if inner[i] {
					in.Assigns = append(in.Assigns, l)
				}
			}
		}
		for _, part := range []map[int]bool{inner, assigns(f, in.Else, order)} {
			for i := range part {
				set[i] = true
			}
		}
	}
	return set
}
