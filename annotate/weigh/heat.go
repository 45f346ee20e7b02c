package weigh

import (
	"slices"

	"github.com/kgen-go/kgen/annotate/report"
)

// rareFactor is the frequency of code that runs seldom, against other code.
const rareFactor = 0.1

// byDepth makes heat from costs and loop depth: nanoseconds in each call of the function.
func (w *weigher) byDepth() {
	w.report.Profile = nil
	for _, f := range w.report.Files {
		for i := range f.Lines {
			l := &f.Lines[i]
			l.Heat, l.CPU, l.Alloc, l.Estimate = 0, 0, 0, false
		}
	}
	for _, f := range w.report.Findings {
		f.Heat = f.Cost * times(f) * frequency(f.Depth)
		if file := w.byPath[f.File]; file != nil && f.Cost > 0 && (file.Test || f.Lines() == 0 || w.source(file).isRare(f.Line)) {
			f.Heat *= rareFactor
		}
		if l := w.line(f); l != nil {
			l.Heat += f.Heat
		}
	}
}

// byProfile makes heat from what the lines were given: nanoseconds of the run.
func (w *weigher) byProfile() {
	for _, f := range w.report.Files {
		loads := w.loads[f]
		for i := range f.Lines {
			l := &f.Lines[i]
			l.Heat, l.CPU, l.Alloc, l.Estimate = 0, 0, 0, false
			if given := loads[i+1]; given != nil {
				l.CPU, l.Alloc, l.Estimate = given.cpu(), given.objects, given.c > 0
				l.Heat = float64(l.CPU) + given.unseen()
				explain(l, given)
			}
		}
	}
	for _, f := range w.report.Findings {
		if f.Kind == report.NotVector && f.Cost > 0 {
			w.scalarLoop(f)
		}
	}
}

// unseen is the time of the line's allocations beyond what the CPU profile saw in the allocator: that of the collector.
func (l *load) unseen() float64 { return max(0, allocNS*float64(l.objects)-float64(l.heap)) }

// instructionNS is what an instruction takes that is no finding.
const instructionNS = 0.25

// baseNS is what a line takes each time beside its findings.
func baseNS(l *report.Line, c bool) float64 { return max(1, instructionNS*float64(instructions(l, c))) }

// heapKinds are the findings that allocate.
var heapKinds = map[report.Kind]bool{report.Escape: true, report.Moved: true, report.Alloc: true, report.String: true}

// pool is some time of a line that some of its findings share.
type pool struct {
	time  float64
	base  float64 // nanoseconds each time of the line's other code
	costs float64
	takes func(*report.Finding) bool
}

// explain gives each finding the part of its line's time that its cost may explain: never more than the line has. Findings of the Go compiler explain time
// of Go, those of C compilers time of C, kgen's own both; allocations explain the time in the allocator.
func explain(l *report.Line, given *load) {
	heap := float64(given.heap) + given.unseen()
	pools := []*pool{
		{time: heap, takes: func(f *report.Finding) bool { return ofGo(f) && heapKinds[f.Kind] }},
		{time: float64(given.self + given.called - given.heap), base: baseNS(l, false),
			takes: func(f *report.Finding) bool { return ofGo(f) && (!heapKinds[f.Kind] || f.Kind == report.String) }},
		{time: float64(given.c), base: baseNS(l, true), takes: ofC},
	}
	for _, p := range pools {
		p.share(l.Findings)
	}
	if given.c > 0 {
		for _, f := range l.Findings {
			f.Estimate = f.Estimate || ofC(f) && f.Heat > 0
		}
	}
}

func (p *pool) share(findings []*report.Finding) {
	for _, f := range findings {
		if p.takes(f) {
			p.costs += f.Cost * times(f)
		}
	}
	if p.costs == 0 {
		return
	}
	for _, f := range findings {
		if p.takes(f) {
			f.Heat += p.time * f.Cost * times(f) / (p.costs + p.base)
		}
	}
}

// ofGo and ofC say which code a finding is about; kgen's own are about both.
func ofGo(f *report.Finding) bool { return f.Target == "go" || f.Target == "kgen" }

func ofC(f *report.Finding) bool { return f.Target != "go" && f.Kind != report.NotVector }

// scalarShare is the part of a scalar C loop's time that vector code of four lanes would save.
const scalarShare = 0.75

// scalarLoop weighs a loop without vector code by the time of the innermost loop around its line.
func (w *weigher) scalarLoop(f *report.Finding) {
	file := w.byPath[f.File]
	if file == nil {
		return
	}
	group := []int{f.Line}
	for _, lines := range w.loopLines(file) {
		if slices.Contains(lines, f.Line) {
			group = lines
		}
	}
	ns := int64(0)
	for _, line := range group {
		if given := w.loads[file][line]; given != nil {
			ns += given.c
		}
	}
	f.Heat, f.Estimate = scalarShare*float64(ns), ns > 0
}

// sumLoops adds up what the lines of each loop have, inner loops included.
func (w *weigher) sumLoops(s scale) {
	for _, l := range w.report.Loops {
		l.CPU, l.Heat, l.Level, l.Findings, l.Estimate = 0, 0, 0, 0, false
		f := w.byPath[l.File]
		if f == nil {
			continue
		}
		for line := max(1, l.From); line <= min(l.To, len(f.Lines)); line++ {
			if f.Lines[line-1].Depth < l.Depth {
				continue
			}
			w.addFindings(l, f.Lines[line-1].Findings)
			if given := w.loads[f][line]; given != nil {
				addLoad(l, given)
			}
		}
		l.Level = s.level(l.Heat)
		if l.Findings > 0 {
			l.Level = max(l.Level, 1)
		}
	}
}

// addFindings counts the findings of a line for a loop, as far as they are of the loop's code. Without a profile they are its heat.
func (w *weigher) addFindings(l *report.Loop, findings []*report.Finding) {
	for _, f := range findings {
		if f.Cost == 0 || f.Depth < l.Depth || f.Target != l.Target && f.Target != "kgen" && l.Target != "kgen" {
			continue
		}
		l.Findings++
		if w.report.Profile == nil {
			l.Heat += f.Heat
		}
	}
}

// addLoad adds what a line was given to a loop. Loops of kgen are those of the source, whichever code ran.
func addLoad(l *report.Loop, given *load) {
	if l.Target == "go" || l.Target == "kgen" {
		l.CPU += given.self + given.called
		l.Heat += float64(given.self+given.called) + given.unseen()
	}
	if l.Target != "go" {
		l.CPU += given.c
		l.Heat += float64(given.c)
		l.Estimate = l.Estimate || given.c > 0
	}
}
