package julia_test

import (
	"testing"

	"github.com/kgen-go/kgen/examples/julia"
	goonly "github.com/kgen-go/kgen/examples/julia/goonly"
	gonobounds "github.com/kgen-go/kgen/examples/julia/goonly/nobounds"
	nobounds "github.com/kgen-go/kgen/examples/julia/nobounds"
)

// TestSum compares the generated packages with the kernel by hand and with the known sum. Where the libraries are built,
// julia and nobounds run as C.
func TestSum(t *testing.T) {
	zs, cs := julia.Grid(julia.Size)
	want := make([]int32, len(zs))
	julia.HandWritten(julia.MaxIter, zs, cs, want)
	for name, kernel := range map[string]func(int32, []complex128, []complex128) []int32{
		"julia": julia.CalculateZ, "nobounds": nobounds.CalculateZ, "goonly": goonly.CalculateZ, "goonly/nobounds": gonobounds.CalculateZ,
	} {
		sum := 0
		for i, n := range kernel(julia.MaxIter, zs, cs) {
			if n != want[i] {
				t.Fatalf("%s: point %d has %d iterations, not %d", name, i, n, want[i])
			}
			sum += int(n)
		}
		if sum != julia.Sum {
			t.Errorf("%s: the sum is %d, not %d", name, sum, julia.Sum)
		}
	}
}
