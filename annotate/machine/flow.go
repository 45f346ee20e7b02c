package machine

import (
	"sort"
	"strconv"
	"strings"
)

// step is what an instruction does to the control flow.
type step struct {
	flow   flow
	target int    // of branch and jump: an offset
	call   call   // whether it calls
	sym    string // what it calls, or the jump table that it uses
}

type flow uint8

const (
	next   flow = iota // to the instruction behind it
	branch             // to target or to the instruction behind it
	jump               // to target
	table              // to any target of a jump table
	stop               // out of the function
)

type call uint8

const (
	noCall call = iota
	static
	dynamic
)

// steps reads the control flow of code.
func (a *arch) steps(code []Instr) []step {
	if a.wasm {
		return wasmSteps(code)
	}
	steps := make([]step, len(code))
	jumpTable := "" // the last one that was mentioned: its address is loaded right before the jump
	for i := range code {
		mnemonic, operands, _ := strings.Cut(code[i].Text, " ")
		if name := mentionedTable(operands); name != "" {
			jumpTable = name
		}
		s := a.step(mnemonic, operands, code[i].Offset)
		if s.flow == table {
			s.sym = jumpTable
			if jumpTable == "" {
				s.flow = stop
			}
		}
		steps[i] = s
	}
	return steps
}

// step reads one instruction. An indirect jump comes out as flow table, without a table.
func (a *arch) step(mnemonic, operands string, offset int) step {
	if a.relative {
		mnemonic, operands = riscvNames(mnemonic, operands, offset)
	}
	switch mnemonic {
	case "CALL", "BL":
		return callStep(operands)
	case "BCL": // ppc64: to CTR or LR
		return step{call: dynamic}
	case "RET", "UNDEF", "UD2":
		return step{flow: stop}
	case "JMP", "B", "BR":
		if t, ok := decimal(operands); ok {
			return step{flow: jump, target: t}
		}
		if strings.HasSuffix(operands, "(SB)") || operands == a.ret {
			return step{flow: stop}
		}
		return step{flow: table}
	}
	last := operands
	if i := strings.LastIndex(operands, ", "); i >= 0 {
		last = operands[i+2:]
	}
	if t, ok := decimal(last); ok {
		return step{flow: branch, target: t}
	}
	if last == "R15" && a.ret == "(R14)" { // arm: a load of the program counter
		return step{flow: stop}
	}
	return step{}
}

// callStep reads the operand of a call: "sym(SB)", or a register or memory. Calls that do not come back end the flow.
func callStep(operand string) step {
	sym, ok := strings.CutSuffix(operand, "(SB)")
	if !ok {
		return step{call: dynamic}
	}
	if neverReturns(sym) {
		return step{call: static, sym: sym, flow: stop}
	}
	return step{call: static, sym: sym}
}

