//go:build ((linux && !android) || (darwin && !ios)) && !noffi

#include "go_asm.h"
#include "textflag.h"

// The trampolines are C functions of one argument, a block, which asmcgocall runs on the system stack. They ask for the
// top of the goroutine's stack before and after the C function: a callback may have moved the stack meanwhile,
// and the block on it by the same distance.
//
// They use no register that C preserves but BP, which the assembler saves.

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
	MOVQ	(off+0)(R11), DI \
	MOVQ	(off+8)(R11), SI \
	MOVQ	(off+16)(R11), DX \
	MOVQ	(off+24)(R11), CX \
	MOVQ	(off+32)(R11), R8 \
	MOVQ	(off+40)(R11), R9

#define LOAD_FLOATS(off) \
	MOVSD	(off+0)(R11), X0 \
	MOVSD	(off+8)(R11), X1 \
	MOVSD	(off+16)(R11), X2 \
	MOVSD	(off+24)(R11), X3 \
	MOVSD	(off+32)(R11), X4 \
	MOVSD	(off+40)(R11), X5 \
	MOVSD	(off+48)(R11), X6 \
	MOVSD	(off+56)(R11), X7

// Locals of call, relative to BP, because the image moves SP.
#define BLOCK	-8(BP)
#define TOP	-16(BP)
#define ERRNO	-24(BP) // where it is, later its value
#define PLACE	-32(BP) // of the image
#define RESULT0	-40(BP)
#define RESULT1	-48(BP)
#define RESULT2	-56(BP)
#define RESULT3	-64(BP)
#define LOCALS	64

// call(*Call)
TEXT call<>(SB), NOSPLIT, $LOCALS
	MOVQ	DI, BLOCK
	MOVQ	$0, ERRNO
	CALL	_cgo_topofstack(SB)
	MOVQ	AX, TOP
	MOVQ	BLOCK, R11
	TESTL	$const_WantErrno, Call_Flags(R11)
	JZ	image
	MOVQ	·errnoLocation(SB), AX
	CALL	AX
	MOVL	$0, (AX)
	MOVQ	AX, ERRNO
	MOVQ	BLOCK, R11

image:
	MOVL	Call_ImageSize(R11), CX
	TESTL	CX, CX
	JZ	registers
	MOVQ	Call_Image(R11), SI
	SUBQ	CX, SP
	MOVQ	SP, PLACE

copy:
	MOVUPS	-16(SI)(CX*1), X0
	MOVUPS	X0, -16(SP)(CX*1)
	SUBQ	$16, CX
	JNZ	copy
	MOVQ	Call_Relocs(R11), SI
	MOVQ	(Call_Relocs+8)(R11), CX
	TESTQ	CX, CX
	JZ	registers

reloc:
	MOVLQSX	Reloc_To(SI), DX
	ADDQ	SP, DX
	MOVLQSX	Reloc_At(SI), AX
	TESTQ	AX, AX
	JLT	general
	MOVQ	DX, (SP)(AX*1)
	JMP	next

general:
	NOTQ	AX
	MOVQ	DX, Call_General(R11)(AX*8)

next:
	ADDQ	$Reloc__size, SI
	DECQ	CX
	JNZ	reloc

registers:
	LOAD_FLOATS(Call_Vector)
	LOAD_INTS(Call_General)
	MOVL	Call_Vectors(R11), AX
	MOVQ	Call_Fn(R11), R10
	CALL	R10

	MOVQ	AX, RESULT0
	MOVQ	DX, RESULT1
	MOVSD	X0, RESULT2
	MOVSD	X1, RESULT3
	MOVQ	ERRNO, CX
	TESTQ	CX, CX
	JZ	store
	MOVL	(CX), CX
	MOVQ	CX, ERRNO

store:
	CALL	_cgo_topofstack(SB)
	MOVQ	BLOCK, R11
	ADDQ	AX, R11
	SUBQ	TOP, R11
	MOVQ	RESULT0, AX
	MOVQ	AX, (Call_General+0)(R11)
	MOVQ	RESULT1, AX
	MOVQ	AX, (Call_General+8)(R11)
	MOVQ	RESULT2, AX
	MOVQ	AX, (Call_Vector+0)(R11)
	MOVQ	RESULT3, AX
	MOVQ	AX, (Call_Vector+8)(R11)
	MOVQ	ERRNO, AX
	MOVL	AX, Call_Errno(R11)
	MOVL	Call_Flags(R11), AX
	TESTL	$(const_WantX87|const_WantX87Pair), AX
	JZ	memory
	FMOVXP	F0, (Call_X87+0)(R11)
	TESTL	$const_WantX87Pair, AX
	JZ	memory
	FMOVXP	F0, (Call_X87+16)(R11)

