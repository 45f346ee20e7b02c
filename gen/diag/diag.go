// Package diag holds the one form in which every stage reports what is wrong with a source text:
// a position, a message, and where it helps notes that point elsewhere. It prints diagnostics with
// the source line and a caret, or as JSON.
package diag

import (
	"cmp"
	"fmt"
	"slices"
)

// Pos is a place in a source file. Line and Col count from 1, Col in bytes; the zero Pos is unknown.
type Pos struct {
	File      string
	Line, Col int
}

// IsValid reports whether the position is known.
func (p Pos) IsValid() bool { return p.Line > 0 }

// String returns file:line:col, shortened by what is unknown.
func (p Pos) String() string {
	switch {
	case p.Line == 0 && p.File == "":
		return "-"
	case p.Line == 0:
		return p.File
	case p.File == "":
		return fmt.Sprintf("%d:%d", p.Line, p.Col)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Compare orders positions by file, line and column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// Severity tells an error, which stops the compilation, from a warning, which does not.
type Severity int

// The severities.
const (
	Error Severity = iota
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Note adds to a diagnostic what else the reader should see; Pos may be unknown.
type Note struct {
	Pos Pos
	Msg string
}

// Diagnostic is one message about a source text. Len is the number of bytes that it is about; 0 means one.
type Diagnostic struct {
	Pos      Pos
	Len      int
	Severity Severity
	Msg      string
	Notes    []Note
}

// Error returns "file:line:col: message", followed by the notes, one a line.
func (d *Diagnostic) Error() string {
	text := d.Pos.String() + ": " + d.Msg
	for _, n := range d.Notes {
		text += "\n\t"
		if n.Pos.IsValid() {
			text += n.Pos.String() + ": "
		}
		text += n.Msg
	}
	return text
}

// Note appends a note and returns the diagnostic, so that calls can be chained.
func (d *Diagnostic) Note(pos Pos, format string, args ...any) *Diagnostic {
	d.Notes = append(d.Notes, Note{pos, fmt.Sprintf(format, args...)})
	return d
}

// List collects diagnostics. The zero value is ready to use.
type List struct{ All []*Diagnostic }

// Errorf adds an error about the length bytes at pos.
func (l *List) Errorf(pos Pos, length int, format string, args ...any) *Diagnostic {
	return l.add(&Diagnostic{Pos: pos, Len: length, Msg: fmt.Sprintf(format, args...)})
}

// Warnf adds a warning about the length bytes at pos.
func (l *List) Warnf(pos Pos, length int, format string, args ...any) *Diagnostic {
	return l.add(&Diagnostic{Pos: pos, Len: length, Severity: Warning, Msg: fmt.Sprintf(format, args...)})
}

func (l *List) add(d *Diagnostic) *Diagnostic {
	l.All = append(l.All, d)
	return d
}

// Append adds another list's diagnostics.
func (l *List) Append(other *List) { l.All = append(l.All, other.All...) }

// HasErrors reports whether the list holds an error, not only warnings.
func (l *List) HasErrors() bool {
	return slices.ContainsFunc(l.All, func(d *Diagnostic) bool { return d.Severity == Error })
}

// Sort orders the list by place and drops repeated messages at one place.
func (l *List) Sort() {
	slices.SortStableFunc(l.All, func(a, b *Diagnostic) int { return a.Pos.Compare(b.Pos) })
	l.All = slices.CompactFunc(l.All, func(a, b *Diagnostic) bool { return a.Pos == b.Pos && a.Msg == b.Msg })
}

// Err returns nil when the list holds no error, else the list as one error, an *Errors.
func (l *List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	l.Sort()
	return &Errors{List: *l}
}

// Errors is a list of diagnostics, at least one of them an error, as a Go error.
type Errors struct{ List }

// Error returns one diagnostic a line.
func (e *Errors) Error() string {
	var text string
	for i, d := range e.All {
		if i > 0 {
			text += "\n"
		}
		text += d.Error()
	}
	return text
}
