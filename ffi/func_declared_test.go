//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi

import (
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// declared binds a function as if the library had this declaration of it.
func declared[F any](l *Lib, name string, c *ctype.Type, o ...Option) (f F, err error) {
	fn, err := l.function(name)
	if err != nil {
		return f, err
	}
	all, err := gather(forFunc, o)
	if err != nil {
		return f, err
	}
	s := slot{reflect.TypeFor[F](), unsafe.Pointer(&f)}
	err = s.bind(target{fn: fn, closed: &l.closed, lib: l.name, name: name}, c, l.function, all.fn)
	return f, err
}

func mustDeclared[F any](t *testing.T, l *Lib, name string, c *ctype.Type, o ...Option) F {
	t.Helper()
	f, err := declared[F](l, name, c, o...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestDeclaredRecords passes records that Go cannot describe as bytes.
func TestDeclaredRecords(t *testing.T) {
	basic, member := ctype.Basic, ctype.Member
	packed := ctype.StructOf("packed", member("c", basic(ctype.Char)), member("d", basic(ctype.Double)), member("s", basic(ctype.Short)))
	packed.Record.Pack = 1
	number := ctype.UnionOf("number", member("i", basic(ctype.LongLong)), member("d", basic(ctype.Double)),
		member("f", ctype.StructOf("", member("x", basic(ctype.Float)), member("y", basic(ctype.Float)))))
	bits := ctype.StructOf("bits", ctype.BitField("a", basic(ctype.UInt), 3), ctype.BitField("b", basic(ctype.Int), 5), member("x", basic(ctype.Float)))
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		type goPacked [11]byte
		in := goPacked{'a', 9: 5}
		binary.LittleEndian.PutUint64(in[1:], math.Float64bits(1.5))
		want := goPacked{'b', 9: 0xfb, 10: 0xff}
		binary.LittleEndian.PutUint64(want[1:], math.Float64bits(3))
		turn := mustDeclared[func(goPacked) goPacked](t, l, "turn_packed", ctype.FuncOf(packed, packed))
		equal(t, "packed", turn(in), want)
		equal(t, "union", mustDeclared[func(int64) int64](t, l, "turn_number", ctype.FuncOf(number, number))(41), 42)
		equal(t, "union as bytes", mustDeclared[func([8]byte) [8]byte](t, l, "turn_number", ctype.FuncOf(number, number))([8]byte{255}), [8]byte{0, 1})
		type goBits struct {
			Bits uint32
			X    float32
		}
		equal(t, "bit-fields", mustDeclared[func(goBits) goBits](t, l, "turn_bits", ctype.FuncOf(bits, bits))(goBits{5 | 3<<3, 1.5}), goBits{6 | 29<<3, 3})
	})
}

// TestDeclaredScalars has Go scalars where C has records of one field, which travel as that field does, in other registers.
func TestDeclaredScalars(t *testing.T) {
	basic := ctype.Basic
	realType := ctype.UnionOf("real", ctype.Member("d", basic(ctype.Double)))
	whole := ctype.StructOf("whole", ctype.Member("i", basic(ctype.LongLong)))
	turn := ctype.FuncOf(realType, realType)
	x, minus := math.Float64bits(2.5), math.Float64bits(-2.5)
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		equal(t, "word as double", mustDeclared[func(uint64) uint64](t, l, "turn_real", turn)(x), minus)
		word, err := mustDeclared[func(uint64) (uint64, error)](t, l, "turn_real", turn, FailErrno(int64(minus)))(x)
		equal(t, "word", word, minus)
		equal(t, "the rule's verdict", err != nil, true)
		negate := mustDeclared[func(float64) float64](t, l, "turn_whole", ctype.FuncOf(whole, whole))
		equal(t, "double as word", int64(math.Float64bits(negate(math.Float64frombits(7)))), -7)
		apply := mustDeclared[func(func(uint64) uint64, uint64) uint64](t, l, "apply_real", ctype.FuncOf(realType, ctype.PointerTo(turn), realType))
		equal(t, "callback", apply(func(got uint64) uint64 {
			equal(t, "argument", got, x)
			return minus
		}, x), minus)
	})
}

// TestIgnoredResults has Go types without a result for C functions that return one in memory or in the processor's stack of
// floating-point numbers.
func TestIgnoredResults(t *testing.T) {
	packed := ctype.StructOf("packed", ctype.Member("c", ctype.Basic(ctype.Char)), ctype.Member("d", ctype.Basic(ctype.Double)), ctype.Member("s", ctype.Basic(ctype.Short)))
	packed.Record.Pack = 1
	number := ctype.Basic(ctype.Int)
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		mustDeclared[func(int32)](t, l, "make_packed", ctype.FuncOf(packed, number))(5)
		ignore := mustDeclared[func(int32)](t, l, "make_long_double", ctype.FuncOf(ctype.Basic(ctype.LongDouble), number))
		half := mustFunc[func(LongDouble) LongDouble](t, l, "turn_long_double")
		for range 20 {
			ignore(1)
			equal(t, "half", half(LongDoubleOf(3)).Float64(), 1.5)
		}
	})
}

