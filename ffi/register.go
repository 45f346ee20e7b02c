package ffi

import (
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// registerFunc is the closure of a function whose words are moved from Go's registers to C's. F's code is the stub's; the
// collector knows the closure by this struct's type.
type registerFunc struct {
	sys.Stub
	function
	moves   []move     // of the arguments, for callSmall those that are not just copied
	strings []copied   // arguments that are Go strings
	calls   []copied   // arguments that are callbacks
	firsts  []int      // the first register of each argument
	results []move     // of the result, back
	back    conversion // of callSmall's result
	ints    int        // number of Go's registers with arguments
	floats  int        // and of those for floats
	isFloat bool       // the result is in such
	kind    resultKind
	errorAt int    // Go's result register of the error's first word
	vectors uint32 // number of vector registers that are used
	image   uint32 // bytes of stack arguments
	careful bool   // there is something to do before the call
	judged  bool   // and after it
	block   block
}

// move brings one word from Go's register to its place in C's block, or back.
type move struct {
	how      conversion
	from, to uint16 // offsets in sys.GoRegs and in the block, which the image of the stack arguments follows, or the reverse
}

// copied is an argument whose word is not Go's: Go's first register of it, and the place in the block.
type copied struct{ arg, from, to int }

// conversion says what part of a register is the value, and how C wants the rest of it. For a number it is the count of bits beyond the
// value, and signBit.
type conversion uint8

const (
	signBit conversion = 1 << 6
	special conversion = 1 << 7

	word       conversion = 0 // all of it, or a float
	unsigned8  conversion = 64 - 8
	unsigned16 conversion = 64 - 16
	unsigned32 conversion = 64 - 32
	signed8               = signBit | unsigned8
	signed16              = signBit | unsigned16
	signed32              = signBit | unsigned32

	boolean8 = special + 0
	half     = special + 1 // the low 32 bits, and the rest is another value's
)

type resultKind uint8

const (
	plainResult resultKind = iota // or none
	pointerResult
	stringResult
)

// convert extends a value to a register. Neither convention defines the bits beyond a narrow value.
func (how conversion) convert(w uint64) uint64 {
	if how >= special {
		return how.special(w)
	}
	return how.extend(w)
}

// extend is convert for numbers.
func (how conversion) extend(w uint64) uint64 {
	n := how % 64
	if how&signBit != 0 {
		return uint64(int64(w<<n) >> n)
	}
	return w << n >> n
}

// special is convert for what is no number.
func (how conversion) special(w uint64) uint64 {
	if how == boolean8 {
		w &= 0xff
		return (w | -w) >> 63
	}
	return w
}

// maxImage is the size in words of the stack arguments that can come from Go's registers.
const maxImage = sys.NGoInt + sys.NGoFloat

// callSmall is the handler of functions that need no more than C's registers, where their words have the same numbers as in Go's. All
// are copied, and then the narrow ones extended.
func callSmall(s *sys.Stub, r *sys.GoRegs) sys.Pointers {
	f := (*registerFunc)(unsafe.Pointer(s))
	f.enter()
	c := sys.Small{Fn: f.fn}
	for i := range min(f.ints, sys.NInt) {
		c.Ints[i] = r.Int[i]
	}
	for i := range min(f.floats, sys.NVector) {
		c.Floats[i] = math.Float64frombits(r.Float[i])
	}
	run(f.moves, unsafe.Pointer(r), unsafe.Pointer(&c))
	for _, cb := range f.calls {
		if err := cb.putCallback(unsafe.Pointer(&c), r); err != nil {
			return f.refused(r, err)
		}
	}
	var text []byte
	if f.careful {
		var err error
		if text, err = f.prepare(unsafe.Pointer(&c), r); err != nil {
			return f.refused(r, err)
		}
	}
	switch {
	case f.flags != 0:
		c.DoErrno()
	case f.leaf:
		c.Leaf()
	default:
		c.Do()
	}
	runtime.KeepAlive(text)
	if f.back >= special || f.judged && !f.passes(c.Ints[0], c.Errno) || pending.Load() != 0 {
		return f.store(unsafe.Pointer(&c), r, syscall.Errno(c.Errno))
	}
	r.Int[0], r.Float[0] = f.back.extend(c.Ints[0]), math.Float64bits(c.Floats[0])
	if f.fails {
		r.Int[f.errorAt], r.Int[f.errorAt+1] = 0, 0
	}
	return f.point(r)
}

// passes reports whether there is nothing to do about a result but to return it, without an error.
func (f *registerFunc) passes(word uint64, errno int32) bool {
	switch {
	case f.kind == stringResult:
		return false
	case f.rule.kind == badResult:
		return (word^uint64(f.rule.bad))&f.mask != 0
	}
	return f.rule.kind == anyErrno && errno == 0
}

// callAny is the handler of all others.
func callAny(s *sys.Stub, r *sys.GoRegs) sys.Pointers {
	f := (*registerFunc)(unsafe.Pointer(s))
	f.enter()
	if f.image == 0 {
		var c sys.Call
		return f.call(&c, r)
	}
	var block struct {
		c     sys.Call
		image [maxImage]uint64
	}
	block.c.Image = unsafe.Pointer(&block.image)
	return f.call(&block.c, r)
}

// call calls C by the block c, which the image follows.
func (f *registerFunc) call(c *sys.Call, r *sys.GoRegs) sys.Pointers {
	c.Fn, c.Flags, c.Vectors, c.ImageSize = f.fn, f.flags, f.vectors, f.image
	run(f.moves, unsafe.Pointer(r), unsafe.Pointer(c))
	for _, cb := range f.calls {
		if err := cb.putCallback(unsafe.Pointer(c), r); err != nil {
			return f.refused(r, err)
		}
	}
	var text []byte
	if f.careful {
		var err error
		if text, err = f.prepare(unsafe.Pointer(c), r); err != nil {
			return f.refused(r, err)
		}
	}
	if f.leaf {
		c.Leaf()
	} else {
		c.Do()
	}
	runtime.KeepAlive(text)
	return f.store(unsafe.Pointer(c), r, f.code(c.Errno, c.LastError))
}

// store moves the result from the block.
func (f *registerFunc) store(c unsafe.Pointer, r *sys.GoRegs, code syscall.Errno) sys.Pointers {
	if f.judged || pending.Load() != 0 {
		return f.judge(c, r, code)
	}
	run(f.results, c, unsafe.Pointer(r))
	return f.point(r)
}

// point makes the collector see a result that is a pointer.
func (f *registerFunc) point(r *sys.GoRegs) (p sys.Pointers) {
	if f.kind == pointerResult {
		p.P0, r.Int[0] = pointer(&r.Int[0]), 0
	}
	return p
}

// run makes the moves from one place to the other.
func run(moves []move, from, to unsafe.Pointer) {
	for i := range moves {
		m := &moves[i]
		w := *(*uint64)(unsafe.Add(from, m.from))
		switch {
		case m.how < special:
			w = m.how.extend(w)
		case m.how == half:
			*(*uint32)(unsafe.Add(to, m.to)) = uint32(w)
			continue
		default:
			w = m.how.special(w)
		}
		*(*uint64)(unsafe.Add(to, m.to)) = w
	}
}

// judge is store for functions with an error or a string as result, and after a callback's panic.
func (f *registerFunc) judge(c unsafe.Pointer, r *sys.GoRegs, code syscall.Errno) sys.Pointers {
	var err error
	if pending.Load() != 0 {
		err = takePanic()
	}
	p, bad := f.finish(c, r, code)
	if err == nil {
		err = bad
	}
	if err != nil {
		return f.failed(p, err)
	}
	return p
}

// refused returns the error of a call that did not take place.
func (f *registerFunc) refused(r *sys.GoRegs, err error) sys.Pointers {
	*r = sys.GoRegs{}
	return f.failed(sys.Pointers{}, err)
}

// putCallback puts a callback's function pointer into the block.
func (m *copied) putCallback(c unsafe.Pointer, r *sys.GoRegs) error {
	p, err := (*Callback)(pointer(&r.Int[m.from])).address()
	if err != nil {
		return argError(m.arg, err)
	}
	*(*uint64)(unsafe.Add(c, m.to)) = uint64(uintptr(p))
	return nil
}

// prepare looks for nil, and makes C's copies of the strings, in one piece of memory. Their addresses come after the moves, which
// write more than a narrow value's bytes.
func (f *registerFunc) prepare(c unsafe.Pointer, r *sys.GoRegs) ([]byte, error) {
	for _, i := range f.nonNil {
		if r.Int[f.firsts[i]] == 0 {
			return nil, argError(i, errNilArg)
		}
	}
	for _, s := range f.sizes {
		if slice := r.Int[f.firsts[s.arg]:]; slice[0] != 0 && int64(slice[1]) < s.min {
			return nil, argError(s.arg, tooSmall(int(slice[1]), s.min))
		}
	}
	size := 0
	for _, s := range f.strings {
		size += int(r.Int[s.from+1]) + 1
	}
	if size == 0 {
		return nil, nil
	}
	text := make([]byte, 0, size)
	for _, s := range f.strings {
		arg := unsafe.String((*byte)(pointer(&r.Int[s.from])), int(r.Int[s.from+1]))
		if strings.IndexByte(arg, 0) >= 0 {
			return nil, argError(s.arg, ErrNUL)
		}
		*(*uint64)(unsafe.Add(c, s.to)) = uint64(uintptr(unsafe.Pointer(unsafe.SliceData(text[len(text):size]))))
		text = append(append(text, arg...), 0)
	}
	return text, nil
}

// finish moves the result and tells whether the call failed by the rule. The error's registers become zero.
func (f *registerFunc) finish(c unsafe.Pointer, r *sys.GoRegs, code syscall.Errno) (p sys.Pointers, err error) {
	r.Int = [sys.NGoInt]uint64{}
	run(f.results, c, unsafe.Pointer(r))
	value := unsafe.Pointer(&r.Int)
	switch {
	case f.isFloat:
		value = unsafe.Pointer(&r.Float)
	case f.kind == pointerResult:
		p.P0 = pointer(&r.Int[0]) // and in Int[0] for the rule
	case f.kind == stringResult:
		s := f.takeString(pointer(&r.Int[0]))
		p.P0, r.Int[0], r.Int[1] = unsafe.Pointer(unsafe.StringData(s)), 0, uint64(len(s))
		value = unsafe.Pointer(&s)
	}
	if f.fails {
		word := *(*uint64)(unsafe.Add(c, f.block.general))
		err = f.failure(word, value, code)
	}
	if f.kind == pointerResult {
		r.Int[0] = 0
	}
	return p, err
}

// failed adds the error to the results, or panics with it when F has none.
func (f *registerFunc) failed(p sys.Pointers, err error) sys.Pointers {
	if !f.fails {
		f.fail(err)
	}
	err = f.wrap(err)
	words := *(*[2]unsafe.Pointer)(unsafe.Pointer(&err))
	switch f.errorAt {
	case 0:
		p.P0, p.P1 = words[0], words[1]
	case 1:
		p.P1, p.P2 = words[0], words[1]
	case 2:
		p.P2, p.P3 = words[0], words[1]
	}
	return p
}

// register returns the func value, nil when not all arguments and results travel in registers.
func (f *function) register() (unsafe.Pointer, error) {
	if f.typ.IsVariadic() || !sys.StubUsable() {
		return nil, nil
	}
	call, err := f.classify()
	if err != nil {
		return nil, err
	}
	if r := f.registerSmall(call); r != nil {
		return unsafe.Pointer(r), nil
	}
	if r := f.registerBy(call, anyBlock, callAny); r != nil {
		return unsafe.Pointer(r), nil
	}
	return nil, nil
}

// registerSmall returns the closure with callSmall, or nil.
func (f *function) registerSmall(call *abi.Call) *registerFunc {
	if call.Stack > 0 || f.flags&^sys.WantErrno != 0 || f.flags != 0 && f.leaf {
		return nil
	}
	r := f.registerBy(call, smallBlock, callSmall)
	if r == nil || len(r.results) > 1 || !r.aligned() {
		return nil
	}
	if r.results != nil {
		r.back = r.results[0].how
	}
	r.moves = slices.DeleteFunc(r.moves, func(m move) bool { return m.how == word })
	return r
}

// registerBy returns the closure with a handler for calls by a kind of block, or nil.
func (f *function) registerBy(call *abi.Call, b block, handle func(*sys.Stub, *sys.GoRegs) sys.Pointers) *registerFunc {
	r := &registerFunc{function: *f, vectors: uint32(call.Vectors), image: uint32(call.Stack), block: b}
	if !r.setMoves(call) || !r.setResult(call) {
		return nil
	}
	r.careful = r.nonNil != nil || r.sizes != nil || r.strings != nil
	r.judged = r.fails || r.kind == stringResult
	r.Handle = handle
	r.Init(r.floats)
	return r
}

// aligned reports whether each argument has the same number among the registers of its kind in both conventions.
func (f *registerFunc) aligned() bool {
	return !slices.ContainsFunc(f.moves, func(m move) bool {
		ints, floats := goInts+uintptr(m.to)-f.block.general, goFloats+uintptr(m.to)-f.block.vector
		return m.how == half || uintptr(m.from) != ints && uintptr(m.from) != floats
	})
}

// conversionOf returns the conversion of values of a kind.
func conversionOf(k reflect.Kind) conversion {
	switch k {
	case reflect.Bool:
		return boolean8
	case reflect.Int8:
		return signed8
	case reflect.Int16:
		return signed16
	case reflect.Int32:
		return signed32
	case reflect.Uint8:
		return unsigned8
	case reflect.Uint16:
		return unsigned16
	case reflect.Uint32:
		return unsigned32
	}
	return word
}
