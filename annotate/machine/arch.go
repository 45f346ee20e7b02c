package machine

import "strings"

// arch is what differs between architectures. What is not said here is the same for all: a jump's last operand is the decimal offset of its
// target, JMP is the unconditional jump, CALL the call.
type arch struct {
	ret      string   // operand of an indirect JMP that returns, where there is no RET
	divide   []string // integer divisions
	moves    []string // loads, stores and string moves that a copy loop of the compiler is made of
	counts   []string // what else is in such a loop: pointer and counter steps, the jump back
	retry    []string // stores that may fail, after which an atomic operation is tried again
	relative bool     // riscv64: JAL and JALR, jump distances "$-28"
	wasm     bool     // blocks and loops; see wasm.go
}

var (
	divX86    = words("DIVB DIVW DIVL DIVQ IDIVB IDIVW IDIVL IDIVQ")
	divMIPS   = words("DIV DIVU DIVV DIVVU REM REMU REMV REMVU")
	moveMIPS  = words("MOVB MOVH MOVW MOVV")
	stepMIPS  = words("ADD ADDU ADDV ADDVU SUBU SUBVU BNE NOOP")
	retryMIPS = words("SC SCV")
	divPPC    = words("DIVD DIVDU DIVW DIVWU MODSD MODUD MODSW MODUW")
	movePPC   = words("LXVD2X STXVD2X LXV STXV LXVX STXVX")
	stepPPC   = words("ADD BC MOVD MOVW MOVH MOVB")
	retryPPC  = words("STBCCC STHCCC STWCCC STDCCC")
)

// arches are the architectures by GOARCH. The copy loops are those that the compiler's back ends (cmd/compile/internal/*/ssa.go, LoweredMove and
// LoweredZero) write, which users' loops do not look like: these compare, or index.
var arches = map[string]*arch{
	"386":   {divide: divX86},
	"amd64": {divide: divX86, moves: words("MOVUPS"), counts: words("ADDQ DECL JNE")},
	"arm": {
		ret: "(R14)", divide: words("DIV DIVU DIVHW DIVUHW MOD MODU"),
		moves: words("MOVW.P MOVH.P MOVB.P MOVHU.P MOVBU.P"), counts: words("CMP BLE"),
		retry: words("STREX STREXD STREXB"),
	},
	"arm64": {
		divide: words("SDIV SDIVW UDIV UDIVW REM REMW UREM UREMW"),
		moves:  words("STP.P LDP.P FLDPQ.P FSTPQ.P"), counts: words("SUB CBNZ"),
		retry: words("STLXR STLXRW STLXRB STXR STXRW STXRB"),
	},
	"loong64": {
		ret: "(R1)", divide: words("DIV DIVU DIVV DIVVU DIVW DIVWU REM REMU REMV REMVU REMW REMWU"),
		moves: words("MOVV VMOVQ XVMOVQ"), counts: words("ADDV SUBV BNE"),
		retry: words("SC SCV"),
	},
	"mips":     {ret: "(R31)", divide: divMIPS, moves: moveMIPS, counts: stepMIPS, retry: retryMIPS},
	"mipsle":   {ret: "(R31)", divide: divMIPS, moves: moveMIPS, counts: stepMIPS, retry: retryMIPS},
	"mips64":   {ret: "(R31)", divide: divMIPS, moves: moveMIPS, counts: stepMIPS, retry: retryMIPS},
	"mips64le": {ret: "(R31)", divide: divMIPS, moves: moveMIPS, counts: stepMIPS, retry: retryMIPS},
	"ppc64":    {ret: "LR", divide: divPPC, moves: movePPC, counts: stepPPC, retry: retryPPC},
	"ppc64le":  {ret: "LR", divide: divPPC, moves: movePPC, counts: stepPPC, retry: retryPPC},
	"riscv64": {
		divide: words("DIV DIVU DIVW DIVUW REM REMU REMW REMUW"),
		moves:  words("MOV MOVW MOVH MOVB"), counts: words("ADD ADDI BNE"),
		retry: words("SCW SCD"), relative: true,
	},
	"s390x": {
		ret: "R14", divide: words("DIVD DIVDU DIVW DIVWU MODD MODDU MODW MODWU"),
		moves: words("MVC CLEAR XC"), counts: words("MOVD ADD CMP CMPU BNE CGRJ CLGRJ"),
	},
	"wasm": {divide: words("I64DivS I64DivU I64RemS I64RemU I32DivS I32DivU I32RemS I32RemU"), wasm: true},
}

// archOf returns the architecture, for an unknown GOARCH one about which only the common rules are known.
func archOf(goarch string) *arch {
	if a := arches[goarch]; a != nil {
		return a
	}
	return &arch{}
}

func words(s string) []string { return strings.Fields(s) }
