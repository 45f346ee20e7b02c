package verify

import (
	"errors"
	"path"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/verify/wire"
)

// evaluate runs a case in the interpreter. An error means that the case has no defined outcome, or
// none within the limits.
func evaluate(sub *Subject, c *wire.Case, lim ir.Limits) (*wire.Outcome, error) {
	bufs := make([]*ir.Buffer, len(c.Buffers))
	for i, b := range c.Buffers {
		elem, err := parseType(b.Elem)
		if err != nil {
			return nil, err
		}
		bufs[i] = &ir.Buffer{Elem: elem, Cells: append([]uint64(nil), b.Cells...)}
	}
	f := sub.Result.Unit.Func(c.Kernel)
	if f == nil || len(f.Params) != len(c.Args) {
		return nil, errors.New("no kernel " + c.Kernel + " with so many parameters")
	}
	args := make([]ir.Datum, len(c.Args))
	for i, v := range c.Args {
		args[i] = datum(f.Params[i].Type, v, bufs)
	}
	results, err := sub.eval.Eval(c.Kernel, args, lim)
	o := &wire.Outcome{}
	if err != nil && !errors.As(err, &o.Err) {
		return nil, err
	}
	if o.Err == nil {
		bufs = collect(o, results, bufs)
	}
	for _, b := range bufs {
		o.Buffers = append(o.Buffers, wire.Buffer{Elem: b.Elem.String(), Cells: b.Cells})
	}
	return o, nil
}

// beyondLimits reports whether an evaluation only needs more steps or memory than it was given.
func beyondLimits(err error) bool {
	var u *ir.Undefined
	return errors.As(err, &u) && u.Limit
}

// datum is an argument of the interpreter.
func datum(t ir.Type, v wire.Value, bufs []*ir.Buffer) ir.Datum {
	d := ir.Datum{Type: t, Cells: v.Cells}
	switch s := v.Slice; {
	case s == nil || s.Buf == wire.Nil:
	case s.Buf == wire.Empty:
		d.Slice = ir.SliceRef{Buf: &ir.Buffer{Elem: *t.Elem}}
	default:
		d.Slice = ir.SliceRef{Buf: bufs[s.Buf], Off: s.Off, Len: s.Len, Cap: s.Cap}
	}
	return d
}

// collect records results in the same form as wire does for a compiled kernel: memory that the kernel
// made is known only by the slices that it returned.
func collect(o *wire.Outcome, results []ir.Datum, bufs []*ir.Buffer) []*ir.Buffer {
	inputs := map[*ir.Buffer]int{}
	for i, b := range bufs {
		inputs[b] = i
	}
	var fresh []ir.SliceRef
	var slots []*wire.Slice
	made := map[*ir.Buffer]int{}
	for _, d := range results {
		if d.Type.Kind != ir.Slice {
			o.Results = append(o.Results, wire.Value{Cells: d.Cells})
			continue
		}
		r := d.Slice
		s := &wire.Slice{Buf: wire.Nil, Len: r.Len, Cap: r.Cap}
		o.Results = append(o.Results, wire.Value{Slice: s})
		i, known := inputs[r.Buf]
		switch {
		case r.Buf == nil:
		case r.Cap == 0:
			s.Buf = wire.Empty
		case known:
			s.Buf, s.Off = i, r.Off
		default:
			if _, seen := made[r.Buf]; !seen {
				made[r.Buf] = len(made)
			}
			fresh, slots = append(fresh, r), append(slots, s)
		}
	}
	return append(bufs, pieces(fresh, slots, made, len(bufs))...)
}

// pieces returns the memory that fresh slices view as buffers, and completes the slices.
func pieces(fresh []ir.SliceRef, slots []*wire.Slice, made map[*ir.Buffer]int, first int) []*ir.Buffer {
	const apart = 1 << 40 // no buffer is as long
	spans := make([]wire.Span, len(fresh))
	for i, r := range fresh {
		lo := made[r.Buf]*apart + r.Off
		spans[i] = wire.Span{Lo: lo, Hi: lo + r.Cap}
	}
	piece, whole := wire.Group(spans)
	bufs := make([]*ir.Buffer, len(whole))
	for i, r := range fresh {
		span := whole[piece[i]]
		slots[i].Buf, slots[i].Off = first+piece[i], spans[i].Lo-span.Lo
		n := cellsOf(r.Buf.Elem)
		lo := span.Lo % apart
		hi := lo + span.Hi - span.Lo
		bufs[piece[i]] = &ir.Buffer{Elem: r.Buf.Elem, Cells: r.Buf.Cells[lo*n : hi*n]}
	}
	return bufs
}

// cellsOf returns the number of cells of a scalar, pair or array.
func cellsOf(t ir.Type) int {
	n := 1
	dims, elem := t.Dims()
	for _, d := range dims {
		n *= d
	}
	if elem.Kind.IsPair() {
		n *= 2
	}
	return n
}

// cellKind returns the kind of a type's cells.
func cellKind(t ir.Type) ir.Kind {
	_, elem := t.Dims()
	if elem.Kind.IsPair() {
		return elem.Kind.Part()
	}
	return elem.Kind
}

// normalise makes outcomes comparable: NaNs have one form, and an error's file has no folder.
func normalise(f *ir.Func, o *wire.Outcome) *wire.Outcome {
	for i, v := range o.Results {
		if i < len(f.Results) {
			canonical(cellKind(f.Results[i]), v.Cells)
		}
	}
	for _, b := range o.Buffers {
		if t, err := parseType(b.Elem); err == nil {
			canonical(cellKind(t), b.Cells)
		}
	}
	if o.Err != nil {
		e := *o.Err
		e.File = path.Base(e.File)
		o.Err = &e
	}
	return o
}

// canonical replaces every NaN among the cells by the positive quiet one.
func canonical(k ir.Kind, cells []uint64) {
	inf, nan := uint64(0x7ff<<52), uint64(0x7ff8<<48)
	if k == ir.F32 {
		inf, nan = 0xff<<23, 0x7fc<<20
	}
	if !k.IsFloat() {
		return
	}
	magnitude := uint64(1)<<(k.Bits()-1) - 1
	for i, c := range cells {
		if c&magnitude > inf {
			cells[i] = nan
		}
	}
}
