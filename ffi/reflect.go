package ffi

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/plan"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// reflectFunc calls functions of any type: arguments are laid out in memory as C lays them out, and a plan
// moves them.
type reflectFunc struct {
	*function
	frame   reflect.Type // a struct with a field for each fixed argument, and a last one for the result unless it is void
	params  []*ctype.Type
	plan    *plan.Plan // of calls without variable arguments
	plans   planTree   // of those with such
	options plan.Options
	checked bool
}

// planTree finds the plan of a call with variable arguments by their C types, one level for each.
type planTree struct {
	mu   sync.Mutex
	plan *plan.Plan
	next map[reflect.Type]*planTree
}

var pointerType = reflect.TypeFor[unsafe.Pointer]()

// cellType is the type of what C sees of a Go value.
func cellType(t reflect.Type) reflect.Type {
	switch k := t.Kind(); {
	case k == reflect.String, k == reflect.Slice, k == reflect.Func, t == callbackType:
		return pointerType
	}
	return t
}

// reflect returns the function by means of package reflect.
func (f *function) reflect() (reflect.Value, error) {
	r := &reflectFunc{function: f, checked: checking()}
	var fields []reflect.StructField
	for i := range fixedArgs(f.typ) {
		fields = append(fields, cellField(len(fields), f.typ.In(i)))
		r.params = append(r.params, f.param(i))
	}
	if f.result != nil {
		fields = append(fields, cellField(len(fields), f.result))
	}
	r.frame = reflect.StructOf(fields)
	r.options = plan.Options{
		Errno:     f.flags&sys.WantErrno != 0,
		LastError: f.flags&sys.WantLastError != 0,
		Leaf:      f.leaf,
	}
	p, err := plan.New(f.proto, f.extra)
	if err != nil {
		return reflect.Value{}, err
	}
	if r.plan = p; f.typ.IsVariadic() {
		r.plans.plan = p
	}
	return reflect.MakeFunc(f.typ, r.call), nil
}

func cellField(i int, t reflect.Type) reflect.StructField {
	return reflect.StructField{Name: fmt.Sprint("F", i), Type: cellType(t)}
}

// param returns the C type of an argument.
func (f *function) param(i int) *ctype.Type {
	if fixed := len(f.proto.Func.Params); i >= fixed {
		return f.extra[i-fixed]
	}
	return f.proto.Func.Params[i].Type
}

// cells are the arguments of one call as C sees them.
type cells struct {
	pointers  []unsafe.Pointer // to each argument
	callbacks []*Callback      // that live as long as the call
	variable  []reflect.Value  // what the pointers of variable arguments point to
}

func (f *reflectFunc) call(in []reflect.Value) []reflect.Value {
	f.enter()
	frame := reflect.New(f.frame).Elem()
	result, err := f.invoke(frame, in)
	if err != nil && !f.fails {
		f.fail(err)
	}
	out := make([]reflect.Value, 0, 2)
	if f.result != nil {
		out = append(out, result)
	}
	if f.fails {
		failed := reflect.New(errorType).Elem()
		if err != nil {
			failed.Set(reflect.ValueOf(f.wrap(err)))
		}
		out = append(out, failed)
	}
	return out
}

// invoke fills the frame, calls C and returns the result, and the error by the rule. The result is zero when the
// arguments cannot be passed.
func (f *reflectFunc) invoke(frame reflect.Value, in []reflect.Value) (reflect.Value, error) {
	var zero reflect.Value
	if f.result != nil {
		zero = reflect.Zero(f.result)
	}
	var c cells
	defer c.free()
	p, err := f.fill(&c, frame, in)
	if err != nil {
		return zero, err
	}
	var cell unsafe.Pointer
	if f.result != nil {
		cell = frame.Field(frame.NumField() - 1).Addr().UnsafePointer()
	}
	status := p.Call(f.fn, c.pointers, cell, f.options)
	runtime.KeepAlive(in)
	runtime.KeepAlive(c.variable)
	if pending.Load() != 0 {
		err = takePanic()
	}
	result, bad := f.finish(frame, f.code(status.Errno, status.LastError))
	if err == nil {
		err = bad
	}
	return result, err
}

// fill converts the arguments.
func (f *reflectFunc) fill(c *cells, frame reflect.Value, in []reflect.Value) (*plan.Plan, error) {
	for _, i := range f.nonNil {
		if in[i].IsNil() {
			return nil, argError(i, errNilArg)
		}
	}
	for _, s := range f.sizes {
		if v := in[s.arg]; !v.IsNil() && int64(v.Len()) < s.min {
			return nil, argError(s.arg, tooSmall(v.Len(), s.min))
		}
	}
	for i, param := range f.params {
		if err := f.put(c, frame.Field(i), in[i], param); err != nil {
			return nil, argError(i, err)
		}
	}
	if !f.typ.IsVariadic() {
		return f.plan, nil
	}
	return f.fillVariable(c, in[len(f.params)])
}

