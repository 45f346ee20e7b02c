package sys

// Go's own calling convention passes arguments in R0 to R15 and F0 to F15.
const (
	NGoInt   = 16
	NGoFloat = 16
)
