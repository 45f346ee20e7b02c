package emit

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// The tests of this file run every scalar operation on edge values through the Go compiler, on
// variables and on constants in every combination, and compare the bits with ir.Eval.

// goScalarKinds are the kinds that the operations are tried on.
var goScalarKinds = []ir.Kind{ir.Bool, ir.I8, ir.I16, ir.I32, ir.I64, ir.Int, ir.U8, ir.U16, ir.U32, ir.U64, ir.Uint, ir.F32, ir.F64}

// goEdges returns values of a kind at which operations go wrong.
func goEdges(k ir.Kind) []uint64 {
	switch {
	case k == ir.Bool:
		return []uint64{0, 1}
	case k == ir.F32:
		return goFloatEdges(func(x float64) uint64 { return uint64(math.Float32bits(float32(x))) }, math.MaxFloat32, math.SmallestNonzeroFloat32)
	case k == ir.F64:
		return goFloatEdges(math.Float64bits, math.MaxFloat64, math.SmallestNonzeroFloat64)
	}
	mask := uint64(math.MaxUint64) >> (64 - k.Bits())
	half := uint64(1) << (k.Bits() - 1)
	return []uint64{0, 1, 2, 7, half - 1, half, half + 1, mask - 1, mask}
}

func goFloatEdges(bits func(float64) uint64, greatest, least float64) []uint64 {
	var out []uint64
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1.5, 2.5, 0.1, 1e10, -3e9, 0x1p63, 300.75,
		greatest, -greatest, least, math.Inf(1), math.Inf(-1), math.NaN()} {
		out = append(out, bits(x))
	}
	negativeNaN := bits(math.NaN()) | bits(math.Copysign(0, -1))
	return append(out, negativeNaN)
}

// goOpCase is an operation on operands of these kinds.
type goOpCase struct {
	op   ir.Op
	args []ir.Kind
	to   ir.Kind
}

func goOpCases() []goOpCase {
	var list []goOpCase
	add := func(op ir.Op, to ir.Kind, args ...ir.Kind) { list = append(list, goOpCase{op, args, to}) }
	for _, k := range goScalarKinds {
		for op := ir.OpAdd; op <= ir.OpFma; op++ {
			switch isBool, isInt := k == ir.Bool, k.IsInteger(); {
			case op >= ir.OpRem && op <= ir.OpAndNot && op != ir.OpRem && (isBool || isInt):
				add(op, k, k, k)
			case op == ir.OpNot && (isBool || isInt):
				add(op, k, k)
			case (op == ir.OpEq || op == ir.OpNe) && isBool:
				add(op, ir.Bool, k, k)
			case isBool:
			case op <= ir.OpDiv || op == ir.OpRem && isInt || op == ir.OpMin || op == ir.OpMax || op == ir.OpCopysign && !isInt:
				add(op, k, k, k)
			case (op == ir.OpShl || op == ir.OpShr) && isInt:
				add(op, k, k, ir.U64)
			case op == ir.OpNeg || op == ir.OpAbs && k.IsSigned() || op >= ir.OpSqrt && op <= ir.OpTrunc && op != ir.OpAbs && !isInt:
				add(op, k, k)
			case op >= ir.OpEq && op <= ir.OpGe:
				add(op, ir.Bool, k, k)
			case op == ir.OpFma && !isInt:
				add(op, k, k, k, k)
			}
		}
		add(ir.OpSelect, k, ir.Bool, k, k)
		for _, to := range goScalarKinds {
			if k != ir.Bool && to != ir.Bool && k != to {
				add(ir.OpConv, to, k)
			}
		}
	}
	return list
}

func (c goOpCase) name(constants int) string {
	return fmt.Sprintf("F%s_%s_%s_%d", strings.ReplaceAll(c.op.String(), ".", ""), c.args[len(c.args)-1], c.to, constants)
}

