//go:build !noffi

#include "go_asm.h"
#include "textflag.h"
#include "slots_amd64.h"

#define FRAME	const_entryFrame
#define INTS	const_entryInts
#define FLOATS	const_entryFloats

// Above the frame are the saved BP, the slot's return address, C's return address, the shadow space and the stack arguments.
#define ABOVE	(const_entrySize+8)

// entry saves the argument registers in a Frame and calls enter. There is no crosscall2 in a Windows program without cgo, and
// cgocallback, which does the work behind it, preserves nothing.
TEXT entry<>(SB), NOSPLIT, $const_entrySize
	MOVQ	DI, (INTS+0)(SP)
	MOVQ	SI, (INTS+8)(SP)
	MOVQ	BX, (INTS+16)(SP)
	MOVQ	R12, (INTS+24)(SP)
	MOVQ	R13, (INTS+32)(SP)
	MOVQ	R14, (INTS+40)(SP)
	MOVQ	R15, (INTS+48)(SP)
	MOVUPS	X6, (FLOATS+0)(SP)
	MOVUPS	X7, (FLOATS+16)(SP)
	MOVUPS	X8, (FLOATS+32)(SP)
	MOVUPS	X9, (FLOATS+48)(SP)
	MOVUPS	X10, (FLOATS+64)(SP)
	MOVUPS	X11, (FLOATS+80)(SP)
	MOVUPS	X12, (FLOATS+96)(SP)
	MOVUPS	X13, (FLOATS+112)(SP)
	MOVUPS	X14, (FLOATS+128)(SP)
	MOVUPS	X15, (FLOATS+144)(SP)

	MOVQ	CX, (FRAME+Frame_General+0)(SP)
	MOVQ	DX, (FRAME+Frame_General+8)(SP)
	MOVQ	R8, (FRAME+Frame_General+16)(SP)
	MOVQ	R9, (FRAME+Frame_General+24)(SP)
	MOVSD	X0, (FRAME+Frame_Vector+0)(SP)
	MOVSD	X1, (FRAME+Frame_Vector+16)(SP)
	MOVSD	X2, (FRAME+Frame_Vector+32)(SP)
	MOVSD	X3, (FRAME+Frame_Vector+48)(SP)
	LEAQ	(ABOVE+16+32)(SP), AX
	MOVQ	AX, (FRAME+Frame_Stack)(SP)
	MOVQ	ABOVE(SP), AX
	LEAQ	slots<>+5(SB), CX
	SUBQ	CX, AX
	SHRQ	$3, AX
	MOVL	AX, (FRAME+Frame_Slot)(SP)
	MOVL	$0, (FRAME+Frame_NX87)(SP)

	MOVQ	·enterFunc(SB), AX
	MOVQ	(AX), AX
	MOVQ	AX, 0(SP)
	LEAQ	FRAME(SP), AX
	MOVQ	AX, 8(SP)
	MOVQ	$0, 16(SP)
	CALL	runtime·cgocallback(SB)

	MOVQ	(FRAME+Frame_General)(SP), AX
	MOVUPS	(FRAME+Frame_Vector)(SP), X0
	MOVQ	(INTS+0)(SP), DI
	MOVQ	(INTS+8)(SP), SI
	MOVQ	(INTS+16)(SP), BX
	MOVQ	(INTS+24)(SP), R12
	MOVQ	(INTS+32)(SP), R13
	MOVQ	(INTS+40)(SP), R14
	MOVQ	(INTS+48)(SP), R15
	MOVUPS	(FLOATS+0)(SP), X6
	MOVUPS	(FLOATS+16)(SP), X7
	MOVUPS	(FLOATS+32)(SP), X8
	MOVUPS	(FLOATS+48)(SP), X9
	MOVUPS	(FLOATS+64)(SP), X10
	MOVUPS	(FLOATS+80)(SP), X11
	MOVUPS	(FLOATS+96)(SP), X12
	MOVUPS	(FLOATS+112)(SP), X13
	MOVUPS	(FLOATS+128)(SP), X14
	MOVUPS	(FLOATS+144)(SP), X15
	RET

// func Goroutine() uintptr
TEXT ·Goroutine(SB), NOSPLIT, $0-8
	MOVQ	TLS, CX
	MOVQ	0(CX)(TLS*1), AX
	MOVQ	AX, ret+0(FP)
	RET
