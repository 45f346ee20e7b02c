//go:build !noffi

#include "go_asm.h"
#include "textflag.h"

// The trampolines for Windows x64; call_amd64.s says how they work. What differs: the first four arguments travel in the
// registers of their positions, the caller leaves 32 bytes for the callee under the stack arguments, and the
// last error is a field of the thread's block that GS leads to.

#define ADDRESS(name, code) \
	DATA	name(SB)/8, $code(SB) \
	GLOBL	name(SB), NOPTR|RODATA, $8

ADDRESS(·callCode, call<>)
ADDRESS(·smallCode, small<>)
ADDRESS(·intsCode, ints<>)
ADDRESS(·floatsCode, floats<>)
ADDRESS(·smallLeafCode, smallLeaf<>)
ADDRESS(·intsLeafCode, intsLeaf<>)
ADDRESS(·floatsLeafCode, floatsLeaf<>)

#define LOAD_INTS(off) \
	MOVQ	(off+0)(R11), CX \
	MOVQ	(off+8)(R11), DX \
	MOVQ	(off+16)(R11), R8 \
	MOVQ	(off+24)(R11), R9

#define LOAD_FLOATS(off) \
	MOVSD	(off+0)(R11), X0 \
	MOVSD	(off+8)(R11), X1 \
	MOVSD	(off+16)(R11), X2 \
	MOVSD	(off+24)(R11), X3

#define LOAD_VECTORS(off) \
	MOVSD	(off+0)(R11), X0 \
	MOVSD	(off+16)(R11), X1 \
	MOVSD	(off+32)(R11), X2 \
	MOVSD	(off+48)(R11), X3

// SHADOW is the room that every callee may use, at the bottom of the caller's frame.
#define SHADOW	32

// LAST_ERROR is the thread's last error, once AX holds the address of the thread's block.
#define THREAD_BLOCK(r)	MOVQ 0x30(GS), r
#define LAST_ERROR	0x68(AX)

// Locals of call, relative to BP, because the image moves SP.
#define BLOCK	-8(BP)
#define TOP	-16(BP)
#define UCRT	-24(BP) // where this run time's errno is, or 0
#define MSVCRT	-32(BP)
#define PLACE	-40(BP) // of the image
#define ERROR	-48(BP)
#define RESULT	-56(BP)
#define VECTOR	-80(BP)
#define FRAME	112 // with the shadow space

// ZERO_ERRNO zeroes the errno of the run time whose location function is a variable, and keeps the place.
#define ZERO_ERRNO(function, place, next) \
	MOVQ	function(SB), AX \
	TESTQ	AX, AX \
	JZ	next \
	CALL	AX \
	MOVL	$0, (AX) \
	MOVQ	AX, place

// call(*Call)
//
// A vector register has 8 bytes of an argument, but __int128 comes back in one.
TEXT call<>(SB), NOSPLIT, $FRAME
	MOVQ	CX, BLOCK
	MOVQ	$0, UCRT
	MOVQ	$0, MSVCRT
	CALL	_cgo_topofstack(SB)
	MOVQ	AX, TOP
	MOVQ	BLOCK, R11
	TESTL	$const_WantErrno, Call_Flags(R11)
	JZ	image
	ZERO_ERRNO(·errnoUCRT, UCRT, old)

old:
	ZERO_ERRNO(·errnoMSVCRT, MSVCRT, image)

image:
	MOVQ	BLOCK, R11
	MOVL	Call_ImageSize(R11), CX
	TESTL	CX, CX
	JZ	registers
	MOVQ	Call_Image(R11), SI
	SUBQ	CX, SP
	LEAQ	SHADOW(SP), R10
	MOVQ	R10, PLACE

	// From the last byte to the first: the stack must be touched page by page, for only the next page of it is there.
copy:
	MOVUPS	-16(SI)(CX*1), X0
	MOVUPS	X0, -16(R10)(CX*1)
	SUBQ	$16, CX
	JNZ	copy
	MOVQ	Call_Relocs(R11), SI
	MOVQ	(Call_Relocs+8)(R11), CX
	TESTQ	CX, CX
	JZ	registers

reloc:
	MOVLQSX	Reloc_To(SI), DX
	ADDQ	R10, DX
	MOVLQSX	Reloc_At(SI), AX
	TESTQ	AX, AX
	JLT	general
	MOVQ	DX, (R10)(AX*1)
	JMP	next

general:
	NOTQ	AX
	MOVQ	DX, Call_General(R11)(AX*8)

next:
	ADDQ	$Reloc__size, SI
	DECQ	CX
	JNZ	reloc

registers:
	TESTL	$const_WantLastError, Call_Flags(R11)
	JZ	load
	THREAD_BLOCK(AX)
	MOVL	$0, LAST_ERROR

