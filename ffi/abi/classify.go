package abi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// ErrByValue is the reason of an [*Error] for a type that has a layout but cannot be an argument or a result.
var ErrByValue = errors.New("cannot be passed by value")

// maxAlign is the highest alignment in bytes of a value in memory: that of every target's stack pointer.
const maxAlign = 16

// Error says which part of a prototype cannot be classified. It wraps [ErrByValue], [ctype.ErrDisputed] or one of ctype's errors.
type Error struct {
	Target ctype.Target
	Func   *ctype.Type
	Part   string // "argument 3", "result"; "" for the prototype itself
	Err    error
}

// Error returns one line: the part, the function, the target where no inner error names it, and the cause.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Part != "" {
		b.WriteString(e.Part + " of ")
	}
	fmt.Fprintf(&b, "%v", e.Func)
	var inner *ctype.Error
	if !errors.As(e.Err, &inner) { // which names the target
		fmt.Fprintf(&b, " (%v)", e.Target)
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Classify returns the places of the arguments and the result of a call of a function of type fn, which is of kind
// Func. extra are the types of arguments that the prototype does not name, behind "..." or for a prototype f(); C's default
// promotions are applied to them here.
//
// A function without a prototype is called as C does: with promoted arguments, placed like named ones, and with all that a
// variadic function wants beside (AL on System V, both register files on Windows x64).
//
// Errors are of type [*Error]. Vectors, types without a layout and values in memory that are aligned to more than 16 bytes are
// refused, and so is a call that compilers of the platform make in different ways: see [Disputes].
func Classify(t ctype.Target, fn *ctype.Type, extra []*ctype.Type) (*Call, error) {
	fail := func(part string, err error) (*Call, error) {
		return nil, &Error{Target: t, Func: fn, Part: part, Err: err}
	}
	if fn == nil || fn.Kind != ctype.Func || fn.Func == nil || fn.Func.Result == nil {
		return fail("", fmt.Errorf("%w: not a function", ctype.ErrInvalid))
	}
	if len(extra) > 0 && !fn.Func.Variadic && !fn.Func.Unknown {
		return fail("", fmt.Errorf("%w: %d arguments too many", ctype.ErrInvalid, len(extra)))
	}
	if err := t.Check(); err != nil {
		return fail("", err)
	}
	p := prototype{target: t, fn: fn.Func}
	for _, param := range fn.Func.Params {
		p.types = append(p.types, param.Type)
	}
	for _, e := range extra {
		p.types = append(p.types, e.Promoted())
	}
	p.values = make([]Value, len(p.types)+1)
	for i, typ := range append([]*ctype.Type{fn.Func.Result}, p.types...) {
		v, err := measure(t, typ, i == 0)
		if err != nil {
			return fail(partName(i), err)
		}
		p.values[i] = v
	}
	c := p.classify(usual(t))
	if i, err := p.disputed(c); err != nil {
		return fail(partName(i), err)
	}
	if i, err := overaligned(c); err != nil {
		return fail(partName(i), err)
	}
	return c, nil
}

// partName names a value: 0 is the result, 1 the first argument.
func partName(i int) string {
	if i == 0 {
		return "result"
	}
	return fmt.Sprintf("argument %d", i)
}

// measure returns a value without its places.
func measure(t ctype.Target, typ *ctype.Type, result bool) (Value, error) {
	switch {
	case typ == nil:
		return Value{}, fmt.Errorf("%w: no type", ctype.ErrInvalid)
	case typ.Kind == ctype.Void && result:
		return Value{Type: typ}, nil
	case typ.Kind == ctype.Array:
		return Value{}, fmt.Errorf("%w: %s; C passes a pointer to its first element", ErrByValue, typ)
	}
	if err := t.Disputed(typ); err != nil {
		return Value{}, err
	}
	l, err := t.Layout(typ)
	if err != nil {
		return Value{}, err
	}
	if l.Size == 0 && hasFlexible(typ) {
		return Value{}, fmt.Errorf("%w: %s is nothing but a flexible array, for which some compilers use a place and others do not", ErrByValue, typ)
	}
	return Value{Type: typ, Size: int(l.Size), Align: int(l.Align)}, nil
}

// overaligned refuses values in memory that need more than the stack's alignment. It counts parts as partName does.
func overaligned(c *Call) (int, error) {
	for i := 0; i <= len(c.Args); i++ {
		v := c.value(i)
		memory := v.Ref || len(v.Pieces) > 0 && v.Pieces[0].Place == Stack
		if memory && v.Align > maxAlign {
			return i, fmt.Errorf("%w: %s travels in memory and asks for an alignment of %d bytes, above %d; use a pointer", ErrByValue, v.Type, v.Align, maxAlign)
		}
	}
	return 0, nil
}

// value returns the result for 0 and argument i-1 for others.
func (c *Call) value(i int) *Value {
	if i == 0 {
		return &c.Result
	}
	return &c.Args[i-1]
}

// prototype is what Classify found out about the types of a call.
type prototype struct {
	target ctype.Target
	fn     *ctype.FuncType
	types  []*ctype.Type // of all arguments, promoted
	values []Value       // the result and all arguments, without places
}

// convention hands out the places of one call, first of the result and then of the arguments in order.
type convention interface {
	result(v *Value)
	arg(v *Value, anonymous bool) // anonymous: behind the "..."
	end(c *Call)
}

// classify places all values by the target's convention and the given quirks.
func (p *prototype) classify(q quirks) *Call {
	c := &Call{Target: p.target, Result: p.values[0], Args: make([]Value, len(p.types))}
	var conv convention
	switch loose := p.fn.Variadic || p.fn.Unknown; {
	case p.target.Arch == "arm64":
		conv = &aapcs{target: p.target, quirks: q, variadic: p.fn.Variadic}
	case p.target.OS == "windows":
		conv = &win64{target: p.target, quirks: q, both: loose}
	default:
		conv = &sysv{target: p.target, quirks: q}
	}
	if c.Result.Size > 0 {
		conv.result(&c.Result)
	}
	for i := range c.Args {
		c.Args[i] = p.values[i+1]
		if c.Args[i].Size > 0 {
			conv.arg(&c.Args[i], p.fn.Variadic && i >= len(p.fn.Params))
		}
	}
	conv.end(c)
	c.Stack = alignUp(c.Stack, 16)
	return c
}

// extend says how an integer of a type fills a register.
func extend(t ctype.Target, typ *ctype.Type, size int) Extend {
	switch {
	case size >= 8 || !typ.Base().IsInteger():
		return None
	case t.Signed(typ):
		return Sign
	}
	return Zero
}

// stack is the area of stack arguments.
type stack struct{ next int }

// push places a whole value.
func (s *stack) push(v *Value, size, align int) {
	s.next = alignUp(s.next, align)
	v.Pieces = append(v.Pieces, Piece{Place: Stack, Index: s.next, Size: v.Size})
	s.next += size
}

func alignUp(n, align int) int { return (n + align - 1) / align * align }
