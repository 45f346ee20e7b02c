package weigh

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/pprof/profile"

	"github.com/kgen-go/kgen/annotate/internal/symbol"
	"github.com/kgen-go/kgen/annotate/report"
)

// place is a line of a file of the report.
type place struct {
	file *report.File
	line int
}

// matcher finds the lines of a report that the frames of a profile stand on.
type matcher struct {
	*index
	files map[*profile.Function]*report.File
	moves map[*profile.Function]*move
	stale map[string]bool
}

func newMatcher(x *index) *matcher {
	return &matcher{index: x, files: map[*profile.Function]*report.File{}, moves: map[*profile.Function]*move{}, stale: map[string]bool{}}
}

// find returns where a frame stands now.
func (m *matcher) find(frame profile.Line) (place, bool) {
	fn := frame.Function
	if fn == nil {
		return place{}, false
	}
	f, ok := m.files[fn]
	if !ok {
		f = m.file(fn)
		m.files[fn] = f
	}
	if f == nil {
		return place{}, false
	}
	mv, ok := m.moves[fn]
	if !ok {
		mv = m.moveOf(f, fn)
		m.moves[fn] = mv
	}
	line, ok := mv.now(int(frame.Line))
	if !ok || line < 1 || line > len(f.Lines) {
		return place{}, false
	}
	if to, ok := f.Moved[line]; ok {
		if k := m.byPath[to.File]; k != nil && to.Line >= 1 && to.Line <= len(k.Lines) {
			return place{k, to.Line}, true
		}
	}
	// Of packages that were not named, only what the named ones compiled is in the report.
	if m.unnamed[f.Package] && f.Lines[line-1].State == report.NoData {
		return place{}, false
	}
	return place{f, line}, true
}

// file finds the file of a function: by its absolute name, else by the import path in the function's name, which is the same on all machines.
func (m *matcher) file(fn *profile.Function) *report.File {
	name := slashed(fn.Filename)
	if f := m.byAbs[path.Clean(name)]; f != nil {
		return f
	}
	base := path.Base(name)
	pkg, _ := splitSymbol(fn.Name)
	if pkg == "main" || pkg == "command-line-arguments" {
		return m.mainFile(fn, name)
	}
	if strings.HasSuffix(base, "_test.go") {
		if f := m.byPath[strings.TrimSuffix(pkg, "_test")+"/"+base]; f != nil {
			return f
		}
	}
	if f := m.byPath[pkg+"/"+base]; f != nil {
		return f
	}
	if !isAbs(name) { // of a //line directive
		return m.byPath[path.Join(pkg, name)]
	}
	return nil
}

// mainFile finds a file of a main package. All of them are called main in symbols and many of their files main.go, so more than the base name must
// agree: the folder, or the line at which the function begins.
func (m *matcher) mainFile(fn *profile.Function, name string) *report.File {
	var best *report.File
	bestScore, tie := 1, false
	for _, f := range m.byBase[path.Base(name)] {
		if s := m.source(f); s.pkg != "main" {
			continue
		}
		score := max(commonTail(name, slashed(f.Abs)), commonTail(name, f.Path))
		if _, name := splitSymbol(fn.Name); score == 1 {
			if now, exact := m.source(f).find(name); exact && now.from == int(fn.StartLine) {
				score = 2
			}
		}
		switch {
		case score > bestScore:
			best, bestScore, tie = f, score, false
		case score == bestScore && best != nil:
			tie = true
		}
	}
	if tie {
		return nil
	}
	return best
}

// commonTail counts the path elements that two names share at their ends.
func commonTail(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[len(x)-1-n] == y[len(y)-1-n] {
		n++
	}
	return n
}

// move says where a function's lines of the profile are now.
type move struct {
	shift int
	limit lines // where the function is now; zero if unknown: then nothing moved
	gone  bool
}

// now returns the present line of a line in the profile: in the function, at the same distance from its beginning, else its first line.
func (m *move) now(line int) (int, bool) {
	switch {
	case m.gone:
		return 0, false
	case m.limit == (lines{}):
		return line, true
	case m.limit.has(line + m.shift):
		return line + m.shift, true
	}
	return m.limit.from, true
}

// moveOf compares where a function began when the profile was taken with where it begins now.
func (m *matcher) moveOf(f *report.File, fn *profile.Function) *move {
	if f.Language != "go" || len(f.Source) == 0 || fn.StartLine == 0 {
		return &move{}
	}
	_, name := splitSymbol(fn.Name)
	if strings.HasPrefix(name, "init") || strings.HasPrefix(name, "glob.") {
		return &move{} // of variables of the package: not one place in the source
	}
	s, start := m.source(f), int(fn.StartLine)
	now, exact := s.find(name)
	switch {
	case exact && now.from == start:
		return &move{limit: now.lines}
	case !exact && now != nil && now.has(start), madeFunc.MatchString(name) && s.begins[start]:
		return &move{} // a wrapper, or a literal that was inlined with the function around it
	}
	m.stale[fn.Name] = true
	switch {
	case exact:
		return &move{limit: now.lines, shift: now.from - start}
	case now == nil && !madeFunc.MatchString(name):
		return &move{gone: true}
	}
	return &move{}
}

// madeFunc matches the names of functions that stand for a part of another: "F.func1.2", "F.gowrap1", "F-range1".
var madeFunc = regexp.MustCompile(`-|\.(func|gowrap|deferwrap)?[0-9]+(\.|$)`)

// splitSymbol splits the name of a function in a profile into import path and name in the package, without type arguments:
// "gopkg.in/yaml%2ev3.(*Node[...]).Decode" is of gopkg.in/yaml.v3.
func splitSymbol(full string) (pkg, name string) {
	full = symbol.WithoutTypes(full)
	slash := strings.LastIndexByte(full, '/')
	dot := strings.IndexByte(full[slash+1:], '.')
	if dot < 0 {
		return "", full
	}
	return unescape(full[:slash+1+dot]), full[slash+1+dot+1:]
}

// unescape undoes the linker's escapes in an import path: %2e for a dot.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// slashed writes a file name with slashes, whichever system the profile is from.
func slashed(name string) string { return strings.ReplaceAll(name, `\`, "/") }

func isAbs(name string) bool {
	return strings.HasPrefix(name, "/") || len(name) > 2 && name[1] == ':' && name[2] == '/'
}

// isRuntime reports whether a package is the run time, whose functions compiled code calls without saying so. The empty path is that of its assembly.
func isRuntime(pkg string) bool {
	switch pkg {
	case "", "runtime", "internal/bytealg", "internal/abi":
		return true
	}
	return strings.HasPrefix(pkg, "internal/runtime/") || strings.HasPrefix(pkg, "runtime/internal/")
}
