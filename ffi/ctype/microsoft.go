package ctype

// microsoft places fields as Microsoft's compilers do, and clang for them.
type microsoft struct {
	record *Record
	union  bool

	size     int64 // bytes in use
	align    int64 // of the record, in bytes
	required int64 // the part of it that attributes ask for, which packing does not reduce

	unit int64 // the size in bytes of the last field's type if that was a bit-field of 1 bit or more, else 0
	left int64 // the free bits of that unit
}

// pack returns the highest alignment in bytes that fields may have, 0 for any.
func (m *microsoft) pack() int64 {
	switch {
	case m.record.Packed:
		return 1
	case m.record.Pack > 8:
		return 0
	}
	return int64(m.record.Pack)
}

// aligned returns the alignment of a field in bytes, and the part of it that attributes ask for, which packing leaves.
func (m *microsoft) aligned(f *Field, e extent) (align, required int64) {
	align, required = e.natural, max(e.required, int64(f.Align))
	if pack := m.pack(); pack != 0 {
		align = min(align, pack)
	}
	if f.Packed {
		align = 1
	}
	return max(align, required), required
}

func (m *microsoft) plain(f *Field, e extent) FieldLayout {
	align, required := m.aligned(f, e)
	m.unit = 0
	m.required = max(m.required, required)
	m.align = max(m.align, align)
	return FieldLayout{Offset: m.put(align, e.size)}
}

// put reserves bytes and returns the offset of the first.
func (m *microsoft) put(align, size int64) int64 {
	at := int64(0)
	if !m.union {
		at = alignUp(m.size, align)
	}
	m.size = max(m.size, at+size)
	return at
}

func (m *microsoft) bitField(f *Field, e extent) (FieldLayout, bool) {
	width := int64(f.Bits)
	if width == 0 {
		return m.zeroWidth(f, e), true
	}
	if !m.union && m.unit == e.size && width <= m.left {
		bit := 8*m.size - m.left
		m.left -= width
		return FieldLayout{Bit: bit, Width: width}, true
	}
	align, _ := m.aligned(f, e)
	if !m.union {
		m.align = max(m.align, align)
	}
	at := m.put(align, e.size)
	m.unit, m.left = e.size, 8*e.size-width
	return FieldLayout{Bit: 8 * at, Width: width}, true
}

// zeroWidth ends a run of bit-fields; elsewhere a bit-field of 0 bits does nothing.
func (m *microsoft) zeroWidth(f *Field, e extent) FieldLayout {
	if m.unit == 0 {
		return FieldLayout{Bit: 8 * m.put(1, 0)}
	}
	m.unit = 0
	align, _ := m.aligned(f, e)
	if m.union {
		return FieldLayout{Bit: 8 * m.put(1, e.size)}
	}
	m.align = max(m.align, align)
	return FieldLayout{Bit: 8 * m.put(align, 0)}
}

func (m *microsoft) finish() extent {
	m.size = alignUp(m.size, m.align)
	required := max(m.required, int64(m.record.Align))
	align := max(m.align, required)
	round := align
	if pack := m.pack(); pack != 0 {
		round = min(round, pack)
	}
	size := alignUp(m.size, max(round, required))
	if size == 0 {
		size = m.empty(align, required)
	}
	return extent{size: size, align: align, required: required, asked: m.record.Align != 0}
}

// empty is the size of a record without bytes, which C gives 4 and an attribute for alignment may raise.
func (m *microsoft) empty(align, required int64) int64 {
	if required >= 4 {
		return align
	}
	return 4
}
