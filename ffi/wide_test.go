package ffi

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestLongDoubleBits compares encodings with what the standards and the processors' manuals say.
func TestLongDoubleBits(t *testing.T) {
	tests := []struct {
		format  longFormat
		decimal string
		want    [2]uint64
	}{
		{formatDouble, "1.5", [2]uint64{0x3ff8000000000000}},
		{formatX87, "1", [2]uint64{0x8000000000000000, 0x3fff}},
		{formatX87, "-2", [2]uint64{0x8000000000000000, 0xc000}},
		{formatX87, "0", [2]uint64{}},
		{formatX87, "-0", [2]uint64{0, 0x8000}},
		{formatX87, "0x1p-16445", [2]uint64{1, 0}},                  // the smallest subnormal number
		{formatX87, "0x1p-16446", [2]uint64{0, 0}},                  // half of it is rounded to even
		{formatX87, "0x1.8p-16446", [2]uint64{1, 0}},                // more than half is not
		{formatX87, "0x1p-16382", [2]uint64{0x8000000000000000, 1}}, // the smallest normal number
		{formatX87, "0x1.fffffffffffffffep+16383", [2]uint64{1<<64 - 1, 0x7ffe}},
		{formatX87, "0x1.ffffffffffffffffp+16383", [2]uint64{1 << 63, 0x7fff}}, // rounded up to infinity
		{formatX87, "0x1p+16384", [2]uint64{1 << 63, 0x7fff}},
		{formatX87, "-Inf", [2]uint64{1 << 63, 0xffff}},
		{formatX87, "0x1.00000000000000010p0", [2]uint64{1 << 63, 0x3fff}}, // a tie is rounded to even
		{formatX87, "0x1.00000000000000011p0", [2]uint64{1<<63 + 1, 0x3fff}},
		{formatX87, "0x1.00000000000000030p0", [2]uint64{1<<63 + 2, 0x3fff}},
		{formatQuad, "1", [2]uint64{0, 0x3fff000000000000}},
		{formatQuad, "-3", [2]uint64{0, 0xc000800000000000}},
		{formatQuad, "0x1p-16494", [2]uint64{1, 0}},
		{formatQuad, "0x1p-16495", [2]uint64{0, 0}},
		{formatQuad, "0x1.0000000000000000000000000001p0", [2]uint64{1, 0x3fff000000000000}},
		{formatQuad, "+Inf", [2]uint64{0, 0x7fff000000000000}},
	}
	for _, test := range tests {
		x, _, err := big.ParseFloat(test.decimal, 0, 200, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		if got := test.format.encode(x); got != test.want {
			t.Errorf("%d bits of %s are %#x, want %#x", test.format.precision, test.decimal, got, test.want)
		}
	}
}

// TestLongDoubleDecode reads what only the x87's own format can say.
func TestLongDoubleDecode(t *testing.T) {
	tests := []struct {
		bits [2]uint64
		want string
	}{
		{[2]uint64{1 << 63, 0x7fff}, "+Inf"},
		{[2]uint64{1 << 63, 0xdead_0000_0000_ffff}, "-Inf"}, // the bytes behind the tenth do not count
		{[2]uint64{3 << 62, 0x7fff}, "NaN"},
		{[2]uint64{0, 0x7fff}, "NaN"},                          // a pseudo-infinity
		{[2]uint64{1, 0x3fff}, "NaN"},                          // an unnormal number
		{[2]uint64{1 << 63, 0}, "3.3621031431120935063e-4932"}, // a pseudo-denormal number
		{[2]uint64{1 << 63, 1}, "3.3621031431120935063e-4932"},
	}
	for _, test := range tests {
		got := "NaN"
		if x := formatX87.decode(test.bits); x != nil {
			got = x.Text('g', -1)
		}
		if got != test.want {
			t.Errorf("%#x is %s, want %s", test.bits, got, test.want)
		}
	}
}

// TestLongDoubleRoundTrip encodes and decodes float64s in all formats: none loses anything, the format of double agrees
// with the language's.
func TestLongDoubleRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	numbers := []float64{0, math.Copysign(0, -1), 1, math.Pi, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1)}
	for range 2000 {
		if x := math.Float64frombits(rng.Uint64()); !math.IsNaN(x) {
			numbers = append(numbers, x)
		}
	}
	for _, x := range numbers {
		exact := new(big.Float).SetFloat64(x)
		for _, format := range []longFormat{formatDouble, formatX87, formatQuad} {
			bits := format.encode(exact)
			if format == formatDouble && bits[0] != math.Float64bits(x) {
				t.Errorf("the double %v has the bits %#x, want %#x", x, bits[0], math.Float64bits(x))
			}
			back := format.decode(bits)
			if back == nil || back.Cmp(exact) != 0 || back.Signbit() != math.Signbit(x) {
				t.Errorf("%v comes back as %v from %d bits", x, back, format.precision)
			}
		}
		if got := LongDoubleOf(x).Float64(); math.Float64bits(got) != math.Float64bits(x) {
			t.Errorf("%v comes back as %v", x, got)
		}
	}
}

func TestLongDoubleNaN(t *testing.T) {
	x := LongDoubleOf(math.NaN())
	if !x.IsNaN() || !math.IsNaN(x.Float64()) || x.Big() != nil || x.String() != "NaN" {
		t.Errorf("not a number is %v", x)
	}
	if x := LongDoubleOf(1); x.IsNaN() {
		t.Errorf("%v is not a number", x)
	}
}

func TestComplexLongDouble(t *testing.T) {
	x := ComplexLongDoubleOf(1.5 - 2i)
	if x.Complex128() != 1.5-2i || x.String() != "(1.5-2i)" {
		t.Errorf("1.5-2i is %v", x)
	}
	if got := ComplexLongDoubleOf(1 + 2i).String(); got != "(1+2i)" {
		t.Errorf("1+2i prints as %s", got)
	}
}

func TestInt128(t *testing.T) {
	tests := []struct {
		decimal          string
		signed, unsigned bool // fits
	}{
		{"0", true, true},
		{"-1", true, false},
		{"18446744073709551616", true, true},
		{"-18446744073709551617", true, false},
		{"170141183460469231731687303715884105727", true, true},
		{"170141183460469231731687303715884105728", false, true},
		{"-170141183460469231731687303715884105728", true, false},
		{"-170141183460469231731687303715884105729", false, false},
		{"340282366920938463463374607431768211455", false, true},
		{"340282366920938463463374607431768211456", false, false},
	}
	for _, test := range tests {
		x, _ := new(big.Int).SetString(test.decimal, 10)
		if got, err := Int128From(x); (err == nil) != test.signed || err == nil && got.String() != test.decimal {
			t.Errorf("signed %s is %v, %v", test.decimal, got, err)
		}
		if got, err := Uint128From(x); (err == nil) != test.unsigned || err == nil && got.String() != test.decimal {
			t.Errorf("unsigned %s is %v, %v", test.decimal, got, err)
		}
	}
	if got := Int128Of(-5).String(); got != "-5" {
		t.Errorf("-5 is %s", got)
	}
	if got := Uint128Of(math.MaxUint64).String(); got != "18446744073709551615" {
		t.Errorf("the largest uint64 is %s", got)
	}
}
