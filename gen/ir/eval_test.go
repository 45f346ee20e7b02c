package ir_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// TestEval calls each exported function of each NAME.ir in the archives of testdata/eval and compares results,
// errors and the memory behind slice parameters with NAME.want. A slice parameter is given 1, 2, 3, 4
// with a capacity of 6, any other is zero; s and t share their memory, t being the two elements from 1 on.
// KGEN_UPDATE=1 writes what comes.
func TestEval(t *testing.T) {
	for _, file := range files(t, "eval/*.txtar") {
		updateArchive(t, file, func(name, src string) string {
			u, err := ir.Parse(name, []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			p, err := ir.NewProgram(u)
			if err != nil {
				t.Fatalf("%s: %s: %v", file, name, err)
			}
			var out strings.Builder
			for _, f := range u.Funcs {
				if f.Exported {
					fmt.Fprintf(&out, "%s: %s\n", f.Name, outcome(t, p, f))
				}
			}
			return out.String()
		})
	}
}

// outcome calls a function and returns results or error, and memory.
func outcome(t *testing.T, p *ir.Program, f *ir.Func) string {
	var args []ir.Datum
	var memory []*ir.Buffer
	for _, param := range f.Params {
		switch {
		case param.Type.Kind != ir.Slice:
			args = append(args, ir.Scalars(param.Type, make([]uint64, param.Type.Lanes)...))
		case param.Name == "t" && len(memory) > 0:
			args = append(args, ir.Datum{Type: param.Type, Slice: ir.SliceRef{Buf: memory[0], Off: 1, Len: 2, Cap: 3}})
		default:
			b := ir.NewBuffer(*param.Type.Elem, 6)
			for i := range 4 {
				b.Cells[i] = uint64(i + 1)
			}
			memory = append(memory, b)
			args = append(args, ir.WholeSlice(b, 4, 6))
		}
	}
	results, err := p.Eval(f.Name, args, ir.Limits{Steps: 10000, Cells: 100000, Depth: 50})
	var text strings.Builder
	for i, r := range results {
		fmt.Fprintf(&text, "%s%s", map[bool]string{true: ", "}[i > 0], r)
	}
	text.WriteString(describe(t, err))
	for _, b := range memory {
		fmt.Fprintf(&text, " | %v", ir.WholeSlice(b, 6, 6))
	}
	return strings.TrimSpace(text.String())
}

// describe returns the text of an error with its kind.
func describe(t *testing.T, err error) string {
	var fault *kg.Error
	var undefined *ir.Undefined
	switch {
	case err == nil:
		return ""
	case errors.As(err, &fault):
		return fmt.Sprintf("error %v (x %d, y %d)", fault, fault.X, fault.Y)
	case errors.As(err, &undefined):
		return fmt.Sprintf("undefined %v", undefined)
	}
	t.Fatalf("an error of unknown type: %v", err)
	return ""
}

func TestArguments(t *testing.T) {
	u, err := ir.Parse("f.ir", []byte("unit u\nfunc f(%x i8, %s []c64) (i8) \"k.kg\":1:2 {\n return %x\n}"))
	if err != nil {
		t.Fatal(err)
	}
	i8, pairs := ir.Scalar(ir.I8), ir.NewBuffer(ir.Scalar(ir.C64), 3)
	slice := func(off, length, capacity int) ir.Datum {
		return ir.Datum{Type: ir.SliceOf(ir.Scalar(ir.C64)), Slice: ir.SliceRef{Buf: pairs, Off: off, Len: length, Cap: capacity}}
	}
	good := ir.Scalars(i8, 255)
	for _, c := range []struct {
		args []ir.Datum
		ok   bool
	}{
		{[]ir.Datum{good, slice(0, 3, 3)}, true},
		{[]ir.Datum{good, slice(3, 0, 0)}, true},
		{[]ir.Datum{good, {Type: ir.SliceOf(ir.Scalar(ir.C64))}}, true},
		{[]ir.Datum{good}, false},
		{[]ir.Datum{ir.Scalars(i8, 256), slice(0, 3, 3)}, false},
		{[]ir.Datum{ir.Scalars(i8), slice(0, 3, 3)}, false},
		{[]ir.Datum{ir.Scalars(ir.Scalar(ir.U8), 1), slice(0, 3, 3)}, false},
		{[]ir.Datum{good, slice(0, 3, 4)}, false},
		{[]ir.Datum{good, slice(1, 3, 3)}, false},
		{[]ir.Datum{good, slice(-1, 1, 1)}, false},
		{[]ir.Datum{good, slice(0, 2, 1)}, false},
		{[]ir.Datum{good, ir.WholeSlice(ir.NewBuffer(i8, 3), 3, 3)}, false},
		{[]ir.Datum{good, {Type: ir.SliceOf(ir.Scalar(ir.C64)), Slice: ir.SliceRef{Len: 1, Cap: 1}}}, false},
	} {
		results, err := ir.Eval(u, "f", c.args, ir.Limits{})
		var undefined *ir.Undefined
		if c.ok && (err != nil || results[0].Cells[0] != 255) || !c.ok && !errors.As(err, &undefined) {
			t.Errorf("%v: results %v, error %v", c.args, results, err)
		}
	}
	if _, err := ir.Eval(u, "g", nil, ir.Limits{}); err == nil {
		t.Error("a function that does not exist can be called")
	}
}
