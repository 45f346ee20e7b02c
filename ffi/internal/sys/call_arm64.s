//go:build ((linux && !android) || (darwin && !ios) || windows) && !noffi

#include "go_asm.h"
#include "textflag.h"

// The trampolines are C functions of one argument, a block, which asmcgocall runs on the system stack. They ask for the
// top of the goroutine's stack before and after the C function: a callback may have moved the stack meanwhile,
// and the block on it by the same distance.

#define ADDRESS(name, code) \
	DATA	name(SB)/8, $code(SB) \
	GLOBL	name(SB), NOPTR|RODATA, $8

ADDRESS(·callCode, call<>)
ADDRESS(·smallCode, small<>)
ADDRESS(·intsCode, ints<>)
ADDRESS(·floatsCode, floats<>)
ADDRESS(·smallErrnoCode, smallErrno<>)
ADDRESS(·smallLeafCode, smallLeaf<>)
ADDRESS(·intsLeafCode, intsLeaf<>)
ADDRESS(·floatsLeafCode, floatsLeaf<>)

#define LOAD_INTS(off) \
	LDP	(off+0)(R9), (R0, R1) \
	LDP	(off+16)(R9), (R2, R3) \
	LDP	(off+32)(R9), (R4, R5) \
	LDP	(off+48)(R9), (R6, R7)

#define LOAD_FLOATS(off) \
	FLDPD	(off+0)(R9), (F0, F1) \
	FLDPD	(off+16)(R9), (F2, F3) \
	FLDPD	(off+32)(R9), (F4, F5) \
	FLDPD	(off+48)(R9), (F6, F7)

#define LOAD_VECTORS(off) \
	FMOVQ	(off+0)(R9), F0 \
	FMOVQ	(off+16)(R9), F1 \
	FMOVQ	(off+32)(R9), F2 \
	FMOVQ	(off+48)(R9), F3 \
	FMOVQ	(off+64)(R9), F4 \
	FMOVQ	(off+80)(R9), F5 \
	FMOVQ	(off+96)(R9), F6 \
	FMOVQ	(off+112)(R9), F7

// Locals of call, relative to R19, because the image moves RSP.
#define SAVED	16(R19) // C's R19
#define BLOCK	24(R19)
#define TOP	32(R19)
#define ERRNO	40(R19) // where it is, later its value
#define PLACE	48(R19) // of the image
#define LAST	56(R19) // last error
#define RESULTS	64

// The last error of Windows is a field of the thread's block, whose address is in R18.
#ifdef GOOS_windows
#define ZERO_LAST_ERROR \
	MOVWU	Call_Flags(R9), R1 \
	TSTW	$const_WantLastError, R1 \
	BEQ	2(PC) \
	MOVW	ZR, 0x68(R18_PLATFORM)
#define SAVE_LAST_ERROR \
	MOVWU	0x68(R18_PLATFORM), R1 \
	MOVD	R1, LAST
#define STORE_LAST_ERROR \
	MOVD	LAST, R1 \
	MOVW	R1, Call_LastError(R9)
#else
#define ZERO_LAST_ERROR
#define SAVE_LAST_ERROR
#define STORE_LAST_ERROR
#endif

// call(*Call)
TEXT call<>(SB), NOSPLIT, $144
	MOVD	R19, 16(RSP)
	MOVD	RSP, R19
	MOVD	R0, BLOCK
	MOVD	ZR, ERRNO
	BL	_cgo_topofstack(SB)
	MOVD	R0, TOP
	MOVD	BLOCK, R9
	MOVWU	Call_Flags(R9), R1
	TSTW	$const_WantErrno, R1
	BEQ	image
	MOVD	·errnoLocation(SB), R1
	BL	(R1)
	MOVW	ZR, (R0)
	MOVD	R0, ERRNO
	MOVD	BLOCK, R9

image:
	MOVWU	Call_ImageSize(R9), R1
	CBZ	R1, registers
	MOVD	Call_Image(R9), R2
	ADD	R1, R2
	MOVD	RSP, R4
	SUB	R1, R4, R3
	MOVD	R3, RSP
	MOVD	R3, PLACE

	// From the last byte to the first: on Windows the stack must be touched page by page.
copy:
	LDP.W	-16(R2), (R5, R6)
	STP.W	(R5, R6), -16(R4)
	CMP	R3, R4
	BNE	copy
	MOVD	Call_Relocs(R9), R2
	MOVD	(Call_Relocs+8)(R9), R1
	CBZ	R1, registers
	MOVD	RSP, R3
	ADD	$Call_General, R9, R6

reloc:
	MOVW	Reloc_To(R2), R4
	ADD	R3, R4
	MOVW	Reloc_At(R2), R5
	TBNZ	$31, R5, general
	MOVD	R4, (R3)(R5)
	JMP	next

general:
	MVN	R5, R5
	MOVD	R4, (R6)(R5<<3)

next:
	ADD	$Reloc__size, R2
	SUB	$1, R1
	CBNZ	R1, reloc

registers:
	ZERO_LAST_ERROR
	LOAD_VECTORS(Call_Vector)
	LOAD_INTS(Call_General)
	MOVD	(Call_General+64)(R9), R8
	MOVD	Call_Fn(R9), R10
	BL	(R10)

	FMOVQ	F0, (RESULTS+16)(R19)
	FMOVQ	F1, (RESULTS+32)(R19)
	FMOVQ	F2, (RESULTS+48)(R19)
	FMOVQ	F3, (RESULTS+64)(R19)
	STP	(R0, R1), RESULTS(R19)
	SAVE_LAST_ERROR
	MOVD	ERRNO, R1
	CBZ	R1, store
	MOVW	(R1), R1
	MOVD	R1, ERRNO

