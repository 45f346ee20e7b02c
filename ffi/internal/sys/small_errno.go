//go:build ((linux && !android) || (darwin && !ios) || (windows && arm64)) && (amd64 || arm64) && !noffi

package sys

import (
	"runtime"
	"unsafe"
)

var smallErrnoCode unsafe.Pointer

// DoErrno is Do that zeroes errno before the call and stores it after.
func (c *Small) DoErrno() {
	cgocall(smallErrnoCode, unsafe.Pointer(c))
	runtime.KeepAlive(c)
}
