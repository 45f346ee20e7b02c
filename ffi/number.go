package ffi

import (
	"encoding/binary"
	"fmt"
	"go/constant"
	"math"
	"math/big"
	"reflect"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// sizeOf returns the size of a C type in bytes, for numbers and pointers without a computation of layout.
func sizeOf(t *ctype.Type) (int64, error) {
	if size := host.Size(t.Base()); size != 0 && t.IsComplete() {
		return size, nil
	}
	return host.Sizeof(t)
}

// integer is a Go or C integer of up to 128 bits in two's complement; negative says how it goes on above them.
type integer struct {
	lo, hi   uint64
	negative bool
}

func fromInt(x int64) integer { return integer{uint64(x), uint64(x >> 63), x < 0} }

func fromUint(x uint64) integer { return integer{lo: x} }

// integerOf returns the integer that a Go value is. A bool is 0 or 1.
func integerOf(v any) (integer, bool) {
	switch v := v.(type) {
	case Int128:
		return integer{v.Lo, uint64(v.Hi), v.Hi < 0}, true
	case Uint128:
		return integer{v.Lo, v.Hi, false}, true
	case *big.Int:
		if v == nil || v.BitLen() > 128 {
			return integer{}, false
		}
		lo, hi := words(v)
		return integer{lo, hi, v.Sign() < 0}, true
	case constant.Value:
		return constantInteger(v)
	case Value:
		if !v.kind().IsInteger() {
			return integer{}, false
		}
		return v.integer(), true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fromInt(r.Int()), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return fromUint(r.Uint()), true
	case reflect.Bool:
		if r.Bool() {
			return fromUint(1), true
		}
		return integer{}, true
	}
	return integer{}, false
}

func constantInteger(v constant.Value) (integer, bool) {
	switch v := constant.Val(v).(type) {
	case int64:
		return fromInt(v), true
	case *big.Int:
		return integerOf(v)
	}
	return integer{}, false
}

// fits reports whether an integer type of so many bits holds the number.
func (n integer) fits(bits int64, signed bool) bool {
	high := n.above(bits)
	if signed {
		high = n.above(bits - 1)
	}
	if n.negative {
		return signed && high == integer{math.MaxUint64, math.MaxUint64, true}
	}
	return high == integer{}
}

// above returns the number shifted right by so many bits.
func (n integer) above(bits int64) integer {
	fill := uint64(0)
	if n.negative {
		fill = math.MaxUint64
	}
	if bits >= 64 {
		n.lo, n.hi, bits = n.hi, fill, bits-64
	}
	if bits >= 64 {
		n.lo, n.hi, bits = n.hi, fill, bits-64
	}
	return integer{n.lo>>bits | n.hi<<(64-bits), n.hi>>bits | fill<<(64-bits), n.negative}
}

// low returns the number's low bits, at most 128.
func (n integer) low(bits int64) integer {
	if bits < 64 {
		return integer{lo: n.lo & (1<<bits - 1)}
	}
	return integer{lo: n.lo, hi: n.hi & (1<<(bits-64) - 1)}
}

func (n integer) big() *big.Int {
	if n.negative {
		return Int128{n.lo, int64(n.hi)}.Big()
	}
	return Uint128{n.lo, n.hi}.Big()
}

// put stores the number, which fits, in a type of len(mem) bytes.
func (n integer) put(mem []byte) {
	var all [16]byte
	binary.LittleEndian.PutUint64(all[:], n.lo)
	binary.LittleEndian.PutUint64(all[8:], n.hi)
	copy(mem, all[:])
}

// loadInteger reads an integer of len(mem) bytes.
func loadInteger(mem []byte, signed bool) integer {
	var all [16]byte
	copy(all[:], mem)
	n := integer{lo: binary.LittleEndian.Uint64(all[:]), hi: binary.LittleEndian.Uint64(all[8:])}
	return n.extended(int64(8*len(mem)), signed)
}

// extended takes the low bits of the number as one with a sign or without.
func (n integer) extended(bits int64, signed bool) integer {
	if !signed || n.above(bits-1).lo&1 == 0 {
		return n
	}
	n.negative = true
	if bits < 64 {
		n.lo |= math.MaxUint64 << bits
	}
	if bits < 128 {
		n.hi |= math.MaxUint64 << max(bits-64, 0)
	}
	return n
}

// floating is a number for a floating-point type: one of three, the later where they are set.
type floating struct {
	float  float64
	long   LongDouble // when isLong is set
	isLong bool
	exact  *big.Float // of any precision
	whole  bool       // it is an integer, which is not to be rounded
}

func (x floating) float32() float32 {
	if exact := x.big(); exact != nil {
		f, _ := exact.Float32()
		return f
	}
	return float32(x.float64())
}

func (x floating) float64() float64 {
	switch {
	case x.exact != nil:
		f, _ := x.exact.Float64()
		return f
	case x.isLong:
		return x.long.Float64()
	}
	return x.float
}

func (x floating) longDouble() LongDouble {
	switch {
	case x.exact != nil:
		return LongDoubleFrom(x.exact)
	case x.isLong:
		return x.long
	}
	return LongDoubleOf(x.float)
}

// big returns the exact number, nil for what is not a number.
func (x floating) big() *big.Float {
	switch {
	case x.exact != nil:
		return x.exact
	case x.isLong:
		return x.long.Big()
	case math.IsNaN(x.float):
		return nil
	}
	return big.NewFloat(x.float)
}

// check compares the number with what a type made of it: a finite one must not become infinite, nor an integer another one.
func (x floating) check(stored floating, kind ctype.Kind) error {
	is, want := stored.big(), x.big()
	switch {
	case is == nil || want == nil:
	case is.IsInf() && !want.IsInf():
		return fmt.Errorf("%w: %v does not fit %s", ErrRange, want, ctype.Basic(kind))
	case x.whole && is.Cmp(want) != 0:
		return fmt.Errorf("%w: %s is not exact as %s", ErrRange, want.Text('f', 0), ctype.Basic(kind))
	}
	return nil
}

// floatingOf returns the number that a Go value is.
func floatingOf(v any) (floating, bool) {
	switch v := v.(type) {
	case LongDouble:
		return floating{long: v, isLong: true}, true
	case *big.Float:
		return floating{exact: v}, v != nil
	case constant.Value:
		return constantFloating(v)
	case Value:
		if v.kind().IsFloat() {
			return loadFloating(v.bytes(), v.kind()), true
		}
	}
	r := reflect.ValueOf(v)
	switch {
	case r.CanFloat():
		return floating{float: r.Float()}, true
	case r.Kind() == reflect.Bool:
		return floating{}, false
	}
	n, ok := integerOf(v)
	if !ok {
		return floating{}, false
	}
	return floating{exact: new(big.Float).SetInt(n.big()), whole: true}, true
}

// constantFloating is floatingOf for a constant, which may be a fraction.
func constantFloating(v constant.Value) (floating, bool) {
	const precision = 512 // that of package constant
	x := floating{exact: new(big.Float), whole: v.Kind() == constant.Int}
	switch v := constant.Val(v).(type) {
	case int64:
		x.exact.SetInt64(v)
	case *big.Int:
		x.exact.SetInt(v)
	case *big.Rat:
		x.exact.SetPrec(precision).SetRat(v)
	case *big.Float:
		x.exact = v
	default:
		return floating{}, false
	}
	return x, true
}

// complexOf returns the parts of the number that a Go value is.
func complexOf(v any) (re, im floating, ok bool) {
	switch c := v.(type) {
	case ComplexLongDouble:
		return floating{long: c.Real, isLong: true}, floating{long: c.Imag, isLong: true}, true
	case Value:
		if c.kind().IsComplex() {
			re, im = c.parts()
			return re, im, true
		}
	}
	if r := reflect.ValueOf(v); r.CanComplex() {
		c := r.Complex()
		return floating{float: real(c)}, floating{float: imag(c)}, true
	}
	re, ok = floatingOf(v)
	return re, floating{}, ok
}

// storeInteger stores a Go value in an integer type of len(mem) bytes, of which only so many bits count.
func storeInteger(mem []byte, t *ctype.Type, v any) error {
	n, ok := integerOf(v)
	if !ok {
		return unlike(v, t)
	}
	if !fitsType(n, t, int64(8*len(mem))) {
		return fmt.Errorf("%w: %v does not fit %s", ErrRange, n.big(), t)
	}
	n.put(mem)
	return nil
}

// fitsType reports whether an integer of the type in so many bits holds the number. A plain char holds what either kind of
// char does, because what it is differs between platforms.
func fitsType(n integer, t *ctype.Type, bits int64) bool {
	switch t.Base() {
	case ctype.Bool:
		return n.fits(1, false)
	case ctype.Char:
		return n.fits(bits, true) || n.fits(bits, false)
	}
	return n.fits(bits, host.Signed(t))
}

// storeFloating stores a number in a floating-point type of len(mem) bytes.
func storeFloating(mem []byte, kind ctype.Kind, x floating) error {
	var all [16]byte
	switch kind {
	case ctype.Float:
		binary.LittleEndian.PutUint32(all[:], math.Float32bits(x.float32()))
	case ctype.Double:
		binary.LittleEndian.PutUint64(all[:], math.Float64bits(x.float64()))
	default:
		bits := x.longDouble().bits()
		integer{lo: bits[0], hi: bits[1]}.put(all[:])
	}
	stored := all[:len(mem)]
	if err := x.check(loadFloating(stored, kind), kind); err != nil {
		return err
	}
	copy(mem, stored)
	return nil
}

// loadFloating reads a number of a floating-point type.
func loadFloating(mem []byte, kind ctype.Kind) floating {
	switch kind {
	case ctype.Float:
		return floating{float: float64(math.Float32frombits(binary.LittleEndian.Uint32(mem)))}
	case ctype.Double:
		return floating{float: math.Float64frombits(binary.LittleEndian.Uint64(mem))}
	}
	n := loadInteger(mem, false)
	return floating{long: newLongDouble([2]uint64{n.lo, n.hi}), isLong: true}
}

// unlike says that a Go value is not of a C type.
func unlike(v any, t *ctype.Type) error {
	if v == nil {
		return fmt.Errorf("%w: nil for %s", ErrType, t)
	}
	if c, ok := v.(Value); ok {
		return fmt.Errorf("%w: C's %s for %s", ErrType, typeName(c.typ()), t)
	}
	return fmt.Errorf("%w: %T for %s", ErrType, v, t)
}
