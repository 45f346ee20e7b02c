package plan

import (
	"syscall"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// TestPageEnd passes and returns structs of all small sizes in the last bytes before a page that must not be touched.
func TestPageEnd(t *testing.T) {
	f := defaultFixture(t)
	page := syscall.Getpagesize()
	memory, err := syscall.Mmap(-1, 0, 2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(memory)
	if err := syscall.Mprotect(memory[page:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int64{"bytes1": 1, "bytes5": 5, "bytes7": 7, "bytes8": 8, "bytes11": 11} {
		typ := ctype.StructOf("", ctype.Member("c", ctype.ArrayOf(ctype.Basic(ctype.Char), size)))
		p := mustPlan(t, ctype.FuncOf(typ, typ))
		value := unsafe.Pointer(&memory[page-int(size)])
		p.Call(f.symbol(t, name), []unsafe.Pointer{value}, value, Options{})
	}
}
