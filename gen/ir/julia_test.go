package ir_test

import (
	"math"
	"os"
	"slices"
	"testing"

	"github.com/kgen-go/kgen/gen/ir"
)

// juliaSum is the known answer: the sum of the counts over 1000×1000 points, at most 300 steps each.
const juliaSum = 33219980

var juliaFuncs = map[string]string{"testdata/julia.ir": "CalculateZ", "testdata/julia_lanes.ir": "julia"}

func load(t testing.TB, file string) *ir.Unit {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	u, err := ir.Parse(file, src)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// grid returns side×side points of the Julia set's plane and the counts that plain Go finds for them.
func grid(side int) (zs, cs *ir.Buffer, want []uint64) {
	zs, cs = ir.NewBuffer(ir.Scalar(ir.C128), side*side), ir.NewBuffer(ir.Scalar(ir.C128), side*side)
	const x1, x2, y2 = -1.8, 1.8, 1.8
	low, high := x1, x2
	step := (high - low) / float64(side)
	for i := range side {
		for j := range side {
			z := complex(low+float64(float64(j)*step), y2-float64(float64(i)*step))
			p := 2 * (i*side + j)
			setPair(zs.Cells[p:], z)
			setPair(cs.Cells[p:], complex(-0.62772, -0.42193))
			want = append(want, uint64(count(z, complex(-0.62772, -0.42193))))
		}
	}
	return zs, cs, want
}

func setPair(cells []uint64, z complex128) {
	cells[0], cells[1] = math.Float64bits(real(z)), math.Float64bits(imag(z))
}

// count returns the steps that the point takes to leave the circle of radius 2, at most 300.
func count(z, c complex128) int32 {
	re, im := real(z), imag(z)
	n := int32(0)
	for n < 300 && float64(re*re)+float64(im*im) < 4 {
		re, im = float64(re*re)-float64(im*im)+real(c), float64(re*im)+float64(im*re)+imag(c)
		n++
	}
	return n
}

func runJulia(t testing.TB, file string, zs, cs *ir.Buffer, n int) []uint64 {
	t.Helper()
	args := []ir.Datum{ir.Scalars(ir.Scalar(ir.I32), 300), ir.WholeSlice(zs, n, n), ir.WholeSlice(cs, n, n)}
	results, err := ir.Eval(load(t, file), juliaFuncs[file], args, ir.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return results[0].Slice.Buf.Cells
}

func TestJulia(t *testing.T) {
	side := map[string]int{"testdata/julia.ir": 250, "testdata/julia_lanes.ir": 1000}
	if raceEnabled { // each access is watched then
		side["testdata/julia_lanes.ir"] = 250
	}
	for file := range juliaFuncs {
		zs, cs, want := grid(side[file])
		got := runJulia(t, file, zs, cs, len(want))
		sum := uint64(0)
		for i, n := range got {
			sum += n
			if n != want[i] {
				t.Fatalf("%s: point %d takes %d steps, want %d", file, i, n, want[i])
			}
		}
		if side[file] == 1000 && sum != juliaSum {
			t.Errorf("%s: the sum is %d, want %d", file, sum, juliaSum)
		}
	}
}

func TestJuliaRemainders(t *testing.T) {
	const side = 64
	zs, cs, want := grid(side)
	middle := side * side / 2
	for _, b := range []*ir.Buffer{zs, cs} {
		b.Cells = b.Cells[2*middle:]
	}
	for file := range juliaFuncs {
		for n := 0; n <= 70; n++ {
			got := runJulia(t, file, zs, cs, n)
			if !slices.Equal(got, want[middle:middle+n]) {
				t.Errorf("%s, %d points: got %v, want %v", file, n, got, want[middle:middle+n])
			}
		}
	}
}

func BenchmarkJulia(b *testing.B) {
	zs, cs, _ := grid(200)
	for file := range juliaFuncs {
		b.Run(file, func(b *testing.B) {
			for b.Loop() {
				runJulia(b, file, zs, cs, 200*200)
			}
		})
	}
}
