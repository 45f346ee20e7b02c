package machine

import (
	"slices"
	"strings"
)

// The compiler makes loops that no source has. They are no loops to a reader and would give everything in them a depth, so they are left out.
// There are three: the copy or zeroing of a big value, an atomic operation that is tried again when another
// processor was faster, and the search of the cache of a type assertion or type switch.

// onOneLine reports whether all instructions of blocks have one position.
func (w *walk) onOneLine(blocks []int) bool {
	pos := w.fn.Instrs[w.graph.blocks[blocks[0]].start].Pos
	return !w.any(blocks, func(in *Instr) bool { return in.Pos != pos })
}

// isMade reports whether the loop of blocks is one of them, and whether it copies or clears.
func (w *walk) isMade(blocks []int) (made, copies bool) {
	if w.onOneLine(blocks) {
		if len(blocks) == 1 && w.isCopy(w.graph.blocks[blocks[0]]) {
			return true, true
		}
		if w.isRetry(blocks) {
			return true, false
		}
	}
	return w.isProbe(blocks), false
}

// isCopy reports whether block b, which jumps to itself, copies or clears: it has nothing but moves and the steps of their pointers and counter.
func (w *walk) isCopy(b block) bool {
	moved := false
	for i := b.start; i < b.end; i++ {
		m := mnemonic(&w.fn.Instrs[i])
		switch {
		case slices.Contains(w.arch.moves, m):
			moved = true
		case !slices.Contains(w.arch.counts, m):
			return false
		}
	}
	return moved
}

// isRetry reports whether the loop of blocks tries an atomic operation until it succeeds.
func (w *walk) isRetry(blocks []int) bool {
	return w.any(blocks, func(in *Instr) bool { return slices.Contains(w.arch.retry, mnemonic(in)) })
}

// isProbe reports whether the loop of blocks searches the cache of a type assertion or type switch: it has no call, all its jumps have one position,
// and there one of its exits calls the run time, which fills the cache. Other instructions may have another position: reloads of registers do.
func (w *walk) isProbe(blocks []int) bool {
	fill := -1
	for _, b := range blocks {
		if w.firstCall(b) >= 0 {
			return false
		}
		for _, s := range w.graph.blocks[b].succs {
			if call := w.firstCall(s); call >= 0 && fillsCache(w.steps[call].sym) {
				fill = call
			}
		}
	}
	if fill < 0 {
		return false
	}
	return !slices.ContainsFunc(blocks, func(b int) bool {
		last := w.graph.blocks[b].end - 1
		return w.steps[last].flow != next && w.fn.Instrs[last].Pos != w.fn.Instrs[fill].Pos
	})
}

func fillsCache(sym string) bool {
	return sym == "runtime.typeAssert" || sym == "runtime.interfaceSwitch"
}

// any reports whether an instruction of blocks is as is says.
func (w *walk) any(blocks []int, is func(*Instr) bool) bool {
	for _, b := range blocks {
		for i := w.graph.blocks[b].start; i < w.graph.blocks[b].end; i++ {
			if is(&w.fn.Instrs[i]) {
				return true
			}
		}
	}
	return false
}

// bigValue is the size in bytes from which one instruction that copies or clears is an event. The loops start at sizes like this.
const bigValue = 128

// copiesMuch reports whether instruction i copies or clears a big value by itself.
func (w *walk) copiesMuch(i int) bool {
	size := ""
	switch m, operands, _ := strings.Cut(w.fn.Instrs[i].Text, " "); m {
	case "DUFFCOPY", "DUFFZERO", "MOVSQ", "MOVSL", "STOSQ", "STOSL":
		return true
	case "MVC", "XC", "CLEAR": // s390x
		size, _, _ = strings.Cut(operands, ",")
	case "MemoryCopy", "MemoryFill": // wasm
		if i > 0 {
			size = strings.TrimPrefix(w.fn.Instrs[i-1].Text, "I32Const ")
		}
	}
	n, ok := decimal(strings.TrimPrefix(size, "$"))
	return ok && n >= bigValue
}

// copiedBefore reports whether the instruction before i is an event of the same copy: several are needed for one value.
func (w *walk) copiedBefore(i int) bool {
	return i > 0 && w.fn.Instrs[i-1].Pos == w.fn.Instrs[i].Pos && mnemonic(&w.fn.Instrs[i-1]) == mnemonic(&w.fn.Instrs[i]) && w.copiesMuch(i-1)
}

// mnemonic returns the first word of an instruction.
func mnemonic(in *Instr) string {
	m, _, _ := strings.Cut(in.Text, " ")
	return m
}
