package kernel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// loopRecords are the records of one compiler about one loop of the emitted C.
type loopRecords struct {
	loop *cLoop
	list []record
}

// cFindings makes findings of what a C compiler says: one for each innermost loop that became vector code or did not, and
// one for each other remark.
func (k *Kernels) cFindings(a *answer) []*report.Finding {
	var found []*report.Finding
	var loops []*loopRecords
	for _, r := range a.records {
		if baseName(r.file) != k.c.name || !k.c.at(r.line).IsValid() {
			continue // of a header or of what is around the kernels
		}
		l := k.c.innermost(r.line)
		if r.verdict == remarked || l == nil || l.source == nil {
			found = append(found, k.remark(a, r))
			continue
		}
		i := slices.IndexFunc(loops, func(x *loopRecords) bool { return x.loop == l })
		if i < 0 {
			i = len(loops)
			loops = append(loops, &loopRecords{loop: l})
		}
		loops[i].list = append(loops[i].list, r)
	}
	for _, l := range loops {
		found = append(found, k.loopFinding(a, l))
	}
	return found
}

// remark is a finding at the place of a record.
func (k *Kernels) remark(a *answer, r record) *report.Finding {
	pos := k.c.at(r.line)
	at := placeOf(pos)
	f := k.finding(at, pos.Col, a.target, report.CRemark, r.text)
	f.Count = r.raw
	return f
}

// loopFinding is the finding about a loop. Of an outer loop only its inner ones could become vector code: it is a remark.
func (k *Kernels) loopFinding(a *answer, l *loopRecords) *report.Finding {
	src := l.loop.source
	kind, text := report.NotVector, "not vectorised for "+a.level
	said := l.words(scalar)
	switch vector := l.words(vectorised); {
	case l.loop.inner > 0 && len(vector) > 0:
		kind, text = report.CRemark, "outer loop; a version of it is vectorised for "+a.level
		said = append(vector, said...)
	case l.loop.inner > 0:
		kind, text = report.CRemark, "outer loop, not vectorised for "+a.level
	case len(vector) > 0:
		kind, text, said = report.Vector, "vectorised for "+a.level, vector
	}
	if reasons := l.reasons(); len(reasons) > 0 && kind != report.Vector {
		text += ": " + strings.Join(reasons, "; ")
	}
	if sums := k.origin.units.series[place{src.file, src.from}]; len(sums) > 0 && l.loop.inner == 0 {
		if kind == report.Vector {
			text += fmt.Sprintf(", but %s is summed up in order, one element after the other: hardly faster than scalar code", names(sums))
		} else {
			text += fmt.Sprintf("; %s is computed in order, each turn from the one before", names(sums))
		}
	}
	text += fmt.Sprintf(" (%s: %s)", a.target, strings.Join(said, "; "))
	f := k.finding(place{src.file, src.from}, src.col, a.target, kind, text)
	for _, r := range l.list {
		f.Count += r.raw
	}
	return f
}

// names joins names of variables, each once.
func names(list []string) string {
	var once []string
	for _, n := range list {
		if !slices.Contains(once, n) {
			once = append(once, n)
		}
	}
	return strings.Join(once, ", ")
}

// words returns the compiler's texts of a verdict, each once.
func (l *loopRecords) words(v verdict) (list []string) {
	for _, r := range l.list {
		if r.verdict == v && !slices.Contains(list, r.text) {
			list = append(list, r.text)
		}
	}
	return list
}

// reasons returns why there is no vector code, in plain words.
func (l *loopRecords) reasons() (list []string) {
	for _, r := range l.list {
		if r.reason != "" && !slices.Contains(list, r.reason) {
			list = append(list, r.reason)
		}
	}
	return list
}

// checkFindings are kgen's own: the run-time checks that it left and those that it proved away.
func (k *Kernels) checkFindings() []*report.Finding {
	var found []*report.Finding
	for i := range k.origin.units.sites {
		s := &k.origin.units.sites[i]
		if s.before == 0 && s.after == 0 {
			continue
		}
		kind, count := report.Check, s.after
		if s.after == 0 {
			kind, count = report.CheckGone, s.before
		}
		f := k.finding(placeOf(s.Pos), s.Pos.Col, "kgen", kind, s.text())
		f.Count = count
		found = append(found, f)
	}
	return found
}

// finding returns a finding at a place of a kernel.
func (k *Kernels) finding(at place, col int, target string, kind report.Kind, text string) *report.Finding {
	f := &report.Finding{Kind: kind, Package: k.options.Package, File: k.path(at.file), Line: at.line, Col: col,
		Func: k.shape.kernelAt(at.file, at.line), Target: target, Text: text, Depth: k.shape.depth(at.file, at.line)}
	if f.Depth > 0 {
		f.DepthBy = "syntax"
	}
	return f
}
