package ctype

// gnu places fields as gcc and clang do on Unix, by the rules of the System V and Itanium ABIs.
type gnu struct {
	rules  rules
	record *Record
	union  bool

	next  int64 // the first free bit
	end   int64 // the bit behind the last one in use
	align int64 // of the record, in bytes
}

// begin returns the bit from which a field may lie.
func (g *gnu) begin() int64 {
	if g.union {
		return 0
	}
	return g.next
}

// put reserves bits for a field.
func (g *gnu) put(bit, width int64) {
	g.next = bit + width
	g.end = max(g.end, g.next)
}

// plainAlign returns the alignment in bytes of a field that is no bit-field and whose type is aligned to natural bytes.
func plainAlign(r *Record, f *Field, natural int64) int64 {
	if r.Packed || f.Packed {
		natural = 1
	}
	align := max(natural, int64(f.Align))
	if r.Pack != 0 {
		align = min(align, int64(r.Pack))
	}
	return align
}

func (g *gnu) plain(f *Field, e extent) FieldLayout {
	align := plainAlign(g.record, f, e.align)
	g.align = max(g.align, align)
	at := alignUp(g.begin(), 8*align)
	g.put(at, 8*e.size)
	return FieldLayout{Offset: at / 8}
}

// bitField is a bit-field with what its place depends on, all in bits.
type bitField struct {
	width         int64
	size          int64 // of its type
	unit          int64 // the alignment of its type
	asked         int64 // the alignment that an attribute of the field asks for, 1 for none
	pack          int64 // the highest alignment that #pragma pack leaves, 0 for any
	packed, named bool
}

func (g *gnu) bitField(f *Field, e extent) (FieldLayout, bool) {
	b := bitField{
		width: int64(f.Bits), size: 8 * e.size, unit: 8 * e.align, asked: max(1, 8*int64(f.Align)),
		pack: 8 * int64(g.record.Pack), packed: g.record.Packed || f.Packed, named: f.Name != "",
	}
	at := g.begin()
	if b.named || g.rules.unnamedAlign {
		g.align = max(g.align, g.bitFieldAlign(b, at)/8)
	}
	switch {
	case b.width == 0: // which nothing packs
		at = alignUp(at, max(b.unit, b.asked))
	case g.rules.clang:
		at = b.clang(at)
	default:
		at = b.gcc(at)
	}
	// Where the type is aligned to more than its size, gcc counts from the start of some 16 bytes, which it has not aligned.
	known := g.rules.clang || b.unit <= b.size || b.width == 0 || b.packed || b.pack != 0 || at == 0
	g.put(at, b.width)
	return FieldLayout{Bit: at, Width: b.width}, known
}

// gcc returns the bit where gcc puts the bit-field when the bits from at are free.
func (b bitField) gcc(at int64) int64 {
	if b.pack != 0 {
		return alignUp(at, min(b.asked, b.pack))
	}
	at = alignUp(at, b.asked)
	// A bit-field does not cross more units of its type's alignment than a whole value of the type would.
	if !b.packed && at%b.unit+b.width > b.size {
		return alignUp(at, b.unit)
	}
	return at
}

// clang returns the bit where clang puts the bit-field when the bits from at are free.
func (b bitField) clang(at int64) int64 {
	align := b.unit
	if b.packed {
		align = 1
	}
	align = max(align, b.asked)
	switch {
	case b.pack == 0 && at%align+b.width > b.size:
		return alignUp(at, align)
	case b.pack == 0 || b.asked <= b.pack:
		return alignUp(at, b.asked)
	}
	return at
}

// bitFieldAlign returns the alignment in bits that a bit-field gives to its record. The bits from at were free.
func (g *gnu) bitFieldAlign(b bitField, at int64) int64 {
	unit, asked := b.unit, b.asked
	switch {
	case b.width == 0:
		return max(unit, asked)
	case b.pack != 0:
		unit, asked = min(unit, b.pack), min(asked, b.pack)
	case b.packed:
		unit = 8
	}
	return max(unit, asked, g.modeAlign(b, at))
}

// modeAlign is the alignment of the machine mode in which gcc accesses a bit-field that is as long as an integer and
// happens to be aligned like one; it counts where the type's own alignment was lowered. 1 for others.
func (g *gnu) modeAlign(b bitField, at int64) int64 {
	if g.rules.clang || b.packed && b.width > 8 {
		return 1
	}
	switch b.width {
	case 8, 16, 32, 64, 128:
		if at%b.width == 0 {
			if b.pack != 0 {
				return min(b.width, b.pack)
			}
			return b.width
		}
	}
	return 1
}

func (g *gnu) finish() extent {
	align := max(g.align, int64(g.record.Align))
	return extent{size: alignUp((g.end+7)/8, align), align: align}
}
