package ir_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kgen-go/kgen/gen/ir"
)

// edges returns the cells of a kind that operations are tested on.
func edges(k ir.Kind, rng *rand.Rand) []uint64 {
	if k.IsFloat() {
		return floatEdges(k, rng)
	}
	mask := uint64(1)<<k.Bits() - 1
	top := uint64(1) << (k.Bits() - 1)
	cells := []uint64{0, 1, 2, 3, 7, 63, 64, 100, top - 1, top, top + 1, mask - 1, mask, mask - 6}
	for range 20 {
		cells = append(cells, rng.Uint64()>>rng.IntN(64))
	}
	for i := range cells {
		cells[i] &= mask
	}
	// Neighbours of what a float32 and a float64 can hold, for conversions.
	for _, c := range []uint64{1<<24 + 1, 1<<24 + 3, 1<<53 + 1, 1<<53 + 3, 1<<40 + 1<<16, 1<<40 + 1<<16 + 1, 1<<63 + 1<<39, 1<<63 + 1<<39 + 1} {
		cells = append(cells, c&mask)
	}
	return cells
}

func floatEdges(k ir.Kind, rng *rand.Rand) []uint64 {
	values := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, 0.1, 3, 1e10, -1e10, 1e-310, 4e-324, 1e-45, 1e-40,
		math.MaxFloat64, -math.MaxFloat64, math.MaxFloat32, 1e308, 127.9, 128, -128.5, -129, 255.5, 256, 32767.5, 65536, 1<<31 - 1, 1 << 31,
		-1 << 31, 1 << 32, 1 << 52, 1<<52 + 0.5, 1 << 53, 1 << 63, -1 << 63, 1 << 64, 0.49999999999999994, 16777217, math.Inf(1), math.Inf(-1), math.NaN()}
	var cells []uint64
	for _, v := range values {
		if k == ir.F32 {
			cells = append(cells, uint64(math.Float32bits(float32(v))))
		} else {
			cells = append(cells, math.Float64bits(v))
		}
	}
	for range 20 {
		if k == ir.F32 {
			cells = append(cells, uint64(rng.Uint32()))
		} else {
			cells = append(cells, rng.Uint64())
		}
	}
	return cells
}

// lanes is the vector length that operations are tested with, beside one lane.
const lanes = 8

// operation is a program that applies one operation to parameters, on one lane and on many.
type operation struct {
	prog           *ir.Program
	params, result ir.Kind // the kind of the parameters but a shift's count, and of the result's cells
	count          bool    // the second parameter is a U64
}

