package kg

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestConversions(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	type row struct {
		x   float64
		i8  int8
		i16 int16
		i32 int32
		i64 int64
		u8  uint8
		u16 uint16
		u32 uint32
		u64 uint64
	}
	for _, r := range []row{
		{x: 0}, {x: math.Copysign(0, -1)}, {x: nan},
		{x: 1.9, i8: 1, i16: 1, i32: 1, i64: 1, u8: 1, u16: 1, u32: 1, u64: 1},
		{x: -0.9}, {x: -1.9, i8: -1, i16: -1, i32: -1, i64: -1},
		{x: -128.9, i8: -128, i16: -128, i32: -128, i64: -128},
		{x: 127.9, i8: 127, i16: 127, i32: 127, i64: 127, u8: 127, u16: 127, u32: 127, u64: 127},
		{x: 255.9, i8: 127, i16: 255, i32: 255, i64: 255, u8: 255, u16: 255, u32: 255, u64: 255},
		{x: 65535.9, i8: 127, i16: 32767, i32: 65535, i64: 65535, u8: 255, u16: 65535, u32: 65535, u64: 65535},
		{x: -0x1p31 - 0.9, i8: -128, i16: -32768, i32: math.MinInt32, i64: math.MinInt32},
		{x: 0x1p32, i8: 127, i16: 32767, i32: math.MaxInt32, i64: 1 << 32, u8: 255, u16: 65535, u32: math.MaxUint32, u64: 1 << 32},
		{x: 0x1p63, i8: 127, i16: 32767, i32: math.MaxInt32, i64: math.MaxInt64, u8: 255, u16: 65535, u32: math.MaxUint32, u64: 1 << 63},
		{x: -0x1p63, i8: -128, i16: -32768, i32: math.MinInt32, i64: math.MinInt64},
		{x: 0x1p64, i8: 127, i16: 32767, i32: math.MaxInt32, i64: math.MaxInt64, u8: 255, u16: 65535, u32: math.MaxUint32, u64: math.MaxUint64},
		{x: inf, i8: 127, i16: 32767, i32: math.MaxInt32, i64: math.MaxInt64, u8: 255, u16: 65535, u32: math.MaxUint32, u64: math.MaxUint64},
		{x: -inf, i8: -128, i16: -32768, i32: math.MinInt32, i64: math.MinInt64},
	} {
		got := row{x: r.x, i8: ToInt8(r.x), i16: ToInt16(r.x), i32: ToInt32(r.x), i64: ToInt64(r.x),
			u8: ToUint8(r.x), u16: ToUint16(r.x), u32: ToUint32(r.x), u64: ToUint64(r.x)}
		if got != r && r.x == r.x || ToInt8(r.x) != r.i8 || ToUint64(r.x) != r.u64 {
			t.Errorf("%v: got %+v, want %+v", r.x, got, r)
		}
		if int64(ToInt(r.x)) != ToInt64(r.x) && math.MaxInt == math.MaxInt64 {
			t.Errorf("ToInt(%v) = %d", r.x, ToInt(r.x))
		}
		if uint64(ToUint(r.x)) != ToUint64(r.x) && math.MaxInt == math.MaxInt64 {
			t.Errorf("ToUint(%v) = %d", r.x, ToUint(r.x))
		}
	}
}

// TestFMA32 compares with exact arithmetic, on values that make the sum a tie or nearly one.
func TestFMA32(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func() float32 {
		for {
			bits := r.Uint32()
			switch r.IntN(4) {
			case 0:
				bits &^= 0xfff // few digits: ties are likely
			case 1:
				bits = bits&^0x7f800000 | uint32(r.IntN(40)+107)<<23
			case 2:
				bits = bits&0x80ffffff | uint32(r.IntN(2))<<23 // near the least
			}
			if x := math.Float32frombits(bits); x-x == 0 {
				return x
			}
		}
	}
	exact := func(x float32) *big.Float { return new(big.Float).SetPrec(1000).SetFloat64(float64(x)) }
	for range 300000 {
		x, y, z := random(), random(), random()
		sum := new(big.Float).SetPrec(1000).Mul(exact(x), exact(y))
		sum.Add(sum, exact(z))
		want, _ := sum.Float32()
		if got := FMA32(x, y, z); got != want {
			t.Fatalf("FMA32(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
	}
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range [][4]float32{{inf, 1, 1, inf}, {inf, 0, 1, nan}, {inf, 1, -inf, nan}, {1, 1, -inf, -inf}, {nan, 1, 1, nan},
		{math.MaxFloat32, 2, 0, inf}, {math.MaxFloat32, 2, -math.MaxFloat32, math.MaxFloat32}} {
		if got := FMA32(c[0], c[1], c[2]); got != c[3] && !(got != got && c[3] != c[3]) {
			t.Errorf("FMA32(%v, %v, %v) = %v, want %v", c[0], c[1], c[2], got, c[3])
		}
	}
	if got := FMA32(-1, 0, 0); math.Signbit(float64(got)) {
		t.Error("FMA32(-1, 0, 0) is -0")
	}
	if got := FMA32(-1, 0, float32(math.Copysign(0, -1))); !math.Signbit(float64(got)) {
		t.Error("FMA32(-1, 0, -0) is 0")
	}
}

func TestSigns(t *testing.T) {
	negativeNaN := math.Copysign(math.NaN(), -1)
	zero := math.Copysign(0, -1)
	for _, c := range []struct{ x, y, want float64 }{{1, -2, -1}, {-1, 2, 1}, {-1, zero, -1}, {2, zero, -2}, {-3, negativeNaN, 3}, {3, math.Inf(-1), -3}} {
		if got := Copysign(c.x, c.y); got != c.want {
			t.Errorf("Copysign(%v, %v) = %v", c.x, c.y, got)
		}
		if got := Copysign32(float32(c.x), float32(c.y)); got != float32(c.want) {
			t.Errorf("Copysign32(%v, %v) = %v", c.x, c.y, got)
		}
	}
	if got := Abs32(float32(zero)); math.Float32bits(got) != 0 || Abs32(-2) != 2 {
		t.Errorf("Abs32(-0) = %v, Abs32(-2) = %v", got, Abs32(-2))
	}
	if Abs(int8(-128)) != -128 || Abs(int64(-5)) != 5 || Abs(5) != 5 {
		t.Error("Abs is wrong")
	}
}

func TestIntegers(t *testing.T) {
	if Div(7, 0) != 0 || Div(-7, 2) != -3 || Rem(7, 0) != 0 || Rem(-7, 2) != -1 || Div(math.MinInt64, -1) != math.MinInt64 {
		t.Error("Div or Rem is wrong")
	}
	if Next(int8(120), 127, 7) != 127 || Next(int8(121), 127, 7) != 127 || Next(uint8(250), 255, 10) != 255 || Next(0, 10, 4) != 4 {
		t.Error("Next is wrong")
	}
	if Select(true, 1, 2) != 1 || Select(false, 1, 2) != 2 || Value("x") != "x" {
		t.Error("Select or Value is wrong")
	}
}
