package ir

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A constant's text is value:type, 4:f64x8 or (1, -0):c128. The value of a float is the shortest decimal
// that gives its bits; nan is the quiet positive NaN, nan.HEX the one with these bits.

// constText returns the text of a constant.
func constText(v *Value) string {
	k := v.Type.Kind
	if k.IsPair() {
		return fmt.Sprintf("(%s, %s):%s", bitsText(k.Part(), v.Bits[0]), bitsText(k.Part(), v.Bits[1]), v.Type)
	}
	return bitsText(k, v.Bits[0]) + ":" + v.Type.String()
}

// quietNaN is the NaN of that kind that is written nan.
func quietNaN(k Kind) uint64 {
	if k == F32 {
		return 0x7fc00000
	}
	return 0x7ff8000000000000
}

// bitsText returns the text of a scalar with these bits.
func bitsText(k Kind, bits uint64) string {
	switch {
	case k == Bool || k.IsMask():
		return strconv.FormatBool(bits != 0)
	case k.IsFloat():
		return floatText(k, bits)
	case k.IsSigned():
		return strconv.FormatInt(signExtend(bits, k.Bits()), 10)
	}
	return strconv.FormatUint(bits, 10)
}

func floatText(k Kind, bits uint64) string {
	x := floatOf(k, bits)
	switch {
	case bits == quietNaN(k):
		return "nan"
	case math.IsNaN(x):
		return "nan." + strconv.FormatUint(bits, 16)
	case math.IsInf(x, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(x, 'g', -1, 64)), "+")
	}
	return strconv.FormatFloat(x, 'g', -1, k.Bits())
}

// floatOf returns the float of kind F32 or F64 with these bits.
func floatOf(k Kind, bits uint64) float64 {
	if k == F32 {
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// signExtend returns the signed number in the low bits of a word.
func signExtend(word uint64, bits int) int64 {
	shift := 64 - bits
	return int64(word<<shift) >> shift
}

// widthMask has the low bits of a word set.
func widthMask(bits int) uint64 { return 1<<bits - 1 }

// parseBits returns the bits of a scalar's text.
func parseBits(k Kind, text string) (uint64, error) {
	switch {
	case k == Bool || k.IsMask():
		if text == "true" {
			return 1, nil
		}
		if text == "false" {
			return 0, nil
		}
		return 0, fmt.Errorf("%s is not true or false", text)
	case k.IsFloat():
		return parseFloat(k, text)
	case k.IsInteger() && k.IsSigned():
		n, err := strconv.ParseInt(text, 10, k.Bits())
		return uint64(n) & widthMask(k.Bits()), numberError(k, text, err)
	case k.IsInteger():
		n, err := strconv.ParseUint(text, 10, k.Bits())
		return n, numberError(k, text, err)
	}
	return 0, fmt.Errorf("there are no constants of type %s", k)
}

func numberError(k Kind, text string, err error) error {
	if err != nil {
		return fmt.Errorf("%s is not a number of type %s", text, k)
	}
	return nil
}

func parseFloat(k Kind, text string) (uint64, error) {
	if text == "nan" {
		return quietNaN(k), nil
	}
	if payload, ok := strings.CutPrefix(text, "nan."); ok {
		bits, err := strconv.ParseUint(payload, 16, k.Bits())
		if err != nil || !math.IsNaN(floatOf(k, bits)) {
			return 0, fmt.Errorf("%s holds no bits of a NaN of type %s", text, k)
		}
		return bits, nil
	}
	x, err := strconv.ParseFloat(text, k.Bits())
	if err != nil || math.IsNaN(x) {
		return 0, fmt.Errorf("%s is not a number of type %s", text, k)
	}
	if k == F32 {
		return uint64(math.Float32bits(float32(x))), nil
	}
	return math.Float64bits(x), nil
}
