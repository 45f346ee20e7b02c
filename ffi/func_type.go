package ffi

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// function is a bound function: all that can be decided before it is called.
type function struct {
	target
	typ    reflect.Type   // the Go function's
	proto  *ctype.Type    // the C function's, without variable arguments
	extra  []*ctype.Type  // of variable arguments that have fixed types in Go
	result reflect.Type   // of C's result; nil for void
	fails  bool           // the last result is an error
	rule   rule           // what that error is
	mask   uint64         // the bits of the result that rule.bad is compared with
	flags  sys.Flags      // whether errno or the last error is wanted
	free   unsafe.Pointer // what the result is freed with, or nil
	nonNil []int          // arguments that must not be nil, from 0
	sizes  []size
}

func newFunction(t target, typ reflect.Type, declared *ctype.Type, find symbols, o funcOptions) (*function, error) {
	t.leaf = o.leaf
	f := &function{target: t, typ: typ}
	if typ.Kind() != reflect.Func {
		return nil, fmt.Errorf("%w: %s is not a function type", ErrType, typ)
	}
	var err error
	if f.result, err = resultOf(typ); err != nil {
		return nil, err
	}
	if err := f.setPrototype(declared, o); err != nil {
		return nil, err
	}
	return f, errors.Join(f.setRule(o), f.setFree(o, find), f.setNonNil(o.nonNil), f.setSizes(), f.checkArgs())
}

// setPrototype decides what C is called with: its own types where they are declared.
func (f *function) setPrototype(declared *ctype.Type, o funcOptions) error {
	if declared != nil {
		if err := matchesFunc(f.typ, declared); err != nil {
			return err
		}
	}
	if declared != nil && !declared.Func.Unknown {
		if o.variadic && (!declared.Func.Variadic || o.fixed != len(declared.Func.Params)) {
			return fmt.Errorf("%w: Variadic(%d) does not fit %s", ErrUsage, o.fixed, declared)
		}
		f.proto = declared
		return f.setExtra(len(declared.Func.Params))
	}
	proto, err := prototypeOf(f.typ)
	if err != nil {
		return err
	}
	f.proto = proto
	proto.Func.Unknown = declared != nil
	if !o.variadic {
		return nil
	}
	if o.fixed < 0 || o.fixed > len(proto.Func.Params) || f.typ.IsVariadic() {
		return fmt.Errorf("%w: Variadic(%d) does not fit %s", ErrUsage, o.fixed, f.typ)
	}
	proto.Func.Params, proto.Func.Variadic = proto.Func.Params[:o.fixed], true
	return f.setExtra(o.fixed)
}

// setExtra finds the types of the variable arguments that follow the fixed ones in the Go type.
func (f *function) setExtra(fixed int) error {
	for i := fixed; i < fixedArgs(f.typ); i++ {
		c, err := ctypeOf(f.typ.In(i))
		if err == nil && c.Promoted().Kind != c.Kind {
			err = fmt.Errorf("%w: C passes no %s as a variable argument: %s", ErrType, f.typ.In(i), goFor(c.Promoted()))
		}
		if err != nil {
			return fmt.Errorf("argument %d: %w", i+1, err)
		}
		f.extra = append(f.extra, c)
	}
	return nil
}

// inMemory reports whether C's types, not Go's, tell how values travel: a record for which Go may have something else of its
// size, and a result of more than one word that Go ignores.
func (f *function) inMemory() bool {
	fn := f.proto.Func
	if fn.Result.Kind.IsRecord() || slices.ContainsFunc(fn.Params, func(p ctype.Param) bool { return p.Type.Kind.IsRecord() }) {
		return true
	}
	k := fn.Result.Base()
	return f.result == nil && k.IsArithmetic() && (k.IsComplex() || host.Size(k) > 8)
}

// setFree finds the function that frees the result.
func (f *function) setFree(o funcOptions, find symbols) (err error) {
	if !o.frees {
		return nil
	}
	if f.result == nil || f.result.Kind() != reflect.String {
		return fmt.Errorf("%w: FreeWith is for a result of type string", ErrUsage)
	}
	if f.free, err = find(o.freeWith); err != nil {
		return fmt.Errorf("FreeWith %s: %w", quote(o.freeWith), err)
	}
	return nil
}

// setNonNil makes nil an error for these arguments, which count from 1, and for those that the declaration says so of.
func (f *function) setNonNil(args []int) error {
	for _, i := range args {
		if i < 1 || i > fixedArgs(f.typ) || !canBeNil(f.typ.In(i-1).Kind()) {
			return fmt.Errorf("%w: NonNil(%d): %s has no such argument that can be nil", ErrUsage, i, f.typ)
		}
		f.nonNil = append(f.nonNil, i-1)
	}
	for i, p := range f.proto.Func.Params {
		if p.NonNull && canBeNil(f.typ.In(i).Kind()) && !slices.Contains(f.nonNil, i) {
			f.nonNil = append(f.nonNil, i)
		}
	}
	return nil
}

// setSizes makes it an error to pass fewer elements than the declaration asks for.
func (f *function) setSizes() error {
	for i, p := range f.proto.Func.Params {
		t := f.typ.In(i)
		switch {
		case p.Elems == 0:
		case t.Kind() == reflect.Slice:
			f.sizes = append(f.sizes, size{i, p.Elems})
		case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Array && int64(t.Elem().Len()) < p.Elems:
			return argError(i, tooSmall(t.Elem().Len(), p.Elems))
		}
	}
	return nil
}

// size is the number of elements that a slice argument, counted from 0, has at least unless it is nil.
type size struct {
	arg int
	min int64
}

func tooSmall(n int, min int64) error {
	return fmt.Errorf("%w: %d elements where C needs %d", ErrSize, n, min)
}

func canBeNil(k reflect.Kind) bool {
	return k == reflect.Pointer || k == reflect.UnsafePointer || k == reflect.Slice || k == reflect.Func
}

// checkArgs checks what the C types do not tell: the types of functions.
func (f *function) checkArgs() error {
	for i := range fixedArgs(f.typ) {
		t := f.typ.In(i)
		switch {
		case t.Kind() != reflect.Func && !isCallback(t):
		case f.leaf:
			return argError(i, fmt.Errorf("%w: it is a callback, which a leaf must not call", ErrUsage))
		case t.Kind() == reflect.Func:
			if _, err := signatureOf(t, pointee(f.param(i))); err != nil {
				return argError(i, err)
			}
		case t != callbackType:
			return argError(i, fmt.Errorf("%w: use %s itself for %s", ErrType, callbackType, t))
		}
	}
	return nil
}

var errNilArg = fmt.Errorf("%w: the C function needs a pointer", ErrNil)

// argError says which argument an error is about, which counts from 0.
func argError(i int, err error) error { return fmt.Errorf("argument %d: %w", i+1, err) }
