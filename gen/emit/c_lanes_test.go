package emit

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/gen/ir"
)

// lanesJulia is the Julia set in masked lanes, written by hand in IR.
func lanesJulia(t testing.TB) *ir.Unit {
	t.Helper()
	text, err := os.ReadFile("../ir/testdata/julia_lanes.ir")
	if err != nil {
		t.Fatal(err)
	}
	return parseUnit(t, string(text))
}

// juliaArguments returns the arguments for the first n points of a grid of side x side.
func juliaArguments(n, side int) []ir.Datum {
	c128 := ir.Scalar(ir.C128)
	zs, cs := ir.NewBuffer(c128, n), ir.NewBuffer(c128, n)
	step := 3.6 / float64(side)
	for i := range n {
		zs.Cells[2*i] = math.Float64bits(-1.8 + float64(float64(i%side)*step))
		zs.Cells[2*i+1] = math.Float64bits(1.8 - float64(float64(i/side)*step))
		cs.Cells[2*i], cs.Cells[2*i+1] = math.Float64bits(-0.62772), math.Float64bits(-0.42193)
	}
	return []ir.Datum{ir.Scalars(ir.Scalar(ir.I32), 300), ir.WholeSlice(zs, n, n), ir.WholeSlice(cs, n, n)}
}

// TestCLanesJulia runs the C of masked lanes on every remainder of its groups, and on the whole set, whose
// sum is known.
func TestCLanesJulia(t *testing.T) {
	u := lanesJulia(t)
	program, err := ir.NewProgram(u)
	if err != nil {
		t.Fatal(err)
	}
	for _, compiler := range []string{"gcc", "clang"} {
		t.Run(compiler, func(t *testing.T) {
			l := buildC(t, u, compiler)
			l.levels(func(level int64) {
				for n := range 71 {
					compareCall(t, program, l, level, "julia", func() []ir.Datum { return juliaArguments(n, 9) })
				}
				results, err := l.call("julia", juliaArguments(1000*1000, 1000))
				if err != nil {
					t.Fatal(err)
				}
				sum := 0
				for _, count := range results[0].Slice.Buf.Cells {
					sum += int(int32(count))
				}
				if sum != 33219980 {
					t.Errorf("level %d: the sum is %d", level, sum)
				}
			})
		})
	}
}

// TestCLanesStrict compiles the C of lanes under strict warnings.
func TestCLanesStrict(t *testing.T) {
	dir := writeC(t, lanesJulia(t), COptions{Name: "calc"})
	for _, compiler := range []string{"gcc", "clang"} {
		t.Run(compiler, func(t *testing.T) {
			csrctest.Need(t, compiler)
			for _, level := range []string{"x86-64-v2", "x86-64-v3", "x86-64-v4"} {
				flags := slices.DeleteFunc(slices.Clone(strict), isSyntaxOnly)
				compileOnly(t, dir, compiler, append(flags, "-O2", "-march="+level, "-c", "-o", "out.o", "calc.c"))
			}
		})
	}
	t.Run("tcc", func(t *testing.T) {
		tcc := csrctest.Need(t, "tcc")
		cmd := exec.Command(tcc, "-c", "-o", filepath.Join(dir, "calc.o"), "calc.c")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("tcc compiled lanes: %s", out)
		}
	})
}
