package ffi

import (
	"fmt"
	"math"
	"math/big"
)

// LongDouble is C's long double in the platform's own format: the x87's 80 bits on Linux and macOS on amd64, IEEE
// quadruple precision on Linux on arm64, a double on Windows and on macOS on arm64. (Compilers of the MinGW family use
// x87 on Windows, and disagree with the system's libraries about it.)
//
// C aligns the first two to 16 bytes, Go to 8: a Go struct that is passed to C needs the padding written out, which
// [Func] and [CheckLayout] verify. C leaves the bytes behind the x87's ten as they were, so compare numbers, not
// LongDoubles.
type LongDouble struct{ words [longWords]uint64 }

// LongDoubleOf returns x, which every format holds exactly.
func LongDoubleOf(x float64) LongDouble {
	switch {
	case math.IsNaN(x):
		return newLongDouble(hostFormat.nan(math.Signbit(x)))
	case math.IsInf(x, 0):
		return newLongDouble(hostFormat.infinity(x < 0))
	}
	return LongDoubleFrom(new(big.Float).SetFloat64(x))
}

// LongDoubleFrom returns the long double nearest to x, the even one of two. Beyond the largest it is an infinity.
func LongDoubleFrom(x *big.Float) LongDouble {
	return newLongDouble(hostFormat.encode(x))
}

func newLongDouble(bits [2]uint64) LongDouble {
	var x LongDouble
	copy(x.words[:], bits[:])
	return x
}

func (x LongDouble) bits() (bits [2]uint64) {
	copy(bits[:], x.words[:])
	return bits
}

// Big returns the exact value, with the format's precision. It returns nil for what is not a number.
func (x LongDouble) Big() *big.Float { return hostFormat.decode(x.bits()) }

// Float64 returns the nearest float64, the even one of two.
func (x LongDouble) Float64() float64 {
	exact := x.Big()
	if exact == nil {
		return math.NaN()
	}
	nearest, _ := exact.Float64()
	return nearest
}

// IsNaN reports whether x is not a number.
func (x LongDouble) IsNaN() bool { return x.Big() == nil }

// String returns the shortest decimal number from which a conversion gives x again, or NaN, +Inf or -Inf.
func (x LongDouble) String() string {
	exact := x.Big()
	if exact == nil {
		return "NaN"
	}
	return exact.Text('g', -1)
}

// ComplexLongDouble is C's long double _Complex.
type ComplexLongDouble struct{ Real, Imag LongDouble }

// ComplexLongDoubleOf returns x, which every format holds exactly.
func ComplexLongDoubleOf(x complex128) ComplexLongDouble {
	return ComplexLongDouble{LongDoubleOf(real(x)), LongDoubleOf(imag(x))}
}

// Complex128 returns x with both parts rounded to the nearest float64.
func (x ComplexLongDouble) Complex128() complex128 {
	return complex(x.Real.Float64(), x.Imag.Float64())
}

// String returns the number as "(1+2i)".
func (x ComplexLongDouble) String() string {
	imag := x.Imag.String()
	if imag[0] != '+' && imag[0] != '-' {
		imag = "+" + imag
	}
	return "(" + x.Real.String() + imag + "i)"
}

// Int128 is C's __int128. C aligns it to 16 bytes, Go to 8: see [LongDouble].
type Int128 struct {
	Lo uint64
	Hi int64
}

// Uint128 is C's unsigned __int128. C aligns it to 16 bytes, Go to 8: see [LongDouble].
type Uint128 struct{ Lo, Hi uint64 }

// Int128Of returns x.
func Int128Of(x int64) Int128 { return Int128{uint64(x), x >> 63} }

// Uint128Of returns x.
func Uint128Of(x uint64) Uint128 { return Uint128{Lo: x} }

// Int128From returns x, or an error that is [ErrRange] when 128 bits do not hold it.
func Int128From(x *big.Int) (Int128, error) {
	if fits := x.BitLen() < 128 || x.Cmp(minInt128) == 0; !fits {
		return Int128{}, fmt.Errorf("%w: %v is not an __int128", ErrRange, x)
	}
	lo, hi := words(x)
	return Int128{lo, int64(hi)}, nil
}

// Uint128From returns x, or an error that is [ErrRange] when 128 bits do not hold it.
func Uint128From(x *big.Int) (Uint128, error) {
	if x.Sign() < 0 || x.BitLen() > 128 {
		return Uint128{}, fmt.Errorf("%w: %v is not an unsigned __int128", ErrRange, x)
	}
	lo, hi := words(x)
	return Uint128{lo, hi}, nil
}

var (
	wordMask  = new(big.Int).SetUint64(math.MaxUint64)
	minInt128 = new(big.Int).Lsh(big.NewInt(-1), 127)
)

// words returns the low 128 bits of x in two's complement.
func words(x *big.Int) (lo, hi uint64) {
	high := new(big.Int).Rsh(x, 64)
	return new(big.Int).And(x, wordMask).Uint64(), high.And(high, wordMask).Uint64()
}

// Big returns the number.
func (x Int128) Big() *big.Int {
	high := new(big.Int).Lsh(big.NewInt(x.Hi), 64)
	return high.Add(high, new(big.Int).SetUint64(x.Lo))
}

// Big returns the number.
func (x Uint128) Big() *big.Int {
	high := new(big.Int).Lsh(new(big.Int).SetUint64(x.Hi), 64)
	return high.Add(high, new(big.Int).SetUint64(x.Lo))
}

// String returns the number in decimal digits.
func (x Int128) String() string { return x.Big().String() }

// String returns the number in decimal digits.
func (x Uint128) String() string { return x.Big().String() }
