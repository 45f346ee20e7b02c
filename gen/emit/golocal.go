package emit

import "github.com/kgen-go/kgen/gen/ir"

// placement says where the locals of a function are declared: each in the innermost block that holds
// all its uses, by its first assignment where that comes first, else by a var statement.
type placement struct {
	define map[*ir.Instr]bool        // sets that are written as x := v
	before map[*ir.Instr][]*ir.Local // var statements that go in front of an instruction
}

func (s *shape) place(f *ir.Func) placement {
	p := placement{map[*ir.Instr]bool{}, map[*ir.Instr][]*ir.Local{}}
	touched := map[*ir.Instr]map[*ir.Local]bool{}
	s.touches(f.Body, touched)
	for _, l := range f.Locals {
		if s.locals[l] {
			p.local(l, f.Body, nil, touched)
		}
	}
	return p
}

// touches fills in which locals each live instruction and what is nested in it uses.
func (s *shape) touches(b *ir.Block, touched map[*ir.Instr]map[*ir.Local]bool) {
	for _, in := range reach(b) {
		if !s.live(in) {
			continue
		}
		set := map[*ir.Local]bool{}
		if in.Local != nil {
			set[in.Local] = true
		}
		for _, inner := range []*ir.Block{in.Body, in.Else} {
			s.touches(inner, touched)
			for _, x := range reach(inner) {
				for l := range touched[x] {
					set[l] = true
				}
			}
		}
		touched[in] = set
	}
}

// local places l, all of whose uses are in b. The outermost loop around b, if there is one, is where a
// var statement must stand in front of: a local is zero at the function's entry only.
func (p placement) local(l *ir.Local, b *ir.Block, loop *ir.Instr, touched map[*ir.Instr]map[*ir.Local]bool) {
	var users []*ir.Instr
	for _, in := range reach(b) {
		if touched[in][l] {
			users = append(users, in)
		}
	}
	if len(users) == 0 {
		return
	}
	first := users[0]
	if inner := onlyBlock(first, l, touched); len(users) == 1 && inner != nil {
		if loop == nil && (first.Op == ir.OpFor || first.Op == ir.OpLoop) {
			loop = first
		}
		p.local(l, inner, loop, touched)
		return
	}
	switch {
	case first.Op == ir.OpSet && first.Local == l:
		p.define[first] = true
	case loop != nil:
		p.before[loop] = append(p.before[loop], l)
	default:
		p.before[first] = append(p.before[first], l)
	}
}

// onlyBlock returns the one block of in that holds all uses of l, or nil.
func onlyBlock(in *ir.Instr, l *ir.Local, touched map[*ir.Instr]map[*ir.Local]bool) *ir.Block {
	var found *ir.Block
	for _, b := range []*ir.Block{in.Body, in.Else} {
		for _, x := range reach(b) {
			if touched[x][l] {
				if found != nil && found != b {
					return nil
				}
				found = b
			}
		}
	}
	return found
}
