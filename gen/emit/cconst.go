package emit

import (
	"fmt"
	"math"
	"strconv"

	"github.com/kgen-go/kgen/gen/ir"
)

// cConst returns a scalar constant in C, of exactly its type after the usual promotions.
func cConst(k ir.Kind, bits uint64) string {
	switch {
	case k == ir.Bool:
		return strconv.FormatBool(bits != 0)
	case k.IsMask():
		if bits != 0 {
			return "-1"
		}
		return "0"
	case k == ir.F32:
		return cFloat(float64(math.Float32frombits(uint32(bits))), 32, fmt.Sprintf("kg_bits_f32(0x%x)", uint32(bits)))
	case k == ir.F64:
		return cFloat(math.Float64frombits(bits), 64, fmt.Sprintf("kg_bits_f64(0x%x)", bits))
	case k.IsSigned():
		return cSigned(k, int64(bits<<(64-k.Bits()))>>(64-k.Bits()))
	case k.Bits() == 64:
		return strconv.FormatUint(bits, 10) + "ull"
	}
	return strconv.FormatUint(bits, 10) + "u"
}

func cSigned(k ir.Kind, n int64) string {
	suffix := ""
	if k.Bits() == 64 {
		suffix = "ll"
	}
	switch {
	case k.Bits() >= 32 && n == -1<<(k.Bits()-1): // its positive twin is not of the type
		return fmt.Sprintf("INT%d_MIN", k.Bits())
	case n < 0:
		return fmt.Sprintf("(%d%s)", n, suffix)
	}
	return strconv.FormatInt(n, 10) + suffix
}

// maxDigits is the longest decimal number that reads better than its hexadecimal form.
const maxDigits = 8

// cFloat writes a float so that every compiler reads the same bits: a short decimal, a hexadecimal
// number or, for what is not a number, its bits.
func cFloat(x float64, bits int, asBits string) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return asBits
	}
	text := strconv.FormatFloat(x, 'f', -1, bits)
	if len(text) > maxDigits {
		text = strconv.FormatFloat(x, 'x', -1, bits)
	} else if x == math.Trunc(x) {
		text += ".0"
	}
	if bits == 32 {
		text += "f"
	}
	if math.Signbit(x) {
		return "(" + text + ")"
	}
	return text
}
