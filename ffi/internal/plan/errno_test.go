//go:build !windows

package plan

import (
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
)

func TestErrno(t *testing.T) {
	f := defaultFixture(t)
	p := mustPlan(t, prototypeOf(ctype.Int, ctype.Int))
	fails := f.symbol(t, "fails")
	code, result := int32(34), int32(0)
	args := []unsafe.Pointer{unsafe.Pointer(&code)}
	status := p.Call(fails, args, unsafe.Pointer(&result), Options{Errno: true})
	if result != -1 || status.Errno != 34 {
		t.Errorf("result %d, errno %d, want -1, 34", result, status.Errno)
	}
	if status = p.Call(fails, args, nil, Options{}); status.Errno != 0 {
		t.Errorf("errno %d although nobody asked", status.Errno)
	}
}
