//go:build !linux && !darwin

package wire

import "unsafe"

// guarded says whether the pages around a buffer are inaccessible.
const guarded = false

// mapGuarded returns n bytes of memory. This platform has no inaccessible pages; what is written
// outside a buffer is found by the pattern around it.
func mapGuarded(n int) (unsafe.Pointer, error) {
	return unsafe.Pointer(unsafe.SliceData(make([]uint64, n/8))), nil
}

func pageSize() int { return 4096 }
