package emit

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/ir"
)

// testKinds are the kinds that operations are tested on: those of scalars and of vectors together are all
// that are not the same in C.
func testKinds(lanes int) (ints, signed, floats []ir.Kind) {
	if lanes == 1 {
		ints = []ir.Kind{ir.I8, ir.I32, ir.Int, ir.U16, ir.U64}
	} else {
		ints = []ir.Kind{ir.I16, ir.I32, ir.I64, ir.U8, ir.U32}
	}
	return ints, ints[:3], []ir.Kind{ir.F32, ir.F64}
}

// opCase is one operation on operands of one kind each. The kernel of an opCase applies it to the
// elements of its first slices and stores to its last.
type opCase struct {
	name   string
	args   []ir.Kind
	result ir.Kind // of a comparison Bool
	lanes  int
	expr   string // the operation with its operands %x0, %x1, %x2
}

// casesOf lists every operation that works lane by lane with every kind.
func casesOf(lanes int) []opCase {
	ints, signed, floats := testKinds(lanes)
	nums := slices.Concat(ints, floats)
	var cases []opCase
	add := func(op string, result ir.Kind, args ...ir.Kind) {
		expr := op
		for i := range args {
			expr += fmt.Sprintf("%s %%x%d", map[bool]string{true: ","}[i > 0], i)
		}
		name := op
		for _, a := range args {
			name += "_" + a.String()
		}
		cases = append(cases, opCase{name + "_" + result.String(), args, result, lanes, expr})
	}
	over := func(kinds []ir.Kind, args int, ops ...string) {
		for _, op := range ops {
			for _, k := range kinds {
				add(op, k, []ir.Kind{k, k, k}[:args]...)
			}
		}
	}
	over(nums, 2, "add", "sub", "mul", "div", "min", "max")
	over(ints, 2, "rem", "and", "or", "xor", "andnot")
	over(ints, 1, "not")
	over(nums, 1, "neg")
	over(signed, 1, "abs")
	over(floats, 1, "sqrt", "abs", "floor", "ceil", "trunc")
	over(floats, 2, "copysign")
	over(floats, 3, "fma")
	for _, k := range ints {
		add("shl", k, k, ir.U64)
		add("shr", k, k, ir.U64)
	}
	for _, from := range nums {
		for _, to := range nums {
			if from.IsFloat() || to.IsFloat() || from.Bits() == 32 || to.Bits() == 32 { // the others are one cast, too
				add("conv", to, from)
			}
		}
	}
	for _, op := range []string{"eq", "ne", "lt", "le", "gt", "ge"} {
		for _, k := range nums {
			if k.IsFloat() || k.Bits() != 32 {
				add(op, ir.Bool, k, k)
			}
		}
	}
	if lanes == 1 {
		over([]ir.Kind{ir.Bool}, 2, "and", "or", "xor", "andnot", "eq", "ne")
		over([]ir.Kind{ir.Bool}, 1, "not")
	}
	return append(cases, constShifts(lanes)...)
}

// constShifts shift by constants, which the emitter writes in another way.
func constShifts(lanes int) []opCase {
	ints, _, _ := testKinds(lanes)
	var cases []opCase
	for _, op := range []string{"shl", "shr"} {
		for _, k := range ints {
			for _, n := range []int{3, k.Bits()} {
				cases = append(cases, opCase{fmt.Sprintf("%s%d_%s", op, n, k), []ir.Kind{k}, k, lanes,
					fmt.Sprintf("%s %%x0, %d:%s", op, n, ir.Vector(ir.U64, lanes))})
			}
		}
	}
	return cases
}

