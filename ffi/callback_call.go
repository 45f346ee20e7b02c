package ffi

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/abi"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/plan"
	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// signature says how C's arguments of callbacks of one type become Go's. It is made once for all of them.
type signature struct {
	plan  *plan.Plan
	frame reflect.Type // a struct with a field for each argument
	fails bool         // the last result is an error

	way way

	// For words, which go through Go's registers:
	moves   []arrival
	result  conversion
	isFloat bool // the result is in a vector register
	isVoid  bool
}

// way is how a callback gets from C to Go.
type way uint8

const (
	byReflect   way = iota // values of any type
	byRegisters            // words from anywhere
	byWords                // a few words that C and Go have in the same registers
)

// arrival brings one word to Go's register.
type arrival struct {
	stack bool       // from is an offset in the stack arguments, else in sys.Frame
	how   conversion // so that Go sees no bits that C did not define
	from  int32
	to    int32 // offset in sys.GoRegs
}

// Offsets in sys.GoRegs.
const (
	intRegisters   = int32(unsafe.Offsetof(sys.GoRegs{}.Int))
	floatRegisters = int32(unsafe.Offsetof(sys.GoRegs{}.Float))
)

// signatures has every *signature by its signatureKey.
var signatures sync.Map

type signatureKey struct {
	typ   reflect.Type
	proto *ctype.Type // nil for the type's own
}

// signatureOf returns the signature of callbacks of Go's type t, which C sees as functions of type proto.
func signatureOf(t reflect.Type, proto *ctype.Type) (*signature, error) {
	key := signatureKey{t, proto}
	if s, ok := signatures.Load(key); ok {
		return s.(*signature), nil
	}
	if err := checkCallback(t, proto); err != nil {
		return nil, err
	}
	if proto == nil || proto.Func.Unknown {
		var err error
		if proto, err = prototypeOf(t); err != nil {
			return nil, err
		}
	}
	p, err := plan.New(proto, nil)
	if err != nil {
		return nil, err
	}
	s := &signature{plan: p, fails: endsInError(t)}
	var fields []reflect.StructField
	for i := range t.NumIn() {
		fields = append(fields, cellField(i, t.In(i)))
	}
	s.frame = reflect.StructOf(fields)
	if sys.StubUsable() && !s.fails && s.setMoves(t) && s.setResult(t) {
		s.way = byRegisters
		if s.sameRegisters() {
			s.way = byWords
		}
	}
	signatures.Store(key, s)
	return s, nil
}

// checkCallback reports what cannot be in a callback's type, and where it differs from C's.
func checkCallback(t reflect.Type, proto *ctype.Type) error {
	if t.IsVariadic() || proto != nil && proto.Func.Variadic {
		return fmt.Errorf("%w: a callback cannot have variable arguments", ErrType)
	}
	var wrong []error
	for i := range t.NumIn() {
		switch in := t.In(i); {
		case in.Kind() == reflect.Slice:
			wrong = append(wrong, argError(i, fmt.Errorf("%w: C does not tell how long %s is: use a pointer and unsafe.Slice", ErrType, in)))
		case in.Kind() == reflect.Func, isCallback(in):
			wrong = append(wrong, argError(i, fmt.Errorf("%w: use unsafe.Pointer and FuncAt for %s", ErrType, in)))
		}
	}
	result, err := resultOf(t)
	switch {
	case err != nil: // prototypeOf tells
	case result == nil && proto != nil && proto.Func.Result.Kind != ctype.Void:
		wrong = append(wrong, fmt.Errorf("%w: no result, C wants %s", ErrType, proto.Func.Result))
	case result != nil && result.Kind() == reflect.String:
		wrong = append(wrong, fmt.Errorf("%w: result: C would not know how long to keep a string: use *byte", ErrType))
	}
	if wrong != nil || proto == nil {
		return errors.Join(wrong...)
	}
	return matchesFunc(t, proto)
}

// setMoves plans the arguments' way from C's registers to Go's, and reports whether all are words.
func (s *signature) setMoves(t reflect.Type) bool {
	ints, floats := int32(0), int32(0)
	for i, value := range s.plan.ABI().Args {
		in := t.In(i)
		if goWords(in) != 1 || value.Ref || len(value.Pieces) != 1 {
			return false
		}
		to := intRegisters + 8*ints
		if isFloat(in) {
			to = floatRegisters + 8*floats
			floats++
		} else {
			ints++
		}
		from, stack := framePlace(value.Pieces[0])
		s.moves = append(s.moves, arrival{stack, conversionOf(in.Kind()), from, to})
	}
	return ints <= sys.NGoInt && floats <= sys.NGoFloat
}

