//go:build cgo && linux && !android && (amd64 || arm64) && !noffi

package main

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/kgen-go/kgen/ffi"
)

// text is the string that is passed.
const text = "a string of 26 characters."

// loop calls a function n times and returns its last result.
type loop func(n int) float64

// rival is one way to call a function.
type rival struct {
	way string
	run loop
}

// race is one function and all ways to call it, cgo's first.
type race struct {
	name   string
	want   float64 // the result
	rivals []rival
}

// The ways, which are the columns of the table.
const (
	byCgo       = "cgo"
	byAnnotated = "cgo noescape"
	byDirect    = "direct"
	byRegister  = "register"
	byLeaf      = "leaf"
	byReflect   = "reflect"
	byCallback  = "ffi"
	byPurego    = "purego"
)

var (
	callWays     = []string{byCgo, byAnnotated, byDirect, byRegister, byLeaf, byReflect, byPurego}
	callbackWays = []string{byCgo, byCallback, byPurego}
)

// calls returns the races of calls.
func calls() ([]race, error) {
	var errs []error
	list := []race{
		{"empty", 0, rivals(&errs, "k_empty", byDirect, empties, cgoEmpty, annotatedEmpty)},
		{"2 int64", 3, rivals(&errs, "k_ints", byDirect, ints, cgoInts, annotatedInts)},
		{"2 double", 3, rivals(&errs, "k_doubles", byDirect, doubles, cgoDoubles, annotatedDoubles)},
		{"int16, bool", 2, rivals(&errs, "k_narrow", byRegister, narrows, cgoNarrow, annotatedNarrow)},
		{"4 mixed", 10, rivals(&errs, "k_mixed", byRegister, mixed, cgoMixed, annotatedMixed)},
		{"int64, errno", 5, rivals(&errs, "k_errno", byRegister, withErrno, cgoErrno, annotatedErrno)},
		{"string", float64(len(text)), rivals(&errs, "k_length", byRegister, strings, cgoString, annotatedString)},
	}
	return list, errors.Join(errs...)
}

// rivals returns the ways to call a C function as a Go function of type F, which calls makes a loop of.
func rivals[F any](errs *[]error, symbol, path string, calls func(F) loop, plain, annotated loop) []rival {
	bind := func(want string, o ...ffi.Option) F {
		f, err := ffi.FuncAt[F](address[symbol], o...)
		if err == nil && ffi.Path(f) != want {
			err = fmt.Errorf("%s goes the way %q, not %q", symbol, ffi.Path(f), want)
		}
		*errs = append(*errs, err)
		return f
	}
	list := []rival{
		{byCgo, plain},
		{byAnnotated, annotated},
		{path, calls(bind(path))},
		{byLeaf, calls(bind(path, ffi.Leaf()))},
	}
	// The check mode, which has little to check here, makes every function one of the slow kind.
	ffi.Check(true)
	list = append(list, rival{byReflect, calls(bind(byReflect))})
	ffi.Check(false)
	var f F
	if _, ok := any(f).(func(int64) (int64, error)); !ok { // purego knows no errno
		purego.RegisterFunc(&f, uintptr(address[symbol]))
		list = append(list, rival{byPurego, calls(f)})
	}
	return list
}

func empties(f func()) loop {
	return func(n int) float64 {
		for range n {
			f()
		}
		return 0
	}
}

func ints(f func(x, y int64) int64) loop {
	return func(n int) float64 {
		var r int64
		for range n {
			r = f(1, 2)
		}
		return float64(r)
	}
}

func doubles(f func(x, y float64) float64) loop {
	return func(n int) float64 {
		var r float64
		for range n {
			r = f(1, 2)
		}
		return r
	}
}

func narrows(f func(x int16, y bool) int64) loop {
	return func(n int) float64 {
		var r int64
		for range n {
			r = f(1, true)
		}
		return float64(r)
	}
}

func mixed(f func(x float64, n int64, p *float64, i int32) float64) loop {
	return func(n int) float64 {
		r, p := 0.0, 3.0
		for range n {
			r = f(1, 2, &p, 4)
		}
		return r
	}
}

func withErrno(f func(int64) (int64, error)) loop {
	return func(n int) float64 {
		var r int64
		for range n {
			var err error
			if r, err = f(5); err != nil {
				return -1
			}
		}
		return float64(r)
	}
}

func strings(f func(string) int64) loop {
	return func(n int) float64 {
		var r int64
		for range n {
			r = f(text)
		}
		return float64(r)
	}
}

// callbacks returns the races of calls that call back: all the way from Go through C to Go and back.
func callbacks() ([]race, error) {
	callInt, err1 := ffi.FuncAt[func(f unsafe.Pointer, x int64) int64](address["k_call_int"])
	callDouble, err2 := ffi.FuncAt[func(f unsafe.Pointer, x float64) float64](address["k_call_double"])
	onInt, err3 := ffi.NewCallback(func(x int64) int64 { return x + 1 })
	onDouble, err4 := ffi.NewCallback(func(x float64) float64 { return x + 1 })
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	var pureInt func(f uintptr, x int64) int64
	purego.RegisterFunc(&pureInt, uintptr(address["k_call_int"]))
	return []race{
		{"int64", 8, []rival{
			{byCgo, cgoCallInt},
			{byCallback, callsInt(callInt, onInt.Ptr())},
			{byPurego, callsInt(pureInt, purego.NewCallback(func(x int64) int64 { return x + 1 }))},
		}},
		{"double", 8, []rival{ // purego's have no floating-point results
			{byCgo, cgoCallDouble},
			{byCallback, callsDouble(callDouble, onDouble.Ptr())},
		}},
	}, nil
}

func callsInt[P any](f func(P, int64) int64, callback P) loop {
	return func(n int) float64 {
		var r int64
		for range n {
			r = f(callback, 7)
		}
		return float64(r)
	}
}

func callsDouble[P any](f func(P, float64) float64, callback P) loop {
	return func(n int) float64 {
		var r float64
		for range n {
			r = f(callback, 7)
		}
		return r
	}
}
