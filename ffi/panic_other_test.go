//go:build ((linux && !android) || darwin) && (amd64 || arm64) && !noffi

package ffi

import (
	"io"
	"testing"

	"github.com/ebitengine/purego"
)

// TestPanicBelowOtherCall has another package call C, which therefore cannot return the error: the hook is told, and no call of this
// package finds it later.
func TestPanicBelowOtherCall(t *testing.T) {
	l := callbackLib(t)
	reports := hooked(t)
	cb := mustCallback(t, func(x int64) int64 { panic(io.EOF) })
	fn, err := l.Symbol("call_int64")
	if err != nil {
		t.Fatal(err)
	}
	result, _, _ := purego.SyscallN(uintptr(fn), uintptr(cb.Ptr()), 7)
	equal(t, "result", result, 0)
	if list := reports(); len(list) != 1 {
		t.Errorf("reports %v, want one", list)
	} else {
		wantError(t, list[0], io.EOF)
	}
	equal(t, "errors that wait", pending.Load(), 0)
}
