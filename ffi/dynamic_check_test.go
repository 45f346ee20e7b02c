//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi_test

import (
	"errors"
	"math/big"
	"runtime"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

// testCallCheck finds Go pointers in Go memory in the check mode.
func testCallCheck(t *testing.T, lib *ffi.Lib, d *ffi.Decls) {
	ffi.Check(true)
	defer ffi.Check(false)
	if _, err := lib.Call("same", &struct{ p *int }{new(int)}); !errors.Is(err, ffi.ErrPointer) {
		t.Errorf("a Go pointer in Go memory: %v", err)
	}
	corner := newRecord(t, d, "struct point")
	for _, v := range []any{nil, new(int), []int{1}, corner, get(t, corner, ""), unsafe.Pointer(new(int)), func() {}} {
		if _, err := lib.Call("same", v); err != nil {
			t.Errorf("%T: %v", v, err)
		}
	}
	if _, err := lib.Call("shift", big.NewInt(1), 2); err != nil {
		t.Error(err)
	}
	testSetCheck(t, d)
}

// testSetCheck stores addresses of Go and of C memory in a record.
func testSetCheck(t *testing.T, d *ffi.Decls) {
	packet := newRecord(t, d, "struct packet")
	var pinner runtime.Pinner
	defer pinner.Unpin()
	pinned := new([64]byte)
	pinner.Pin(pinned)
	for _, v := range []any{unsafe.Pointer(new([64]byte)), make([]unsafe.Pointer, 1)} {
		if err := packet.Set("next", v); !errors.Is(err, ffi.ErrPointer) {
			t.Errorf("%T, an address of Go memory: %v", v, err)
		}
	}
	for _, v := range []any{nil, packet, packet.Addr(), unsafe.Pointer(pinned)} {
		if err := packet.Set("next", v); err != nil {
			t.Errorf("%T: %v", v, err)
		}
	}
}
