package ir

// dim is one index of an access: where it is, how many it may be, and the cells from one to the next.
// The first index of a slice has the slice's length.
type dim struct{ index, length, stride int }

// dims returns the indexes of a path from a slice or array inwards.
func dims(t Type, indexes []slot) []dim {
	list := make([]dim, len(indexes))
	for i, s := range indexes {
		list[i] = dim{s.at, t.Len, cellsOf(*t.Elem)}
		t = *t.Elem
	}
	return list
}

// offset returns the cell that the indexes lead to; -1 when one of them is out of range.
func (f *frame) offset(path []dim) int {
	at := 0
	for _, d := range path {
		i := f.cells[d.index]
		if i >= uint64(d.length) {
			return -1
		}
		at += int(i) * d.stride
	}
	return at
}

// local prepares an access to a local.
func (k *compiler) local(in *Instr, result slot, args []slot) exec {
	l := k.locals[in.Local]
	switch in.Op {
	case OpGet:
		return move(result, l)
	case OpSet:
		return move(l, args[0])
	}
	undefined := k.undefined(in)
	value, indexes := result, args
	if in.Op == OpSetElem {
		value, indexes = args[len(args)-1], args[:len(args)-1]
	}
	path := dims(in.Local.Type, indexes)
	return func(f *frame) signal {
		at := f.offset(path)
		if at < 0 {
			return undefined(f, "the index is out of range")
		}
		element, cells := f.cells[l.at+at:l.at+at+value.n], f.cells[value.at:value.at+value.n]
		if in.Op == OpSetElem {
			copy(element, cells)
		} else {
			copy(cells, element)
		}
		return next
	}
}

// memory prepares an access to the memory of a slice.
func (k *compiler) memory(in *Instr, result slot, args []slot) exec {
	s, elem := args[0].at, *in.Args[0].Type.Elem
	switch in.Op {
	case OpLoad:
		return k.consecutive(in, s, result, args[1:], false)
	case OpStore:
		return k.consecutive(in, s, args[len(args)-1], args[1:len(args)-1], true)
	}
	a := lanesAccess{slice: s, index: args[1].at, mask: args[len(args)-1].at, lanes: args[len(args)-1].n, width: cellsOf(elem)}
	a.value, a.indexes, a.store = result.at, in.Op == OpGather || in.Op == OpScatter, in.Op.Writes()
	if a.store {
		a.value = args[2].at
	}
	return a.prepare(k.undefined(in))
}

// consecutive prepares a load or store of one element, an inner array, or the elements of all lanes.
func (k *compiler) consecutive(in *Instr, s int, value slot, indexes []slot, store bool) exec {
	undefined := k.undefined(in)
	path := dims(in.Args[0].Type, indexes)
	first, inner := path[0], path[1:]
	count := 1 // elements of the slice that are touched
	if len(inner) == 0 && first.stride > 0 {
		count = value.n / first.stride
	}
	return func(f *frame) signal {
		r := &f.slices[s]
		i, rest := int64(f.cells[first.index]), f.offset(inner)
		if i < 0 || i > int64(r.Len-count) || rest < 0 {
			return undefined(f, "the index is out of range")
		}
		at := (r.Off+int(i))*first.stride + rest
		memory, cells := r.Buf.Cells[at:at+value.n], f.cells[value.at:value.at+value.n]
		if store {
			copy(memory, cells)
		} else {
			copy(cells, memory)
		}
		return next
	}
}

// lanesAccess is a masked access: of consecutive elements, or with indexes of any. Its numbers are places
// of cells in the frame; width is the cells of an element.
type lanesAccess struct {
	slice, index, mask, value int
	lanes, width              int
	indexes, store            bool
}

func (a lanesAccess) prepare(undefined func(*frame, string, ...any) signal) exec {
	return func(f *frame) signal {
		r := &f.slices[a.slice]
		for lane := range a.lanes {
			cells := f.cells[a.value+lane*a.width : a.value+(lane+1)*a.width]
			if f.cells[a.mask+lane] == 0 {
				if !a.store {
					clear(cells)
				}
				continue
			}
			i := f.cells[a.index] + uint64(lane)
			if a.indexes {
				i = f.cells[a.index+lane]
			}
			if i >= uint64(r.Len) {
				return undefined(f, "the index of lane %d is out of range", lane)
			}
			at := (r.Off + int(i)) * a.width
			if a.store {
				copy(r.Buf.Cells[at:at+a.width], cells)
			} else {
				copy(cells, r.Buf.Cells[at:at+a.width])
			}
		}
		return next
	}
}

// makeSlice prepares the allocation of a slice of zeros.
func (k *compiler) makeSlice(in *Instr, result slot, args []slot) exec {
	undefined, beyond, elem := k.undefined(in), k.beyond(in), *in.Results[0].Type.Elem
	width := max(1, cellsOf(elem))
	return func(f *frame) signal {
		length, capacity := int64(f.cells[args[0].at]), int64(f.cells[args[1].at])
		if length < 0 || length > capacity {
			return undefined(f, "the length is not from 0 to the capacity")
		}
		if capacity > int64(f.m.cells/width) {
			return beyond(f, "the slice needs more memory than the limit allows")
		}
		f.m.cells -= int(capacity) * width
		f.slices[result.at] = SliceRef{NewBuffer(elem, int(capacity)), 0, int(length), int(capacity)}
		return next
	}
}

func (k *compiler) reslice(in *Instr, result slot, args []slot) exec {
	undefined := k.undefined(in)
	return func(f *frame) signal {
		s := f.slices[args[0].at]
		low, high, limit := f.cells[args[1].at], f.cells[args[2].at], f.cells[args[3].at]
		if low > high || high > limit || limit > uint64(s.Cap) {
			return undefined(f, "the bounds are out of range")
		}
		f.slices[result.at] = SliceRef{s.Buf, s.Off + int(low), int(high - low), int(limit - low)}
		return next
	}
}
