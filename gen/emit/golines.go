package emit

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
)

// GoFileName returns the name of the Go file of the package called name.
func GoFileName(name string) string { return name + "_kg.go" }

// GoLines returns the text that Go returns without o.Lines and, for each of its lines, the position of the source that it comes
// from. Lines that come from none, those outside of kernels, have the zero position.
func GoLines(u *ir.Unit, o GoOptions) (text []byte, from []diag.Pos, err error) {
	marks := &goMarks{}
	marked, err := goText(u, o, marks)
	if err != nil {
		return nil, nil, err
	}
	if text, err = goText(u, o, nil); err != nil {
		return nil, nil, err
	}
	stripped, from := marks.strip(marked)
	if !bytes.Equal(stripped, text) {
		return nil, nil, fmt.Errorf("internal error: emit: the Go file changes when its lines are marked")
	}
	return text, from, nil
}

// goMarks hands out comments that stand in front of statements until the file is formatted and tell where these come from: only the
// formatted text has lines. A nil *goMarks hands out none.
type goMarks struct{ positions []diag.Pos }

var markPattern = regexp.MustCompile(`/\*@(\d+)\*/ ?`)

// mark puts the comment for a position in front of code.
func (m *goMarks) mark(pos diag.Pos, s jen.Code) jen.Code {
	if m == nil || !pos.IsValid() {
		return s
	}
	m.positions = append(m.positions, pos)
	return jen.Op(fmt.Sprintf("/*@%d*/", len(m.positions)-1)).Add(s)
}

// strip takes the marks out of a file and returns the positions of its lines. A line without a mark comes from where the line
// above it does; the brace at the left margin ends a function.
func (m *goMarks) strip(text []byte) ([]byte, []diag.Pos) {
	var out bytes.Buffer
	var from []diag.Pos
	var pos diag.Pos
	for line := range strings.Lines(string(text)) {
		if found := markPattern.FindStringSubmatch(line); found != nil {
			if n, err := strconv.Atoi(found[1]); err == nil && n < len(m.positions) {
				pos = m.positions[n]
				line = markPattern.ReplaceAllLiteralString(line, "")
			}
			if line == "\n" { // gofmt gives the mark of a function its own line
				continue
			}
		}
		out.WriteString(line)
		from = append(from, pos)
		if line == "}\n" {
			pos = diag.Pos{}
		}
	}
	return out.Bytes(), from
}

// lineDirectives puts a //line directive wherever a line does not come from the line below that of its predecessor. The
// directives have no columns: those of emitted Go are not the kernel's.
func lineDirectives(text []byte, from []diag.Pos, o GoOptions) []byte {
	w := &directiveWriter{dir: o.SourceDir, self: GoFileName(o.Package)}
	previous := ""
	for i, line := range strings.SplitAfter(string(text), "\n") {
		if i < len(from) && !(from[i].IsValid() && isInnerBrace(line)) {
			w.place(from[i], strings.HasPrefix(previous, "//"))
		}
		w.line(line)
		previous = line
	}
	return w.out.Bytes()
}

// isInnerBrace reports whether a line only ends a block inside a function: no code comes from it.
func isInnerBrace(line string) bool {
	return strings.HasPrefix(line, "\t") && strings.TrimSpace(line) == "}"
}

// directiveWriter writes lines of Go, and knows where the compiler takes the next one to be from.
type directiveWriter struct {
	dir, self string
	out       bytes.Buffer
	number    int      // lines written
	next      diag.Pos // where the compiler takes the next line to be from; the zero value is the file itself
}

func (w *directiveWriter) line(text string) {
	w.out.WriteString(text)
	w.number++
	if w.next.IsValid() {
		w.next.Line++
	}
}

// place sees to it that the next line is taken to be from pos.
func (w *directiveWriter) place(pos diag.Pos, inComment bool) {
	pos.Col = 0
	if pos == w.next || !pos.IsValid() && !w.next.IsValid() {
		return
	}
	if inComment {
		w.line("//\n") // gofmt puts it between a comment's text and directives
	}
	if pos.IsValid() {
		w.line(fmt.Sprintf("//line %s:%d\n", path.Join(w.dir, baseName(pos.File)), pos.Line))
	} else {
		pos = diag.Pos{}
		w.line("\n") // gofmt puts it between a function and a comment
		w.line(fmt.Sprintf("//line %s:%d\n", w.self, w.number+2))
	}
	w.next = pos
}