// add adds to u a function per set of operands that are constants: it applies the operation to the other
// operands and all constants, and stores the results in the slice out.
func (c goOpCase) add(u *ir.Unit) []*ir.Func {
	var funcs []*ir.Func
	for set := range 1 << len(c.args) {
		f := &ir.Func{Name: c.name(set), Exported: true, Body: &ir.Block{}}
		out := &ir.Value{Name: "out", Type: ir.SliceOf(ir.Scalar(c.to))}
		f.Params = append(f.Params, out)
		operands := make([]*ir.Value, len(c.args))
		for i, k := range c.args {
			if set>>i&1 == 0 {
				operands[i] = &ir.Value{Name: fmt.Sprint("x", i), Type: ir.Scalar(k)}
				f.Params = append(f.Params, operands[i])
			}
		}
		n := 0
		c.apply(f.Body, set, operands, 0, func(in *ir.Instr) {
			in.Results = []*ir.Value{{Name: fmt.Sprint("r", n), Type: ir.Scalar(c.to)}}
			index := intConst(n)
			f.Body.Instrs = append(f.Body.Instrs, in, &ir.Instr{Op: ir.OpStore, Args: []*ir.Value{out, index, in.Results[0]}, Unchecked: true})
			n++
		})
		f.Body.Instrs = append(f.Body.Instrs, &ir.Instr{Op: ir.OpReturn})
		u.Funcs = append(u.Funcs, f)
		funcs = append(funcs, f)
	}
	return funcs
}

// apply emits the operation for all constants of the operands in the set from the i-th on.
func (c goOpCase) apply(b *ir.Block, set int, operands []*ir.Value, i int, emit func(*ir.Instr)) {
	if i < len(operands) {
		if set>>i&1 == 0 {
			c.apply(b, set, operands, i+1, emit)
			return
		}
		edges := goEdges(c.args[i])
		for n, bits := range edges {
			if len(edges) > 10 && n%3 != 0 && set&(set-1) != 0 || len(c.args) == 3 && n%5 != 0 {
				continue // of the combinations of several constants a part will do
			}
			operands[i] = &ir.Value{Type: ir.Scalar(c.args[i]), Const: true, Bits: [2]uint64{bits}}
			c.apply(b, set, operands, i+1, emit)
		}
		return
	}
	divisor := operands[len(operands)-1]
	if (c.op == ir.OpDiv || c.op == ir.OpRem) && c.to.IsInteger() {
		if divisor.Const && divisor.Bits[0] == 0 {
			return
		}
		if !divisor.Const && len(b.Instrs) == 0 {
			b.Instrs = append(b.Instrs, &ir.Instr{Op: ir.OpCheckNonzero, Args: []*ir.Value{divisor}})
		}
	}
	emit(&ir.Instr{Op: c.op, Args: append([]*ir.Value{}, operands...)})
}

// goOutputs returns how many results a function of goOpCase.add stores.
func goOutputs(f *ir.Func) int {
	n := 0
	ir.Walk(f.Body, func(in *ir.Instr) bool {
		if in.Op == ir.OpStore {
			n++
		}
		return true
	})
	return n
}

// goEachInput calls fn with the edge values of the parameters behind out in every combination.
func goEachInput(params []*ir.Value, fn func(cells []uint64)) {
	if len(params) == 0 {
		fn(nil)
		return
	}
	goEachInput(params[1:], func(rest []uint64) {
		for _, bits := range goEdges(params[0].Type.Kind) {
			fn(append([]uint64{bits}, rest...))
		}
	})
}

// goExpected returns what the program of goOpsMain prints for the function.
func goExpected(t *testing.T, p *ir.Program, f *ir.Func) string {
	var text strings.Builder
	elem := *f.Params[0].Type.Elem
	goEachInput(f.Params[1:], func(cells []uint64) {
		buf := ir.NewBuffer(elem, goOutputs(f))
		args := []ir.Datum{ir.WholeSlice(buf, goOutputs(f), goOutputs(f))}
		for i, c := range cells {
			args = append(args, ir.Scalars(f.Params[i+1].Type, c))
		}
		_, err := p.Eval(f.Name, args, ir.Limits{})
		if err != nil {
			if _, ok := err.(*kg.Error); !ok {
				t.Fatalf("%s%x: %v", f.Name, cells, err)
			}
			fmt.Fprintf(&text, "%s%x error\n", f.Name, cells)
			return
		}
		fmt.Fprintf(&text, "%s%x", f.Name, cells)
		for _, c := range buf.Cells {
			fmt.Fprintf(&text, " %x", goCanonical(elem.Kind, c))
		}
		text.WriteByte('\n')
	})
	return text.String()
}

// goCanonical makes all NaN one.
func goCanonical(k ir.Kind, bits uint64) uint64 {
	if k == ir.F32 && bits&0x7fffffff > 0x7f800000 {
		return 0x7fc00000
	}
	if k == ir.F64 && bits&(1<<63-1) > 0x7ff<<52 {
		return 0x7ff8 << 48
	}
	return bits
}

