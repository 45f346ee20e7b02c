package cdecl

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// report keeps a fault.
func (r *reader) report(f *Error) {
	if f.Pos.Line < 1 {
		f.Pos.Line, f.Pos.Col = 1, 1
	}
	if at := r.files.byName[f.Pos.File]; at != nil {
		f.Line = at.line(f.Pos)
	}
	if !slices.ContainsFunc(r.faults, func(o *Error) bool { return o.Pos == f.Pos && o.Msg == f.Msg }) {
		r.faults = append(r.faults, f)
	}
}

// exhausted ends repairs that do not come to an end.
func (r *reader) exhausted() bool {
	return len(r.faults) >= maxFaults || time.Now().After(r.deadline)
}

// repairText drops the directive or the declaration that the preprocessor complains about, and reports the fault. It
// reports false when there is nothing to drop.
func (r *reader) repairText(fault *Error) bool {
	if fault.Pos.Line < 1 {
		fault = r.locateCondition(fault)
	}
	f := r.files.byName[fault.Pos.File]
	if f == nil || fault.Pos.Line < 1 || r.exhausted() {
		r.report(fault)
		return false
	}
	at := f.offset(fault.Pos)
	if l, ok := f.directiveAt(at); ok && !isDirective(f.text[l.from:l.to]) {
		fault.Msg = "there is no such directive"
	} else if f.word(at) == "error" {
		fault.Msg = "#error " + fault.Msg
	}
	if fault.Msg == "expected #endif" {
		return r.addEnd(f, fault)
	}
	r.report(fault)
	if f.cutDirective(at, strings.HasPrefix(fault.Msg, "unexpected #")) {
		return true
	}
	k := f.declaration(at)
	if k == len(f.declarations()) {
		return false
	}
	d := f.decls[k]
	return f.cut(span{d.from, f.nextLine(d, max(at, d.from))}, "")
}

// repair finds the declaration at fault and drops it, or declares a type name that is unknown. It reports false when it
// finds none.
func (r *reader) repair(fault *Error) bool {
	if r.exhausted() {
		r.report(&Error{Pos: fault.Pos, Msg: "too many errors; what follows is not read"})
		return false
	}
	f := r.files.byName[fault.Pos.File]
	if f == nil || fault.Pos.Line < 1 {
		f, fault.Pos = r.main, r.main.pos(len(r.main.text))
	}
	at := f.offset(fault.Pos)
	if r.declareUnknown(f, at, fault) {
		return true
	}
	k, fault := r.culprit(f, f.declaration(at), fault)
	if k < 0 {
		r.report(fault)
		return false
	}
	d := f.decls[k]
	if at := f.offset(fault.Pos); f.isFunction(d) && at > d.body && fault.Pos.File == f.name {
		return f.cut(span{d.body, d.to}, ";") // what a function does is not asked here
	}
	part := r.narrow(f, d, fault)
	if at := f.offset(fault.Pos); fault.Pos.File != f.name || at < part.from || at >= part.to {
		fault = &Error{Pos: f.pos(part.from), Msg: "the declaration is not complete: a ';' or a bracket may be missing, or a macro is not defined"}
	}
	fault.Msg = f.explain(fault)
	r.report(fault)
	return f.cut(part, "")
}

// declareUnknown takes the name before a syntax error for a type that nothing declares, if that moves the error.
func (r *reader) declareUnknown(f *file, at int, fault *Error) bool {
	l, ok := f.nameBefore(at)
	name := string(f.text[l.from:l.to])
	if !ok || slices.Contains(r.unknown, name) {
		return false
	}
	if next := f.word(at); typeWords[next] && f.pos(at).Line == f.pos(l.from).Line {
		fault.Msg = fmt.Sprintf("unexpected %s after %s: is that a macro which is not defined?", next, name)
		return false
	}
	r.unknown = append(r.unknown, name)
	if _, again := r.tryParse(); again != nil && again.Pos == fault.Pos {
		r.unknown = r.unknown[:len(r.unknown)-1]
		return false
	}
	r.report(&Error{Pos: f.pos(l.from), Msg: fmt.Sprintf("unknown type name %s", name)})
	return true
}

// nameBefore returns the identifier just before an offset within the same declaration.
func (f *file) nameBefore(at int) (lexeme, bool) {
	k := f.declaration(at)
	if k == len(f.declarations()) {
		return lexeme{}, false
	}
	var prev lexeme
	for i := f.decls[k].from; ; {
		l := lex(f.text, i)
		if l.from >= at {
			return prev, prev.kind == lexIdent && !keywords[string(f.text[prev.from:prev.to])]
		}
		i = l.to
		if l.kind != lexComment {
			prev = l
		}
	}
}

