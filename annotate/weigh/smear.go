package weigh

import (
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// smear evens out the samples of each loop. The processor's timer hits the instruction after a slow one, and headers get the time of bodies. Half of what
// the lines of a loop have themselves stays; the other half is shared by all its lines in proportion to their instructions. Inner loops keep theirs, and
// the sum is the same afterwards.
func (w *weigher) smear() {
	for f, loads := range w.loads {
		for _, group := range w.loopLines(f) {
			smearLines(f, loads, group)
		}
	}
}

// loopLines groups the lines of a file by the innermost loop around them. Lines outside of loops are in no group.
func (w *weigher) loopLines(f *report.File) [][]int {
	if groups, ok := w.inner[f]; ok {
		return groups
	}
	loops := w.loops[f.Path]
	inner := make([]int, len(f.Lines)+1) // index in loops, from 1
	for i, l := range loops {
		for line := max(1, l.From); line <= min(l.To, len(f.Lines)); line++ {
			if f.Lines[line-1].State != report.NoData && f.Lines[line-1].Depth >= l.Depth {
				inner[line] = i + 1
			}
		}
	}
	groups := make([][]int, len(loops)+1)
	for line, i := range inner {
		if i > 0 {
			groups[i] = append(groups[i], line)
		}
	}
	groups = slices.DeleteFunc(groups, func(g []int) bool { return len(g) == 0 })
	w.inner[f] = groups
	return groups
}

func smearLines(f *report.File, loads map[int]*load, group []int) {
	pool := int64(0)
	weights := make([]float64, len(group))
	for i, line := range group {
		weights[i] = max(1, float64(instructions(&f.Lines[line-1], false)))
		if l := loads[line]; l != nil {
			pool += l.self / 2
			l.self -= l.self / 2
		}
	}
	if pool == 0 {
		return
	}
	for i, part := range divide(pool, weights) {
		l := loads[group[i]]
		if l == nil {
			l = &load{}
			loads[group[i]] = l
		}
		l.self += part
	}
}

// divide splits a total in proportion to weights, which are positive. The parts sum up to the total: the heaviest gets what rounding left.
func divide(total int64, weights []float64) []int64 {
	sum, heaviest := 0.0, 0
	for i, x := range weights {
		sum += x
		if x > weights[heaviest] {
			heaviest = i
		}
	}
	parts := make([]int64, len(weights))
	rest := total
	for i, x := range weights {
		parts[i] = int64(float64(total) * (x / sum))
		rest -= parts[i]
	}
	if len(parts) > 0 {
		parts[heaviest] += rest
	}
	return parts
}

// instructions is the length of a line's machine code by the Go compiler, or by a C compiler, in the function that has most of it.
func instructions(l *report.Line, c bool) int {
	n := 0
	for _, a := range l.Asm {
		if c == (strings.HasPrefix(a.Symbol, "gcc: ") || strings.HasPrefix(a.Symbol, "clang: ")) {
			n = max(n, len(a.Instrs))
		}
	}
	return n
}
