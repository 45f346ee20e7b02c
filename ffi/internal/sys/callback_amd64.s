//go:build ((linux && !android) || (darwin && !ios)) && !noffi

#include "go_asm.h"
#include "textflag.h"
#include "slots_amd64.h"

// Above SIZE bytes of locals are the saved BP, the slot's return address, C's return address and the stack arguments.
#define SIZE	const_entryLocals

// entry saves the argument registers in a Frame and calls enter. crosscall2 preserves the registers that C wants preserved.
TEXT entry<>(SB), NOSPLIT, $const_entryLocals
	MOVQ	DI, (Frame_General+0)(SP)
	MOVQ	SI, (Frame_General+8)(SP)
	MOVQ	DX, (Frame_General+16)(SP)
	MOVQ	CX, (Frame_General+24)(SP)
	MOVQ	R8, (Frame_General+32)(SP)
	MOVQ	R9, (Frame_General+40)(SP)
	MOVSD	X0, (Frame_Vector+0)(SP)
	MOVSD	X1, (Frame_Vector+8)(SP)
	MOVSD	X2, (Frame_Vector+16)(SP)
	MOVSD	X3, (Frame_Vector+24)(SP)
	MOVSD	X4, (Frame_Vector+32)(SP)
	MOVSD	X5, (Frame_Vector+40)(SP)
	MOVSD	X6, (Frame_Vector+48)(SP)
	MOVSD	X7, (Frame_Vector+56)(SP)
	LEAQ	(SIZE+24)(SP), AX
	MOVQ	AX, Frame_Stack(SP)
	MOVQ	(SIZE+8)(SP), AX
	LEAQ	slots<>+5(SB), CX
	SUBQ	CX, AX
	SHRQ	$3, AX
	MOVL	AX, Frame_Slot(SP)
	MOVL	$0, Frame_NX87(SP)

	MOVQ	·enterFunc(SB), DI
	MOVQ	(DI), DI
	MOVQ	SP, SI
	XORL	DX, DX
	XORL	CX, CX
	CALL	crosscall2(SB)

	MOVL	Frame_NX87(SP), CX
	CMPL	CX, $0
	JEQ	registers
	CMPL	CX, $1
	JEQ	one
	FMOVX	(Frame_X87+16)(SP), F0

one:
	FMOVX	(Frame_X87+0)(SP), F0

registers:
	MOVQ	(Frame_General+0)(SP), AX
	MOVQ	(Frame_General+8)(SP), DX
	MOVSD	(Frame_Vector+0)(SP), X0
	MOVSD	(Frame_Vector+8)(SP), X1
	RET

// func Goroutine() uintptr
TEXT ·Goroutine(SB), NOSPLIT, $0-8
	MOVQ	(TLS), AX
	MOVQ	AX, ret+0(FP)
	RET
