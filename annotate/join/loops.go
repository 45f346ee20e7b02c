package join

import (
	"strings"

	"github.com/kgen-go/kgen/annotate/machine"
	"github.com/kgen-go/kgen/annotate/report"
)

// loopKey is what makes loops of several instances and copies one. It has the depth of the deepest: a loop in a function that is inlined into a
// loop is one within another there.
type loopKey struct {
	file     *file
	from, to int
}

// loops adds the function's loops by the source lines that they cover.
func (w *walker) loops() {
	if w.test && !w.file.Test {
		return
	}
	keys := make([]loopKey, len(w.f.Loops))
	for i := range w.f.Loops {
		l := &w.f.Loops[i]
		body, ok := w.body(i)
		if !ok {
			continue
		}
		key, ok := w.cover(l, body)
		if !ok {
			continue
		}
		if n := w.narrow(l, body, key); l.Parent < 0 || n != keys[l.Parent] {
			key = n
		}
		keys[i] = key
		w.unit.run.addLoop(key, body, l.Depth+w.extra, w.unit.path)
	}
}

// body finds the function whose source has the loop: that of the jumps that are in no inner loop. Where bodies of callees were inlined into
// a loop, their jumps are among them; any jump of the function itself tells that the loop is its own. Machines without such jumps have all
// instructions speak for it.
func (w *walker) body(index int) (spot, bool) {
	inner := w.nested(index)
	var jumps, all []int
	for _, i := range w.f.Loops[index].Instrs {
		if w.spots[i].inner.file == nil || inner[i] {
			continue
		}
		all = append(all, i)
		if isJump(w.f.Instrs[i].Text) {
			jumps = append(jumps, i)
		}
	}
	if len(jumps) == 0 {
		jumps = all
	}
	if len(jumps) == 0 {
		return spot{}, false
	}
	for _, i := range jumps {
		if w.spots[i].own {
			return w.spots[i], true
		}
	}
	return w.spots[jumps[0]], true
}

// nested marks the instructions of the loops within a loop.
func (w *walker) nested(index int) map[int]bool {
	marked := map[int]bool{}
	for i := range w.f.Loops {
		if w.f.Loops[i].Parent == index {
			for _, n := range w.f.Loops[i].Instrs {
				marked[n] = true
			}
		}
	}
	return marked
}

// isJump tells jumps within a function on all architectures: the last operand is an offset, a plain number.
func isJump(text string) bool {
	last := text[strings.LastIndexByte(text, ' ')+1:]
	for i := range len(last) {
		if last[i] < '0' || last[i] > '9' {
			return false
		}
	}
	return last != "" && len(last) < len(text)
}

// cover finds the lines of a loop: of the function that has it in its source where the report has that source, else where it was inlined.
func (w *walker) cover(l *machine.Loop, body spot) (loopKey, bool) {
	at := body.charged()
	if at.state() == nil {
		return loopKey{}, false
	}
	key := loopKey{file: at.file, from: at.line, to: at.line}
	for _, i := range l.Instrs {
		s := &w.spots[i]
		line := s.outer
		if at == body.inner && !body.own {
			if s.decl != body.decl {
				continue
			}
			line = s.inner
		} else if at == body.outer && !body.own {
			continue // the call's line is all there is
		}
		if line.file == at.file {
			key.from, key.to = min(key.from, line.line), max(key.to, line.line)
		}
	}
	return key, true
}

// narrow takes the for statement for its loop, if all jumps stand in one. Other instructions may stand before it: what a loop needs is loaded again in it,
// at the place where it was made.
func (w *walker) narrow(l *machine.Loop, body spot, key loopKey) loopKey {
	d := body.decl
	if d == nil || d.src != key.file.source || body.charged() != body.inner {
		return key
	}
	var jumps extent
	for _, i := range l.Instrs {
		s := &w.spots[i]
		if s.decl != d || s.inner.file != key.file || !isJump(w.f.Instrs[i].Text) || d.literalApart(s.inner.line, body.inner.line) {
			continue // an inlined func literal may stand anywhere
		}
		jumps = jumps.with(s.inner.line)
	}
	if stmt := d.forAround(jumps); stmt != (extent{}) {
		key.from, key.to = stmt.from, stmt.to
	}
	return key
}

func (r *run) addLoop(key loopKey, body spot, depth int, pkg string) {
	if l := r.loops[key]; l != nil {
		l.Depth = max(l.Depth, depth)
		return
	}
	at := body.charged()
	r.keep(at)
	l := &report.Loop{Package: at.file.Package, File: at.file.Path, From: key.from, To: key.to, Target: "go", Depth: depth}
	if r.named[l.Package] == nil {
		l.Package = pkg
	}
	if d := at.decl(); d != nil {
		l.Func = d.name
	} else if body.decl != nil {
		l.Func = body.decl.name
	}
	r.loops[key] = l
	r.report.Loops = append(r.report.Loops, l)
}

// countInLoops sets the number of findings of each loop that cost. Findings of a line that is partly before the loop are told apart by depth.
func (r *run) countInLoops() {
	byFile := map[string][]*report.Finding{}
	for _, f := range r.report.Findings {
		if f.Costs() {
			byFile[f.File] = append(byFile[f.File], f)
		}
	}
	for _, l := range r.report.Loops {
		for _, f := range byFile[l.File] {
			if l.From <= f.Line && f.Line <= l.To && f.Depth >= l.Depth {
				l.Findings++
			}
		}
	}
}