// goOpsMain is the program that calls the functions; it is given their calls.
const goOpsMain = `package main

import (
	"bufio"
	"fmt"
	"math"
	"os"

	"ops/ops"
)

type scalar interface {
	bool | int8 | int16 | int32 | int64 | int | uint8 | uint16 | uint32 | uint64 | uint | float32 | float64
}

func from[T scalar](bits uint64) (x T) {
	switch p := any(&x).(type) {
	case *bool:
		*p = bits != 0
	case *int8:
		*p = int8(bits)
	case *int16:
		*p = int16(bits)
	case *int32:
		*p = int32(bits)
	case *int64:
		*p = int64(bits)
	case *int:
		*p = int(bits)
	case *uint8:
		*p = uint8(bits)
	case *uint16:
		*p = uint16(bits)
	case *uint32:
		*p = uint32(bits)
	case *uint64:
		*p = bits
	case *uint:
		*p = uint(bits)
	case *float32:
		*p = math.Float32frombits(uint32(bits))
	case *float64:
		*p = math.Float64frombits(bits)
	}
	return x
}

func to[T scalar](x T) uint64 {
	switch x := any(x).(type) {
	case bool:
		if x {
			return 1
		}
		return 0
	case int8:
		return uint64(uint8(x))
	case int16:
		return uint64(uint16(x))
	case int32:
		return uint64(uint32(x))
	case int64:
		return uint64(x)
	case int:
		return uint64(x)
	case uint8:
		return uint64(x)
	case uint16:
		return uint64(x)
	case uint32:
		return uint64(x)
	case uint64:
		return x
	case uint:
		return uint64(x)
	case float32:
		if x != x {
			return 0x7fc00000
		}
		return uint64(math.Float32bits(x))
	case float64:
		if x != x {
			return 0x7ff8 << 48
		}
		return math.Float64bits(x)
	}
	panic("no scalar")
}

var out = bufio.NewWriter(os.Stdout)

func show[T scalar](name string, n int, cells []uint64, call func(out []T)) {
	fmt.Fprintf(out, "%s%x", name, cells)
	defer func() {
		if recover() != nil {
			fmt.Fprint(out, " error")
		}
		fmt.Fprintln(out)
	}()
	results := make([]T, n)
	call(results)
	for _, r := range results {
		fmt.Fprintf(out, " %x", to(r))
	}
}

func each(edges [][]uint64, fn func(cells []uint64)) {
	if len(edges) == 0 {
		fn(nil)
		return
	}
	each(edges[1:], func(rest []uint64) {
		for _, bits := range edges[0] {
			fn(append([]uint64{bits}, rest...))
		}
	})
}

func main() {
	defer out.Flush()
`

// goCallOf returns the lines of main that call the function with all inputs.
func goCallOf(f *ir.Func) string {
	var b strings.Builder
	b.WriteString("\teach([][]uint64{")
	var args string
	for i, p := range f.Params[1:] {
		b.WriteString("{")
		for _, bits := range goEdges(p.Type.Kind) {
			fmt.Fprintf(&b, "%#x,", bits)
		}
		b.WriteString("},")
		args += fmt.Sprintf(", from[%s](c[%d])", goTypes[p.Type.Kind], i)
	}
	to := goTypes[f.Params[0].Type.Elem.Kind]
	fmt.Fprintf(&b, "}, func(c []uint64) { show(%q, %d, c, func(out []%s) { ops.%s(out%s) }) })\n", f.Name, goOutputs(f), to, f.Name, args)
	return b.String()
}

