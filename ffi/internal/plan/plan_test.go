package plan

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// current is the handler of the test that runs.
var current func(*sys.Frame)

func TestMain(m *testing.M) {
	if !sys.Supported {
		fmt.Println("this build makes no calls that could be tested")
		return
	}
	sys.SetHandler(func(f *sys.Frame) { current(f) })
	dir, err := os.MkdirTemp("", "plan")
	if err != nil {
		panic(err)
	}
	fixtures.dir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

const rounds = 4 // sets of values for each prototype

// eachPrototype runs a test with each toolset and for each prototype.
func eachPrototype(t *testing.T, run func(t *testing.T, f *fixture, p *prototype)) {
	for name, tools := range toolsets() {
		t.Run(name, func(t *testing.T) {
			f := tools.fixture(t, name)
			for _, p := range f.list {
				t.Run(p.name, func(t *testing.T) { run(t, f, p) })
			}
		})
	}
}

// plan makes the plan for a prototype of the fixture, by the conventions of its target.
func (f *fixture) plan(t *testing.T, p *prototype) *Plan {
	t.Helper()
	call, err := abi.Classify(f.target, p.fn, p.extra)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := compile(call)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// values is memory for the arguments and the result of a prototype, with their masks.
type values struct {
	args   [][]byte
	masks  [][]byte
	bools  [][]byte
	result []byte
	mask   []byte
	bool   []byte
}

func newValues(target ctype.Target, p *prototype) *values {
	v := &values{}
	for _, typ := range p.types() {
		mask, bools := masks(target, typ)
		v.masks, v.bools = append(v.masks, mask), append(v.bools, bools)
		v.args = append(v.args, make([]byte, len(mask)))
	}
	if p.fn.Func.Result.Kind != ctype.Void {
		v.mask, v.bool = masks(target, p.fn.Func.Result)
		v.result = make([]byte, len(v.mask))
	}
	return v
}

// pointers returns where the arguments are.
func (v *values) pointers() []unsafe.Pointer {
	list := make([]unsafe.Pointer, len(v.args))
	for i, a := range v.args {
		list[i] = unsafe.Pointer(unsafe.SliceData(a))
	}
	return list
}

// check compares the bits of a mask.
func check(t *testing.T, what string, index int, got, want, mask []byte) {
	t.Helper()
	for i := range mask {
		if (got[i]^want[i])&mask[i] != 0 {
			t.Fatalf("%s %d: byte %d of %d is %#x, want %#x where %#x counts", what, index, i, len(mask), got[i], want[i], mask[i])
		}
	}
}

func TestCalls(t *testing.T) {
	eachPrototype(t, func(t *testing.T, f *fixture, p *prototype) {
		plan := f.plan(t, p)
		rng, v := rand.New(rand.NewPCG(1, 2)), newValues(f.target, p)
		fn := f.symbol(t, p.name)
		for range rounds {
			for i, a := range v.args {
				pattern(rng, v.masks[i], a, v.bools[i])
			}
			want := f.result(len(v.result))
			pattern(rng, v.mask, want, v.bool)
			plan.Call(fn, v.pointers(), unsafe.Pointer(unsafe.SliceData(v.result)), Options{Errno: true})
			for i, a := range v.args {
				check(t, "argument", i, f.value(i, len(a)), a, v.masks[i])
			}
			check(t, "result", 0, v.result, want, v.mask)
		}
		plan.Call(fn, v.pointers(), nil, Options{Leaf: true})
	})
}

func TestCallbacks(t *testing.T) {
	caller := ctype.FuncOf(ctype.Basic(ctype.Void), ctype.PointerTo(ctype.Basic(ctype.Void)))
	call, err := New(caller, nil)
	if err != nil {
		t.Fatal(err)
	}
	eachPrototype(t, func(t *testing.T, f *fixture, p *prototype) {
		plan := f.plan(t, p)
		rng, v := rand.New(rand.NewPCG(3, 4)), newValues(f.target, p)
		slot := sys.SlotAddr(5)
		for round := range rounds {
			for i, a := range v.args {
				pattern(rng, v.masks[i], f.value(i, len(a)), v.bools[i])
			}
			pattern(rng, v.mask, v.result, v.bool)
			want := v.result
			result := unsafe.Pointer(unsafe.SliceData(v.result))
			if round == rounds-1 {
				want, result = make([]byte, len(want)), nil // zero
			}
			current = func(frame *sys.Frame) {
				plan.Receive(frame, v.pointers())
				plan.Reply(frame, result)
			}
			call.Call(f.symbol(t, "call_"+p.name), []unsafe.Pointer{unsafe.Pointer(&slot)}, nil, Options{})
			for i, a := range v.args {
				check(t, "argument", i, a, f.value(i, len(a)), v.masks[i])
			}
			check(t, "result", 0, f.result(len(want)), want, v.mask)
		}
	})
}

// prototypeOf makes a prototype of basic kinds.
func prototypeOf(result ctype.Kind, params ...ctype.Kind) *ctype.Type {
	var types []*ctype.Type
	for _, k := range params {
		types = append(types, ctype.Basic(k))
	}
	return ctype.FuncOf(ctype.Basic(result), types...)
}

// defaultFixture is the one of the default compiler.
func defaultFixture(t testing.TB) *fixture {
	t.Helper()
	return toolsets()["default"].fixture(t, "default")
}

// TestNarrow looks at the bits beyond narrow integers, which the calls above cannot see.
func TestNarrow(t *testing.T) {
	f := defaultFixture(t)
	one := func(name string, param ctype.Kind, value int64) int64 {
		var result int64
		mustPlan(t, prototypeOf(ctype.LongLong, param)).Call(f.symbol(t, name), []unsafe.Pointer{unsafe.Pointer(&value)}, unsafe.Pointer(&result), Options{})
		return result
	}
	dirty := func(result ctype.Kind) (r int64) {
		mustPlan(t, prototypeOf(result)).Call(f.symbol(t, "dirty"), nil, unsafe.Pointer(&r), Options{})
		return r
	}
	const rest = 0x7777777777777700 // memory behind the argument, of which nothing may be read
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"signed char", one("extended_char", ctype.SChar, rest|0x80), -128},
		{"unsigned char", one("extended_uchar", ctype.UChar, rest|0xfe), 254},
		{"short", one("extended_short", ctype.Short, rest|-2&0xffff), -2},
		{"bool", one("extended_bool", ctype.Bool, rest|1), 1},
		{"bool of 2", one("extended_bool", ctype.Bool, rest|2), 1},
		{"bool result", dirty(ctype.Bool), 1},
		{"char result", dirty(ctype.SChar), 0xff},
		{"short result", dirty(ctype.Short), 0xdeff},
		{"int result", dirty(ctype.Int), 0x9abcdeff},
	} {
		if c.got != c.want {
			t.Errorf("%s: %#x, want %#x", c.what, c.got, c.want)
		}
	}
	t.Run("stack", func(t *testing.T) {
		kinds := append(bytes.Repeat([]byte{byte(ctype.LongLong)}, 8), byte(ctype.SChar))
		var params []ctype.Kind
		var args []unsafe.Pointer
		for _, k := range kinds {
			value := int64(-3)
			params, args = append(params, ctype.Kind(k)), append(args, unsafe.Pointer(&value))
		}
		var result int64
		mustPlan(t, prototypeOf(ctype.LongLong, params...)).Call(f.symbol(t, "extended_stack"), args, unsafe.Pointer(&result), Options{})
		if result != -3 {
			t.Errorf("%d, want -3", result)
		}
	})
}

