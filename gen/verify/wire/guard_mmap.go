//go:build linux || darwin

package wire

import (
	"fmt"
	"syscall"
	"unsafe"
)

// guarded says whether the pages around a buffer are inaccessible.
const guarded = true

// mapGuarded returns n bytes of memory, a multiple of the page size, between two inaccessible pages.
func mapGuarded(n int) (unsafe.Pointer, error) {
	page := syscall.Getpagesize()
	mem, err := syscall.Mmap(-1, 0, n+2*page, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("wire: guarded memory: %w", err)
	}
	if err := syscall.Mprotect(mem[page:page+n], syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
		return nil, fmt.Errorf("wire: guarded memory: %w", err)
	}
	return unsafe.Pointer(&mem[page]), nil
}

func pageSize() int { return syscall.Getpagesize() }
