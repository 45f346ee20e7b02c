package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Encode writes the JSON form: the same bytes for the same report, no time, no absolute path. The report must be sorted. Each package, file, finding and
// loop is on a line of its own, so that text tools can compare two reports.
func Encode(w io.Writer, r *Report) error {
	b := bufio.NewWriter(w)
	e := &encoder{w: b}
	e.field("{", "schema", Schema)
	e.field(",", "build", r.Build)
	if r.Profile != nil {
		e.field(",", "profile", r.Profile)
	}
	e.field(",", "totals", r.Totals)
	if len(r.Warnings) > 0 {
		e.field(",", "warnings", r.Warnings)
	}
	list(e, "packages", r.Packages)
	list(e, "files", r.Files)
	list(e, "findings", r.Findings)
	list(e, "loops", r.Loops)
	e.text("}\n")
	if e.err != nil {
		return e.err
	}
	return b.Flush()
}

// encoder keeps the first error.
type encoder struct {
	w   *bufio.Writer
	err error
}

func (e *encoder) text(s string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(s)
	}
}

func (e *encoder) value(v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil && e.err == nil {
		e.err = err
	}
	e.text(string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))))
}

func (e *encoder) field(before, name string, v any) {
	e.text(fmt.Sprintf("%s\n%q: ", before, name))
	e.value(v)
}

func list[T any](e *encoder, name string, values []T) {
	e.text(fmt.Sprintf(",\n%q: [", name))
	for i, v := range values {
		if i > 0 {
			e.text(",")
		}
		e.text("\n")
		e.value(v)
	}
	e.text("\n]")
}

// Decode reads what Encode wrote. Sources, machine code and absolute paths are not in it; the lines of the files have their states. A document of
// another schema is an error that names both.
func Decode(rd io.Reader) (*Report, error) {
	data, err := io.ReadAll(rd)
	if err != nil {
		return nil, err
	}
	var head struct{ Schema *string }
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("not a report of annotate: %w", located(data, err))
	}
	if head.Schema == nil {
		return nil, errors.New(`not a report of annotate: it has no "schema"`)
	}
	if *head.Schema != Schema {
		return nil, fmt.Errorf("a report with schema %q; this annotate reads %q: write it anew with annotate -json", *head.Schema, Schema)
	}
	r := new(Report)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("a damaged report: %w", located(data, err))
	}
	return r, r.restore()
}

// located adds the line to an error of package json.
func located(data []byte, err error) error {
	offset := int64(-1)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		offset = syntax.Offset
	} else if typed := (*json.UnmarshalTypeError)(nil); errors.As(err, &typed) {
		offset = typed.Offset
	}
	if offset < 0 || offset > int64(len(data)) {
		return err
	}
	return fmt.Errorf("line %d: %w", 1+bytes.Count(data[:offset], []byte("\n")), err)
}

// maxLines bounds what a damaged report can make Decode allocate.
const maxLines = 10_000_000

// restore makes the lines from their spans and refuses what no Encode writes.
func (r *Report) restore() error {
	for _, f := range r.Files {
		if f == nil {
			return errors.New("a damaged report: a file is null")
		}
		for _, s := range f.Spans {
			if s.From != len(f.Lines)+1 || s.To < s.From || s.To > maxLines {
				return fmt.Errorf("a damaged report: %s: lines %d to %d are out of order", f.Path, s.From, s.To)
			}
			state, err := parseState(s.State)
			if err != nil {
				return fmt.Errorf("a damaged report: %s: %w", f.Path, err)
			}
			for range s.To - s.From + 1 {
				f.Lines = append(f.Lines, Line{State: state, Reason: s.Reason})
			}
		}
	}
	for i, f := range r.Findings {
		if f == nil || f.Kind.Info() == nil {
			return fmt.Errorf("a damaged report: finding %d has no kind that %s knows", i, Schema)
		}
	}
	for i := range r.Packages {
		if r.Packages[i] == nil {
			return errors.New("a damaged report: a package is null")
		}
	}
	for i := range r.Loops {
		if r.Loops[i] == nil {
			return errors.New("a damaged report: a loop is null")
		}
	}
	r.attach()
	return nil
}

func parseState(name string) (State, error) {
	for s, n := range stateNames {
		if n == name {
			return State(s), nil
		}
	}
	return NoData, fmt.Errorf("unknown line state %q", name)
}
