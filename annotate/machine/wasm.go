package machine

import (
	"strconv"
	"strings"
)

// wasmSteps reads the control flow of WebAssembly. The compiler does not make loops of it: a function is one loop around a BrTable that
// dispatches on the number of a block, PC_B, and a jump to block 7 is
//
//	I32Const $7; Set PC_B; Br $29
//
// The offset of an instruction in the listing is that number. A jump or an exit inside an If is conditional.
func wasmSteps(code []Instr) []step {
	steps := make([]step, len(code))
	var open []bool // constructs that are open: whether they are If
	ifs := 0
	for i := range code {
		mnemonic, operands, _ := strings.Cut(code[i].Text, " ")
		switch mnemonic {
		case "Block", "Loop", "If":
			open = append(open, mnemonic == "If")
			if mnemonic == "If" {
				ifs++
			}
			continue
		case "End":
			if n := len(open); n > 0 {
				if open[n-1] {
					ifs--
				}
				open = open[:n-1]
			}
			continue
		}
		steps[i] = wasmStep(code[:i], mnemonic, operands, ifs > 0)
	}
	return steps
}

// wasmStep reads the instruction behind before; conditional tells whether it is in an If.
func wasmStep(before []Instr, mnemonic, operands string, conditional bool) step {
	exit := stop
	if conditional {
		exit = next
	}
	switch mnemonic {
	case "Br":
		target, ok := wasmTarget(before)
		if !ok {
			return step{}
		}
		if conditional {
			return step{flow: branch, target: target}
		}
		return step{flow: jump, target: target}
	case "Return", "UNDEF":
		return step{flow: exit}
	case "CallIndirect":
		return step{call: dynamic}
	case "Call":
		s := callStep(operands)
		if s.flow == stop {
			s.flow = exit
		}
		return s
	}
	return step{}
}

// wasmTarget returns the block that the two instructions before a Br select.
func wasmTarget(before []Instr) (int, bool) {
	n := len(before)
	if n < 2 || before[n-1].Text != "Set PC_B" {
		return 0, false
	}
	number, ok := strings.CutPrefix(before[n-2].Text, "I32Const $")
	if !ok {
		return 0, false
	}
	target, err := strconv.Atoi(number)
	return target, err == nil
}
