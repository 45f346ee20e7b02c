package verify

import (
	"fmt"
	"path"
	"regexp"
	"slices"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/verify/wire"
)

// difference says what differs between two outcomes of a kernel first, or nothing.
func difference(f *ir.Func, want, got *wire.Outcome) string {
	if got.Panic != "" {
		return "panic: " + got.Panic
	}
	if (want.Err == nil) != (got.Err == nil) {
		return fmt.Sprintf("error %v, want %v", got.Err, want.Err)
	}
	if want.Err != nil && *want.Err != *got.Err {
		return fmt.Sprintf("error %+v, want %+v", *got.Err, *want.Err)
	}
	if d := resultDifference(f, want, got); d != "" {
		return d
	}
	return bufferDifference(want, got)
}

func resultDifference(f *ir.Func, want, got *wire.Outcome) string {
	if len(got.Results) != len(want.Results) {
		return fmt.Sprintf("%d results, want %d", len(got.Results), len(want.Results))
	}
	for i, w := range want.Results {
		g := got.Results[i]
		same := slices.Equal(w.Cells, g.Cells) && (w.Slice == nil) == (g.Slice == nil)
		if same && w.Slice != nil {
			same = *w.Slice == *g.Slice
		}
		if !same {
			return fmt.Sprintf("result %d is %s, want %s", i, formatValue(f.Results[i], g), formatValue(f.Results[i], w))
		}
	}
	return ""
}

func bufferDifference(want, got *wire.Outcome) string {
	if len(got.Buffers) != len(want.Buffers) {
		return fmt.Sprintf("%d buffers, want %d", len(got.Buffers), len(want.Buffers))
	}
	for i, w := range want.Buffers {
		g := got.Buffers[i]
		if w.Elem != g.Elem || len(w.Cells) != len(g.Cells) {
			return fmt.Sprintf("buffer %s has %d cells of %s, want %d of %s", bufferName(i), len(g.Cells), g.Elem, len(w.Cells), w.Elem)
		}
		t, _ := parseType(w.Elem)
		for j, c := range w.Cells {
			if g.Cells[j] != c {
				k := cellKind(t)
				return fmt.Sprintf("cell %d of %s is %s, want %s", j, bufferName(i), formatCell(k, g.Cells[j]), formatCell(k, c))
			}
		}
	}
	return ""
}

// oracleDifference compares with an outcome of the kernel's own text, compiled by Go. Of a statement with
// several faults Go leaves open which it reports: any run-time error stands for any other, as long as memory is the same.
func oracleDifference(f *ir.Func, want, got *wire.Outcome) string {
	if want.Err == nil || got.Panic == "" {
		return difference(f, want, got)
	}
	if !faults.MatchString(got.Panic) {
		return fmt.Sprintf("Go panics with %q, want %v", got.Panic, want.Err)
	}
	return bufferDifference(want, got)
}

// faults are Go's messages for the kinds of errors.
var faults = regexp.MustCompile(`index out of range|slice bounds out of range|integer divide by zero|negative shift amount|makeslice: (len|cap) out of range`)

// check says what of an outcome is not as expected, or nothing.
func (x expectation) check(f *ir.Func, o *wire.Outcome) string {
	switch {
	case x.err == nil && o.Err != nil && (x.results != nil || x.after != nil):
		return fmt.Sprintf("unexpected error %v", o.Err)
	case x.err != nil && (o.Err == nil || o.Err.Kind != x.err.Kind || o.Err.X != x.err.X || o.Err.Y != x.err.Y):
		return fmt.Sprintf("error is %v, want %s %d %d", o.Err, x.err.Kind, x.err.X, x.err.Y)
	}
	for i, w := range x.results {
		if !w.matches(o.Results[i], o) {
			return fmt.Sprintf("result %d is not as expected", i)
		}
	}
	for i, cells := range x.after {
		if !slices.Equal(cells, o.Buffers[i].Cells) {
			return fmt.Sprintf("%s is not as expected", bufferName(i))
		}
	}
	return ""
}

// matches reports whether a result is as wanted.
func (w want) matches(v wire.Value, o *wire.Outcome) bool {
	if v.Slice == nil || w.value.Slice == nil {
		return slices.Equal(v.Cells, w.value.Cells) && v.Slice == nil && w.value.Slice == nil
	}
	if w.made == nil {
		return *v.Slice == *w.value.Slice
	}
	s := *v.Slice
	if s.Len != w.value.Slice.Len || s.Cap != w.value.Slice.Cap {
		return false
	}
	if s.Buf < 0 {
		return s.Buf == wire.Empty
	}
	b := o.Buffers[s.Buf]
	n := 1
	if t, err := parseType(b.Elem); err == nil {
		n = cellsOf(t)
	}
	return slices.Equal(b.Cells[s.Off*n:(s.Off+s.Len)*n], w.made)
}

// evaluate finds the case's outcome in the interpreter; false means that there is none within the limits.
func (s *Suite) evaluate(sub *Subject, c *Case, steps int64) (bool, error) {
	u := sub.Result.Unit
	o, err := evaluate(sub, c.Input, ir.Limits{Steps: steps, Cells: 1 << 21})
	if err != nil {
		if beyondLimits(err) {
			return false, nil
		}
		return false, fmt.Errorf("%s.%s, case %s: %w\n%s", path.Base(sub.path), c.Input.Kernel, c.Name, err,
			formatCase(u.Func(c.Input.Kernel), c.Input))
	}
	c.Want = normalise(u.Func(c.Input.Kernel), o)
	return true, nil
}