// neverReturns reports whether sym ends the flow. The call of morestack is one: the jump behind it, back to the start of the function, is no loop.
func neverReturns(sym string) bool {
	name, ok := strings.CutPrefix(sym, "runtime.")
	if !ok {
		return false
	}
	for _, prefix := range []string{"panic", "goPanic", "gopanic", "throw", "fatal", "morestack", "sigpanic"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "block" || name == "Goexit"
}

// riscvNames translates jumps of riscv64 to the names and absolute offsets of the others: X0 is the link register of a jump that does not link,
// X1 holds a return address.
func riscvNames(mnemonic, operands string, offset int) (string, string) {
	link, target, _ := strings.Cut(operands, ", ")
	switch {
	case mnemonic == "JALR" && operands == "X0, X1":
		return "RET", ""
	case mnemonic == "JALR" || mnemonic == "JAL":
		if link == "X0" {
			return "JMP", absolute(target, offset)
		}
		return "CALL", target
	case strings.HasPrefix(mnemonic, "B"):
		return mnemonic, absolute(operands[strings.LastIndexByte(operands, ' ')+1:], offset)
	}
	return mnemonic, operands
}

// absolute turns the distance "$-28" into an offset.
func absolute(operand string, offset int) string {
	distance, ok := strings.CutPrefix(operand, "$")
	if !ok {
		return operand
	}
	d, err := strconv.Atoi(distance)
	if err != nil {
		return operand
	}
	return strconv.Itoa(offset + d)
}

// mentionedTable returns the jump table "p.f.jump7" whose address operands hold, as "p.f.jump7(SB), AX".
func mentionedTable(operands string) string {
	name, _, ok := strings.Cut(operands, "(SB)")
	if !ok || !strings.Contains(name, ".jump") || !isJumpTable([]byte(name)) {
		return ""
	}
	return strings.TrimPrefix(name, "$")
}

// decimal reads an offset: a number without sign, dollar or register.
func decimal(s string) (int, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// graph is the control flow of a function.
type graph struct {
	blocks []block
	of     []int // block of an instruction
}

// block is a run of instructions [start,end) that is entered at its start only.
type block struct {
	start, end   int
	succs, preds []int
}

// newGraph splits code into blocks and connects them. tables are the targets of jump tables. A table that is not in the listing is taken to lead to
// every block that nothing else leads to: these are the cases of the switch, and those of other switches without a table.
func newGraph(code []Instr, steps []step, tables map[string][]int) *graph {
	g := &graph{of: make([]int, len(code))}
	leader := leaders(code, steps, tables)
	for i := range code {
		if i == 0 || leader[i] {
			g.blocks = append(g.blocks, block{start: i})
		}
		g.of[i] = len(g.blocks) - 1
		g.blocks[len(g.blocks)-1].end = i + 1
	}
	var unknown []int // blocks that end in a jump through an unknown table
	for b := range g.blocks {
		end := g.blocks[b].end
		s := &steps[end-1]
		if s.flow == next || s.flow == branch {
			g.connect(b, end)
		}
		if s.flow == table && len(tables[s.sym]) == 0 {
			unknown = append(unknown, b)
		}
		for _, t := range s.targets(tables) {
			g.connect(b, indexOf(code, t))
		}
	}
	if len(unknown) > 0 {
		g.connectOrphans(unknown)
	}
	return g
}

// leaders returns which instructions start a block: those that are jumped to, and those behind a jump.
func leaders(code []Instr, steps []step, tables map[string][]int) []bool {
	leader := make([]bool, len(code)+1)
	for i := range steps {
		if steps[i].flow == next {
			continue
		}
		leader[i+1] = true
		for _, t := range steps[i].targets(tables) {
			leader[indexOf(code, t)] = true
		}
	}
	return leader
}

// targets returns the offsets that s can jump to.
func (s *step) targets(tables map[string][]int) []int {
	switch s.flow {
	case branch, jump:
		return []int{s.target}
	case table:
		return tables[s.sym]
	}
	return nil
}

// indexOf returns the index of the first instruction at offset or behind it. Pseudo-instructions, which are left out, have no size.
func indexOf(code []Instr, offset int) int {
	return sort.Search(len(code), func(i int) bool { return code[i].Offset >= offset })
}

// connect adds an edge from block b to the block that starts with instruction i. Behind the end of the code there is none.
func (g *graph) connect(b, i int) {
	if i < len(g.of) {
		g.link(b, g.of[i])
	}
}

// link adds an edge from block b to block c.
func (g *graph) link(b, c int) {
	g.blocks[b].succs = append(g.blocks[b].succs, c)
	g.blocks[c].preds = append(g.blocks[c].preds, b)
}

// connectOrphans adds edges from the blocks from to all blocks without any predecessor.
func (g *graph) connectOrphans(from []int) {
	var orphans []int
	for b := 1; b < len(g.blocks); b++ {
		if len(g.blocks[b].preds) == 0 {
			orphans = append(orphans, b)
		}
	}
	for _, b := range from {
		for _, c := range orphans {
			g.link(b, c)
		}
	}
}
