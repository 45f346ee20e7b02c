//go:build ((linux && !android) || (darwin && !ios) || windows) && !noffi

#include "go_asm.h"
#include "textflag.h"
#include "funcdata.h"

DATA	·stubCode(SB)/8, $stub<>(SB)
GLOBL	·stubCode(SB), NOPTR|RODATA, $8

// STORE and LOAD move the registers of Go's internal calling convention.
#define STORE_INTS(off, base) \
	MOVQ	AX, (off+0)(base) \
	MOVQ	BX, (off+8)(base) \
	MOVQ	CX, (off+16)(base) \
	MOVQ	DI, (off+24)(base) \
	MOVQ	SI, (off+32)(base) \
	MOVQ	R8, (off+40)(base) \
	MOVQ	R9, (off+48)(base) \
	MOVQ	R10, (off+56)(base) \
	MOVQ	R11, (off+64)(base)

#define LOAD_INTS(off, base) \
	MOVQ	(off+0)(base), AX \
	MOVQ	(off+8)(base), BX \
	MOVQ	(off+16)(base), CX \
	MOVQ	(off+24)(base), DI \
	MOVQ	(off+32)(base), SI \
	MOVQ	(off+40)(base), R8 \
	MOVQ	(off+48)(base), R9 \
	MOVQ	(off+56)(base), R10 \
	MOVQ	(off+64)(base), R11

#define STORE_4_FLOATS(off, base) \
	MOVSD	X0, (off+0)(base) \
	MOVSD	X1, (off+8)(base) \
	MOVSD	X2, (off+16)(base) \
	MOVSD	X3, (off+24)(base)

#define STORE_OTHER_FLOATS(off, base) \
	MOVSD	X4, (off+32)(base) \
	MOVSD	X5, (off+40)(base) \
	MOVSD	X6, (off+48)(base) \
	MOVSD	X7, (off+56)(base) \
	MOVSD	X8, (off+64)(base) \
	MOVSD	X9, (off+72)(base) \
	MOVSD	X10, (off+80)(base) \
	MOVSD	X11, (off+88)(base) \
	MOVSD	X12, (off+96)(base) \
	MOVSD	X13, (off+104)(base) \
	MOVSD	X14, (off+112)(base)

#define LOAD_FLOATS(off, base) \
	MOVSD	(off+0)(base), X0 \
	MOVSD	(off+8)(base), X1 \
	MOVSD	(off+16)(base), X2 \
	MOVSD	(off+24)(base), X3 \
	MOVSD	(off+32)(base), X4 \
	MOVSD	(off+40)(base), X5 \
	MOVSD	(off+48)(base), X6 \
	MOVSD	(off+56)(base), X7 \
	MOVSD	(off+64)(base), X8 \
	MOVSD	(off+72)(base), X9 \
	MOVSD	(off+80)(base), X10 \
	MOVSD	(off+88)(base), X11 \
	MOVSD	(off+96)(base), X12 \
	MOVSD	(off+104)(base), X13 \
	MOVSD	(off+112)(base), X14

// STORE_RESULTS stores the registers that results may be in.
#define STORE_RESULTS(base) \
	MOVQ	AX, (GoRegs_Int+0)(base) \
	MOVQ	BX, (GoRegs_Int+8)(base) \
	MOVQ	CX, (GoRegs_Int+16)(base) \
	MOVQ	DI, (GoRegs_Int+24)(base) \
	MOVSD	X0, (GoRegs_Float+0)(base) \
	MOVSD	X1, (GoRegs_Float+8)(base) \
	MOVSD	X2, (GoRegs_Float+16)(base) \
	MOVSD	X3, (GoRegs_Float+24)(base)

// The frame of stub: dispatch's argument live, room where it may spill its arguments s and r, and the GoRegs.
#define LIVE	0
#define REGS	(LIVE+8*const_NGoInt+16)

#define MASKED(R, i) \
	ANDQ	(Stub_Mask+8*i)(DX), R \
	MOVQ	R, (LIVE+8*i)(SP)

// stub is the code of a closure, whose address is in DX. None of its own words needs to be known to the collector: the pointers
// among them are in dispatch's arguments and results too.
TEXT stub<>(SB), NOSPLIT|WRAPPER, $const_stubLocals-0
	NO_LOCAL_POINTERS
	STORE_INTS(REGS+GoRegs_Int, SP)
	CMPB	Stub_floats(DX), $0
	JEQ	pointers
	STORE_4_FLOATS(REGS+GoRegs_Float, SP)
	CMPB	Stub_floats(DX), $4
	JLS	pointers
	STORE_OTHER_FLOATS(REGS+GoRegs_Float, SP)

pointers:
	MASKED(AX, 0)
	MASKED(BX, 1)
	MASKED(CX, 2)
	MASKED(DI, 3)
	MASKED(SI, 4)
	MASKED(R8, 5)
	MASKED(R9, 6)
	MASKED(R10, 7)
	MASKED(R11, 8)
	MOVQ	DX, AX
	LEAQ	REGS(SP), BX
	MOVQ	·dispatchFunc(SB), DX
	MOVQ	(DX), R12
	CALL	R12
	ORQ	(REGS+GoRegs_Int+0)(SP), AX
	ORQ	(REGS+GoRegs_Int+8)(SP), BX
	ORQ	(REGS+GoRegs_Int+16)(SP), CX
	ORQ	(REGS+GoRegs_Int+24)(SP), DI
	MOVSD	(REGS+GoRegs_Float+0)(SP), X0
	MOVSD	(REGS+GoRegs_Float+8)(SP), X1
	MOVSD	(REGS+GoRegs_Float+16)(SP), X2
	MOVSD	(REGS+GoRegs_Float+24)(SP), X3
	RET

// func CallGo(fn unsafe.Pointer, regs *GoRegs)
//
// The frame is the room that the callee may spill its argument registers to.
TEXT ·CallGo(SB), NOSPLIT, $GoRegs__size-16
	NO_LOCAL_POINTERS
	MOVQ	fn+0(FP), DX
	MOVQ	regs+8(FP), R12
	LOAD_INTS(GoRegs_Int, R12)
	LOAD_FLOATS(GoRegs_Float, R12)
	MOVQ	(DX), R12
	CALL	R12
	MOVQ	regs+8(FP), R12
	STORE_RESULTS(R12)
	RET