load:
	LOAD_VECTORS(Call_Vector)
	LOAD_INTS(Call_General)
	CALL	Call_Fn(R11)

	MOVQ	AX, RESULT
	MOVUPS	X0, VECTOR
	THREAD_BLOCK(AX)
	MOVL	LAST_ERROR, AX
	MOVL	AX, ERROR
	CALL	_cgo_topofstack(SB)
	MOVQ	BLOCK, R11
	ADDQ	AX, R11
	SUBQ	TOP, R11
	MOVQ	RESULT, AX
	MOVQ	AX, Call_General(R11)
	MOVUPS	VECTOR, X0
	MOVUPS	X0, Call_Vector(R11)
	MOVL	ERROR, AX
	MOVL	AX, Call_LastError(R11)

	// errno is that of the run time that set one.
	XORL	AX, AX
	MOVQ	UCRT, CX
	TESTQ	CX, CX
	JZ	second
	MOVL	(CX), AX
	TESTL	AX, AX
	JNZ	errno

second:
	MOVQ	MSVCRT, CX
	TESTQ	CX, CX
	JZ	errno
	MOVL	(CX), AX

errno:
	MOVL	AX, Call_Errno(R11)
	MOVL	Call_ResultSize(R11), CX
	TESTL	CX, CX
	JZ	done
	MOVL	Call_ResultOff(R11), AX
	MOVQ	PLACE, SI
	ADDQ	AX, SI
	MOVQ	Call_Image(R11), DI
	ADDQ	AX, DI

back:
	MOVQ	-8(SI)(CX*1), AX
	MOVQ	AX, -8(DI)(CX*1)
	SUBQ	$8, CX
	JNZ	back

done:
	LEAQ	-FRAME(BP), SP
	XORL	AX, AX
	RET

// The trampolines of the small blocks. Their locals lie above the shadow space.

#define ENTER \
	MOVQ	CX, (SHADOW+0)(SP) \
	CALL	_cgo_topofstack(SB) \
	MOVQ	AX, (SHADOW+8)(SP) \
	MOVQ	(SHADOW+0)(SP), R11

#define ENTER_LEAF \
	MOVQ	CX, (SHADOW+0)(SP) \
	MOVQ	CX, R11

#define BLOCK_AGAIN \
	CALL	_cgo_topofstack(SB) \
	MOVQ	(SHADOW+0)(SP), R11 \
	ADDQ	AX, R11 \
	SUBQ	(SHADOW+8)(SP), R11

#define LEAVE \
	XORL	AX, AX \
	RET

// small(*Small)
TEXT small<>(SB), NOSPLIT, $64
	ENTER
	LOAD_FLOATS(Small_Floats)
	LOAD_INTS(Small_Ints)
	CALL	Small_Fn(R11)
	MOVQ	AX, (SHADOW+16)(SP)
	MOVSD	X0, (SHADOW+24)(SP)
	BLOCK_AGAIN
	MOVQ	(SHADOW+16)(SP), AX
	MOVQ	AX, Small_Ints(R11)
	MOVQ	(SHADOW+24)(SP), AX
	MOVQ	AX, Small_Floats(R11)
	LEAVE

// smallLeaf(*Small)
TEXT smallLeaf<>(SB), NOSPLIT, $48
	ENTER_LEAF
	LOAD_FLOATS(Small_Floats)
	LOAD_INTS(Small_Ints)
	CALL	Small_Fn(R11)
	MOVQ	(SHADOW+0)(SP), R11
	MOVQ	AX, Small_Ints(R11)
	MOVSD	X0, Small_Floats(R11)
	LEAVE

// ints(*Ints)
TEXT ints<>(SB), NOSPLIT, $64
	ENTER
	LOAD_INTS(Ints_Args)
	CALL	Ints_Fn(R11)
	MOVQ	AX, (SHADOW+16)(SP)
	BLOCK_AGAIN
	MOVQ	(SHADOW+16)(SP), AX
	MOVQ	AX, Ints_Args(R11)
	LEAVE

// intsLeaf(*Ints)
TEXT intsLeaf<>(SB), NOSPLIT, $48
	ENTER_LEAF
	LOAD_INTS(Ints_Args)
	CALL	Ints_Fn(R11)
	MOVQ	(SHADOW+0)(SP), R11
	MOVQ	AX, Ints_Args(R11)
	LEAVE

// floats(*Floats)
TEXT floats<>(SB), NOSPLIT, $64
	ENTER
	LOAD_FLOATS(Floats_Args)
	CALL	Floats_Fn(R11)
	MOVSD	X0, (SHADOW+16)(SP)
	BLOCK_AGAIN
	MOVQ	(SHADOW+16)(SP), AX
	MOVQ	AX, Floats_Args(R11)
	LEAVE

// floatsLeaf(*Floats)
TEXT floatsLeaf<>(SB), NOSPLIT, $48
	ENTER_LEAF
	LOAD_FLOATS(Floats_Args)
	CALL	Floats_Fn(R11)
	MOVQ	(SHADOW+0)(SP), R11
	MOVSD	X0, Floats_Args(R11)
	LEAVE
