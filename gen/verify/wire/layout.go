package wire

import (
	"fmt"
	"strconv"
	"strings"
	"unsafe"
)

// cellSizes maps the scalar types to the size in bytes of a cell and the number of cells.
var cellSizes = map[string]struct{ size, cells int }{
	"bool": {1, 1}, "i8": {1, 1}, "u8": {1, 1}, "i16": {2, 1}, "u16": {2, 1}, "i32": {4, 1}, "u32": {4, 1},
	"i64": {8, 1}, "u64": {8, 1}, "int": {8, 1}, "uint": {8, 1}, "f32": {4, 1}, "f64": {8, 1},
	"c64": {4, 2}, "c128": {8, 2},
}

// layout is how the cells of a type lie in memory: so many cells of one size.
type layout struct{ size, cells int }

// bytes returns the size of one value.
func (l layout) bytes() int { return l.size * l.cells }

// parseLayout reads the text form of a scalar or array type.
func parseLayout(elem string) (layout, error) {
	n, rest := 1, elem
	for strings.HasPrefix(rest, "[") {
		dim, after, _ := strings.Cut(rest[1:], "]")
		k, err := strconv.Atoi(dim)
		if err != nil || k < 1 {
			return layout{}, fmt.Errorf("wire: type %q", elem)
		}
		n, rest = n*k, after
	}
	c, ok := cellSizes[rest]
	if !ok {
		return layout{}, fmt.Errorf("wire: type %q", elem)
	}
	return layout{c.size, n * c.cells}, nil
}

// store writes the cells to memory at p, each size bytes wide.
func store(p unsafe.Pointer, size int, cells []uint64) {
	for i, c := range cells {
		at := unsafe.Add(p, i*size)
		switch size {
		case 1:
			*(*uint8)(at) = uint8(c)
		case 2:
			*(*uint16)(at) = uint16(c)
		case 4:
			*(*uint32)(at) = uint32(c)
		default:
			*(*uint64)(at) = c
		}
	}
}

// load reads n cells of size bytes from memory at p.
func load(p unsafe.Pointer, size, n int) []uint64 {
	cells := make([]uint64, n)
	for i := range cells {
		at := unsafe.Add(p, i*size)
		switch size {
		case 1:
			cells[i] = uint64(*(*uint8)(at))
		case 2:
			cells[i] = uint64(*(*uint16)(at))
		case 4:
			cells[i] = uint64(*(*uint32)(at))
		default:
			cells[i] = *(*uint64)(at)
		}
	}
	return cells
}