func mustPlan(t testing.TB, fn *ctype.Type, extra ...*ctype.Type) *Plan {
	t.Helper()
	p, err := New(fn, extra)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestVariadic passes doubles behind the "...", which System V counts in AL: purego lost them.
func TestVariadic(t *testing.T) {
	f := defaultFixture(t)
	variadic := ctype.VariadicOf(ctype.Basic(ctype.Double), ctype.Basic(ctype.Int))
	unknown := &ctype.Type{Kind: ctype.Func, Func: &ctype.FuncType{Result: ctype.Basic(ctype.Double), Unknown: true}}
	n, a, b := int32(1), 2.5, int32(40)
	args := []unsafe.Pointer{unsafe.Pointer(&n), unsafe.Pointer(&a), unsafe.Pointer(&b)}
	var result float64
	mustPlan(t, variadic, ctype.Basic(ctype.Double), ctype.Basic(ctype.Int)).Call(f.symbol(t, "sum"), args, unsafe.Pointer(&result), Options{})
	if result != 42.5 {
		t.Errorf("variadic: %g, want 42.5", result)
	}
	p := mustPlan(t, unknown, ctype.Basic(ctype.Double), ctype.Basic(ctype.SChar))
	if got := p.ABI().Vectors; got == 0 {
		t.Errorf("a function without prototype is told of %d vector registers", got)
	}
}

// TestAllocations makes calls of each kind that must not allocate.
func TestAllocations(t *testing.T) {
	f := defaultFixture(t)
	for _, p := range f.list {
		plan := mustPlan(t, p.fn, p.extra...)
		if plan.image > smallImage {
			continue
		}
		v, fn := newValues(f.target, p), f.symbol(t, p.name)
		args, result := v.pointers(), unsafe.Pointer(unsafe.SliceData(v.result))
		if n := testing.AllocsPerRun(10, func() { plan.Call(fn, args, result, Options{}) }); n != 0 {
			t.Errorf("%s: %v allocations", p.name, n)
		}
	}
}

func TestTooLarge(t *testing.T) {
	huge := ctype.StructOf("huge", ctype.Member("c", ctype.ArrayOf(ctype.Basic(ctype.Char), sys.MaxImage)))
	if _, err := New(ctype.FuncOf(huge, huge), nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("error %v, want %v", err, ErrTooLarge)
	}
	vector := &ctype.Type{Kind: ctype.Vector, Elem: ctype.Basic(ctype.Float), Len: 4}
	var where *abi.Error
	if _, err := New(ctype.FuncOf(vector), nil); !errors.Is(err, ctype.ErrVector) || !errors.As(err, &where) {
		t.Errorf("error %v, want one that wraps %v", err, ctype.ErrVector)
	}
}
