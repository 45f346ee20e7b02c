package wire

import (
	"fmt"
	"unsafe"
)

// canary fills the memory around a buffer.
const canary = 0xA5

// region is guarded memory that holds one buffer at a time, at its start or its end.
type region struct {
	base unsafe.Pointer
	size int
	used []byte // the buffer
	lay  layout
}

// arena keeps regions for reuse: one for each buffer of a case, and of each size.
type arena struct{ regions map[[2]int]*region }

// place copies the case's buffers into guarded memory.
func (a *arena) place(c *Case) ([]*region, error) {
	placed := make([]*region, len(c.Buffers))
	for i, b := range c.Buffers {
		l, err := parseLayout(b.Elem)
		if err != nil {
			return nil, err
		}
		r, err := a.region(i, len(b.Cells)*l.size)
		if err != nil {
			return nil, err
		}
		r.fill(b, l, c.Place)
		placed[i] = r
	}
	return placed, nil
}

// region returns the smallest region for buffer number i of so many bytes.
func (a *arena) region(i, bytes int) (*region, error) {
	size := pageSize()
	for size < bytes {
		size *= 2
	}
	key := [2]int{i, size}
	if r := a.regions[key]; r != nil {
		return r, nil
	}
	base, err := mapGuarded(size)
	if err != nil {
		return nil, err
	}
	r := &region{base: base, size: size}
	if a.regions == nil {
		a.regions = map[[2]int]*region{}
	}
	a.regions[key] = r
	return r, nil
}

// fill writes the buffer at its place and the canary around it.
func (r *region) fill(b Buffer, l layout, p Place) {
	all := unsafe.Slice((*byte)(r.base), r.size)
	for i := range all {
		all[i] = canary
	}
	n := len(b.Cells) * l.size
	off := 0
	if p == AtEnd {
		off = r.size - n
	}
	r.used, r.lay = all[off:off+n:off+n], l
	store(r.data(), l.size, b.Cells)
}

func (r *region) data() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(r.used)) }

// offset returns where p lies in the buffer, in elements, if it does.
func (r *region) offset(p unsafe.Pointer) (int, bool) {
	d := int(uintptr(p) - uintptr(r.data()))
	return d / r.lay.bytes(), d >= 0 && d < len(r.used)
}

// cells reads the buffer back.
func (r *region) cells() []uint64 { return load(r.data(), r.lay.size, len(r.used)/r.lay.size) }

// intact returns an error when something was written around the buffer.
func (r *region) intact() error {
	off := int(uintptr(r.data()) - uintptr(r.base))
	for i, b := range unsafe.Slice((*byte)(r.base), r.size) {
		if (i < off || i >= off+len(r.used)) && b != canary {
			return fmt.Errorf("byte %d of a buffer of %d was written", i-off, len(r.used))
		}
	}
	return nil
}
