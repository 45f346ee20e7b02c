//go:build ((linux && !android) || darwin || windows) && (amd64 || arm64) && !noffi

package ffi

import "testing"

func bound[F any](b testing.TB, l *Lib, name, path string, o ...Option) F {
	b.Helper()
	f, err := Func[F](l, name, o...)
	if err != nil {
		b.Fatal(err)
	}
	if got := Path(f); got != path {
		b.Fatalf("the path of %s is %q, want %q", name, got, path)
	}
	return f
}

func BenchmarkFunc(b *testing.B) {
	l := fixture(b, "func.c")
	b.Run("direct/int64", func(b *testing.B) {
		f := bound[func(x, y int64) int64](b, l, "sub64", "direct")
		b.ReportAllocs()
		for b.Loop() {
			f(1, 2)
		}
	})
	b.Run("direct/double", func(b *testing.B) {
		f := bound[func(x, y float64) float64](b, l, "subD", "direct")
		b.ReportAllocs()
		for b.Loop() {
			f(1, 2)
		}
	})
	b.Run("leaf/int64", func(b *testing.B) {
		f := bound[func(x, y int64) int64](b, l, "sub64", "direct", Leaf())
		b.ReportAllocs()
		for b.Loop() {
			f(1, 2)
		}
	})
	b.Run("register/int64", func(b *testing.B) {
		f := bound[func(x, y int64) (int64, error)](b, l, "sub64", "register", Fail(func(int64) error { return nil }))
		b.ReportAllocs()
		for b.Loop() {
			f(1, 2)
		}
	})
	b.Run("register/mixed", func(b *testing.B) {
		f := bound[func(x float64, y int64) int64](b, l, "mixDL", "register")
		b.ReportAllocs()
		for b.Loop() {
			f(1, 2)
		}
	})
	b.Run("register/errno", func(b *testing.B) {
		f := bound[func(x, y int64) (int64, error)](b, l, "sub64", "register")
		b.ReportAllocs()
		for b.Loop() {
			f(1, 2)
		}
	})
	b.Run("register/string", func(b *testing.B) {
		f := bound[func(s string) int32](b, l, "length", "register")
		b.ReportAllocs()
		for b.Loop() {
			f("hello, world")
		}
	})
	b.Run("reflect/int64", func(b *testing.B) {
		f := bound[func(x int64, list ...any) int64](b, l, "i64", "reflect")
		b.ReportAllocs()
		for b.Loop() {
			f(1)
		}
	})
}
