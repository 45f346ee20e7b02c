package ffi

import (
	"math"
	"reflect"
	"unsafe"
)

//go:generate go run ./internal/gendirect

// directShape returns the shape of a function type in the letters that newDirect knows: arguments, a colon, the result. It
// is "" for a type that has none: types of one letter are passed alike, but for names and what
// pointers point to.
func directShape(t reflect.Type) string {
	if t.IsVariadic() || t.NumOut() > 1 {
		return ""
	}
	shape := make([]byte, 0, t.NumIn()+2)
	for i := range t.NumIn() {
		shape = append(shape, letters[classOf(t.In(i))])
	}
	shape = append(shape, ':')
	if t.NumOut() == 0 {
		shape = append(shape, 'V')
	} else {
		shape = append(shape, letters[classOf(t.Out(0))])
	}
	return string(shape)
}

// direct returns the func value made for the function's shape, or nil. Functions with variable arguments have needs of their own, as
// have those that may have been defined with them.
func (f *function) direct() unsafe.Pointer {
	if f.fails || f.nonNil != nil || f.proto.Func.Variadic || f.proto.Func.Unknown {
		return nil
	}
	return newDirect(directShape(f.typ), &f.target)
}

// letters gives the letter of each kind whose values need no conversion; the others' is zero, which no shape contains.
var letters = map[reflect.Kind]byte{
	reflect.Pointer: 'P', reflect.UnsafePointer: 'P',
	reflect.Int64: 'L', reflect.Uint64: 'L', reflect.Int: 'L', reflect.Uint: 'L', reflect.Uintptr: 'L',
	reflect.Int32: 'I', reflect.Uint32: 'I',
	reflect.Float64: 'D', reflect.Float32: 'S',
}

// classOf is the kind of an argument's type, Invalid where a pointer is not passed as it is.
func classOf(t reflect.Type) reflect.Kind {
	if t == callbackType {
		return reflect.Invalid
	}
	return t.Kind()
}

// funcValue returns what a func variable holds.
func funcValue[F any](f F) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&f)) }

// pointer makes a pointer of an address that C returned. It may be Go memory that C was given, which the caller keeps
// alive until then.
func pointer(word *uint64) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(word)) }

// widen puts a float into the low half of a vector register's element.
func widen(x float32) float64 { return math.Float64frombits(uint64(math.Float32bits(x))) }

// narrow is the inverse.
func narrow(x float64) float32 { return math.Float32frombits(uint32(math.Float64bits(x))) }
