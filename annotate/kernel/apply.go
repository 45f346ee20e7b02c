package kernel

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/gen/diag"
)

// application is one run of Apply.
type application struct {
	*Kernels
	report  *report.Report
	files   map[string]*report.File // by path
	goFile  *report.File            // the generated one; nil if the report does not have it
	added   []*report.Finding
	sources []*report.File // of the kernels
}

// untraced adds the kernels' files without data: what they promise in directives must not be passed over.
func (a *application) untraced() error {
	dirs := a.Kernels.generated.sourceDirs(a.dir)
	if len(dirs) == 0 {
		return nil
	}
	a.origin = &origin{dir: dirs[0]}
	for base := range strings.SplitSeq(a.Kernels.generated.sources, ", ") {
		text, err := os.ReadFile(filepath.Join(dirs[0], base))
		if err != nil {
			return err
		}
		f := a.file(base, string(text))
		for i := range f.Lines {
			f.Lines[i].State, f.Lines[i].Reason = report.NoData, report.NotTraced
		}
	}
	return nil
}

// generated notes where the lines of the generated file come from.
func (a *application) generated() {
	if a.goFile == nil {
		return
	}
	a.goFile.Moved = map[int]report.Place{}
	for line, pos := range a.origin.moved {
		a.goFile.Moved[line] = report.Place{File: a.path(baseName(pos.File)), Line: pos.Line}
	}
}

// kernelFiles sees to it that the report has the kernels' files.
func (a *application) kernelFiles() {
	for _, s := range a.origin.result.Package.Syntax.Files {
		a.sources = append(a.sources, a.file(baseName(s.Name), string(s.Src)))
	}
}

// file returns the report's file of kernels, which it adds if there is none.
func (a *application) file(base, text string) *report.File {
	f := a.files[a.path(base)]
	if f == nil {
		f = &report.File{Path: a.path(base), Package: a.owner(), Abs: filepath.Join(a.origin.dir, base)}
		f.Display = a.display(base, f.Abs)
		a.files[f.Path] = f
		a.report.Files = append(a.report.Files, f)
	}
	f.Language = "kg"
	if f.Source == nil {
		f.Source = report.SplitLines(text)
	}
	for len(f.Lines) < len(f.Source) {
		f.Lines = append(f.Lines, report.Line{})
	}
	return f
}

// owner is the package that the kernels' files belong to: that of their folder, or the generated one if their folder is none.
func (a *application) owner() string {
	if slices.ContainsFunc(a.report.Packages, func(p *report.Package) bool { return p.Path == a.home() }) {
		return a.home()
	}
	return a.options.Package
}

// display names a kernel's file as the generated one is named.
func (a *application) display(base, abs string) string {
	if a.goFile != nil && !filepath.IsAbs(a.goFile.Display) {
		return filepath.Join(filepath.Dir(a.goFile.Display), filepath.FromSlash(a.folder()), base)
	}
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, abs); err == nil && len(rel) < len(abs) {
			return rel
		}
	}
	return abs
}

// move moves what the report has at generated lines to the lines of the kernels.
func (a *application) move() {
	if a.goFile == nil || a.origin.direct {
		return
	}
	for _, f := range a.report.Findings {
		a.moveFinding(f)
	}
	a.report.Findings = a.merged(a.report.Findings)
	for _, l := range a.report.Loops {
		a.moveLoop(l)
	}
	for i := range a.goFile.Lines {
		if to := a.line(i + 1); to != nil {
			moveLine(&a.goFile.Lines[i], to)
		}
	}
}

// source returns where a line of a file of the report comes from, if that is the generated file.
func (a *application) source(file string, line int) (diag.Pos, bool) {
	if file != a.goFile.Path {
		return diag.Pos{}, false
	}
	pos, ok := a.origin.moved[line]
	return pos, ok
}

// line returns the line of a kernel that a generated line comes from, or nil.
func (a *application) line(generated int) *report.Line {
	pos, ok := a.source(a.goFile.Path, generated)
	if !ok {
		return nil
	}
	return a.at(placeOf(pos))
}