func newOperation(t *testing.T, op ir.Op, params, result ir.Kind, args int) operation {
	t.Helper()
	o := operation{params: params, result: result, count: op == ir.OpShl || op == ir.OpShr}
	src := "unit u\n"
	for name, n := range map[string]int{"one": 1, "many": lanes} {
		var list, uses string
		for i := range args {
			comma := map[bool]string{true: ", "}[i > 0]
			list += fmt.Sprintf("%s%%x%d %s", comma, i, o.param(i, n))
			uses += fmt.Sprintf("%s%%x%d", comma, i)
		}
		to := ir.Vector(result, n)
		if result == ir.Bool {
			to = ir.Vector(params, n).MaskOf()
		}
		src += fmt.Sprintf("func %s(%s) (%s) {\n%%r %s = %s %s\nreturn %%r\n}\n", name, list, to, to, op, uses)
	}
	u, err := ir.Parse("op.ir", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if o.prog, err = ir.NewProgram(u); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o operation) param(i, lanes int) ir.Type {
	if o.count && i == 1 {
		return ir.Vector(ir.U64, lanes)
	}
	return ir.Vector(o.params, lanes)
}

// run applies the operation to rows of operands, in one lane or many.
func (o operation) run(t *testing.T, fn string, rows [][]uint64) []uint64 {
	t.Helper()
	args := make([]ir.Datum, len(rows[0]))
	for i := range args {
		args[i] = ir.Datum{Type: o.param(i, len(rows))}
		for _, row := range rows {
			args[i].Cells = append(args[i].Cells, row[i])
		}
	}
	results, err := o.prog.Eval(fn, args, ir.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return results[0].Cells
}

// check compares the operation on all rows with what is wanted; NaNs are all the same.
func (o operation) check(t *testing.T, op ir.Op, rows [][]uint64, want []uint64) {
	t.Helper()
	for len(rows)%lanes != 0 {
		rows, want = append(rows, rows[0]), append(want, want[0])
	}
	for i := 0; i < len(rows); i += lanes {
		many := o.run(t, "many", rows[i:i+lanes])
		for j, row := range rows[i : i+lanes] {
			one := o.run(t, "one", rows[i+j:i+j+1])[0]
			if !o.same(one, want[i+j]) || !o.same(many[j], want[i+j]) {
				t.Errorf("%s of %s %#x is %#x, in lanes %#x, want %#x", op, o.params, row, one, many[j], want[i+j])
			}
		}
	}
}

func (o operation) same(a, b uint64) bool {
	return a == b || o.result.IsFloat() && math.IsNaN(numberOf(o.result, a).value()) && math.IsNaN(numberOf(o.result, b).value())
}

// arity and the kinds of the operations that work lane by lane.
var lanewise = []struct {
	op           ir.Op
	args         int
	ints, floats bool
	test         bool
}{
	{ir.OpAdd, 2, true, true, false}, {ir.OpSub, 2, true, true, false}, {ir.OpMul, 2, true, true, false},
	{ir.OpDiv, 2, true, true, false}, {ir.OpRem, 2, true, false, false}, {ir.OpAnd, 2, true, false, false},
	{ir.OpOr, 2, true, false, false}, {ir.OpXor, 2, true, false, false}, {ir.OpAndNot, 2, true, false, false},
	{ir.OpShl, 2, true, false, false}, {ir.OpShr, 2, true, false, false}, {ir.OpNeg, 1, true, true, false},
	{ir.OpNot, 1, true, false, false}, {ir.OpEq, 2, true, true, true}, {ir.OpNe, 2, true, true, true},
	{ir.OpLt, 2, true, true, true}, {ir.OpLe, 2, true, true, true}, {ir.OpGt, 2, true, true, true},
	{ir.OpGe, 2, true, true, true}, {ir.OpMin, 2, true, true, false}, {ir.OpMax, 2, true, true, false},
	{ir.OpAbs, 1, true, true, false}, {ir.OpSqrt, 1, false, true, false}, {ir.OpFloor, 1, false, true, false},
	{ir.OpCeil, 1, false, true, false}, {ir.OpTrunc, 1, false, true, false}, {ir.OpCopysign, 2, false, true, false},
	{ir.OpFma, 3, false, true, false},
}

func TestMeaning(t *testing.T) {
	for _, c := range lanewise {
		for _, k := range numeric {
			if k.IsInteger() && !c.ints || k.IsFloat() && !c.floats || c.op == ir.OpAbs && !k.IsSigned() {
				continue
			}
			t.Run(c.op.String()+"/"+k.String(), func(t *testing.T) {
				result := k
				if c.test {
					result = ir.Bool
				}
				o := newOperation(t, c.op, k, result, c.args)
				rng := rand.New(rand.NewPCG(uint64(c.op), uint64(k)))
				var rows [][]uint64
				var want []uint64
				for _, row := range operandRows(c.args, o, rng) {
					cell, ok := oracle(c.op, k, row)
					if ok {
						rows, want = append(rows, row), append(want, cell)
					}
				}
				o.check(t, c.op, rows, want)
			})
		}
	}
}

func oracle(op ir.Op, k ir.Kind, row []uint64) (uint64, bool) {
	row = append(row[:len(row):len(row)], 0, 0)
	if k.IsFloat() {
		return floatOracle(op, k, row[0], row[1], row[2]), true
	}
	return intOracle(op, k, row[0], row[1])
}

// operandRows returns all pairs of edges, with any third.
func operandRows(args int, o operation, rng *rand.Rand) [][]uint64 {
	first := edges(o.params, rng)
	var rows [][]uint64
	for _, x := range first {
		if args == 1 {
			rows = append(rows, []uint64{x})
			continue
		}
		for _, y := range edges(o.param(1, 1).Kind, rng) {
			row := []uint64{x, y}
			if args == 3 {
				row = append(row, first[rng.IntN(len(first))])
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func TestConversions(t *testing.T) {
	for _, from := range numeric {
		for _, to := range numeric {
			o := newOperation(t, ir.OpConv, from, to, 1)
			var rows [][]uint64
			var want []uint64
			for _, x := range edges(from, rand.New(rand.NewPCG(uint64(from), uint64(to)))) {
				rows, want = append(rows, []uint64{x}), append(want, convOracle(from, to, x))
			}
			o.check(t, ir.OpConv, rows, want)
		}
	}
}

// TestFma32 checks sums that are just beside the middle of two float32, where rounding twice goes wrong: the
// product of 1+a/4096 and 1+b/4096 is such a middle for odd a and b.
func TestFma32(t *testing.T) {
	o := newOperation(t, ir.OpFma, ir.F32, ir.F32, 3)
	rng := rand.New(rand.NewPCG(1, 2))
	var rows [][]uint64
	var want []uint64
	twice := 0
	for range 2000 {
		x, y := 1+float32(2*rng.IntN(800)+1)/4096, 1+float32(2*rng.IntN(800)+1)/4096
		z := float32(math.Ldexp(float64(1-2*rng.IntN(2)), -rng.IntN(140)))
		row := []uint64{uint64(math.Float32bits(x)), uint64(math.Float32bits(y)), uint64(math.Float32bits(z))}
		exact := floatOracle(ir.OpFma, ir.F32, row[0], row[1], row[2])
		if exact != uint64(math.Float32bits(float32(math.FMA(float64(x), float64(y), float64(z))))) {
			twice++
		}
		rows, want = append(rows, row), append(want, exact)
	}
	if twice == 0 {
		t.Error("no case tells one rounding from two")
	}
	o.check(t, ir.OpFma, rows, want)
}

func TestLogic(t *testing.T) {
	src := `unit u
func f(%x bool, %y bool, %v m8x4, %w m8x4) (bool, bool, bool, bool, bool, bool, bool, m8x4, m8x4, m8x4, m8x4, m8x4) {
%a bool = and %x, %y
%b bool = or %x, %y
%c bool = xor %x, %y
%d bool = andnot %x, %y
%e bool = not %x
%f bool = eq %x, %y
%g bool = ne %x, %y
%h m8x4 = and %v, %w
%i m8x4 = or %v, %w
%j m8x4 = xor %v, %w
%k m8x4 = andnot %v, %w
%l m8x4 = not %v
return %a, %b, %c, %d, %e, %f, %g, %h, %i, %j, %k, %l
}`
	u, err := ir.Parse("logic.ir", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []bool{false, true} {
		for _, y := range []bool{false, true} {
			one := func(b bool) ir.Datum { return ir.Scalars(ir.Scalar(ir.Bool), truth(b)) }
			many := func(b bool) ir.Datum { return ir.Scalars(ir.Vector(ir.M8, 4), truth(b), 0, truth(b), 1) }
			got, err := ir.Eval(u, "f", []ir.Datum{one(x), one(y), many(x), many(y)}, ir.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			want := []bool{x && y, x || y, x != y, x && !y, !x, x == y, x != y, x && y, x || y, x != y, x && !y, !x}
			for i, w := range want {
				if got[i].Cells[0] != truth(w) || len(got[i].Cells) == 4 && got[i].Cells[2] != truth(w) {
					t.Errorf("result %d of %v, %v is %v, want %v", i, x, y, got[i], w)
				}
			}
		}
	}
}