// text returns the case's kernel: it loops over its slices, the last of which takes the results.
func (c opCase) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "func %s(", c.name)
	for i, k := range c.args {
		fmt.Fprintf(&b, "%%a%d []%s, ", i, k)
	}
	stored := c.stored()
	fmt.Fprintf(&b, "%%r []%s) exported {\n%%n int = len %%r\nl: for %%i int = 0:int to %%n step %d {\n", stored, c.lanes)
	for i, k := range c.args {
		fmt.Fprintf(&b, "%%x%d %s = load %%a%d, %%i\n", i, ir.Vector(k, c.lanes), i)
	}
	result := ir.Vector(c.result, c.lanes)
	if c.result == ir.Bool {
		result = ir.Vector(c.args[0], c.lanes).MaskOf()
	}
	fmt.Fprintf(&b, "%%z %s = %s\n", result, c.expr)
	if c.result != stored {
		fmt.Fprintf(&b, "%%y %[1]s = select %%z, 1:%[1]s, 0:%[1]s\nstore %%r, %%i, %%y\n", ir.Vector(stored, c.lanes))
	} else {
		b.WriteString("store %r, %i, %z\n")
	}
	b.WriteString("}\nreturn\n}\n")
	return b.String()
}

// stored is the kind that the results are stored as: there are no slices of masks.
func (c opCase) stored() ir.Kind {
	if c.result == ir.Bool && c.lanes > 1 {
		return c.args[0]
	}
	return c.result
}

// edges are the values of a kind that operations are tried on, as bits.
func edges(k ir.Kind) []uint64 {
	switch {
	case k == ir.Bool:
		return []uint64{0, 1}
	case k == ir.F64:
		return []uint64{0, 1 << 63, 0x3ff0000000000000, 0xbff8000000000000, 0x7ff0000000000000, 0xfff0000000000000,
			0x7ff8000000000000, 1, 0x8000000000000001, 0x7fefffffffffffff, math.Float64bits(0x1p63), math.Float64bits(-0x1p63),
			math.Float64bits(0x1.fffffffffffffp63), math.Float64bits(2147483647.5), math.Float64bits(-2147483648.5),
			math.Float64bits(-128.9), math.Float64bits(65535.99), math.Float64bits(0.49999999999999994), math.Float64bits(1.0 / 3),
			math.Float64bits(16777217), math.Float64bits(1e-310), math.Float64bits(0x1p52 + 0.5)}
	case k == ir.F32:
		return []uint64{0, 1 << 31, 0x3f800000, 0xbfc00000, 0x7f800000, 0xff800000, 0x7fc00000, 1, 0x80000001, 0x7f7fffff,
			0x5f000000, 0xdf000000, 0x4f000000, 0xcf000000, 0x43000000, 0xc3010000, 0x4b800001, 0x3eaaaaab, 0x3effffff, 0x00400000}
	}
	mask := uint64(1)<<(k.Bits()-1)<<1 - 1
	top := uint64(1) << (k.Bits() - 1)
	list := []uint64{0, 1, 2, 3, mask, mask - 1, top, top - 1, top + 1, 7, uint64(k.Bits()), uint64(k.Bits() - 1), 100}
	if k.Bits() == 64 {
		list = append(list, 255, 1<<53+1, 1<<24+1, 1<<63+1<<39+1, mask-1<<10+1, 0x20000020000001, 0xfffffe8000000001)
	}
	return list
}

// inputs returns for each operand its values in all combinations, as many as fill whole vectors.
func (c opCase) inputs() [][]uint64 {
	columns := make([][]uint64, len(c.args))
	row := make([]uint64, len(c.args))
	var fill func(i int)
	fill = func(i int) {
		if i == len(row) {
			for j := range row {
				columns[j] = append(columns[j], row[j])
			}
			return
		}
		values := edges(c.args[i])
		if len(c.args) == 3 {
			values = append(values[:12:12], values[len(values)-2:]...)
		}
		for _, v := range values {
			if i == 1 && v == 0 && c.args[0].IsInteger() && (strings.HasPrefix(c.name, "div") || strings.HasPrefix(c.name, "rem")) {
				continue // has no meaning: kernels check first
			}
			row[i] = v
			fill(i + 1)
		}
	}
	fill(0)
	for len(columns[0])%c.lanes != 0 {
		for j := range columns {
			columns[j] = append(columns[j], columns[j][0])
		}
	}
	return columns
}

