//go:build ((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64) && !noffi

package apitest

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/sigtest"
)

// fixture is a batch's library, opened twice: with declarations and without.
type fixture struct {
	plain, declared *ffi.Lib
	decls           *ffi.Decls
	in, out         unsafe.Pointer
}

func open(t *testing.T, b *sigtest.Batch) *fixture {
	t.Helper()
	f := &fixture{plain: loadPath(t, b.Library), declared: loadPath(t, b.Library)}
	var err error
	if f.decls, err = ffi.CDef(sigtest.Declarations(b.Prototypes)); err != nil {
		t.Fatal(err)
	}
	if err := f.declared.Declare(f.decls); err != nil {
		t.Fatal(err)
	}
	f.in, f.out = symbol(t, f.plain, sigtest.InName), symbol(t, f.plain, sigtest.OutName)
	return f
}

func loadPath(t testing.TB, path string) *ffi.Lib {
	t.Helper()
	l, err := ffi.Load(path)
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

func symbol(t testing.TB, l *ffi.Lib, name string) unsafe.Pointer {
	t.Helper()
	p, err := l.Symbol(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// trial is a prototype with values for it.
type trial struct {
	*fixture
	proto  *sigtest.Prototype
	types  goFunc
	at     []int64
	args   []*sigtest.Cell
	result *sigtest.Cell
	path   string // that of the function that was bound last
	inside func() // called in callbacks, nil for nothing
}

func newTrial(f *fixture, p *sigtest.Prototype) *trial {
	r := &trial{fixture: f, proto: p, types: goFuncOf(p), result: sigtest.NewCell(p.Target, p.Result())}
	r.at, _ = p.Slots()
	for _, c := range p.Args() {
		r.args = append(r.args, sigtest.NewCell(p.Target, c))
	}
	return r
}

// fill makes new values.
func (r *trial) fill(v *sigtest.Values) {
	for _, a := range r.args {
		a.Fill(v)
	}
	r.result.Fill(v)
}

// slot is the fixture's memory for argument i.
func (r *trial) slot(i int) []byte {
	return unsafe.Slice((*byte)(unsafe.Add(r.in, r.at[i])), len(r.args[i].Bytes()))
}

// outSlot is the fixture's memory for the result.
func (r *trial) outSlot() []byte { return unsafe.Slice((*byte)(r.out), len(r.result.Bytes())) }

// goArgs returns the arguments as Go values.
func (r *trial) goArgs() (list []reflect.Value) {
	for i, t := range r.types.types() {
		list = append(list, load(t, r.args[i].Bytes()))
	}
	return list
}

// compare compares arguments and result with what arrived.
func (r *trial) compare(arg func(i int) []byte, result []byte) error {
	for i, a := range r.args {
		if err := a.Diff(arg(i)); err != nil {
			return fmt.Errorf("argument %d: %w", i+1, err)
		}
	}
	if len(result) != len(r.result.Bytes()) {
		return fmt.Errorf("the result has %d bytes, not %d", len(result), len(r.result.Bytes()))
	}
	if err := r.result.Diff(result); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	return nil
}

// way is a way to call C, or to be called by C, with the values of a trial.
type way struct {
	name     string
	quiet    bool // numbers are converted, so that signaling NaNs change
	callback bool
	bind     func(r *trial) (call, error) // nil for a prototype that cannot go this way
}

// call makes a call and returns the bytes of the result.
type call func() ([]byte, error)

var ways = []way{
	{name: "Func", bind: (*trial).bindPlain},
	{name: "Func, declared", bind: (*trial).bindDeclared},
	{name: "Call", quiet: true, bind: (*trial).bindCall},
	{name: "NewCallback", callback: true, bind: (*trial).bindCallback},
	{name: "callback, declared", callback: true, bind: (*trial).bindDeclaredCallback},
}

// bindPlain binds a function without declaration. Variable arguments have fixed types, or are ...any.
func (r *trial) bindPlain() (call, error) {
	f, p := r.types, r.proto
	switch {
	case !f.natural:
		return nil, nil
	case !p.Func.Func.Variadic:
		return r.bindFunc(r.plain, f.withFixedTypes(p.Index%3 == 0))
	case p.Index%2 == 0:
		return r.bindFunc(r.plain, f.withAny())
	}
	return r.bindFunc(r.plain, f.withFixedTypes(p.Index%3 == 0), ffi.Variadic(len(f.fixed)))
}

// bindDeclared binds a function whose declaration is known.
func (r *trial) bindDeclared() (call, error) {
	if !r.types.naturalExtra || r.proto.Func.Func.Unknown && !r.types.natural {
		return nil, nil // the declaration says nothing about them
	}
	return r.bindFunc(r.declared, r.types.withFixedTypes(r.proto.Index%4 == 0))
}

func (r *trial) bindFunc(l *ffi.Lib, typ reflect.Type, o ...ffi.Option) (call, error) {
	if r.proto.Index%5 == 0 {
		o = append(o, ffi.Leaf())
	}
	tag := reflect.StructTag(fmt.Sprintf(`ffi:"%s"`, r.proto.Name()))
	dst := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "F", Type: typ, Tag: tag}}))
	if err := ffi.Bind(l, dst.Interface(), o...); err != nil {
		return nil, err
	}
	f := dst.Elem().Field(0)
	r.path = ffi.Path(f.Interface())
	return func() ([]byte, error) {
		results := f.Call(r.goArgs())
		if n := len(results); n > 0 && results[n-1].Type() == reflect.TypeFor[error]() {
			if err, _ := results[n-1].Interface().(error); err != nil {
				return nil, err
			}
			results = results[:n-1]
		}
		if len(results) == 0 {
			return nil, nil
		}
		return bytesOf(results[0]), nil
	}, nil
}