// word is the identifier or number at an offset, "" where there is none.
func (f *file) word(at int) string {
	if l := lex(f.text, at); l.from == at && (l.kind == lexIdent || l.kind == lexNumber) {
		return string(f.text[l.from:l.to])
	}
	return ""
}

// typeWords begin a type, so that no type name is before them.
var typeWords = wordSet("void char short int long float double signed unsigned _Bool bool struct union enum typedef extern static inline")

// keywords cannot be type names.
var keywords = wordSet("auto break case char const continue default do double else enum extern float for goto if inline int long register " +
	"restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool _Complex _Alignas _Alignof " +
	"_Atomic _Generic _Noreturn _Static_assert _Thread_local __attribute__ __attribute __asm__ __asm asm __extension__ __inline __inline__ " +
	"__restrict __restrict__ __const __const__ __volatile__ __signed__ __typeof__ typeof __int128")

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// culprit returns the index of the declaration that makes the parser fail. It is the one at the error, if all before it
// parses; an earlier one, such as a prototype without its semicolon, may have led the parser astray.
func (r *reader) culprit(f *file, k int, fault *Error) (int, *Error) {
	n := len(f.declarations())
	if k < n && r.parsesUpTo(f, k) == nil {
		return k, fault
	}
	lo, hi := 0, min(k, n) // all before lo parses, all before hi does not
	if lo == hi || r.parsesUpTo(f, lo) != nil {
		return -1, fault
	}
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; r.parsesUpTo(f, mid) == nil {
			lo = mid
		} else {
			hi = mid
		}
	}
	if first := r.parsesUpTo(f, hi); first != nil {
		fault = first
	}
	return lo, fault
}

// parsesUpTo parses with the file's declarations from k on left out, and returns a fault in this file.
func (r *reader) parsesUpTo(f *file, k int) *Error {
	fault := r.trial(f, func() { f.cutFrom(k) })
	if fault != nil && f != r.main && fault.Pos.File != f.name {
		return nil
	}
	return fault
}

// trial parses with changes to a file's cuts, and undoes them.
func (r *reader) trial(f *file, change func()) *Error {
	saved := *f
	defer func() { *f = saved }()
	change()
	_, fault := r.tryParse()
	return fault
}

// narrow returns the lines of a declaration that have to be dropped, when it is more than one for lack of a semicolon or
// a bracket: a line that begins in the same column is taken for the next declaration, if the parser then gets further.
func (r *reader) narrow(f *file, d extent, fault *Error) span {
	const most = 5 // lines that are tried
	at := d.from
	for range most {
		if at = f.nextLine(d, at); at == d.to {
			break
		}
		part := span{d.from, at}
		again := r.trial(f, func() { f.cut(part, "") })
		if again == nil || again.Pos.File != f.name || f.offset(again.Pos) > lex(f.text, at).to && again.Pos.Line != fault.Pos.Line {
			return part
		}
	}
	return d.span
}

// nextLine returns where, on the lines behind an offset in a declaration, a name is in the column in which the
// declaration begins. It returns the declaration's end when there is no such line.
func (f *file) nextLine(d extent, at int) int {
	col := f.pos(d.from).Col
	for at < d.to {
		n := bytes.IndexByte(f.text[at:d.to], '\n')
		if n < 0 {
			break
		}
		at += n + 1
		if l := lex(f.text, at); l.kind == lexIdent && l.from < d.to && f.pos(l.from).Col == col {
			return l.from
		}
	}
	return d.to
}

// isFunction reports whether a declaration is the definition of a function.
func (f *file) isFunction(d extent) bool {
	return d.body > 0 && bytes.IndexByte(f.text[d.from:d.body], ')') >= 0
}

// cut drops text. It reports false if the text was dropped before, so that repairs end.
func (f *file) cut(s span, with string) bool {
	c := cut{s, with}
	if slices.Contains(f.cuts, c) || s.from >= s.to {
		return false
	}
	f.setCuts(append(f.cuts[:len(f.cuts):len(f.cuts)], c))
	return true
}

// cutFrom drops the declarations from the k-th on.
func (f *file) cutFrom(k int) {
	if all := f.declarations(); k < len(all) {
		f.cut(span{all[k].from, all[len(all)-1].to}, "")
	}
}

// explain puts the word at a fault into the parser's message.
func (f *file) explain(fault *Error) string {
	msg := strings.TrimSuffix(fault.Msg, ", expected external declaration")
	if word := f.word(f.offset(fault.Pos)); word != "" {
		for _, sort := range []string{"unexpected identifier", "unexpected integer constant", "unexpected floating point constant"} {
			if rest, ok := strings.CutPrefix(msg, sort); ok {
				return "unexpected " + word + rest
			}
		}
	}
	return msg
}

func sortErrors(list []*Error) {
	slices.SortStableFunc(list, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
}
