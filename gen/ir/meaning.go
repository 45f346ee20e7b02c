package ir

import "math"

// A meaning is what an operation does to lanes, for each class of kinds: signed integers widened to
// int64, unsigned ones, Bool and masks to uint64, float32 and float64. The result goes to d, whose lanes
// are those of the operands; an integer result is cut to the width of its kind afterwards. An operation
// uses as many of x, y, z as it has operands.
type meaning struct {
	i func(d, x, y, z []int64)
	u func(d, x, y, z []uint64)
	s func(d, x, y, z []float32)
	d func(d, x, y, z []float64)
}

// A relation is the meaning of a comparison, which gives 0 or 1 for each lane.
type relation struct {
	i func(d []uint64, x, y []int64)
	u func(d, x, y []uint64)
	s func(d []uint64, x, y []float32)
	d func(d []uint64, x, y []float64)
}

type integer interface{ int64 | uint64 }

type float interface{ float32 | float64 }

type number interface{ integer | float }

func add[T number](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] + y[i]
	}
}

func sub[T number](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] - y[i]
	}
}

func mul[T number](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] * y[i]
	}
}

func div[T number](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] / y[i]
	}
}

func rem[T integer](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] % y[i]
	}
}

func and[T integer](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] & y[i]
	}
}

func or[T integer](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] | y[i]
	}
}

func xor[T integer](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] ^ y[i]
	}
}

func andNot[T integer](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] &^ y[i]
	}
}

// The shifts' y is a U64 whatever the width of x is.
func shl[T integer](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] << uint64(y[i])
	}
}

func shr[T integer](d, x, y, _ []T) {
	for i := range d {
		d[i] = x[i] >> uint64(y[i])
	}
}

func neg[T number](d, x, _, _ []T) {
	for i := range d {
		d[i] = -x[i]
	}
}

func not[T integer](d, x, _, _ []T) {
	for i := range d {
		d[i] = ^x[i]
	}
}

func least[T number](d, x, y, _ []T) {
	for i := range d {
		d[i] = min(x[i], y[i])
	}
}

func greatest[T number](d, x, y, _ []T) {
	for i := range d {
		d[i] = max(x[i], y[i])
	}
}

func eq[T number](d []uint64, x, y []T) {
	for i := range d {
		d[i] = cellOf(x[i] == y[i])
	}
}

func ne[T number](d []uint64, x, y []T) {
	for i := range d {
		d[i] = cellOf(x[i] != y[i])
	}
}

func lt[T number](d []uint64, x, y []T) {
	for i := range d {
		d[i] = cellOf(x[i] < y[i])
	}
}

func le[T number](d []uint64, x, y []T) {
	for i := range d {
		d[i] = cellOf(x[i] <= y[i])
	}
}

func gt[T number](d []uint64, x, y []T) {
	for i := range d {
		d[i] = cellOf(x[i] > y[i])
	}
}

func ge[T number](d []uint64, x, y []T) {
	for i := range d {
		d[i] = cellOf(x[i] >= y[i])
	}
}

// cellOf returns the cell of a truth value.
func cellOf(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func absInt(d, x, _, _ []int64) {
	for i := range d {
		d[i] = max(x[i], -x[i])
	}
}

// The float functions of float32 are those of float64, rounded: abs, floor, ceil and trunc give a
// float32 as it is, and of sqrt a float64 has more than twice the digits of a float32 and two, so that
// the second rounding never meets a tie that the first one made.
func sqrt[T float](d, x, _, _ []T) {
	for i := range d {
		d[i] = T(math.Sqrt(float64(x[i])))
	}
}

func absFloat[T float](d, x, _, _ []T) {
	for i := range d {
		d[i] = T(math.Abs(float64(x[i])))
	}
}

func floor[T float](d, x, _, _ []T) {
	for i := range d {
		d[i] = T(math.Floor(float64(x[i])))
	}
}

func ceil[T float](d, x, _, _ []T) {
	for i := range d {
		d[i] = T(math.Ceil(float64(x[i])))
	}
}

func trunc[T float](d, x, _, _ []T) {
	for i := range d {
		d[i] = T(math.Trunc(float64(x[i])))
	}
}

func copysign[T float](d, x, y, _ []T) {
	for i := range d {
		sign := float64(y[i])
		if sign != sign {
			sign = 1
		}
		d[i] = T(math.Copysign(float64(x[i]), sign))
	}
}

func fma64(d, x, y, z []float64) {
	for i := range d {
		d[i] = math.FMA(x[i], y[i], z[i])
	}
}

// fma32 rounds once. The product of two float32 is a float64 without rounding; the sum with z is
// rounded to odd, which leaves the last rounding, to float32, as if it were the only one.
func fma32(d, x, y, z []float32) {
	for i := range d {
		product := float64(x[i]) * float64(y[i])
		d[i] = float32(addToOdd(product, float64(z[i])))
	}
}

// addToOdd returns x + y; a sum that is not exact is the one of its two neighbours whose last bit is 1.
func addToOdd(x, y float64) float64 {
	sum := x + y
	if math.IsInf(sum, 0) || math.IsNaN(sum) {
		return sum
	}
	// What the rounding of the sum lost, exactly (Knuth's two-sum).
	back := sum - x
	lost := (x - (sum - back)) + (y - back)
	word := math.Float64bits(sum)
	if lost == 0 || word&1 == 1 {
		return sum
	}
	if (lost > 0) == (sum > 0) {
		return math.Float64frombits(word + 1)
	}
	return math.Float64frombits(word - 1)
}