// at returns the line at a place, or nil.
func (a *application) at(p place) *report.Line {
	return a.files[a.path(p.file)].Line(p.line)
}

func (a *application) moveFinding(f *report.Finding) {
	if pos, ok := a.source(f.File, f.Line); ok {
		at := placeOf(pos)
		f.File, f.Line, f.Col, f.Func = a.path(at.file), at.line, pos.Col, a.shape.kernelAt(at.file, at.line)
	}
	for i := range f.Chain {
		step := &f.Chain[i]
		if pos, ok := a.source(step.File, step.Line); ok {
			step.File, step.Line = a.path(baseName(pos.File)), pos.Line
		}
	}
}

// moveLoop moves a loop of machine code to the loop of the source that begins where its first line comes from, or else to the
// lines that its own come from.
func (a *application) moveLoop(l *report.Loop) {
	if l.File != a.goFile.Path {
		return
	}
	file, from, to := "", 0, 0
	for n := l.From; n <= l.To; n++ {
		pos, ok := a.source(l.File, n)
		switch {
		case !ok:
		case from == 0:
			file, from, to = baseName(pos.File), pos.Line, pos.Line
		case baseName(pos.File) == file:
			from, to = min(from, pos.Line), max(to, pos.Line)
		}
	}
	if from == 0 {
		return
	}
	if s := a.shape.headed(file, from, l.Depth); s != nil {
		to = max(to, s.to)
	}
	l.File, l.From, l.To, l.Func = a.path(file), from, to, a.shape.kernelAt(file, from)
}

// moveLine adds what is known of a generated line to a kernel's, and takes it away there.
func moveLine(from, to *report.Line) {
	to.State = max(to.State, from.State)
	to.Depth = max(to.Depth, from.Depth)
	to.Asm = mergeAsm(to.Asm, from.Asm)
	*from = report.Line{Reason: report.InKernel, Func: from.Func}
}

// mergeAsm joins the machine code of two lines, function by function, in order of address.
func mergeAsm(to, from []report.Asm) []report.Asm {
	for _, f := range from {
		i := slices.IndexFunc(to, func(t report.Asm) bool { return t.Symbol == f.Symbol })
		if i < 0 {
			to = append(to, f)
			continue
		}
		to[i].Instrs = append(slices.Clone(to[i].Instrs), f.Instrs...)
		slices.SortStableFunc(to[i].Instrs, func(x, y report.Instr) int { return x.Offset - y.Offset })
	}
	return to
}

// merged makes one finding of those that say the same at the same place of a kernel, as several generated lines come from one of its lines.
func (a *application) merged(list []*report.Finding) []*report.Finding {
	type identity struct {
		kind                                           report.Kind
		pkg, file, fn, target, text, symbol, quiet, by string
		line, col, depth                               int
		wrapper                                        bool
	}
	first := map[identity]*report.Finding{}
	kept := list[:0]
	for _, f := range list {
		if !slices.ContainsFunc(a.sources, func(s *report.File) bool { return s.Path == f.File }) {
			kept = append(kept, f)
			continue
		}
		id := identity{f.Kind, f.Package, f.File, f.Func, f.Target, f.Text, f.Symbol, f.Quiet, f.DepthBy, f.Line, f.Col, f.Depth, f.Wrapper}
		if same := first[id]; same != nil && slices.Equal(same.Chain, f.Chain) {
			same.Count += f.Count
			same.Test += f.Test
			same.Machine += f.Machine
			same.Sites += f.Sites
			same.Shapes = max(same.Shapes, f.Shapes)
			continue
		}
		first[id] = f
		kept = append(kept, f)
	}
	return kept
}

