//go:build ((linux && !android) || (darwin && !ios)) && !noffi

#include "go_asm.h"
#include "textflag.h"
#include "slots_arm64.h"

// The frame of entry, which is set up by hand, because the assembler's prologue would use a register that C wants preserved: the
// return address, C's R27, which the assembler may use on its own, and the Frame.
#define LINK	0
#define SAVED	8
#define FRAME	32
#define SIZE	(FRAME+const_entryLocals)

// entry saves the argument registers in a Frame and calls enter. crosscall2 preserves the other registers that C wants
// preserved.
TEXT entry<>(SB), NOSPLIT|NOFRAME, $0
	SUB	$SIZE, RSP
	MOVD	R30, LINK(RSP)
	MOVD	R27, SAVED(RSP)
	FMOVQ	F0, (FRAME+Frame_Vector+0)(RSP)
	FMOVQ	F1, (FRAME+Frame_Vector+16)(RSP)
	FMOVQ	F2, (FRAME+Frame_Vector+32)(RSP)
	FMOVQ	F3, (FRAME+Frame_Vector+48)(RSP)
	FMOVQ	F4, (FRAME+Frame_Vector+64)(RSP)
	FMOVQ	F5, (FRAME+Frame_Vector+80)(RSP)
	FMOVQ	F6, (FRAME+Frame_Vector+96)(RSP)
	FMOVQ	F7, (FRAME+Frame_Vector+112)(RSP)
	STP	(R0, R1), (FRAME+Frame_General+0)(RSP)
	STP	(R2, R3), (FRAME+Frame_General+16)(RSP)
	STP	(R4, R5), (FRAME+Frame_General+32)(RSP)
	STP	(R6, R7), (FRAME+Frame_General+48)(RSP)
	MOVD	R8, (FRAME+Frame_General+64)(RSP)
	ADD	$SIZE, RSP, R0
	MOVD	R0, (FRAME+Frame_Stack)(RSP)
	MOVD	$slots<>(SB), R0
	SUB	R0, R16
	LSR	$3, R16
	MOVW	R16, (FRAME+Frame_Slot)(RSP)
	MOVW	ZR, (FRAME+Frame_NX87)(RSP)

	MOVD	·enterFunc(SB), R0
	MOVD	(R0), R0
	ADD	$FRAME, RSP, R1
	MOVD	ZR, R2
	MOVD	ZR, R3
	BL	crosscall2(SB)

	LDP	(FRAME+Frame_General+0)(RSP), (R0, R1)
	FMOVQ	(FRAME+Frame_Vector+0)(RSP), F0
	FMOVQ	(FRAME+Frame_Vector+16)(RSP), F1
	FMOVQ	(FRAME+Frame_Vector+32)(RSP), F2
	FMOVQ	(FRAME+Frame_Vector+48)(RSP), F3
	MOVD	SAVED(RSP), R27
	MOVD	LINK(RSP), R30
	ADD	$SIZE, RSP
	RET

// func Goroutine() uintptr
TEXT ·Goroutine(SB), NOSPLIT, $0-8
	MOVD	g, ret+0(FP)
	RET