// put stores what C sees of a value in a cell.
func (f *reflectFunc) put(c *cells, cell, v reflect.Value, param *ctype.Type) error {
	if f.checked {
		if err := checkPointers(v); err != nil {
			return err
		}
	}
	c.pointers = append(c.pointers, cell.Addr().UnsafePointer())
	switch t := v.Type(); {
	case t == callbackType:
		p, err := v.Interface().(*Callback).address()
		cell.SetPointer(p)
		return err
	case t.Kind() == reflect.String:
		text, err := terminated(v.String())
		cell.SetPointer(unsafe.Pointer(text))
		return err
	case t.Kind() == reflect.Slice:
		cell.SetPointer(v.UnsafePointer())
	case t.Kind() == reflect.Func && !v.IsNil():
		return c.putFunc(cell, v, param)
	case t.Kind() != reflect.Func:
		cell.Set(v)
	}
	return nil
}

// pointee returns the type of the functions that a parameter points to, nil if C does not tell.
func pointee(param *ctype.Type) *ctype.Type {
	if param.Kind == ctype.Pointer && param.Elem.Kind == ctype.Func {
		return param.Elem
	}
	return nil
}

// putFunc makes a C function pointer that lives as long as the call.
func (c *cells) putFunc(cell, v reflect.Value, param *ctype.Type) error {
	cb, err := newCallback(v, pointee(param))
	if err != nil {
		return err
	}
	c.callbacks = append(c.callbacks, cb)
	cell.SetPointer(cb.Ptr())
	return nil
}

// free gives the function pointers back.
func (c *cells) free() {
	for _, cb := range c.callbacks {
		// It is in use by this call alone, so there is no error.
		_ = cb.Free()
	}
}

// terminated returns C's copy of a string.
func terminated(s string) (*byte, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return nil, ErrNUL
	}
	text := make([]byte, len(s)+1)
	copy(text, s)
	return &text[0], nil
}

// finish returns Go's result and the error by the rule.
func (f *reflectFunc) finish(frame reflect.Value, code syscall.Errno) (reflect.Value, error) {
	var word uint64
	var result reflect.Value
	var value unsafe.Pointer
	if f.result != nil {
		result = frame.Field(frame.NumField() - 1)
		value = result.Addr().UnsafePointer()
		if f.mask != 0 {
			// Little-endian: the low bytes are the first.
			copy((*[8]byte)(unsafe.Pointer(&word))[:], unsafe.Slice((*byte)(value), result.Type().Size()))
		}
		if f.result.Kind() == reflect.String {
			s := reflect.New(f.result)
			s.Elem().SetString(f.takeString(*(*unsafe.Pointer)(value)))
			result, value = s.Elem(), s.UnsafePointer()
		}
	}
	if f.fails {
		return result, f.failure(word, value, code)
	}
	return result, nil
}

// takeString copies a string that C returned, and frees C's where that was asked for.
func (f *function) takeString(p unsafe.Pointer) string {
	s := GoString((*byte)(p))
	if f.free != nil && p != nil {
		c := sys.Ints{Fn: f.free}
		c.Args[0] = uint64(uintptr(p))
		c.Do()
	}
	return s
}

// fillVariable converts the values of ...any and returns the plan for their types.
func (f *reflectFunc) fillVariable(c *cells, list reflect.Value) (*plan.Plan, error) {
	var types []reflect.Type
	for i := range list.Len() {
		v, err := promoted(list.Index(i).Elem())
		if err == nil {
			cell := reflect.New(cellType(v.Type())).Elem()
			c.variable = append(c.variable, cell)
			types = append(types, v.Type())
			err = f.put(c, cell, v, ctype.Basic(ctype.Void))
		}
		if err != nil {
			return nil, argError(len(f.params)+i, err)
		}
	}
	return f.planFor(types)
}

// planFor returns the plan for variable arguments of these types, the same for each call with them.
func (f *reflectFunc) planFor(types []reflect.Type) (*plan.Plan, error) {
	tree := &f.plans
	for _, t := range types {
		tree = tree.child(t)
	}
	tree.mu.Lock()
	defer tree.mu.Unlock()
	if tree.plan != nil {
		return tree.plan, nil
	}
	var extra []*ctype.Type
	for i, t := range types {
		c, err := ctypeOf(t)
		if err != nil {
			return nil, argError(len(f.params)+i, err)
		}
		extra = append(extra, c)
	}
	var err error
	tree.plan, err = plan.New(f.proto, extra)
	return tree.plan, err
}

func (p *planTree) child(t reflect.Type) *planTree {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == nil {
		p.next = make(map[reflect.Type]*planTree)
	}
	if p.next[t] == nil {
		p.next[t] = new(planTree)
	}
	return p.next[t]
}

var errNilVariable = errors.New("a nil without a type says nothing to C: use unsafe.Pointer(nil)")

// promoted returns a variable argument as C passes it: integers narrower than int as int, float as double.
func promoted(v reflect.Value) (reflect.Value, error) {
	if !v.IsValid() {
		return v, fmt.Errorf("%w: %w", ErrNil, errNilVariable)
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return reflect.ValueOf(int32(1)), nil
		}
		return reflect.ValueOf(int32(0)), nil
	case reflect.Int8, reflect.Int16:
		return reflect.ValueOf(int32(v.Int())), nil
	case reflect.Uint8, reflect.Uint16:
		return reflect.ValueOf(int32(v.Uint())), nil
	case reflect.Float32:
		return reflect.ValueOf(v.Float()), nil
	}
	return v, nil
}