store:
	BL	_cgo_topofstack(SB)
	MOVD	BLOCK, R9
	MOVD	TOP, R1
	SUB	R1, R0
	ADD	R0, R9
	LDP	RESULTS(R19), (R0, R1)
	STP	(R0, R1), Call_General(R9)
	FMOVQ	(RESULTS+16)(R19), F0
	FMOVQ	(RESULTS+32)(R19), F1
	FMOVQ	(RESULTS+48)(R19), F2
	FMOVQ	(RESULTS+64)(R19), F3
	FMOVQ	F0, (Call_Vector+0)(R9)
	FMOVQ	F1, (Call_Vector+16)(R9)
	FMOVQ	F2, (Call_Vector+32)(R9)
	FMOVQ	F3, (Call_Vector+48)(R9)
	MOVD	ERRNO, R1
	MOVW	R1, Call_Errno(R9)
	STORE_LAST_ERROR
	MOVWU	Call_ResultSize(R9), R1
	CBZ	R1, done
	MOVWU	Call_ResultOff(R9), R4
	MOVD	PLACE, R2
	ADD	R4, R2
	MOVD	Call_Image(R9), R3
	ADD	R4, R3
	ADD	R1, R2, R4

back:
	MOVD.P	8(R2), R5
	MOVD.P	R5, 8(R3)
	CMP	R2, R4
	BNE	back

done:
	MOVD	R19, RSP
	MOVD	16(RSP), R19
	MOVD	ZR, R0
	RET

// The trampolines of the small blocks. A leaf cannot move the stack, so that it needs not ask for the top.

#define ENTER \
	MOVD	R0, 16(RSP) \
	BL	_cgo_topofstack(SB) \
	MOVD	R0, 24(RSP) \
	MOVD	16(RSP), R9

#define ENTER_LEAF \
	MOVD	R0, 16(RSP) \
	MOVD	R0, R9

#define BLOCK_AGAIN \
	BL	_cgo_topofstack(SB) \
	LDP	16(RSP), (R9, R1) \
	SUB	R1, R0 \
	ADD	R0, R9

#define LEAVE \
	MOVD	ZR, R0 \
	RET

// small(*Small)
TEXT small<>(SB), NOSPLIT, $40
	ENTER
	LOAD_FLOATS(Small_Floats)
	LOAD_INTS(Small_Ints)
	MOVD	Small_Fn(R9), R10
	BL	(R10)
	MOVD	R0, 32(RSP)
	FMOVD	F0, 40(RSP)
	BLOCK_AGAIN
	LDP	32(RSP), (R1, R2)
	MOVD	R1, Small_Ints(R9)
	MOVD	R2, Small_Floats(R9)
	LEAVE

// smallErrno(*Small)
TEXT smallErrno<>(SB), NOSPLIT, $56
	ENTER
	MOVD	·errnoLocation(SB), R1
	BL	(R1)
	MOVW	ZR, (R0)
	MOVD	R0, 48(RSP)
	MOVD	16(RSP), R9
	LOAD_FLOATS(Small_Floats)
	LOAD_INTS(Small_Ints)
	MOVD	Small_Fn(R9), R10
	BL	(R10)
	MOVD	R0, 32(RSP)
	FMOVD	F0, 40(RSP)
	BLOCK_AGAIN
	MOVD	48(RSP), R1
	MOVW	(R1), R1
	MOVW	R1, Small_Errno(R9)
	LDP	32(RSP), (R1, R2)
	MOVD	R1, Small_Ints(R9)
	MOVD	R2, Small_Floats(R9)
	LEAVE

// smallLeaf(*Small)
TEXT smallLeaf<>(SB), NOSPLIT, $24
	ENTER_LEAF
	LOAD_FLOATS(Small_Floats)
	LOAD_INTS(Small_Ints)
	MOVD	Small_Fn(R9), R10
	BL	(R10)
	MOVD	16(RSP), R9
	MOVD	R0, Small_Ints(R9)
	FMOVD	F0, Small_Floats(R9)
	LEAVE

// ints(*Ints)
TEXT ints<>(SB), NOSPLIT, $40
	ENTER
	LOAD_INTS(Ints_Args)
	MOVD	Ints_Fn(R9), R10
	BL	(R10)
	MOVD	R0, 32(RSP)
	BLOCK_AGAIN
	MOVD	32(RSP), R1
	MOVD	R1, Ints_Args(R9)
	LEAVE

// intsLeaf(*Ints)
TEXT intsLeaf<>(SB), NOSPLIT, $24
	ENTER_LEAF
	LOAD_INTS(Ints_Args)
	MOVD	Ints_Fn(R9), R10
	BL	(R10)
	MOVD	16(RSP), R9
	MOVD	R0, Ints_Args(R9)
	LEAVE

// floats(*Floats)
TEXT floats<>(SB), NOSPLIT, $40
	ENTER
	LOAD_FLOATS(Floats_Args)
	MOVD	Floats_Fn(R9), R10
	BL	(R10)
	FMOVD	F0, 32(RSP)
	BLOCK_AGAIN
	MOVD	32(RSP), R1
	MOVD	R1, Floats_Args(R9)
	LEAVE

// floatsLeaf(*Floats)
TEXT floatsLeaf<>(SB), NOSPLIT, $24
	ENTER_LEAF
	LOAD_FLOATS(Floats_Args)
	MOVD	Floats_Fn(R9), R10
	BL	(R10)
	MOVD	16(RSP), R9
	FMOVD	F0, Floats_Args(R9)
	LEAVE
