//go:build ((linux && !android) || (darwin && !ios)) && (amd64 || arm64) && !noffi

package sys

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

func libc(t *testing.T) uintptr {
	t.Helper()
	handle, err := Open("libc.so.6", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := Close(handle); err != nil {
			t.Error(err)
		}
	})
	return handle
}

func TestCallBlock(t *testing.T) {
	atoi, err := Symbol(libc(t), "atoi")
	if err != nil {
		t.Fatal(err)
	}
	text := [...]byte{'-', '7', 0}
	if got := CallBlock(atoi, unsafe.Pointer(&text)); got != -7 {
		t.Errorf("atoi returned %d, want -7", got)
	}
}

func TestSelf(t *testing.T) {
	handle, err := Open("", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Symbol(handle, "malloc"); err != nil {
		t.Error(err)
	}
	if err := Close(handle); err != nil {
		t.Error(err)
	}
}

func TestResident(t *testing.T) {
	libc(t)
	if !Resident("libc.so.6") {
		t.Error("libc.so.6 is not resident")
	}
	if Resident("/no/such/library.so") {
		t.Error("a library that does not exist is resident")
	}
}

// TestMessageOfThread asks for missing symbols from many goroutines, which change threads all the time: each
// must get the message about its own symbol.
func TestMessageOfThread(t *testing.T) {
	handle := libc(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			for i := range 500 {
				name := fmt.Sprintf("missing_%d_%d", g, i)
				if _, err := Symbol(handle, name); err == nil || !strings.HasSuffix(err.Error(), name) {
					t.Errorf("error %v, want one about %s", err, name)
					return
				}
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
}
