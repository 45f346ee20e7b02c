package ir

import "math"

// conversion returns the meaning of conv from one kind of numbers or masks to another, on cells.
// A number travels as the widest of its class, which holds it exactly, so that it is rounded once.
func conversion(from, to Kind) func(uint64) uint64 {
	switch {
	case from.IsMask():
		return func(x uint64) uint64 { return x }
	case from.IsFloat():
		target := fromFloat(to)
		return func(x uint64) uint64 { return target(floatOf(from, x)) }
	case from.IsSigned():
		width := from.Bits()
		target := fromSigned(to)
		return func(x uint64) uint64 { return target(signExtend(x, width)) }
	}
	return fromUnsigned(to)
}

func fromSigned(to Kind) func(int64) uint64 {
	switch to {
	case F64:
		return func(x int64) uint64 { return math.Float64bits(float64(x)) }
	case F32:
		return func(x int64) uint64 { return uint64(math.Float32bits(float32(x))) }
	}
	mask := widthMask(to.Bits())
	return func(x int64) uint64 { return uint64(x) & mask }
}

func fromUnsigned(to Kind) func(uint64) uint64 {
	switch to {
	case F64:
		return func(x uint64) uint64 { return math.Float64bits(float64(x)) }
	case F32:
		return func(x uint64) uint64 { return uint64(math.Float32bits(float32(x))) }
	}
	mask := widthMask(to.Bits())
	return func(x uint64) uint64 { return x & mask }
}

func fromFloat(to Kind) func(float64) uint64 {
	switch {
	case to == F64:
		return math.Float64bits
	case to == F32:
		return func(x float64) uint64 { return uint64(math.Float32bits(float32(x))) }
	case to.IsSigned():
		return func(x float64) uint64 { return uint64(saturateSigned(x, to.Bits())) & widthMask(to.Bits()) }
	}
	return func(x float64) uint64 { return saturateUnsigned(x, to.Bits()) }
}

// saturateSigned cuts a float to an integer of that width, NaN to 0.
func saturateSigned(x float64, bits int) int64 {
	limit := math.Ldexp(1, bits-1)
	switch {
	case x != x:
		return 0
	case x >= limit:
		return math.MaxInt64 >> (64 - bits)
	case x <= -limit:
		return math.MinInt64 >> (64 - bits)
	}
	return int64(x)
}

// saturateUnsigned cuts a float to an unsigned integer of that width, NaN to 0.
func saturateUnsigned(x float64, bits int) uint64 {
	switch {
	case !(x > 0):
		return 0
	case x >= math.Ldexp(1, bits):
		return widthMask(bits)
	}
	return uint64(x)
}
