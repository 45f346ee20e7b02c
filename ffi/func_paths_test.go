//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// fixtures builds a C file with each compiler there is and runs the test with the libraries.
func fixtures(t *testing.T, source string, test func(t *testing.T, l *Lib)) {
	t.Helper()
	compilers := []string{""}
	if runtime.GOOS == "linux" && runtime.GOARCH == "amd64" {
		compilers = []string{"gcc", "clang"}
	}
	for _, cc := range compilers {
		t.Run("cc="+cc, func(t *testing.T) {
			if cc != "" {
				t.Setenv("KGEN_TEST_CC", cc)
			}
			test(t, fixture(t, source))
		})
	}
}

// fixture builds a C file of testdata and loads it for the duration of the test.
func fixture(t testing.TB, source string) *Lib {
	t.Helper()
	out := filepath.Join(ffitest.Dir(t), "libfixture.so")
	ffitest.Build(t, source, out)
	l, err := Load(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// models are what C functions of the fixture do, in Go. The paths that a function can take are named by letters: d, r, m for
// direct, register and reflect; not all platforms have all.
var models = []struct {
	symbol, paths string
	model         any
}{
	{"nothing", "drm", func() {}},
	{"constant64", "drm", func() int64 { return 0x123456789abcdef0 }},
	{"constant32", "drm", func() int32 { return -7 }},
	{"constantD", "drm", func() float64 { return 0.1 }},
	{"constantS", "drm", func() float32 { return 0.1 }},
	{"null", "drm", func() unsafe.Pointer { return nil }},
	{"i8", "rm", func(x int8) int64 { return int64(x) }},
	{"i16", "rm", func(x int16) int64 { return int64(x) }},
	{"i32", "drm", func(x int32) int64 { return int64(x) }},
	{"i64", "drm", func(x int64) int64 { return x }},
	{"i64", "drm", func(x int) int { return x }},
	{"u8", "rm", func(x uint8) uint64 { return uint64(x) }},
	{"u16", "rm", func(x uint16) uint64 { return uint64(x) }},
	{"u32", "drm", func(x uint32) uint64 { return uint64(x) }},
	{"u64", "drm", func(x uintptr) uint { return uint(x) }},
	{"b", "rm", func(x bool) int64 {
		if x {
			return 3
		}
		return 2
	}},
	{"f32", "rm", func(x float32) float64 { return float64(x) }},
	{"f64", "drm", func(x float64) float64 { return -x }},
	{"to_i8", "rm", func(x int64) int8 { return int8(x) }},
	{"to_i16", "rm", func(x int64) int16 { return int16(x) }},
	{"to_i32", "drm", func(x int64) int32 { return int32(x) }},
	{"to_u8", "rm", func(x int64) uint8 { return uint8(x) }},
	{"to_u16", "rm", func(x int64) uint16 { return uint16(x) }},
	{"to_u32", "drm", func(x int64) uint32 { return uint32(x) }},
	{"to_bool", "rm", func(x int64) bool { return x != 0 }},
	{"to_f32", "rm", func(x float64) float32 { return float32(x) }},
	{"sub64", "drm", func(x, y int64) int64 { return x - y }},
	{"sub32", "drm", func(x, y int32) int32 { return x - y }},
	{"subD", "drm", func(x, y float64) float64 { return x - y }},
	{"subS", "drm", func(x, y float32) float32 { return x - y }},
	{"mixDI", "drm", func(x float64, n int32) float64 { return x + float64(n) }},
	{"mixID", "drm", func(n int32, x float64) float64 { return x - float64(n) }},
	{"mixLD", "rm", func(n int64, x float64) float64 { return x * float64(n) }},
	{"mixDL", "rm", func(x float64, n int64) int64 {
		if x > 0 {
			return n + 1
		}
		return n
	}},
	{"mixISI", "rm", func(n int32, x float32, m int32) float32 { return x + float32(n%100) - float32(m%100) }},
	{"ints8", "rm", func(a uint8, b uint16, c uint32, d uint64, e int8, f int16, g int32, h int64) uint64 {
		return uint64(a) + 3*uint64(b) + 5*uint64(c) + 7*d + 11*uint64(e) + 13*uint64(f) + 17*uint64(g) + 19*uint64(h)
	}},
	{"ints9", "rm", func(a, b, c, d, e, f uint64, g int8, h uint16, i int32) uint64 {
		return a + 3*b + 5*c + 7*d + 11*e + 13*f + 17*uint64(g) + 19*uint64(h) + 23*uint64(i)
	}},
	{"ints12", "m", func(a, b, c, d, e, f, g, h, i, j, k uint64, l uint8) uint64 {
		return a + 3*b + 5*c + 7*d + 11*e + 13*f + 17*g + 19*h + 23*i + 29*j + 31*k + 37*uint64(l)
	}},
	{"mixed_complex", "rm", func(n int32, a complex64, x float64, b complex128, y float32, c complex64) complex64 {
		switch n & 3 {
		case 0:
			return a - c
		case 1:
			return complex64(b)
		case 2:
			return c + complex(y, 0)
		}
		return a + complex(float32(x), 0)
	}},
	{"stack_complex", "rm", func(a, b, c, d, e, f, g, h float64, y complex128, z complex64) complex128 {
		return y + complex128(z)
	}},
	{"turn_complex", "rm", func(z complex128) complex128 { return z * 2 }},
	{"turn_complexS", "rm", func(z complex64) complex64 { return z * 2 }},
}

// TestPathsAgree calls C functions on every path with extreme and random arguments.
func TestPathsAgree(t *testing.T) {
	fixtures(t, "func.c", func(t *testing.T, l *Lib) {
		rng := rand.New(rand.NewPCG(1, 2))
		for _, m := range models {
			model := reflect.ValueOf(m.model)
			for path, f := range onAllPaths(t, l, m.symbol, model.Type(), m.paths) {
				for range 100 {
					args := randomArgs(rng, model.Type())
					want, got := model.Call(args), f.Call(args)
					if !sameResults(want, got) {
						t.Errorf("%s on path %c with %v: %v, want %v", m.symbol, path, show(args), show(got), show(want))
						break
					}
				}
			}
		}
	})
}

// onAllPaths binds a function in every way that there should be.
func onAllPaths(t *testing.T, l *Lib, symbol string, typ reflect.Type, paths string) map[rune]reflect.Value {
	t.Helper()
	fn, err := l.function(symbol)
	if err != nil {
		t.Fatal(err)
	}
	f, err := newFunction(target{fn: fn, closed: &l.closed, lib: l.name, name: symbol}, typ, nil, l.function, funcOptions{})
	if err != nil {
		t.Fatalf("%s: %v", symbol, err)
	}
	all := make(map[rune]reflect.Value)
	add := func(path rune, p unsafe.Pointer) {
		if p != nil {
			all[path] = reflect.NewAt(typ, unsafe.Pointer(&p)).Elem()
		}
	}
	add('d', f.direct())
	p, err := f.register()
	if err != nil {
		t.Errorf("%s: %v", symbol, err)
	}
	add('r', p)
	if v, err := f.reflect(); err != nil {
		t.Errorf("%s: %v", symbol, err)
	} else {
		all['m'] = v
	}
	for _, path := range paths {
		if _, ok := all[path]; !ok && (runtime.GOOS == "linux" || path == 'm') {
			t.Errorf("%s cannot be called on path %c", symbol, path)
		}
	}
	if len(all) > len(paths) && runtime.GOARCH == "amd64" { // others have more registers
		t.Errorf("%s has %d paths, want %s", symbol, len(all), paths)
	}
	return all
}

var edges = []uint64{0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 1 << 32, 1<<63 - 1, 1 << 63, 1<<64 - 1}

var floatEdges = []float64{0, math.Copysign(0, -1), 1, -1, 0.1, math.MaxFloat32, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN()}

func randomArgs(rng *rand.Rand, t reflect.Type) []reflect.Value {
	args := make([]reflect.Value, t.NumIn())
	for i := range args {
		v := reflect.New(t.In(i)).Elem()
		bits := edges[rng.IntN(len(edges))]
		float := floatEdges[rng.IntN(len(floatEdges))]
		if rng.IntN(2) == 0 {
			bits, float = rng.Uint64(), rng.NormFloat64()
		}
		switch {
		case v.Kind() == reflect.Bool:
			v.SetBool(bits&1 != 0)
		case v.CanInt():
			v.SetInt(int64(bits))
		case v.CanUint():
			v.SetUint(bits)
		case v.CanFloat():
			v.SetFloat(float)
		case v.CanComplex():
			v.SetComplex(complex(rng.NormFloat64(), rng.NormFloat64()))
		}
		args[i] = v
	}
	return args
}

// sameResults compares numbers by value, with NaN as one.
func sameResults(a, b []reflect.Value) bool {
	return show(a) == show(b)
}

func show(list []reflect.Value) string {
	text := ""
	for _, v := range list {
		text += fmt.Sprintf("%#v ", v.Interface())
	}
	return text
}
