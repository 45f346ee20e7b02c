package ffi

import "math/big"

// longFormat is a binary floating-point format. From the top its bits are a sign, a biased exponent and the significand, of
// which the leading one is stored only when integer is set.
type longFormat struct {
	precision int  // bits of the significand with its leading one
	exponent  int  // bits of the exponent
	integer   bool // the leading one is stored
}

var (
	formatDouble = longFormat{precision: 53, exponent: 11}
	formatX87    = longFormat{precision: 64, exponent: 15, integer: true}
	formatQuad   = longFormat{precision: 113, exponent: 15}
)

// stored returns the number of bits of the significand that are stored.
func (f longFormat) stored() int {
	if f.integer {
		return f.precision
	}
	return f.precision - 1
}

// special returns the exponent of infinities and of what is not a number.
func (f longFormat) special() int { return 1<<f.exponent - 1 }

// lowest returns the power of two that the last bit of a subnormal number counts.
func (f longFormat) lowest() int { return 3 - 1<<(f.exponent-1) - f.precision }

// compose puts the parts together; the significand may have its leading one.
func (f longFormat) compose(negative bool, exponent int, significand *big.Int) [2]uint64 {
	stored := f.stored()
	one := big.NewInt(1)
	mask := new(big.Int).Lsh(one, uint(stored))
	all := new(big.Int).And(significand, mask.Sub(mask, one))
	if negative {
		exponent |= 1 << f.exponent
	}
	all.Or(all, new(big.Int).Lsh(big.NewInt(int64(exponent)), uint(stored)))
	lo, hi := words(all)
	return [2]uint64{lo, hi}
}

// infinity returns an infinity.
func (f longFormat) infinity(negative bool) [2]uint64 {
	return f.compose(negative, f.special(), new(big.Int).Lsh(big.NewInt(1), uint(f.precision-1)))
}

// nan returns a quiet NaN: the leading one, where it is stored, and the bit below it.
func (f longFormat) nan(negative bool) [2]uint64 {
	return f.compose(negative, f.special(), new(big.Int).Lsh(big.NewInt(3), uint(f.precision-2)))
}

// encode rounds x to the nearest number of the format, to the even one of two.
func (f longFormat) encode(x *big.Float) [2]uint64 {
	mantissa := new(big.Float)
	exponent := x.MantExp(mantissa) // x is mantissa × 2^exponent, 0.5 ≤ |mantissa| < 1
	switch {
	case x.Sign() == 0 || !x.IsInf() && exponent < f.lowest():
		return f.compose(x.Signbit(), 0, new(big.Int))
	case x.IsInf() || exponent > 1<<(f.exponent-1):
		return f.infinity(x.Signbit())
	}
	bits := int(mantissa.MinPrec())
	integer, _ := mantissa.SetMantExp(mantissa.Abs(mantissa), bits).Int(nil)
	unit := max(exponent-f.precision, f.lowest()) // the power of two that the last bit counts
	significand := shiftRounded(integer, exponent-bits-unit)
	if significand.BitLen() > f.precision {
		significand.Rsh(significand, 1)
		unit++
	}
	biased := 0
	if significand.BitLen() == f.precision {
		biased = unit - f.lowest() + 1
	}
	if biased >= f.special() {
		return f.infinity(x.Signbit())
	}
	return f.compose(x.Signbit(), biased, significand)
}

// shiftRounded returns x × 2^by rounded to the nearest integer, to the even one of two. x is not negative.
func shiftRounded(x *big.Int, by int) *big.Int {
	if by >= 0 {
		return new(big.Int).Lsh(x, uint(by))
	}
	away := uint(-by)
	result := new(big.Int).Rsh(x, away)
	half := x.Bit(int(away) - 1)
	if half == 1 && (x.TrailingZeroBits() < away-1 || result.Bit(0) == 1) {
		result.Add(result, big.NewInt(1))
	}
	return result
}

// decode returns the exact number, nil for what is none: NaNs and encodings that the x87 refuses.
func (f longFormat) decode(bits [2]uint64) *big.Float {
	stored := f.stored()
	all := Uint128{bits[0], bits[1]}.Big()
	one := big.NewInt(1)
	mask := new(big.Int).Lsh(one, uint(stored))
	significand := mask.And(mask.Sub(mask, one), all)
	head := int(new(big.Int).Rsh(all, uint(stored)).Uint64())
	biased, negative := head&f.special(), head>>f.exponent&1 == 1
	if biased > 0 && !f.integer {
		significand.SetBit(significand, f.precision-1, 1)
	}
	if biased > 0 && significand.Bit(f.precision-1) == 0 {
		return nil
	}
	result := new(big.Float).SetPrec(uint(f.precision))
	switch {
	case biased < f.special():
		result.SetInt(significand)
		result.SetMantExp(result, max(biased, 1)-1+f.lowest())
	case significand.BitLen()-1 == int(significand.TrailingZeroBits()):
		result.SetInf(false)
	default:
		return nil
	}
	if negative {
		result.Neg(result)
	}
	return result
}
