//go:build amd64 && !windows

package sys

// The registers of System V: RDI, RSI, RDX, RCX, R8, R9 and XMM0 to XMM7; results in RAX, RDX, XMM0 and XMM1.
const (
	NGeneral       = 6
	NInt           = 6 // integer registers that carry arguments
	NVector        = 8
	NVectorResults = 2
	VecWords       = 1
)
