//go:build ((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64) && !noffi

#include "textflag.h"

// func asmcgocall(fn, arg unsafe.Pointer) int32
TEXT ·asmcgocall(SB), NOSPLIT, $0-20
	JMP	runtime·asmcgocall(SB)
