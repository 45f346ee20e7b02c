//go:build ((linux && !android) || (darwin && !ios) || windows) && !noffi

#include "go_asm.h"
#include "textflag.h"
#include "funcdata.h"

DATA	·stubCode(SB)/8, $stub<>(SB)
GLOBL	·stubCode(SB), NOPTR|RODATA, $8

// STORE and LOAD move the registers of Go's internal calling convention.
#define STORE_INTS(off, base) \
	STP	(R0, R1), (off+0)(base) \
	STP	(R2, R3), (off+16)(base) \
	STP	(R4, R5), (off+32)(base) \
	STP	(R6, R7), (off+48)(base) \
	STP	(R8, R9), (off+64)(base) \
	STP	(R10, R11), (off+80)(base) \
	STP	(R12, R13), (off+96)(base) \
	STP	(R14, R15), (off+112)(base)

#define LOAD_INTS(off, base) \
	LDP	(off+0)(base), (R0, R1) \
	LDP	(off+16)(base), (R2, R3) \
	LDP	(off+32)(base), (R4, R5) \
	LDP	(off+48)(base), (R6, R7) \
	LDP	(off+64)(base), (R8, R9) \
	LDP	(off+80)(base), (R10, R11) \
	LDP	(off+96)(base), (R12, R13) \
	LDP	(off+112)(base), (R14, R15)

#define STORE_FLOATS(off, base) \
	FSTPD	(F0, F1), (off+0)(base) \
	FSTPD	(F2, F3), (off+16)(base) \
	FSTPD	(F4, F5), (off+32)(base) \
	FSTPD	(F6, F7), (off+48)(base) \
	FSTPD	(F8, F9), (off+64)(base) \
	FSTPD	(F10, F11), (off+80)(base) \
	FSTPD	(F12, F13), (off+96)(base) \
	FSTPD	(F14, F15), (off+112)(base)

#define LOAD_FLOATS(off, base) \
	FLDPD	(off+0)(base), (F0, F1) \
	FLDPD	(off+16)(base), (F2, F3) \
	FLDPD	(off+32)(base), (F4, F5) \
	FLDPD	(off+48)(base), (F6, F7) \
	FLDPD	(off+64)(base), (F8, F9) \
	FLDPD	(off+80)(base), (F10, F11) \
	FLDPD	(off+96)(base), (F12, F13) \
	FLDPD	(off+112)(base), (F14, F15)

// STORE_RESULTS stores the registers that results may be in.
#define STORE_RESULTS(base) \
	STP	(R0, R1), (GoRegs_Int+0)(base) \
	STP	(R2, R3), (GoRegs_Int+16)(base) \
	FSTPD	(F0, F1), (GoRegs_Float+0)(base) \
	FSTPD	(F2, F3), (GoRegs_Float+16)(base)

// The frame of stub: dispatch's argument live, room where it may spill its arguments s and r, and the GoRegs.
#define LIVE	8
#define REGS	(LIVE+8*const_NGoInt+16)

#define MASKED(RA, RB, i) \
	LDP	(Stub_Mask+8*i)(R26), (R16, R17) \
	AND	R16, RA \
	AND	R17, RB \
	STP	(RA, RB), (LIVE+8*i)(RSP)

// stub is the code of a closure, whose address is in R26. None of its own words needs to be known to the collector: the pointers
// among them are in dispatch's arguments and results too.
TEXT stub<>(SB), NOSPLIT|WRAPPER, $const_stubLocals-0
	NO_LOCAL_POINTERS
	STORE_INTS(REGS+GoRegs_Int, RSP)
	MOVBU	Stub_floats(R26), R16
	CBZ	R16, pointers
	STORE_FLOATS(REGS+GoRegs_Float, RSP)

pointers:
	MASKED(R0, R1, 0)
	MASKED(R2, R3, 2)
	MASKED(R4, R5, 4)
	MASKED(R6, R7, 6)
	MASKED(R8, R9, 8)
	MASKED(R10, R11, 10)
	MASKED(R12, R13, 12)
	MASKED(R14, R15, 14)
	MOVD	R26, R0
	ADD	$REGS, RSP, R1
	MOVD	·dispatchFunc(SB), R26
	MOVD	(R26), R16
	BL	(R16)
	LDP	(REGS+GoRegs_Int+0)(RSP), (R4, R5)
	LDP	(REGS+GoRegs_Int+16)(RSP), (R6, R7)
	ORR	R4, R0
	ORR	R5, R1
	ORR	R6, R2
	ORR	R7, R3
	FLDPD	(REGS+GoRegs_Float+0)(RSP), (F0, F1)
	FLDPD	(REGS+GoRegs_Float+16)(RSP), (F2, F3)
	RET

// func CallGo(fn unsafe.Pointer, regs *GoRegs)
//
// The frame is the room that the callee may spill its argument registers to.
TEXT ·CallGo(SB), NOSPLIT, $GoRegs__size-16
	NO_LOCAL_POINTERS
	MOVD	fn+0(FP), R26
	MOVD	regs+8(FP), R20
	LOAD_INTS(GoRegs_Int, R20)
	LOAD_FLOATS(GoRegs_Float, R20)
	MOVD	(R26), R21
	BL	(R21)
	MOVD	regs+8(FP), R20
	STORE_RESULTS(R20)
	RET