func TestDeclaredFunctions(t *testing.T) {
	basic, to := ctype.Basic, ctype.PointerTo
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		color := ctype.EnumOf("color", ctype.UInt)
		next := mustDeclared[func(int32) int32](t, l, "next_color", ctype.FuncOf(color, color))
		equal(t, "path", Path(next), "direct")
		equal(t, "enum", next(0)+next(7), 15)
		char := ctype.FuncOf(basic(ctype.Int), basic(ctype.Char))
		want := int32(-1)
		if !host.CharSigned() {
			want = 255
		}
		equal(t, "int8 as char", mustDeclared[func(int8) int32](t, l, "plain_char", char)(-1), want)
		equal(t, "byte as char", mustDeclared[func(byte) int32](t, l, "plain_char", char)(255), want)

		old := ctype.FuncOf(basic(ctype.LongLong))
		old.Func.Unknown = true
		equal(t, "no prototype", mustDeclared[func() int64](t, l, "old_style", old)(), 77)
		_, err := declared[func() int32](l, "old_style", old)
		wantType(t, err)

		sum := ctype.FuncOf(basic(ctype.LongLong), to(basic(ctype.LongLong)))
		sum.Func.Params[0].Elems = 4
		add := mustDeclared[func([]int64) int64](t, l, "sum4", sum)
		equal(t, "path", Path(add), "register")
		equal(t, "sum", add([]int64{1, 2, 3, 4})+add(nil), 10)
		wantPanic(t, func() { add([]int64{1, 2, 3}) }, ErrSize, "argument 1", "3 elements where C needs 4")
		equal(t, "array", mustDeclared[func(*[4]int64) int64](t, l, "sum4", sum)(&[4]int64{1, 2, 3, 4}), 10)
		if _, err := declared[func(*[3]int64) int64](l, "sum4", sum); !errors.Is(err, ErrSize) {
			t.Errorf("error %v, want ErrSize", err)
		}
		slow := mustDeclared[func([]int64, ...any) int64](t, l, "sum4", &ctype.Type{Kind: ctype.Func, Func: &ctype.FuncType{
			Result: sum.Func.Result, Params: sum.Func.Params, Variadic: true,
		}})
		wantPanic(t, func() { slow([]int64{1}) }, ErrSize, "argument 1")
		sum.Func.Params[0].NonNull = true
		strict := mustDeclared[func([]int64) int64](t, l, "sum4", sum)
		wantPanic(t, func() { strict(nil) }, ErrNil, "argument 1")

		variable := ctype.VariadicOf(basic(ctype.Double), to(basic(ctype.Char)))
		equal(t, "variable", mustDeclared[func(string, ...any) float64](t, l, "variable", variable)("id", 1, 2.5), 6)
		equal(t, "fixed", mustDeclared[func(string, int32, float64) float64](t, l, "variable", variable)("id", 1, 2.5), 6)
		_, err = declared[func(string, int8) float64](l, "variable", variable)
		wantType(t, err)

		compare := ctype.FuncOf(basic(ctype.LongLong), basic(ctype.LongLong))
		apply := ctype.FuncOf(basic(ctype.LongLong), to(compare), basic(ctype.LongLong))
		equal(t, "function", mustDeclared[func(func(int) int64, int64) int64](t, l, "apply", apply)(func(x int) int64 { return int64(x) + 1 }, 7), 8)
		_, err = declared[func(func(int32) int64, int64) int64](l, "apply", apply)
		wantType(t, err)
		_, err = declared[func(int64) int64](l, "i64", compare, Variadic(1))
		equal(t, "variadic, against the declaration", errors.Is(err, ErrUsage), true)
		mustDeclared[func(string, int32, float64) float64](t, l, "variable", variable, Variadic(1))
	})
}

func wantType(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ErrType) {
		t.Errorf("error %v, want ErrType", err)
	}
}

// TestDeclare binds what CDef's text declares: the functions are compared with it, and found by the names that it gives them.
func TestDeclare(t *testing.T) {
	l := fixture(t, "func.c")
	d, err := CDef(`
		int sub32(int x, int y);
		int less(int x, int y) __asm__("sub32");
		#define minus less
		struct opaque;
		long long deref(const long long *p) __attribute__((nonnull));
		extern long long counter;
		extern const char *word;
		static inline int local(int x) { return x; }
	`)
	if err == nil {
		err = l.Declare(d)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"sub32", "less", "minus"} {
		equal(t, name, mustFunc[func(x, y int32) int32](t, l, name)(5, 7), -2)
		_, err := Func[func(x, y int64) int32](l, name)
		wantError(t, err, ErrType, "argument 1 (x)", "argument 2 (y)", "Go has int64, C has int: use int32")
	}
	_, err = Func[func(x int32) int32](l, "local")
	wantError(t, err, ErrNotFound, "static or inline")
	_, err = mustFunc[func(*int64) (int64, error)](t, l, "deref")(nil)
	wantError(t, err, ErrNil, "argument 1")
	counter, err := Var[int64](l, "counter")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "counter", *counter, 41)
	_, err = Var[int32](l, "counter")
	wantError(t, err, ErrType, "use int64")
	_, err = Var[string](l, "word")
	wantError(t, err, ErrType, "use *byte")
	word, err := Var[*byte](l, "word")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "word", GoString(*word), "word")
	var bound struct {
		Minus func(x, y int32) int32 `ffi:"minus,optional"`
		Local func(x int32) int32    `ffi:"local,optional"`
	}
	equal(t, "error", Bind(l, &bound), nil)
	equal(t, "optional", bound.Minus != nil && bound.Local == nil, true)
}