func TestGoOperations(t *testing.T) {
	u := &ir.Unit{Package: "ops", Sites: []ir.Site{{Kind: kg.Divide, Kernel: "ops"}}}
	main := goOpsMain
	var funcs []*ir.Func
	for _, c := range goOpCases() {
		for _, f := range c.add(u) {
			funcs = append(funcs, f)
			main += goCallOf(f)
		}
	}
	for _, f := range controlFuncs(t) {
		u.Funcs = append(u.Funcs, f)
		funcs = append(funcs, f)
		main += goCallOf(f)
	}
	p, err := ir.NewProgram(u)
	if err != nil {
		t.Fatal(err)
	}
	code, err := Go(u, GoOptions{Package: "ops", ImportPath: "ops/ops", Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	dir := goModule(t, "ops", map[string]string{"ops/ops_kg.go": string(code), "main.go": main + "}\n"})
	goRun(t, dir, "vet", "./ops")
	got := strings.Split(goRun(t, dir, "run", "."), "\n")
	failures := 0
	var want []string
	for _, f := range funcs {
		want = append(want, strings.Split(strings.TrimSuffix(goExpected(t, p, f), "\n"), "\n")...)
	}
	for i, w := range want {
		if i >= len(got) || got[i] != w {
			t.Errorf("Go differs from Eval:\nwant %s\n got %s", w, got[min(i, len(got)-1)])
			if failures++; failures > 10 {
				t.FailNow()
			}
		}
	}
	t.Logf("%d functions, %d calls", len(funcs), len(want))
}

// controlText are functions with loops that lowering does not make: with steps that reach the greatest integer,
// limits that the loop changes, jumps out of blocks inside of loops. KIND and STEP are replaced.
const controlText = `
func Step_KIND_STEP(%out []KIND, %x KIND, %y KIND) exported {
    local $n KIND
    local $sum KIND
    local $limit KIND
    set $limit, %y
    %l KIND = get $limit
    a: for %i KIND = %x to %l step STEP assigns $n, $sum, $limit {
        %n KIND = get $n
        %m KIND = add %n, 1:KIND
        set $n, %m
        %s KIND = get $sum
        %r KIND = xor %s, %i
        set $sum, %r
        set $limit, %i
        %many bool = gt %m, 100:KIND
        if %many {
            break a
        }
    }
    b: for %j KIND = %x to 127:KIND step STEP assigns $n, $sum {
        %n.b KIND = get $n
        %m.b KIND = add %n.b, 1:KIND
        set $n, %m.b
        block: block {
            %odd KIND = and %m.b, 1:KIND
            %isodd bool = eq %odd, 0:KIND
            if %isodd {
                continue b
            }
            %over bool = gt %m.b, 120:KIND
            if %over {
                break b
            }
            %s.b KIND = get $sum
            %small bool = lt %s.b, 50:KIND
            if %small {
                break block
            }
            %r.b KIND = xor %s.b, %j
            set $sum, %r.b
        }
        %s.c KIND = get $sum
        %t.c KIND = add %s.c, %j
        set $sum, %t.c
    }
    %n.d KIND = get $n
    %s.d KIND = get $sum
    store unchecked %out, 0:int, %n.d
    store unchecked %out, 1:int, %s.d
    return
}
`

// negatedText negates a comparison, as a value and as a condition.
const negatedText = `
func Not_OP_KIND(%out []bool, %x KIND, %y KIND) exported {
    %a bool = OP %x, %y
    %b bool = not %a
    store unchecked %out, 0:int, %b
    %c bool = OP %x, %y
    if %c {
    } else {
        store unchecked %out, 1:int, true:bool
    }
    store unchecked %out, 2:int, true:bool
    return
}
`

func controlFuncs(t *testing.T) []*ir.Func {
	t.Helper()
	text := "unit ops\n"
	for _, kind := range []string{"i8", "u8", "i32", "i64", "u64", "int", "uint"} {
		for _, step := range []string{"1", "7", "100"} {
			text += strings.NewReplacer("KIND", kind, "STEP", step).Replace(controlText)
		}
	}
	for _, kind := range []string{"i8", "u64", "f32", "f64"} {
		for _, op := range []string{"eq", "ne", "lt", "le", "gt", "ge"} {
			text += strings.NewReplacer("KIND", kind, "OP", op).Replace(negatedText)
		}
	}
	u, err := ir.Parse("control.ir", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return u.Funcs
}

// goModule writes a module that uses this one, with these files, and returns its folder.
func goModule(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(mod), "module github.com/kgen-go/kgen", "module "+name, 1)
	text += fmt.Sprintf("\nrequire github.com/kgen-go/kgen v0.0.0\n\nreplace github.com/kgen-go/kgen => %s\n", root)
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", text)
	write("go.sum", string(sum))
	for name, text := range files {
		write(name, text)
	}
	return dir
}

// goRun runs the go command in a folder and returns what it prints.
func goRun(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := goCommand(dir, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("go %s: %v\n%s%s", strings.Join(args, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.String()
}

// goOutput runs the go command, which may fail, and returns all that it prints.
func goOutput(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, _ := goCommand(dir, args...).CombinedOutput()
	return string(out)
}

func goCommand(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	return cmd
}