// arguments returns the kernel's arguments.
func (c opCase) arguments() []ir.Datum {
	var args []ir.Datum
	n := 0
	for i, cells := range c.inputs() {
		n = len(cells)
		args = append(args, ir.WholeSlice(&ir.Buffer{Elem: ir.Scalar(c.args[i]), Cells: cells}, n, n))
	}
	return append(args, ir.WholeSlice(ir.NewBuffer(ir.Scalar(c.stored()), n), n, n))
}

// lanesText is a kernel of the operations that only vectors have. V is the vector of kind K with L lanes,
// M its mask, I the vector of indexes; COMPARE defines the mask %m.
const lanesText = `
func lanes_K(%a []K, %b []K, %selected []K, %loaded []K, %stored []K, %gathered []K, %scattered []K, %filled []K, %flags []int) exported {
	%n int = len %a
	%lanes I = lanes
	all: for %i int = 0:int to %n step L {
		%x V = load %a, %i
		%y V = load %b, %i
		COMPARE
		%s V = select %m, %x, %y
		store %selected, %i, %s
		%l V = mload %a, %i, %m
		store %loaded, %i, %l
		mstore %stored, %i, %x, %m
		%base I = splat %i
		%back I = sub LAST:I, %lanes
		%from I = add %base, %back
		%g V = gather %a, %from, %m
		store %gathered, %i, %g
		%half I = shr %lanes, 1:COUNTS
		%to I = add %base, %half
		scatter %scattered, %to, %x, %m
		%e K = extract %x, LAST:int
		%f V = splat %e
		store %filled, %i, %f
		%any bool = any %m
		%every bool = all %m
		%first bool = extract %m, 0:int
		%spread M = splat %first
		%both M = andnot %m, %spread
		%other M = not %both
		%most bool = all %other
		%f0 int = select %any, 1:int, 0:int
		%f1 int = select %every, 2:int, 0:int
		%f2 int = select %first, 4:int, 0:int
		%f3 int = select %most, 8:int, 0:int
		%f01 int = or %f0, %f1
		%f23 int = or %f2, %f3
		%flag int = or %f01, %f23
		store %flags, %i, %flag
	}
	return
}
`

// lanesKernel fills lanesText in.
func lanesKernel(k ir.Kind, lanes int) string {
	v := ir.Vector(k, lanes)
	compare := "%m M = lt %x, %y"
	if k.IsPair() {
		part := ir.Vector(k.Part(), lanes).String()
		compare = "%p " + part + " = re %x\n%q " + part + " = im %y\n%m M = lt %p, %q"
	}
	return strings.NewReplacer("COMPARE", strings.ReplaceAll(compare, "M", v.MaskOf().String()), "COUNTS", ir.Vector(ir.U64, lanes).String(),
		"LAST", fmt.Sprint(lanes-1), "K", k.String(), "V", v.String(), "M", v.MaskOf().String(), "L", fmt.Sprint(lanes),
		"I", ir.Vector(ir.Int, lanes).String()).Replace(lanesText)
}

// lanesArguments returns arguments for lanesKernel with all comparisons in them, memory not zero at first.
func lanesArguments(k ir.Kind, lanes int) []ir.Datum {
	part := k
	if k.IsPair() {
		part = k.Part()
	}
	c := opCase{name: "lanes", args: []ir.Kind{part, part}, lanes: 2 * lanes}
	columns := c.inputs()
	n := len(columns[0])
	if k.IsPair() {
		n /= 2
	}
	args := []ir.Datum{ir.WholeSlice(&ir.Buffer{Elem: ir.Scalar(k), Cells: columns[0]}, n, n),
		ir.WholeSlice(&ir.Buffer{Elem: ir.Scalar(k), Cells: columns[1]}, n, n)}
	for range 6 {
		b := ir.NewBuffer(ir.Scalar(k), n)
		for i := range b.Cells {
			b.Cells[i] = 5
		}
		args = append(args, ir.WholeSlice(b, n, n))
	}
	return append(args, ir.WholeSlice(ir.NewBuffer(ir.Scalar(ir.Int), n), n, n))
}

