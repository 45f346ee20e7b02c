//go:build amd64 && windows

package sys

// The registers of Windows x64: RCX, RDX, R8, R9 and XMM0 to XMM3; results in RAX and XMM0.
const (
	NGeneral       = 4
	NInt           = 4 // integer registers that carry arguments
	NVector        = 4
	NVectorResults = 1
	VecWords       = 2 // for __int128
)
