// Package julia computes the Julia set: the kernel is in calc.kg, all that is generated from it beside it.
package julia

//go:generate go run github.com/kgen-go/kgen/cmd/kgen -typed -target go,c calc.kg
//go:generate go run github.com/kgen-go/kgen/cmd/kgen -typed -target go,c -nobounds -o nobounds calc.kg
//go:generate go run github.com/kgen-go/kgen/cmd/kgen -typed -target go -o goonly calc.kg
//go:generate go run github.com/kgen-go/kgen/cmd/kgen -typed -target go -nobounds -o goonly/nobounds calc.kg

// The set of "High Performance Python" (Gorelick and Ozsvald): c and the known sum of all counts for
// 1000×1000 points and at most 300 iterations.
const (
	C       = complex(-0.62772, -0.42193)
	MaxIter = 300
	Size    = 1000
	Sum     = 33219980
)

// Grid returns size×size points of [-1.8, 1.8]², row by row from the top, and C for each of them.
func Grid(size int) (zs, cs []complex128) {
	const low, high = -1.8, 1.8
	step := (high - low) / float64(size)
	zs = make([]complex128, 0, size*size)
	cs = make([]complex128, 0, size*size)
	for i := range size {
		for j := range size {
			zs = append(zs, complex(low+float64(float64(j)*step), high-float64(float64(i)*step)))
			cs = append(cs, C)
		}
	}
	return zs, cs
}

// HandWritten is the kernel as a Go programmer writes it: the rival in tables.
func HandWritten(maxiter int32, zs, cs []complex128, output []int32) {
	for i := range zs {
		zr, zi := real(zs[i]), imag(zs[i])
		cr, ci := real(cs[i]), imag(cs[i])
		n := int32(0)
		for n < maxiter && zr*zr+zi*zi < 4 {
			zr, zi = zr*zr-zi*zi+cr, zr*zi+zi*zr+ci
			n++
		}
		output[i] = n
	}
}
