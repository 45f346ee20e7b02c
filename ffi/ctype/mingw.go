package ctype

// mingw places fields as gcc does for Windows: bit-fields in the main as Microsoft does, other fields as on Unix.
type mingw struct{ microsoft }

func (m *mingw) plain(f *Field, e extent) FieldLayout {
	align := plainAlign(m.record, f, e.align)
	m.unit = 0
	m.align = max(m.align, align)
	return FieldLayout{Offset: m.put(align, e.size)}
}

func (m *mingw) bitField(f *Field, e extent) (FieldLayout, bool) {
	at, _ := m.microsoft.bitField(f, e)
	zero := m.record.Packed && f.Bits == 0
	known := !m.union && !zero && !f.Packed && f.Align == 0 && e.required == 0
	return at, known
}

func (m *mingw) finish() extent {
	align := max(m.align, int64(m.record.Align))
	return extent{size: alignUp(m.size, align), align: align}
}
