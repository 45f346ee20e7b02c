package sys

// Go's own calling convention passes arguments in AX, BX, CX, DI, SI, R8, R9, R10, R11 and X0 to X14.
const (
	NGoInt   = 9
	NGoFloat = 15
)
