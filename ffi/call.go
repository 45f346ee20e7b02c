package ffi

import (
	"fmt"
	"go/constant"
	"math/big"
	"reflect"
	"runtime"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/plan"
)

// Call calls a declared function. See [Lib.Declare]; [Func] is for calls that must be fast.
//
// The arguments are checked against the declaration:
//
//   - an integer, enum or bool takes integers of all Go types and bools, when the value fits; what fits a signed or an unsigned char fits
//     a plain char
//   - a floating-point number takes floats, which are rounded but must not overflow, and integers that it holds exactly
//   - a complex number takes complex numbers, and what a floating-point number takes
//   - a pointer takes nil, unsafe.Pointer, uintptr, and pointers and slices of the Go type that corresponds to what it points to; a
//     `const char *` and a `const void *` take strings, which are copied for the call; a pointer to a function and a `void *` take
//     a *[Callback], or a Go func, which C can call until Call returns
//   - a struct or union takes a [Record] of that type, or a Go value of the same layout; a pointer to it a Record too
//   - everything takes a [Value] of its type, and a constant of [Decls.Const]
//
// Arguments for "..." are passed as C promotes them: integers up to 32 bits as int or unsigned int, wider ones and Go's
// int as 64 bits, which is good for %d and %ld alike; floats as double; strings as `const char *`; pointers, slices and
// functions as `void *`; a Record that is a struct or union by value, any other as its address.
//
// Go memory stays where it is and alive until Call returns, and while the Value is, unless that is a number; C must not
// keep its address for longer. The errno of the call is [Value.Errno].
//
// An error names the argument, and wraps [ErrUsage] for a wrong number of them, [ErrType], [ErrRange], [ErrNil] for nil
// where the declaration forbids it, [ErrNUL], [ErrSize] for fewer elements than the declaration asks for (`int v[4]`),
// [ErrNotFound] for a function that was not declared or is missing, or [ErrClosed]. A panic in a callback is an error
// too, after C has returned.
func (l *Lib) Call(name string, args ...any) (Value, error) {
	v, err := l.call(name, args)
	if err != nil {
		return Value{}, &Error{Op: "call", Lib: l.Name(), Symbol: name, Err: err}
	}
	return v, nil
}

func (l *Lib) call(name string, args []any) (Value, error) {
	if err := l.isOpen(); err != nil {
		return Value{}, err
	}
	f, ok := l.declared.function(name)
	if !ok {
		return Value{}, l.declared.undeclared(name)
	}
	if f.err != nil {
		return Value{}, f.err
	}
	scope := &callScope{}
	defer scope.end()
	frame, err := f.arguments(args, scope)
	if err != nil {
		return Value{}, err
	}
	return f.invoke(frame, scope)
}

// frame is what a call passes: the values in C's layout, and the types of variadic ones.
type frame struct {
	values []unsafe.Pointer
	extra  []*ctype.Type
}

// arguments converts the arguments of a call.
func (f *cFunc) arguments(args []any, s *callScope) (frame, error) {
	proto := f.decl.Type.Func
	if err := f.checkCount(len(args)); err != nil {
		return frame{}, err
	}
	s.keep = append(s.keep, args)
	fr := frame{values: make([]unsafe.Pointer, len(args))}
	for i, v := range args {
		err := checkMemory(v)
		switch {
		case err != nil:
		case i < len(proto.Params):
			fr.values[i], err = convertArgument(&proto.Params[i], v, s)
		default:
			fr.values[i], err = fr.variadic(v, s)
		}
		if err != nil {
			return frame{}, fmt.Errorf("argument %s of %s: %w", f.parameter(i), f, err)
		}
	}
	return fr, nil
}

func (f *cFunc) checkCount(n int) error {
	proto := f.decl.Type.Func
	want := len(proto.Params)
	switch {
	case proto.Unknown:
		return fmt.Errorf("%w: %s, at %s, says nothing about parameters: declare them, or (void)", ErrUsage, f, f.decl.Pos)
	case n < want && proto.Variadic:
		return fmt.Errorf("%w: %d arguments, at least %d wanted: %s", ErrUsage, n, want, f)
	case n < want || n > want && !proto.Variadic:
		return fmt.Errorf("%w: %d arguments, %d wanted: %s", ErrUsage, n, want, f)
	}
	return nil
}

