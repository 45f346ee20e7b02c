//go:build !amd64 && !arm64

package sys

// No calls are made on this architecture; the numbers let the packages above compile.
const (
	NGeneral       = 4
	NInt           = 4
	NVector        = 4
	NVectorResults = 2
	VecWords       = 1
)
