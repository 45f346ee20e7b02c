package verify

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/verify/wire"
)

// parseType reads the text form of a scalar, pair or array type.
func parseType(s string) (ir.Type, error) {
	if dim, elem, ok := strings.Cut(strings.TrimPrefix(s, "["), "]"); ok && strings.HasPrefix(s, "[") {
		n, err := strconv.Atoi(dim)
		if err != nil || n < 1 {
			return ir.Type{}, fmt.Errorf("no type %q", s)
		}
		t, err := parseType(elem)
		return ir.ArrayOf(n, t), err
	}
	for k := ir.Bool; k <= ir.C128; k++ {
		if k.String() == s {
			return ir.Scalar(k), nil
		}
	}
	return ir.Type{}, fmt.Errorf("no type %q", s)
}

// parseCell reads one number or truth value.
func parseCell(k ir.Kind, s string) (uint64, error) {
	switch {
	case k == ir.Bool:
		b, err := strconv.ParseBool(s)
		if b {
			return 1, err
		}
		return 0, err
	case k.IsFloat():
		x, err := strconv.ParseFloat(s, k.Bits())
		return floatBits(k, x), err
	case k.IsSigned():
		x, err := strconv.ParseInt(s, 0, k.Bits())
		return wrap(k, uint64(x)), err
	}
	return strconv.ParseUint(s, 0, k.Bits())
}

// formatCell is the inverse of parseCell.
func formatCell(k ir.Kind, c uint64) string {
	switch {
	case k == ir.Bool:
		return strconv.FormatBool(c != 0)
	case k == ir.F32:
		return formatFloat(float64(math.Float32frombits(uint32(c))), 32)
	case k == ir.F64:
		return formatFloat(math.Float64frombits(c), 64)
	case k.IsSigned():
		shift := 64 - k.Bits()
		return strconv.FormatInt(int64(c<<shift)>>shift, 10)
	}
	return strconv.FormatUint(c, 10)
}

// formatFloat writes x exactly, without an exponent where it is short.
func formatFloat(x float64, bits int) string {
	if s := strconv.FormatFloat(x, 'g', -1, bits); len(s) <= 8 {
		return s
	}
	return strconv.FormatFloat(x, 'x', -1, bits)
}

// formatCells writes cells between spaces.
func formatCells(k ir.Kind, cells []uint64) string {
	var words []string
	for _, c := range cells {
		words = append(words, formatCell(k, c))
	}
	return strings.Join(words, " ")
}

// bufferNames are those of a case's buffers in its text form.
func bufferName(i int) string { return "b" + strconv.Itoa(i) }

// formatSlice writes a view: b0[lo:hi:max].
func formatSlice(s *wire.Slice) string {
	switch s.Buf {
	case wire.Nil:
		return "nil"
	case wire.Empty:
		return "empty"
	}
	return fmt.Sprintf("%s[%d:%d:%d]", bufferName(s.Buf), s.Off, s.Off+s.Len, s.Off+s.Cap)
}

func formatValue(t ir.Type, v wire.Value) string {
	if v.Slice != nil {
		return formatSlice(v.Slice)
	}
	return formatCells(cellKind(t), v.Cells)
}

// formatCase writes a case as it stands in a case file.
func formatCase(f *ir.Func, c *wire.Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, "call %s\n", c.Kernel)
	for i, buf := range c.Buffers {
		writeBuffer(&b, "buf", i, buf)
	}
	for i, p := range f.Params {
		fmt.Fprintf(&b, "arg %s = %s\n", p.Name, formatValue(p.Type, c.Args[i]))
	}
	return b.String()
}

func writeBuffer(b *strings.Builder, word string, i int, buf wire.Buffer) {
	t, _ := parseType(buf.Elem)
	fmt.Fprintf(b, "%s %s %s = %s\n", word, bufferName(i), buf.Elem, formatCells(cellKind(t), buf.Cells))
}

// formatOutcome writes an outcome as it stands in a case file, with all memory.
func formatOutcome(f *ir.Func, o *wire.Outcome) string {
	var b strings.Builder
	switch {
	case o.Err != nil:
		fmt.Fprintf(&b, "error %s %d %d at %s:%d:%d %s\n", o.Err.Kind, o.Err.X, o.Err.Y, o.Err.File, o.Err.Line, o.Err.Col, o.Err.Kernel)
	case o.Panic != "":
		fmt.Fprintf(&b, "panic %s\n", o.Panic)
	}
	for i, v := range o.Results {
		fmt.Fprintf(&b, "result %s\n", formatValue(f.Results[i], v))
	}
	for i, buf := range o.Buffers {
		writeBuffer(&b, "after", i, buf)
	}
	return b.String()
}
