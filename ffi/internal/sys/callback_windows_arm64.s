//go:build !noffi

#include "go_asm.h"
#include "textflag.h"
#include "slots_arm64.h"

// The frame of entry, which is set up by hand, because the assembler's prologue would use a register that C wants preserved: the
// return address, cgocallback's arguments, the Frame, and the preserved registers.
#define LINK	0
#define FRAME	32
#define INTS	(FRAME+Frame__size)
#define FLOATS	(INTS+80)
#define SIZE	(FLOATS+64+8)

// entry saves the argument registers in a Frame and calls enter. There is no crosscall2 in a Windows program without cgo, and
// cgocallback, which does the work behind it, preserves nothing.
TEXT entry<>(SB), NOSPLIT|NOFRAME, $0
	SUB	$SIZE, RSP
	MOVD	R30, LINK(RSP)
	MOVD	R27, (INTS+64)(RSP) // before the others, because the assembler may use it on its own
	STP	(R19, R20), (INTS+0)(RSP)
	STP	(R21, R22), (INTS+16)(RSP)
	STP	(R23, R24), (INTS+32)(RSP)
	STP	(R25, R26), (INTS+48)(RSP)
	MOVD	g, (INTS+72)(RSP)
	FSTPD	(F8, F9), (FLOATS+0)(RSP)
	FSTPD	(F10, F11), (FLOATS+16)(RSP)
	FSTPD	(F12, F13), (FLOATS+32)(RSP)
	FSTPD	(F14, F15), (FLOATS+48)(RSP)

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
	STP	(R0, R1), 8(RSP)
	MOVD	ZR, 24(RSP)
	BL	runtime·cgocallback(SB)

	LDP	(FRAME+Frame_General+0)(RSP), (R0, R1)
	FMOVQ	(FRAME+Frame_Vector+0)(RSP), F0
	FMOVQ	(FRAME+Frame_Vector+16)(RSP), F1
	FMOVQ	(FRAME+Frame_Vector+32)(RSP), F2
	FMOVQ	(FRAME+Frame_Vector+48)(RSP), F3
	LDP	(INTS+0)(RSP), (R19, R20)
	LDP	(INTS+16)(RSP), (R21, R22)
	LDP	(INTS+32)(RSP), (R23, R24)
	LDP	(INTS+48)(RSP), (R25, R26)
	MOVD	(INTS+72)(RSP), g
	FLDPD	(FLOATS+0)(RSP), (F8, F9)
	FLDPD	(FLOATS+16)(RSP), (F10, F11)
	FLDPD	(FLOATS+32)(RSP), (F12, F13)
	FLDPD	(FLOATS+48)(RSP), (F14, F15)
	MOVD	(INTS+64)(RSP), R27
	MOVD	LINK(RSP), R30
	ADD	$SIZE, RSP
	RET

// func Goroutine() uintptr
TEXT ·Goroutine(SB), NOSPLIT, $0-8
	MOVD	g, ret+0(FP)
	RET
