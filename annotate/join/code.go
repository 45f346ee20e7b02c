package join

import (
	"regexp"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/golist"
	"github.com/kgen-go/kgen/annotate/machine"
	"github.com/kgen-go/kgen/annotate/report"
)

// spot is where an instruction comes from.
type spot struct {
	inner place // innermost inlined body
	outer place // line of the function's own source that the body was inlined into; inner itself if nothing was inlined
	decl  *decl // that inner stands in
	own   bool  // nothing was inlined
}

// event is an event of the machine code.
type event struct {
	spot
	kind     report.Kind
	symbol   string // what is called
	text     string // the instruction
	depth    int
	instance string // symbol of the function
	begin    place  // of the function
	test     bool   // only a test variant has it
	covered  bool   // a message of the compiler speaks of it
}

// walker goes over the instructions of one function after the other.
type walker struct {
	unit  *unit
	f     *machine.Func
	test  bool
	home  *decl // that the function is made of; nil for initialisers of variables and for wrappers
	file  *file // of home
	extra int   // loops around a function that is the body of a range over a function
	spots []spot
	init  bool            // it is the initialisers of the package's variables, in all of its files
	sites map[place]place // by line of the Go file: where the function's own lines are by //line directives
}

// functions adds the machine code of one variant: all of the package itself, and of other variants the functions that only they have.
func (u *unit) functions(o *golist.Output) {
	var symbols []string
	for i, f := range o.Funcs {
		o.Funcs[i] = nil // the report has its own copy of what it shows
		if u.symbols[f.Symbol] {
			continue
		}
		symbols = append(symbols, f.Symbol)
		w := &walker{unit: u, f: f, test: o.ForTest != "", sites: map[place]place{}}
		w.walk()
	}
	for _, s := range symbols {
		u.symbols[s] = true
	}
}

// rangeBody matches the symbol of a function that the compiler made of the body of a range over a function.
var rangeBody = regexp.MustCompile(`-range\d+$`)

func (w *walker) walk() {
	at := w.phys(w.f.Pos)
	if at.file == nil {
		return
	}
	w.file, w.home = at.file, at.decl()
	w.init = w.home == nil && strings.HasSuffix(w.f.Symbol, ".init")
	if w.home != nil && rangeBody.MatchString(w.f.Symbol) {
		w.extra = w.home.bodyDepth(at.line)
	}
	w.place()
	w.resolve()
	w.assembly()
	w.events()
	w.loops()
}

// phys is the place in the Go file, which declarations are known of.
func (w *walker) phys(p machine.Pos) place {
	if p.Phys != "" {
		if at := w.unit.run.at(p.Phys, p.PhysLine, w.unit.path); at.file.source.text != nil {
			return at
		}
	}
	return w.unit.run.at(p.File, p.Line, w.unit.path)
}

// place finds the inner place of every instruction and marks the lines that have code.
func (w *walker) place() {
	w.spots = make([]spot, len(w.f.Instrs))
	var before machine.Pos
	for i := range w.f.Instrs {
		in := &w.f.Instrs[i]
		s := &w.spots[i]
		if i > 0 && in.Pos == before {
			*s = w.spots[i-1]
		} else {
			*s = w.spot(in.Pos)
			before = in.Pos
		}
	}
}

func (w *walker) spot(p machine.Pos) spot {
	inner := w.unit.run.at(p.File, p.Line, w.unit.path)
	if inner.file == nil {
		return spot{}
	}
	phys := w.phys(p)
	s := spot{inner: inner, decl: phys.decl()}
	if info := inner.info(); info != nil {
		info.code = true
	}
	if phys != inner {
		if info := phys.info(); info != nil {
			info.away = true
		}
	}
	s.own = w.isOwn(phys, s.decl)
	if s.own {
		s.outer = inner
		w.sites[phys] = inner
	}
	return s
}

// isOwn tells whether a place belongs to the function itself.
func (w *walker) isOwn(phys place, d *decl) bool {
	switch {
	case w.home != nil:
		return d == w.home
	case w.init:
		return d == nil && phys.file.Package == w.unit.path
	}
	return d == nil && phys.file == w.file
}

// resolve finds the outer place of inlined instructions: of the function's own lines on which the compiler inlined a call of the inner function, the
// one whose code is nearest. Without such a line it is that of the own instruction before.
func (w *walker) resolve() {
	calls := w.calls()
	own := w.first()
	for i := range w.spots {
		s := &w.spots[i]
		switch {
		case s.inner.file == nil:
		case s.own:
			own = s.outer
		case i > 0 && w.continues(i):
			s.outer = w.spots[i-1].outer
		default:
			s.outer = own
			if at := w.site(calls, i); at.file != nil {
				s.outer = w.outer(at)
			}
		}
	}
}