// framePlace returns where a frame has an argument's first piece.
func framePlace(p abi.Piece) (from int32, stack bool) {
	switch p.Place {
	case abi.General:
		return generalPlace(int32(p.Index)), false
	case abi.Vector:
		return vectorPlace(int32(p.Index)), false
	}
	return int32(p.Index), true
}

func generalPlace(i int32) int32 { return int32(unsafe.Offsetof(sys.Frame{}.General)) + 8*i }

func vectorPlace(i int32) int32 {
	return int32(unsafe.Offsetof(sys.Frame{}.Vector)) + int32(unsafe.Sizeof(sys.Vec{}))*i
}

// setResult plans the result's way, and reports whether it is one word.
func (s *signature) setResult(t reflect.Type) bool {
	if t.NumOut() == 0 {
		s.isVoid = true
		return true
	}
	out := t.Out(0)
	s.result, s.isFloat = conversionOf(out.Kind()), isFloat(out)
	where := abi.General
	if s.isFloat {
		where = abi.Vector
	}
	pieces := s.plan.ABI().Result.Pieces
	return goWords(out) == 1 && len(pieces) == 1 && pieces[0].Index == 0 && pieces[0].Place == where
}

// wordsFunc is any function of up to 4 words of each kind with at most one word as result, as its caller sees it: both in C and in Go
// an argument that the function does not have is a register that it does not look at.
type wordsFunc = func(i0, i1, i2, i3 uint64, f0, f1, f2, f3 float64) (uint64, float64)

// sameRegisters reports whether every argument is one of wordsFunc's in both conventions.
func (s *signature) sameRegisters() bool {
	for _, m := range s.moves {
		i, f := (m.to-intRegisters)/8, (m.to-floatRegisters)/8
		isInt := m.to < floatRegisters && i < 4 && m.from == generalPlace(i)
		isFloat := m.to >= floatRegisters && f < 4 && m.from == vectorPlace(f)
		if m.stack || !isInt && !isFloat {
			return false
		}
	}
	return true
}

// callWords calls the function with the words where they are. Go defines no bits beyond a narrow argument.
func (s *signature) callWords(f *sys.Frame, closure unsafe.Pointer) {
	g, v := &f.General, &f.Vector
	function := *(*wordsFunc)(unsafe.Pointer(&closure))
	i, x := function(g[0], g[1], g[2], g[3], low(v[0]), low(v[1]), low(v[2]), low(v[3]))
	f.General[0] = s.result.convert(i)
	f.Vector[0][0] = math.Float64bits(x)
}

// low returns the number in the low half of a vector register.
func low(v sys.Vec) float64 { return math.Float64frombits(v[0]) }

// callRegisters calls the function with the words in Go's registers.
func (s *signature) callRegisters(f *sys.Frame, closure unsafe.Pointer) {
	var r sys.GoRegs
	for i := range s.moves {
		m := &s.moves[i]
		base := unsafe.Pointer(f)
		if m.stack {
			base = f.Stack
		}
		w := *(*uint64)(unsafe.Add(base, m.from))
		if m.how != word {
			w = m.how.convert(w)
		}
		*(*uint64)(unsafe.Add(unsafe.Pointer(&r), m.to)) = w
	}
	sys.CallGo(closure, &r)
	switch {
	case s.isVoid:
	case s.isFloat:
		f.Vector[0][0] = r.Float[0]
	default:
		f.General[0] = s.result.convert(r.Int[0])
	}
}

// callReflect calls the function with values of any type. The error is the one that the function returned.
func (s *signature) callReflect(f *sys.Frame, function reflect.Value) error {
	cells := reflect.New(s.frame).Elem()
	pointers := make([]unsafe.Pointer, cells.NumField())
	for i := range pointers {
		pointers[i] = cells.Field(i).Addr().UnsafePointer()
	}
	s.plan.Receive(f, pointers)
	in := make([]reflect.Value, len(pointers))
	for i := range in {
		in[i] = cells.Field(i)
		if t := function.Type().In(i); t.Kind() == reflect.String {
			in[i] = reflect.ValueOf(GoString(*(**byte)(pointers[i]))).Convert(t)
		}
	}
	out := function.Call(in)
	if s.fails {
		last := len(out) - 1
		if err, ok := out[last].Interface().(error); ok {
			return err
		}
		out = out[:last]
	}
	if len(out) > 0 {
		result := reflect.New(out[0].Type())
		result.Elem().Set(out[0])
		s.plan.Reply(f, result.UnsafePointer())
	}
	return nil
}
