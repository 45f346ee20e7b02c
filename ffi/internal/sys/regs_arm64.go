package sys

// The registers of AAPCS64: X0 to X7, X8 and V0 to V7; results in X0, X1 and V0 to V3.
const (
	NGeneral       = 9
	NInt           = 8 // integer registers that carry arguments; X8 is the address of a memory result
	NVector        = 8
	NVectorResults = 4
	VecWords       = 2
)