// calls lists the calls inlined in the function's source.
func (w *walker) calls() []inlining {
	if w.home != nil {
		return w.unit.inlinedIn(w.file, w.home.from, w.home.to)
	}
	var list []inlining
	for f, calls := range w.unit.inlined {
		if f != w.file && !w.init {
			continue
		}
		for _, c := range calls {
			if c.at.decl() == nil {
				list = append(list, c)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b inlining) int { return a.at.compare(b.at) })
	return list
}

// first is the place of the function's first own instruction, else that of its declaration.
func (w *walker) first() place {
	for i := range w.spots {
		if w.spots[i].own {
			return w.spots[i].outer
		}
	}
	return w.unit.run.at(w.f.Pos.File, w.f.Pos.Line, w.unit.path)
}

// continues tells whether an inlined instruction is of the same body as the one before it.
func (w *walker) continues(i int) bool {
	before := &w.spots[i-1]
	return before.inner.file != nil && !before.own && before.decl == w.spots[i].decl && !ends(w.f.Instrs[i-1].Text)
}

// ends tells instructions after which control goes on elsewhere.
func ends(text string) bool {
	mnemonic, _, _ := strings.Cut(text, " ")
	switch mnemonic {
	case "RET", "JMP", "BR", "B", "UNDEF":
		return true
	}
	return false
}

// The search for the line of an inlined call looks at so many instructions to both sides. Code beyond an instruction that ends its block is as far away
// as the whole search: it is another statement's as a rule.
const (
	window   = 64
	boundary = window
)

// site chooses the line of the Go file that instruction i was inlined on, no place if no message tells.
func (w *walker) site(calls []inlining, i int) place {
	var lines []place
	if d := w.spots[i].decl; d != nil {
		for n := range calls {
			if calls[n].of(d, w.unit.path) && !slices.Contains(lines, calls[n].at) {
				lines = append(lines, calls[n].at)
			}
		}
	}
	switch len(lines) {
	case 0:
		return place{}
	case 1:
		return lines[0]
	}
	before, far := w.search(lines, i, -1)
	after, further := w.search(lines, i, +1)
	switch {
	case before.file == nil && after.file == nil:
		return lines[0]
	case before.file == nil || after.file != nil && further < far:
		return after
	}
	return before
}

// search goes from instruction i in one direction to an own one of the lines and returns its line and distance.
func (w *walker) search(lines []place, i, step int) (at place, distance int) {
	for n := i + step; n >= 0 && n < len(w.spots) && distance < window+boundary; n += step {
		if ends(w.f.Instrs[min(n, n-step)].Text) {
			distance += boundary
		}
		distance++
		if w.spots[n].own {
			if own := w.phys(w.f.Instrs[n].Pos); slices.Contains(lines, own) {
				return own, distance
			}
		}
	}
	return place{}, distance
}

// outer is the place of an own line of the Go file by //line directives.
func (w *walker) outer(at place) place {
	if p, ok := w.sites[at]; ok {
		return p
	}
	if w.f.Pos.Phys == "" {
		return at
	}
	// The line has no code of its own; the nearest line above that has some tells the directive.
	best := place{}
	for l := range w.sites {
		if l.file == at.file && l.line <= at.line && l.line > best.line {
			best = l
		}
	}
	if best.file == nil {
		return w.unit.run.at(w.f.Pos.File, w.f.Pos.Line, w.unit.path)
	}
	p := w.sites[best]
	if p.file != at.file {
		p.line += at.line - best.line
	}
	return p
}

// charged is the line that stands for an instruction: the inner one if the report has its whole file, else the outer one.
func (s *spot) charged() place {
	if s.inner.file != nil && s.inner.file.named {
		return s.inner
	}
	return s.outer
}

// padding tells instructions that only fill space.
func padding(text string) bool {
	return text == "NOP" || text == "NOOP" || text == "XCHGL AX, AX" || strings.HasPrefix(text, "PCALIGN")
}

// assembly hangs the instructions on their lines.
func (w *walker) assembly() {
	counts := map[place]int{}
	total := 0
	for i := range w.spots {
		if p := w.spots[i].charged(); p.state() != nil && !padding(w.f.Instrs[i].Text) {
			counts[p]++
			total++
		}
	}
	all := make([]report.Instr, total)
	lines := make(map[place][]report.Instr, len(counts))
	for i := range w.spots {
		s, in := &w.spots[i], &w.f.Instrs[i]
		depth := in.Depth + w.extra
		at := w.depthOfLine(s, depth)
		if d, ok := w.unit.depth[s.outer]; s.outer.file != nil && (!ok || d < at) {
			w.unit.depth[s.outer] = at
		}
		p := s.charged()
		n, ok := counts[p]
		if !ok || padding(in.Text) {
			continue
		}
		if lines[p] == nil {
			lines[p], all = all[:0:n], all[n:]
		}
		lines[p] = append(lines[p], report.Instr{Offset: in.Offset, Text: in.Text, Depth: depth})
		p.file.used = true
		line := p.state()
		line.Depth = max(line.Depth, at)
		if line.Func == "" && s.decl != nil {
			line.Func = s.decl.name // a file that is no Go has no functions of its own
		}
	}
	if w.shown() {
		return
	}
	for p, instrs := range lines {
		line := p.state()
		line.Asm = append(line.Asm, report.Asm{Symbol: w.f.Symbol, Instrs: instrs})
	}
}

// depthOfLine is the depth of a line by one of its instructions, which may have been moved: values that a loop uses are loaded again in it, at the
// place where they were made.
func (w *walker) depthOfLine(s *spot, depth int) int {
	if s.own && s.decl != nil && s.decl.src == s.inner.file.source {
		if most, tells := s.decl.mostDepth(s.inner.line); tells {
			return min(depth, most)
		}
	}
	return depth
}

// shown tells whether another package has compiled the same function and its code is there already.
func (w *walker) shown() bool {
	if !w.f.Dup {
		return false
	}
	before := w.unit.run.shown[w.f.Symbol]
	w.unit.run.shown[w.f.Symbol] = true
	return before
}

// events records the events by outer place.
func (w *walker) events() {
	begin := w.phys(w.f.Pos)
	for i := range w.f.Events {
		e := &w.f.Events[i]
		s := w.spots[e.Instr]
		if s.inner.file == nil {
			continue
		}
		w.unit.events[s.outer] = append(w.unit.events[s.outer], &event{
			spot: s, kind: e.Kind, symbol: e.Symbol, text: w.f.Instrs[e.Instr].Text, depth: e.Depth + w.extra,
			instance: w.f.Symbol, begin: begin, test: w.test,
		})
	}
}