// TestCOps compiles every operation on every kind with every compiler for every CPU level, and compares with Eval
// bit by bit.
func TestCOps(t *testing.T) {
	for _, compiler := range []string{"gcc", "clang", "tcc"} {
		t.Run(compiler, func(t *testing.T) {
			runOps(t, compiler, 1)
			if compiler != "tcc" {
				runOps(t, compiler, 4)
			}
		})
	}
}

func runOps(t *testing.T, compiler string, lanes int) {
	var text strings.Builder
	text.WriteString("unit ops\n")
	cases := casesOf(lanes)
	for _, c := range cases {
		text.WriteString(c.text())
	}
	ints, _, floats := testKinds(lanes)
	vectors := slices.Concat(ints, floats, []ir.Kind{ir.C64, ir.C128})
	if lanes > 1 {
		for _, k := range vectors {
			text.WriteString(lanesKernel(k, lanes))
		}
	}
	u := parseUnit(t, text.String())
	l := buildC(t, u, compiler)
	program, err := ir.NewProgram(u)
	if err != nil {
		t.Fatal(err)
	}
	l.levels(func(level int64) {
		for _, c := range cases {
			compareCall(t, program, l, level, c.name, c.arguments)
		}
		if lanes > 1 {
			for _, k := range vectors {
				compareCall(t, program, l, level, "lanes_"+k.String(), func() []ir.Datum { return lanesArguments(k, lanes) })
			}
		}
	})
}

// compareCall evaluates and calls a kernel, each on arguments of its own, and compares results and memory.
func compareCall(t *testing.T, p *ir.Program, l *cLibrary, level int64, fn string, arguments func() []ir.Datum) {
	t.Helper()
	want, got := arguments(), arguments()
	wantResults, wantErr := p.Eval(fn, want, ir.Limits{})
	gotResults, gotErr := l.call(fn, got)
	if fmt.Sprint(wantErr) != fmt.Sprint(gotErr) {
		t.Fatalf("%s, level %d: error %v, want %v", fn, level, gotErr, wantErr)
	}
	for i := range want {
		sameDatum(t, fmt.Sprintf("%s, level %d: argument %d", fn, level, i), arguments(), got[i], want[i])
	}
	for i := range wantResults {
		sameDatum(t, fmt.Sprintf("%s, level %d: result %d", fn, level, i), arguments(), gotResults[i], wantResults[i])
	}
}

// sameDatum compares two values, NaNs as equal.
func sameDatum(t *testing.T, what string, input []ir.Datum, got, want ir.Datum) {
	t.Helper()
	typ, gotCells, wantCells := want.Type, got.Cells, want.Cells
	if want.Type.Kind == ir.Slice {
		g, w := got.Slice, want.Slice
		if (g.Buf == nil) != (w.Buf == nil) || g.Off != w.Off || g.Len != w.Len || g.Cap != w.Cap {
			t.Errorf("%s: slice %v, want %v", what, g, w)
			return
		}
		if w.Buf == nil {
			return
		}
		typ, gotCells, wantCells = *typ.Elem, g.Buf.Cells, w.Buf.Cells
	}
	kinds := cellKinds(typ)
	for i := range wantCells {
		k := kinds[i%len(kinds)]
		if gotCells[i] != wantCells[i] && !(isNaN(k, gotCells[i]) && isNaN(k, wantCells[i])) {
			text := ""
			for _, in := range input {
				if in.Slice.Buf != nil && i < len(in.Slice.Buf.Cells) {
					text += fmt.Sprintf(" %#x", in.Slice.Buf.Cells[i])
				}
			}
			t.Errorf("%s: cell %d is %#x, want %#x; inputs%s", what, i, gotCells[i], wantCells[i], text)
			return
		}
	}
}

func isNaN(k ir.Kind, bits uint64) bool {
	switch k {
	case ir.F32:
		return bits&0x7fffffff > 0x7f800000
	case ir.F64:
		return bits&(1<<63-1) > 0x7ff0000000000000
	}
	return false
}