// bindCall calls by name with checked arguments. Records are passed as what they are.
func (r *trial) bindCall() (call, error) {
	if r.proto.Func.Func.Unknown {
		_, err := r.declared.Call(r.proto.Name())
		if !errors.Is(err, ffi.ErrUsage) {
			return nil, fmt.Errorf("call of a function without prototype: %v, want %v", err, ffi.ErrUsage)
		}
		return nil, nil
	}
	var args []any
	return func() ([]byte, error) {
		args = args[:0]
		for i, v := range r.goArgs() {
			a, err := r.dynamic(v, i)
			if err != nil {
				return nil, err
			}
			args = append(args, a)
		}
		v, err := r.declared.Call(r.proto.Name(), args...)
		switch {
		case err != nil || r.proto.Result().Kind == ctype.Void:
			return nil, err
		case r.proto.Result().Kind.IsRecord():
			return v.Record().Bytes(), nil
		}
		return bytesOf(reflect.ValueOf(v.Interface())), nil
	}, nil
}

// dynamic returns argument i for Call.
func (r *trial) dynamic(v reflect.Value, i int) (any, error) {
	a := r.args[i]
	if a.Type.Kind.IsRecord() && (i >= len(r.types.fixed) || r.proto.Index%2 == 0) {
		return r.decls.View(a.Pointer(), a.Type.String())
	}
	return v.Interface(), nil
}

// bindCallback has C call a Go function. The result is what C received.
func (r *trial) bindCallback() (call, error) {
	if !r.types.natural || r.proto.Loose() {
		return nil, nil
	}
	return func() ([]byte, error) {
		cb, err := ffi.NewCallback(r.goCallback().Interface())
		if err != nil {
			return nil, err
		}
		if _, err = r.declared.Call(r.proto.CallerName(), cb); err != nil {
			return nil, err
		}
		return r.outSlot(), errors.Join(cb.Err(), cb.Free())
	}, nil
}

// bindDeclaredCallback has C call a Go function that is an argument, so that the declaration says what C passes.
func (r *trial) bindDeclaredCallback() (call, error) {
	if r.proto.Loose() {
		return nil, nil
	}
	return func() ([]byte, error) {
		_, err := r.declared.Call(r.proto.CallerName(), r.goCallback().Interface())
		return r.outSlot(), err
	}, nil
}

// goCallback is a Go function that compares its arguments and returns the result. It panics when they differ.
func (r *trial) goCallback() reflect.Value {
	return reflect.MakeFunc(r.types.withFixedTypes(false), func(args []reflect.Value) []reflect.Value {
		if err := r.compare(func(i int) []byte { return bytesOf(args[i]) }, r.result.Bytes()); err != nil {
			panic(err)
		}
		if r.inside != nil {
			r.inside()
		}
		if r.types.results == nil {
			return nil
		}
		return []reflect.Value{load(r.types.results[0], r.result.Bytes())}
	})
}

// run goes one way with several sets of values.
func (r *trial) run(w way) (bound bool, err error) {
	call, err := w.bind(r)
	if call == nil || err != nil {
		return false, err
	}
	values := r.proto.NewValues()
	values.Quiet = w.quiet
	values.Pointers = unsafe.Slice((*byte)(r.in), 32)
	for range sigtest.Rounds {
		r.fill(values)
		for i, a := range r.args {
			clear(r.slot(i))
			if w.callback {
				copy(r.slot(i), a.Bytes())
			}
		}
		clear(r.outSlot())
		if !w.callback {
			copy(r.outSlot(), r.result.Bytes())
		}
		result, err := call()
		if err == nil {
			err = r.compare(r.slot, result)
		}
		if err != nil {
			return true, err
		}
	}
	return true, nil
}

// tally counts prototypes by the way that was taken.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *tally) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[what]++
}

// TestRandomSignatures calls random functions in all ways that package ffi has, and has C call Go.
func TestRandomSignatures(t *testing.T) {
	counts := sigtest.Counts{Short: [2]int{100, 20}, Usual: [2]int{1000, 100}, Soak: [2]int{10_000, 2000}}
	done := &tally{counts: map[string]int{}}
	t.Run("all", func(t *testing.T) {
		sigtest.Run(t, 2, counts.Now(), func(t *testing.T, b *sigtest.Batch) {
			f := open(t, b)
			for _, p := range b.Prototypes {
				for _, w := range ways {
					r := newTrial(f, p)
					bound, err := r.run(w)
					if err != nil {
						b.Error(t, p, w.name, err)
					}
					if bound {
						done.add(w.name + " " + r.path)
					}
				}
			}
		})
	})
	t.Logf("prototypes by compiler, tried each way: %v", done.counts)
	for _, way := range []string{"Func direct", "Func register", "Func reflect", "Func, declared direct", "Call ", "NewCallback ", "callback, declared "} {
		if done.counts[way] == 0 && !sigtest.One() {
			t.Errorf("no prototype went the way %q", way)
		}
	}
}
