package machine

import (
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// cost says what a call of the run time is.
type cost struct {
	prefix string // of the name in package runtime
	kind   report.Kind
	inLoop bool // counts only in a loop
}

// costs are the calls of package runtime that the compiler inserts and that are events; the first prefix that fits decides. Not here on purpose:
// write barriers, morestack, instrumentation, comparisons and hashes, which the source asks for and nothing avoids, and memmove and memclr, which
// are what copy, append and clear are there for.
var costs = []cost{
	{"newobject", report.Alloc, false},
	{"mallocgc", report.Alloc, false}, // also mallocgcSmallScanNoHeaderSC2, mallocgcTinySize8 and so on: one for each size class
	{"makeslice", report.Alloc, false},
	{"growslice", report.Alloc, false},
	{"moveSlice", report.Alloc, false}, // from a stack buffer to the heap
	{"makemap", report.Alloc, false},
	{"makechan", report.Alloc, false},
	{"convT", report.Alloc, false}, // into an interface
	{"concatstring", report.String, false},
	{"concatbyte", report.String, false},
	{"slicebytetostring", report.String, false},
	{"slicerunetostring", report.String, false},
	{"stringtoslice", report.String, false},
	{"intstring", report.String, false},
	{"decoderune", report.String, false},
	{"countrunes", report.String, false},
	{"mapaccess", report.Map, false},
	{"mapassign", report.Map, false},
	{"mapdelete", report.Map, false},
	{"mapclear", report.Map, false},
	{"mapclone", report.Map, false},
	{"mapiter", report.Map, false},
	{"mapIter", report.Map, false},
	{"chansend", report.Chan, false},
	{"chanrecv", report.Chan, false},
	{"closechan", report.Chan, false},
	{"selectgo", report.Chan, false},
	{"selectnb", report.Chan, false},
	{"typeAssert", report.TypeTest, false},
	{"interfaceSwitch", report.TypeTest, false},
	{"assertE2I", report.TypeTest, false},
	{"typedmemmove", report.Copy, true},
	{"typedmemclr", report.Copy, true},
	{"duffcopy", report.Copy, false},
	{"duffzero", report.Copy, false},
	{"deferprocStack", report.Defer, true}, // cheap, but not in a loop
	{"deferproc", report.Defer, false},
	{"deferrangefunc", report.Defer, false},
	{"newproc", report.Go, false},
	{"int64div", report.Divide, true}, // 64-bit division on 32-bit machines
	{"int64mod", report.Divide, true},
	{"uint64div", report.Divide, true},
	{"uint64mod", report.Divide, true},
	{"udiv", report.Divide, true}, // arm without a divider
	{"wasmDiv", report.Divide, true},
}

// analyse finds the loops and the events of fn.
func analyse(fn *Func, a *arch, tables map[string][]int) {
	if len(fn.Instrs) == 0 {
		return
	}
	w := &walk{fn: fn, arch: a, steps: a.steps(fn.Instrs), copies: map[int]bool{}}
	w.graph = newGraph(fn.Instrs, w.steps, tables)
	findLoops(w.graph, w.loop)
	for i := range fn.Instrs {
		w.event(i)
	}
}

// walk is the analysis of one function.
type walk struct {
	fn     *Func
	arch   *arch
	steps  []step
	graph  *graph
	copies map[int]bool // first instructions of copy loops
}

// loop takes a loop from findLoops.
func (w *walk) loop(blocks []int, parent, depth int) int {
	if made, copies := w.isMade(blocks); made {
		if copies {
			w.copies[w.graph.blocks[blocks[0]].start] = true
		}
		return -1
	}
	size := 0
	for _, b := range blocks {
		size += w.graph.blocks[b].end - w.graph.blocks[b].start
	}
	instrs := make([]int, 0, size)
	for _, b := range blocks {
		for i := w.graph.blocks[b].start; i < w.graph.blocks[b].end; i++ {
			instrs = append(instrs, i)
			w.fn.Instrs[i].Depth = depth
		}
	}
	w.fn.Loops = append(w.fn.Loops, Loop{Parent: parent, Depth: depth, Instrs: instrs})
	return len(w.fn.Loops) - 1
}

// event adds the event that instruction i is, if it is one.
func (w *walk) event(i int) {
	s := &w.steps[i]
	inLoop := w.fn.Instrs[i].Depth > 0
	switch {
	case w.copies[i]:
		w.add(report.Copy, i, "")
	case s.flow == branch:
		if panics, pos := w.failure(i); panics != "" {
			w.add(report.Bounds, i, panics)
			w.fn.Events[len(w.fn.Events)-1].Pos = pos
		}
	case s.call == dynamic:
		w.add(report.DynCall, i, "")
	case s.call == static:
		if c, ok := costOf(s.sym); ok && (inLoop || !c.inLoop) {
			w.add(c.kind, i, s.sym)
		}
	case s.flow == next:
		if inLoop && slices.Contains(w.arch.divide, mnemonic(&w.fn.Instrs[i])) {
			w.add(report.Divide, i, "")
		} else if w.copiesMuch(i) && !w.copiedBefore(i) {
			w.add(report.Copy, i, "")
		}
	}
}

func (w *walk) add(kind report.Kind, i int, sym string) {
	in := &w.fn.Instrs[i]
	w.fn.Events = append(w.fn.Events, Event{Kind: kind, Pos: in.Pos, Depth: in.Depth, Symbol: sym, Instr: i})
}

// costOf says what a call of sym is. A function that the compiler does not insert is a plain call.
func costOf(sym string) (cost, bool) {
	plain := cost{kind: report.Call, inLoop: true}
	if strings.HasPrefix(sym, "internal/runtime/maps.") {
		return cost{kind: report.Map}, true
	}
	name, ok := strings.CutPrefix(sym, "runtime.")
	if !ok {
		return plain, true
	}
	for _, c := range costs {
		if strings.HasPrefix(name, c.prefix) {
			return c, true
		}
	}
	exported := name != "" && (name[0] == '(' || 'A' <= name[0] && name[0] <= 'Z')
	return plain, exported
}

// failure returns the function that one of the ways of branch i calls because an index is out of bounds, and the position of the check. That is
// the position of the call; the branch can have one of the code around it. Of a call that several checks share it is the branch's.
func (w *walk) failure(i int) (sym string, pos Pos) {
	for _, b := range w.graph.blocks[w.graph.of[i]].succs {
		call := w.boundsPanic(b)
		if call < 0 {
			continue
		}
		pos = w.fn.Instrs[i].Pos
		if shared := len(w.graph.blocks[w.graph.of[call]].preds) > 1; !shared || pos == (Pos{}) {
			pos = w.fn.Instrs[call].Pos
		}
		return w.steps[call].sym, pos
	}
	return "", Pos{}
}

// boundsPanic returns the call of a bounds panic if block b leads to nothing else, or -1. Blocks that only jump are followed, a few of them.
func (w *walk) boundsPanic(b int) int {
	for range 4 {
		if call := w.firstCall(b); call >= 0 {
			if isBoundsPanic(w.steps[call].sym) {
				return call
			}
			return -1
		}
		blk := w.graph.blocks[b]
		if len(blk.succs) != 1 || slices.ContainsFunc(w.fn.Instrs[blk.start:blk.end-1], func(in Instr) bool { return !isIdle(&in) }) {
			return -1
		}
		b = blk.succs[0]
	}
	return -1
}

// isIdle reports whether in does nothing, or, on wasm, nothing but select the block to jump to.
func isIdle(in *Instr) bool {
	switch mnemonic(in) {
	case "NOOP", "NOPH", "HINT", "End", "I32Const":
		return true
	}
	return in.Text == "Set PC_B"
}

// firstCall returns the first call in block b, or -1.
func (w *walk) firstCall(b int) int {
	for i := w.graph.blocks[b].start; i < w.graph.blocks[b].end; i++ {
		if w.steps[i].call != noCall {
			return i
		}
	}
	return -1
}

// boundsPanics are the prefixes of the functions of package runtime that are called when a bounds check fails. Since Go 1.26 there is only the first
// for most; before, each form of index and slice had its own.
var boundsPanics = []string{"panicBounds", "panicIndex", "panicSlice", "panicExtend", "goPanicIndex", "goPanicSlice", "goPanicExtend"}

func isBoundsPanic(sym string) bool {
	name, ok := strings.CutPrefix(sym, "runtime.")
	return ok && slices.ContainsFunc(boundsPanics, func(p string) bool { return strings.HasPrefix(name, p) })
}