// parameter names an argument by number, from 1, and name.
func (f *cFunc) parameter(i int) string {
	if params := f.decl.Type.Func.Params; i < len(params) && params[i].Name != "" {
		return fmt.Sprintf("%d (%s)", i+1, params[i].Name)
	}
	return fmt.Sprint(i + 1)
}

// convertArgument converts a Go value to the type of a parameter and checks what else the declaration asks for.
func convertArgument(p *ctype.Param, v any, s *callScope) (unsafe.Pointer, error) {
	value, err := convert(p.Type, v, s)
	if err != nil || p.Type.Kind != ctype.Pointer {
		return value, err
	}
	if p.NonNull && *(*uint64)(value) == 0 {
		return nil, fmt.Errorf("%w for %s", ErrNil, p.Type)
	}
	if n := elements(v); n >= 0 && int64(n) < p.Elems && *(*uint64)(value) != 0 {
		return nil, fmt.Errorf("%w: %d elements, at least %d wanted", ErrSize, n, p.Elems)
	}
	return value, nil
}

// checkMemory looks for Go pointers in the Go memory that an argument leads to, in the check mode; see [Check].
func checkMemory(v any) error {
	if !checking() {
		return nil
	}
	switch v.(type) {
	case nil, Value, Record, constant.Value, *big.Int, *big.Float:
		return nil
	}
	return checkPointers(reflect.ValueOf(v))
}

// convert returns memory with the Go value as a value of the C type.
func convert(t *ctype.Type, v any, s scope) (unsafe.Pointer, error) {
	size, err := sizeOf(t)
	if err != nil {
		return nil, err
	}
	mem := newMemory(size)
	return mem, store(unsafe.Slice((*byte)(mem), size), t, v, s)
}

// elements returns how many elements a Go value has to which it is passed as a pointer, -1 when that is unknown.
func elements(v any) int {
	switch v := v.(type) {
	case string:
		return len(v) + 1
	case Record:
		if v.typ != nil && v.typ.Kind == ctype.Array {
			return int(v.typ.Len)
		}
		return 1
	case Value:
		if v.kind() == ctype.Array {
			return int(v.cell.typ.Len)
		}
		return -1
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice, reflect.String:
		return r.Len()
	case reflect.Pointer:
		if r.Type().Elem().Kind() == reflect.Array {
			return r.Type().Elem().Len()
		}
	}
	return -1
}

// invoke calls the function.
func (f *cFunc) invoke(fr frame, s *callScope) (Value, error) {
	p, err := f.plan(fr.extra)
	if err != nil {
		return Value{}, err
	}
	v := Value{}
	if t := f.decl.Type.Func.Result; t.Kind != ctype.Void {
		size, err := sizeOf(t)
		if err != nil {
			return Value{}, err
		}
		v = newValue(t, size)
	}
	status := p.Call(f.addr, fr.values, v.cell.addr, plan.Options{Errno: true, LastError: host.OS == "windows"})
	runtime.KeepAlive(s)
	if err := takePanic(); err != nil {
		return Value{}, err
	}
	v.status = status
	if !v.kind().IsArithmetic() {
		v.keep = s.keep
	}
	return v, nil
}

// callScope keeps what arguments need for a call. It ends with the call.
type callScope struct {
	keep      []any // Go memory that C was given
	callbacks []*Callback
}

func (s *callScope) cString(text string) (unsafe.Pointer, error) {
	if err := checkNUL(text); err != nil {
		return nil, err
	}
	b := append([]byte(text), 0)
	s.keep = append(s.keep, b)
	return unsafe.Pointer(&b[0]), nil
}

func (s *callScope) callback(f reflect.Value, prototype *ctype.Type) (unsafe.Pointer, error) {
	c, err := newCallback(f, prototype)
	if err != nil {
		return nil, err
	}
	s.callbacks = append(s.callbacks, c)
	return c.Ptr(), nil
}

func (s *callScope) end() {
	for _, c := range s.callbacks {
		_ = c.Free() // the scope is the only owner
	}
}
