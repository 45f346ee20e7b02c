package emit

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/kgen-go/kgen/gen/diag"
)

// cWriter writes lines of C, indented, and marks which lines of the source they come from.
type cWriter struct {
	buf    bytes.Buffer
	file   string // the name of the file that is written
	lines  bool   // mark with #line, not with comments
	depth  int
	number int        // lines written
	pos    diag.Pos   // of the next line
	marked diag.Pos   // of the last line that was marked; with #line, where the compiler takes the next line to be from
	from   []diag.Pos // of the lines in buf
	dir    string     // of the source files in #line directives, relative to that of the file that is written
}

// place sets the source position of the lines that follow.
func (w *cWriter) place(pos diag.Pos) { w.pos = pos }

// unplaced says that what follows comes from no source line.
func (w *cWriter) unplaced() {
	w.pos = diag.Pos{}
	if w.lines && w.marked.IsValid() {
		w.raw(fmt.Sprintf("#line %d \"%s\"", w.number+2, w.file))
	}
	w.marked = diag.Pos{}
}

// raw writes a line, or several, as they are.
func (w *cWriter) raw(text string) {
	w.buf.WriteString(text)
	w.buf.WriteByte('\n')
	for range 1 + strings.Count(text, "\n") {
		w.number++
		w.from = append(w.from, w.pos)
		if w.lines && w.marked.IsValid() {
			w.marked.Line++
		}
	}
}

// linef writes a line, or several. The first line of each source line is marked.
func (w *cWriter) linef(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if text == "" {
		w.raw("")
		return
	}
	indent := strings.Repeat("\t", w.depth)
	text = indent + strings.ReplaceAll(text, "\n", "\n"+indent)
	switch {
	case !w.pos.IsValid():
		w.raw(text)
	case w.lines:
		w.placed(text)
	default:
		w.raw(w.comment(text))
	}
}

// comment adds the position to the text when the source line has changed.
func (w *cWriter) comment(text string) string {
	p := w.pos
	if p.File == w.marked.File && p.Line == w.marked.Line {
		return text
	}
	w.marked = p
	return fmt.Sprintf("%s // %s:%d", text, path.Base(p.File), p.Line)
}

// placed writes lines, each of them at the position: a compiler counts on from a directive.
func (w *cWriter) placed(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		if w.marked.File != w.pos.File || w.marked.Line != w.pos.Line {
			w.raw(fmt.Sprintf("#line %d %s", w.pos.Line, cString(path.Join(w.dir, path.Base(w.pos.File)))))
			w.marked = w.pos
		}
		w.raw(line)
	}
}

// cString writes a string literal of C.
func cString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ':
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}

// open writes a line and indents what follows; reopen does so for a line that closes a block, too.
func (w *cWriter) open(format string, args ...any) {
	w.linef(format, args...)
	w.depth++
}

func (w *cWriter) reopen(format string, args ...any) {
	w.depth--
	w.open(format, args...)
}

func (w *cWriter) close(line string) {
	w.depth--
	w.linef("%s", line)
}
