package ffi

import (
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// Func returns a Go function that calls the library's C function of that name.
//
//	pow, err := ffi.Func[func(x, y float64) float64](libm, "pow")
//	qsort, err := ffi.Func[func(base *int32, n, size uintptr, less func(a, b *int32) int32)](libc, "qsort")
//	open, err := ffi.Func[func(path string, flags int32) (int32, error)](libc, "open", ffi.FailErrno(-1))
//
// F is a function type whose arguments and result correspond to C's (the package comment has the table of types). It
// is compared with the library's declaration of the function if it has one ([Lib.Declare]); without one
// nothing can tell whether F is right. F may end in a result of type error, see [FailErrno] and [Fail], and in an argument
// ...any for C's variable arguments, each of which is passed by the type of its value, promoted as C does.
//
// Strings are copied, with a zero byte at the end, for the duration of the call; a Go func is a function pointer as long. What a pointer or
// slice points to stays alive and in place until C returns. A result of type string is a copy; NULL is "".
//
// The function panics with an [*Error] when it is called after the library was closed, and where it has no error result
// also for arguments that cannot be passed and for a panic in a callback. When Func fails it returns, besides the
// error, a function that panics with it. The options are [Fail], [FailErrno], [LastError], [FreeWith], [Leaf], [NonNil] and [Variadic].
//
// A call allocates nothing if all arguments and results are numbers, booleans, pointers, slices and errors that fit the
// registers of Go's calling convention, which on amd64 are 9 words for integers, of which a slice takes 3 and a string 2, and
// 15 for floats, on arm64 16 of each. [Path] tells which way calls take.
func Func[F any](l *Lib, name string, o ...Option) (F, error) {
	var f F
	err := bindSymbol(l, name, slot{reflect.TypeFor[F](), unsafe.Pointer(&f)}, o)
	return f, err
}

// FuncAt returns a Go function that calls the C function at an address: a function pointer that C gave. It is [Func] otherwise, and
// nothing panics when the library of the function is closed: C crashes then.
func FuncAt[F any](p unsafe.Pointer, o ...Option) (F, error) {
	var f F
	err := bindAddress(p, slot{reflect.TypeFor[F](), unsafe.Pointer(&f)}, o)
	return f, err
}

// Path tells how a function that [Func], [FuncAt] or [Bind] made calls C:
//
//   - "direct": by Go code made for functions of this shape, about as fast as cgo;
//   - "register": by moving words between the registers of Go's and C's conventions, a little slower, and with an allocation if
//     there are strings;
//   - "reflect": by package reflect, some hundred nanoseconds slower and with allocations.
//
// It is "" for all other values. A function made with reflect.MakeFunc elsewhere is not told from the third kind.
func Path(f any) string {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return ""
	}
	if sys.StubUsable() && v.Pointer() == stubCode() {
		return "register"
	}
	switch name := runtime.FuncForPC(v.Pointer()).Name(); {
	case name == "reflect.makeFuncStub":
		return "reflect"
	case strings.HasPrefix(name, directPrefix):
		return "direct"
	}
	return ""
}

// stubCode is the address of the code that all register functions share: the first word of a func value.
func stubCode() uintptr {
	var s sys.Stub
	s.Init(0)
	return *(*uintptr)(unsafe.Pointer(&s))
}

// directPrefix begins the names of the code of direct functions.
var directPrefix = reflect.TypeFor[Lib]().PkgPath() + ".newDirect."
