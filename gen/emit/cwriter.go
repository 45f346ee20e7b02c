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
	number int      // lines written
	pos    diag.Pos // of the next line
	marked diag.Pos // of the last line that was marked
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

func (w *cWriter) raw(line string) {
	w.buf.WriteString(line)
	w.buf.WriteByte('\n')
	w.number += 1 + strings.Count(line, "\n")
}

// linef writes a line, or several. The first line of each source line is marked.
func (w *cWriter) linef(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if text == "" {
		w.raw("")
		return
	}
	indent := strings.Repeat("\t", w.depth)
	w.raw(w.mark(indent + strings.ReplaceAll(text, "\n", "\n"+indent)))
}

// mark adds the position to the text when the source line has changed.
func (w *cWriter) mark(text string) string {
	p := w.pos
	if !p.IsValid() || p.File == w.marked.File && p.Line == w.marked.Line {
		return text
	}
	w.marked = p
	file := path.Base(p.File)
	if w.lines {
		w.raw(fmt.Sprintf("#line %d %q", p.Line, file))
		return text
	}
	return fmt.Sprintf("%s // %s:%d", text, file, p.Line)
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
