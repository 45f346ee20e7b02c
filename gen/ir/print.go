package ir

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/kgen-go/kgen/gen/diag"
)

// String returns the unit's text form, which Parse reads back.
func (u *Unit) String() string {
	var b strings.Builder
	u.Print(&b) // a Builder does not fail
	return b.String()
}

// Print writes the unit's text form.
func (u *Unit) Print(w io.Writer) error {
	p := printer{w: bufio.NewWriter(w)}
	p.linef("unit %s", nameText(u.Package))
	for i, s := range u.Sites {
		unsigned := ""
		if s.Unsigned {
			unsigned = " unsigned"
		}
		p.linef("site %d %s%s kernel=%s%s", i, s.Kind, unsigned, nameText(s.Kernel), placeText(s.Pos))
	}
	for _, f := range u.Funcs {
		p.linef("")
		p.function(f)
	}
	return p.w.Flush()
}

// printer writes lines; bufio.Writer keeps the first error.
type printer struct {
	w     *bufio.Writer
	depth int
	file  string // of the function being printed
}

func (p *printer) linef(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if line != "" {
		line = strings.Repeat("    ", p.depth) + line
	}
	p.w.WriteString(line + "\n")
}

func (p *printer) function(f *Func) {
	p.file = f.Pos.File
	p.linef("func %s%s%s {", nameText(f.Name), signatureText(f), placeText(f.Pos))
	p.depth++
	for _, l := range f.Locals {
		p.linef("local %s %s", localText(l), l.Type)
	}
	p.depth--
	p.block(f.Body)
	p.linef("}")
}

// signatureText returns parameters, results and what follows them: (%x f64) (f64) exported.
func signatureText(f *Func) string {
	text := "(" + list(f.Params, defText) + ")"
	if len(f.Results) > 0 {
		text += " (" + list(f.Results, Type.String) + ")"
	}
	if f.Exported {
		text += " exported"
	}
	return text
}

func (p *printer) block(b *Block) {
	if b == nil {
		return
	}
	p.depth++
	for _, in := range b.Instrs {
		p.instr(in)
	}
	p.depth--
}

func (p *printer) instr(in *Instr) {
	text := in.String() + p.pos(in.Pos)
	if !in.Op.info().has(usesBody) {
		p.linef("%s", text)
		return
	}
	p.linef("%s {", text)
	p.block(in.Body)
	if in.Else != nil {
		p.linef("} else {")
		p.block(in.Else)
	}
	p.linef("}")
}

// pos returns an instruction's position, without the file when it is the function's.
func (p *printer) pos(pos diag.Pos) string {
	switch {
	case pos == diag.Pos{}:
		return ""
	case pos.File == p.file:
		return fmt.Sprintf(" !%d:%d", pos.Line, pos.Col)
	}
	return fmt.Sprintf(" !%q:%d:%d", pos.File, pos.Line, pos.Col)
}

// placeText returns the position of a function or site, preceded by a space, or nothing when it is unknown.
func placeText(pos diag.Pos) string {
	if pos == (diag.Pos{}) {
		return ""
	}
	return fmt.Sprintf(" %q:%d:%d", pos.File, pos.Line, pos.Col)
}

// String returns the instruction's text form without its position and blocks.
func (in *Instr) String() string {
	switch in.Op {
	case OpFor:
		return forText(in)
	case OpLoop, OpBlock:
		return nameText(in.Label) + ": " + in.Op.String() + assignsText(in)
	case OpBreak, OpContinue:
		return in.Op.String() + " " + nameText(in.Label)
	}
	row, text := in.Op.info(), in.Op.String()
	if len(in.Results) > 0 {
		text = list(in.Results, defText) + " = " + text
	}
	if row.has(usesUnchecked) && in.Unchecked {
		text += " unchecked"
	}
	var operands []string
	if row.has(usesLocal) {
		operands = append(operands, localText(in.Local))
	}
	if row.has(usesCallee) {
		operands = append(operands, "@"+nameText(in.Callee))
	}
	for _, a := range in.Args {
		operands = append(operands, useText(a))
	}
	if len(operands) > 0 {
		text += " " + strings.Join(operands, ", ")
	}
	if row.has(usesSite) {
		text += " @" + strconv.Itoa(in.Site)
	}
	return text
}

func forText(in *Instr) string {
	low, high := "<missing>", "<missing>"
	if len(in.Args) == 2 {
		low, high = useText(in.Args[0]), useText(in.Args[1])
	}
	return fmt.Sprintf("%s: for %s = %s to %s step %d%s",
		nameText(in.Label), list(in.Results, defText), low, high, in.Step, assignsText(in))
}

func assignsText(in *Instr) string {
	if len(in.Assigns) == 0 {
		return ""
	}
	return " assigns " + list(in.Assigns, localText)
}

// list joins the texts of elements with commas.
func list[E any](elems []E, text func(E) string) string {
	texts := make([]string, len(elems))
	for i, e := range elems {
		texts[i] = text(e)
	}
	return strings.Join(texts, ", ")
}

// defText returns a value where it is defined: %x f64.
func defText(v *Value) string {
	if v == nil {
		return "<missing>"
	}
	return "%" + nameText(v.Name) + " " + v.Type.String()
}

// useText returns a value where it is used: %x, or a constant's text.
func useText(v *Value) string {
	switch {
	case v == nil:
		return "<missing>"
	case v.Const:
		return constText(v)
	}
	return "%" + nameText(v.Name)
}

func localText(l *Local) string {
	if l == nil {
		return "<missing>"
	}
	return "$" + nameText(l.Name)
}

// nameText returns a name as it stands in the text: as it is, or quoted.
func nameText(name string) string {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !isNameRune(r) }) {
		return strconv.Quote(name)
	}
	return name
}

// isNameRune reports whether a name with the rune needs no quotes.
func isNameRune(r rune) bool {
	return r == '_' || r == '.' || r != unicode.ReplacementChar && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
