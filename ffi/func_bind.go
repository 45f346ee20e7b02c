package ffi

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// slot is the func variable that a bound function is stored in.
type slot struct {
	typ reflect.Type
	p   unsafe.Pointer
}

// symbols finds the address of a function by its name.
type symbols func(name string) (unsafe.Pointer, error)

// bindSymbol stores a function that calls the library's.
func bindSymbol(l *Lib, name string, s slot, list []Option) error {
	t := target{lib: l.Name(), name: name}
	var c *ctype.Type
	o, err := gather(forFunc, list)
	if err == nil {
		t.fn, c, err = functionOf(l, name)
	}
	if err == nil {
		t.closed = &l.closed
		err = s.bind(t, c, l.function, o.fn)
	}
	return s.finish(&t, err)
}

// functionOf returns a function's address and its declared type, which is nil where nothing is declared. A declaration may give the
// symbol another name.
func functionOf(l *Lib, name string) (unsafe.Pointer, *ctype.Type, error) {
	if l != nil && !l.closed.Load() {
		if f, ok := l.declared.function(name); ok {
			return f.addr, f.decl.Type, f.err
		}
	}
	p, err := l.function(name)
	return p, nil, err
}

// bindAddress stores a function that calls the one at p.
func bindAddress(p unsafe.Pointer, s slot, list []Option) error {
	t := target{fn: p, name: fmt.Sprintf("function at %#x", uintptr(p)), closed: &never}
	o, err := gather(forFunc, list)
	switch {
	case err != nil:
	case !sys.Supported:
		err = ErrUnsupported
	case p == nil:
		err = ErrNil
	default:
		err = s.bind(t, nil, Self().function, o.fn)
	}
	return s.finish(&t, err)
}

// finish stores a function that panics where there was an error.
func (s slot) finish(t *target, err error) error {
	if err == nil {
		return nil
	}
	located := &Error{Op: "bind", Lib: t.lib, Symbol: t.name, Err: err}
	if s.typ.Kind() == reflect.Func {
		s.set(reflect.MakeFunc(s.typ, func([]reflect.Value) []reflect.Value { panic(located) }))
	}
	return located
}

func (s slot) set(fn reflect.Value) { reflect.NewAt(s.typ, s.p).Elem().Set(fn) }

// bind stores the fastest function there is for the target. The declaration may be nil.
func (s slot) bind(t target, declared *ctype.Type, find symbols, o funcOptions) error {
	f, err := newFunction(t, s.typ, declared, find, o)
	if err != nil {
		return err
	}
	if !checking() && !f.inMemory() {
		if fn := f.direct(); fn != nil {
			*(*unsafe.Pointer)(s.p) = fn
			return nil
		}
		fn, err := f.register()
		if fn != nil || err != nil {
			*(*unsafe.Pointer)(s.p) = fn
			return err
		}
	}
	fn, err := f.reflect()
	if err == nil {
		s.set(fn)
	}
	return err
}