// own adds what C compilers and kgen say.
func (a *application) own() {
	a.added = a.checkFindings()
	for _, answer := range a.answers {
		a.added = append(a.added, a.cFindings(answer)...)
		a.assembly(answer)
	}
	a.added = a.merged(a.added)
	a.report.Findings = append(a.report.Findings, a.added...)
	for _, l := range a.shape.loops {
		a.loop(l)
	}
	for at, list := range a.notes {
		if line := a.at(at); line != nil {
			line.Notes = append(line.Notes, a.titled(list)...)
		}
	}
}

// titled marks notes about code with the package, where that is not the one in the kernels' folder.
func (a *application) titled(list []report.Note) []report.Note {
	if a.home() == a.options.Package {
		return list
	}
	list = slices.Clone(list)
	for i := range list {
		list[i].Title += " (" + path.Base(a.options.Package) + ")"
	}
	return list
}

// loop adds a loop of the source, which stands for that in the code of each target. It takes the place of the Go compiler's.
func (a *application) loop(l *loop) {
	file := a.path(l.file)
	for _, known := range a.report.Loops {
		if known.File == file && known.From == l.from && known.Package == a.options.Package {
			known.To, known.Target = max(known.To, l.to), "kgen"
			return
		}
	}
	a.report.Loops = append(a.report.Loops, &report.Loop{Package: a.options.Package, File: file, From: l.from, To: l.to,
		Func: l.kernel, Target: "kgen", Depth: l.depth})
}

// assembly adds the machine code that a C compiler made of each line.
func (a *application) assembly(answer *answer) {
	for _, f := range answer.asm {
		symbol := answer.target + ": " + f.symbol
		if a.home() != a.options.Package {
			symbol += " (" + path.Base(a.options.Package) + ")"
		}
		for _, in := range f.instrs {
			pos := a.c.at(in.line)
			line := a.at(placeOf(pos))
			if !pos.IsValid() || line == nil {
				continue
			}
			i := slices.IndexFunc(line.Asm, func(x report.Asm) bool { return x.Symbol == symbol })
			if i < 0 {
				i = len(line.Asm)
				line.Asm = append(line.Asm, report.Asm{Symbol: symbol})
			}
			at := placeOf(pos)
			line.Asm[i].Instrs = append(line.Asm[i].Instrs, report.Instr{Offset: in.offset, Text: in.text, Depth: a.shape.depth(at.file, at.line)})
		}
	}
}

// states says of each line what is known of it now.
func (a *application) states() {
	for _, f := range a.added {
		if line := a.at(place{path.Base(f.File), f.Line}); line != nil && f.Kind.Costs() {
			line.State = report.Flagged
		}
	}
	reason := a.reason()
	for _, f := range a.sources {
		for i := range f.Lines {
			a.state(&f.Lines[i], place{path.Base(f.Path), i + 1}, reason)
		}
	}
}

// state completes a line of a kernel; reason is why there is no data of code that was emitted.
func (a *application) state(line *report.Line, at place, reason string) {
	slices.SortStableFunc(line.Asm, func(x, y report.Asm) int { return strings.Compare(x.Symbol, y.Symbol) })
	if len(line.Asm) > 0 {
		line.State = max(line.State, report.Clean)
	}
	if kernel := a.shape.kernelAt(at.file, at.line); kernel != "" {
		line.Func = kernel
	}
	switch {
	case line.State != report.NoData:
		line.Reason = ""
		line.Depth = max(line.Depth, a.shape.depth(at.file, at.line))
	case emitted(line.Notes):
		line.Reason = reason
	case line.Reason == "":
		line.Reason = report.NoCode
	}
}

// emitted reports whether notes show code that was made of a line.
func emitted(list []report.Note) bool {
	return slices.ContainsFunc(list, func(n report.Note) bool { return strings.HasPrefix(n.Title, "Go") || strings.HasPrefix(n.Title, "C") })
}

// reason says why there is no data of a line of which code was made.
func (a *application) reason() string {
	for _, p := range a.report.Packages {
		if p.Path == a.options.Package && p.Error != "" {
			return report.BuildFailed
		}
	}
	if a.Kernels.generated.targetC && len(a.answers) == 0 {
		return report.NoKernelData
	}
	return report.NoCode
}
