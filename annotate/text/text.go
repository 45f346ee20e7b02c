// Package text writes what a terminal or an editor shows of a report: the worst lines, a quickfix list, changes and verdicts. Text from sources and
// compilers is made harmless first: no control character of theirs reaches the terminal.
package text

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// Options of the forms for terminals.
type Options struct {
	Rows  int  // lines shown, or findings of each list; 0 means 20
	Width int  // columns of the terminal; 0 means 100
	Color bool // with ANSI colours
}

const (
	defaultRows  = 20
	defaultWidth = 100
	minWidth     = 40
	maxLevel     = 5
)

// printer writes lines and keeps the first error.
type printer struct {
	w       *bufio.Writer
	o       Options
	display map[string]string // by File.Path: as the Go tools print it
}

func newPrinter(w io.Writer, r *report.Report, o Options) *printer {
	o.Rows = cmp.Or(o.Rows, defaultRows)
	o.Width = max(cmp.Or(o.Width, defaultWidth), minWidth)
	p := &printer{w: bufio.NewWriter(w), o: o, display: map[string]string{}}
	if r != nil {
		for _, f := range r.Files {
			p.display[f.Path] = cmp.Or(f.Display, f.Abs)
		}
	}
	return p
}

// line writes one line. A bufio.Writer keeps the first error until Flush.
func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(p.w, format, args...)
	p.w.WriteByte('\n')
}

// place is where a finding stands; unknown lines and columns are left out.
func (p *printer) place(f *report.Finding) string { return p.at(f.File, f.Line, f.Col) }

func (p *printer) at(file string, line, col int) string {
	s := Clean(cmp.Or(p.display[file], file))
	if line > 0 {
		s += ":" + strconv.Itoa(line)
		if col > 0 {
			s += ":" + strconv.Itoa(col)
		}
	}
	return s
}

// colors of the heat steps, from the 256 that terminals have: from yellow to red, on light and on dark ground.
var colors = [maxLevel + 1]int{245, 136, 172, 166, 160, 124}

// paint colours text as a heat step.
func (p *printer) paint(level int, s string) string {
	if !p.o.Color || s == "" {
		return s
	}
	return fmt.Sprintf("\x1b[38;5;%dm%s\x1b[0m", colors[min(max(level, 0), maxLevel)], s)
}

// bold makes text stand out.
func (p *printer) bold(s string) string {
	if !p.o.Color {
		return s
	}
	return "\x1b[1m" + s + "\x1b[0m"
}

// step is a heat step as a digit and a bar: "3 ###  ".
func step(level int) string {
	level = min(max(level, 0), maxLevel)
	return strconv.Itoa(level) + " " + strings.Repeat("#", level) + strings.Repeat(" ", maxLevel-level)
}

// title is the kind in words.
func title(k report.Kind) string {
	if info := k.Info(); info != nil {
		return info.Title
	}
	return string(k)
}

// counted is a title with its number, if that is not 1: "bounds check ×2".
func counted(k report.Kind, n int) string {
	if n == 1 {
		return title(k)
	}
	return title(k) + " ×" + strconv.Itoa(n)
}

// plural is a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