memory:
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
	LEAQ	-LOCALS(BP), SP
	XORL	AX, AX
	RET

// The trampolines of the small blocks. A leaf cannot move the stack, so that it needs not ask for the top.

#define ENTER \
	MOVQ	DI, 0(SP) \
	CALL	_cgo_topofstack(SB) \
	MOVQ	AX, 8(SP) \
	MOVQ	0(SP), R11

#define ENTER_LEAF \
	MOVQ	DI, 0(SP) \
	MOVQ	DI, R11

#define BLOCK_AGAIN \
	CALL	_cgo_topofstack(SB) \
	MOVQ	0(SP), R11 \
	ADDQ	AX, R11 \
	SUBQ	8(SP), R11

#define LEAVE \
	XORL	AX, AX \
	RET

// small(*Small)
TEXT small<>(SB), NOSPLIT, $32
	ENTER
	LOAD_FLOATS(Small_Floats)
	LOAD_INTS(Small_Ints)
	MOVL	$8, AX
	CALL	Small_Fn(R11)
	MOVQ	AX, 16(SP)
	MOVSD	X0, 24(SP)
	BLOCK_AGAIN
	MOVQ	16(SP), AX
	MOVQ	AX, Small_Ints(R11)
	MOVQ	24(SP), AX
	MOVQ	AX, Small_Floats(R11)
	LEAVE

// smallErrno(*Small)
TEXT smallErrno<>(SB), NOSPLIT, $48
	ENTER
	MOVQ	·errnoLocation(SB), AX
	CALL	AX
	MOVL	$0, (AX)
	MOVQ	AX, 32(SP)
	MOVQ	0(SP), R11
	LOAD_FLOATS(Small_Floats)
	LOAD_INTS(Small_Ints)
	MOVL	$8, AX
	CALL	Small_Fn(R11)
	MOVQ	AX, 16(SP)
	MOVSD	X0, 24(SP)
	BLOCK_AGAIN
	MOVQ	32(SP), AX
	MOVL	(AX), AX
	MOVL	AX, Small_Errno(R11)
	MOVQ	16(SP), AX
	MOVQ	AX, Small_Ints(R11)
	MOVQ	24(SP), AX
	MOVQ	AX, Small_Floats(R11)
	LEAVE

// smallLeaf(*Small)
TEXT smallLeaf<>(SB), NOSPLIT, $16
	ENTER_LEAF
	LOAD_FLOATS(Small_Floats)
	LOAD_INTS(Small_Ints)
	MOVL	$8, AX
	CALL	Small_Fn(R11)
	MOVQ	0(SP), R11
	MOVQ	AX, Small_Ints(R11)
	MOVSD	X0, Small_Floats(R11)
	LEAVE

// ints(*Ints)
TEXT ints<>(SB), NOSPLIT, $32
	ENTER
	LOAD_INTS(Ints_Args)
	XORL	AX, AX
	CALL	Ints_Fn(R11)
	MOVQ	AX, 16(SP)
	BLOCK_AGAIN
	MOVQ	16(SP), AX
	MOVQ	AX, Ints_Args(R11)
	LEAVE

// intsLeaf(*Ints)
TEXT intsLeaf<>(SB), NOSPLIT, $16
	ENTER_LEAF
	LOAD_INTS(Ints_Args)
	XORL	AX, AX
	CALL	Ints_Fn(R11)
	MOVQ	0(SP), R11
	MOVQ	AX, Ints_Args(R11)
	LEAVE

// floats(*Floats)
TEXT floats<>(SB), NOSPLIT, $32
	ENTER
	LOAD_FLOATS(Floats_Args)
	MOVL	$8, AX
	CALL	Floats_Fn(R11)
	MOVSD	X0, 16(SP)
	BLOCK_AGAIN
	MOVQ	16(SP), AX
	MOVQ	AX, Floats_Args(R11)
	LEAVE

// floatsLeaf(*Floats)
TEXT floatsLeaf<>(SB), NOSPLIT, $16
	ENTER_LEAF
	LOAD_FLOATS(Floats_Args)
	MOVL	$8, AX
	CALL	Floats_Fn(R11)
	MOVQ	0(SP), R11
	MOVSD	X0, Floats_Args(R11)
	LEAVE
