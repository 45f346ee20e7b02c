package kg

import "math"

// The functions of this file are the operations of kernels that have no form in Go with the same bits
// on every platform. They are small enough to be inlined.

// Signed is the constraint of Go's signed integers.
type Signed interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64
}

// Integer is the constraint of Go's integers.
type Integer interface {
	Signed | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Value returns x. Generated code puts a constant through it where Go would evaluate, or refuse, the
// expression around it at compile time by the rules of constants, which know neither overflow nor -0.
func Value[T any](x T) T { return x }

// Select returns x when cond holds, else y.
func Select[T any](cond bool, x, y T) T {
	if cond {
		return x
	}
	return y
}

// Next returns i+step, or n when that overflows: the counter of a loop to n after i, which is less than n.
func Next[T Integer](i, n, step T) T {
	if next := i + step; next > i {
		return next
	}
	return n
}

// Div returns x / y, and 0 when y is 0.
func Div[T Integer](x, y T) T {
	if y == 0 {
		return 0
	}
	return x / y
}

// Rem returns x % y, and 0 when y is 0.
func Rem[T Integer](x, y T) T {
	if y == 0 {
		return 0
	}
	return x % y
}

// Abs returns the absolute value; that of the least integer is itself.
func Abs[T Signed](x T) T { return max(x, -x) }

// Abs32 returns the absolute value.
func Abs32(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

// Copysign returns the magnitude of x with the sign of y. A NaN's sign counts as positive.
func Copysign(x, y float64) float64 {
	if y != y {
		y = 0
	}
	return math.Copysign(x, y)
}

// Copysign32 returns the magnitude of x with the sign of y. A NaN's sign counts as positive.
func Copysign32(x, y float32) float32 {
	const sign = 1 << 31
	if y != y {
		y = 0
	}
	return math.Float32frombits(math.Float32bits(x)&^sign | math.Float32bits(y)&sign)
}

// FMA32 returns x*y + z, rounded once. The product is exact in float64; the sum is rounded to odd
// there, so that rounding it to float32 is as if it were the only rounding.
func FMA32(x, y, z float32) float32 {
	p, c := float64(float64(x)*float64(y)), float64(z)
	s := p + c
	back := s - p
	lost := (p - (s - back)) + (c - back) // what rounding s lost, exactly, or NaN when s is not finite
	bits := math.Float64bits(s)
	switch {
	case lost == 0 || lost != lost || bits&1 == 1:
		return float32(s)
	case (lost > 0) == (s > 0):
		return float32(math.Float64frombits(bits + 1))
	}
	return float32(math.Float64frombits(bits - 1))
}

// saturate returns what a float outside of the integer's range becomes: the nearest integer, and 0 for NaN.
func saturate[T Integer](x float64, least, greatest T) T {
	switch {
	case x < 0:
		return least
	case x > 0:
		return greatest
	}
	return 0
}

// ToInt8 converts a float as C and Go do where it fits; what does not fit saturates, and NaN gives 0.
// The other conversions do the same for their type.
func ToInt8(x float64) int8 {
	if x > -0x1p7-1 && x < 0x1p7 {
		return int8(x)
	}
	return saturate[int8](x, math.MinInt8, math.MaxInt8)
}

// ToInt16 converts like ToInt8.
func ToInt16(x float64) int16 {
	if x > -0x1p15-1 && x < 0x1p15 {
		return int16(x)
	}
	return saturate[int16](x, math.MinInt16, math.MaxInt16)
}

// ToInt32 converts like ToInt8.
func ToInt32(x float64) int32 {
	if x > -0x1p31-1 && x < 0x1p31 {
		return int32(x)
	}
	return saturate[int32](x, math.MinInt32, math.MaxInt32)
}

// ToInt64 converts like ToInt8.
func ToInt64(x float64) int64 {
	if x >= -0x1p63 && x < 0x1p63 {
		return int64(x)
	}
	return saturate[int64](x, math.MinInt64, math.MaxInt64)
}

// ToInt converts like ToInt8.
func ToInt(x float64) int { return int(ToInt64(x)) }

// ToUint8 converts like ToInt8.
func ToUint8(x float64) uint8 {
	if x >= 0 && x < 0x1p8 {
		return uint8(x)
	}
	return saturate[uint8](x, 0, math.MaxUint8)
}

// ToUint16 converts like ToInt8.
func ToUint16(x float64) uint16 {
	if x >= 0 && x < 0x1p16 {
		return uint16(x)
	}
	return saturate[uint16](x, 0, math.MaxUint16)
}

// ToUint32 converts like ToInt8.
func ToUint32(x float64) uint32 {
	if x >= 0 && x < 0x1p32 {
		return uint32(x)
	}
	return saturate[uint32](x, 0, math.MaxUint32)
}

// ToUint64 converts like ToInt8.
func ToUint64(x float64) uint64 {
	if x >= 0 && x < 0x1p64 {
		return uint64(x)
	}
	return saturate[uint64](x, 0, math.MaxUint64)
}

// ToUint converts like ToInt8.
func ToUint(x float64) uint { return uint(ToUint64(x)) }
