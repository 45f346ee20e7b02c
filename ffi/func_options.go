package ffi

import (
	"reflect"
	"unsafe"
)

// funcOptions is what the options of Func, FuncAt and Bind add up to.
type funcOptions struct {
	rule      rule
	frees     bool // the result is freed with freeWith
	freeWith  string
	leaf      bool
	lastError bool
	nonNil    []int // arguments, from 1
	fixed     int   // arguments before the variable ones, from Variadic; -1 for none
	variadic  bool
}

// rule tells a failed call by its result. The zero rule goes by errno alone.
type rule struct {
	kind   ruleKind
	bad    int64                      // for badResult
	result reflect.Type               // for userRule: the type that check's argument points to
	check  func(unsafe.Pointer) error // for userRule
}

type ruleKind uint8

const (
	anyErrno  ruleKind = iota // a call fails when errno is not zero
	badResult                 // a call fails when its result is bad; errno tells why
	userRule
)

func funcOption(name string, set func(*funcOptions)) Option {
	return Option{name: name, places: forFunc, set: func(o *options) { set(&o.fn) }}
}

// Fail makes the function's error what judge returns for C's result; errno plays no part. R must be the type of the
// function's result. The error is wrapped in an [*Error]. For Func, FuncAt and Bind.
//
//	open, err := ffi.Func[func(name string, db **DB) (int32, error)](lib, "sqlite3_open",
//		ffi.Fail(func(code int32) error {
//			if code == 0 {
//				return nil
//			}
//			return fmt.Errorf("SQLite error %d", code)
//		}))
func Fail[R any](judge func(R) error) Option {
	return funcOption("Fail", func(o *funcOptions) {
		o.rule = rule{kind: userRule, result: reflect.TypeFor[R]()}
		if judge != nil {
			o.rule.check = func(result unsafe.Pointer) error { return judge(*(*R)(result)) }
		}
	})
}

// FailErrno makes the function return an error when C's result is bad, an integer or, for pointers, an address: -1 for most
// system calls, 0 where NULL means failure. The error is an [*Error] that wraps errno as a [syscall.Errno]. Without this option and
// [Fail], a function that ends in error fails whenever errno is not zero after the call, as in cgo. For Func, FuncAt
// and Bind.
func FailErrno(bad int64) Option {
	return funcOption("FailErrno", func(o *funcOptions) { o.rule = rule{kind: badResult, bad: bad} })
}

// LastError takes Windows' GetLastError in the place of the C run time's errno; functions of the system's own libraries set
// that one. Elsewhere it is an error. For Func, FuncAt and Bind.
func LastError() Option {
	return funcOption("LastError", func(o *funcOptions) { o.lastError = true })
}

// FreeWith says that the string which the function returns belongs to the caller: it is copied to Go, and C's is freed with
// the function `void symbol(void *)` of the same library, or of the process for [FuncAt]. Without it the string is
// borrowed: copied and left alone. For Func, FuncAt and Bind.
func FreeWith(symbol string) Option {
	return funcOption("FreeWith", func(o *funcOptions) { o.frees, o.freeWith = true, symbol })
}

// Leaf calls the C function without telling Go's scheduler, at a fraction of the cost. The function must return soon, in about
// a microsecond, because the garbage collector and other goroutines wait for it, and it must not call back into
// Go: that ends the program. For Func, FuncAt and Bind.
func Leaf() Option {
	return funcOption("Leaf", func(o *funcOptions) { o.leaf = true })
}

// NonNil says that C does not accept NULL for these arguments, which count from 1: a call with nil does not reach C. For Func, FuncAt
// and Bind.
func NonNil(args ...int) Option {
	return funcOption("NonNil", func(o *funcOptions) { o.nonNil = append(o.nonNil, args...) })
}

// Variadic says that the C function has so many fixed arguments, followed by "...", where the Go function type has
// fixed types for all of them. Some platforms pass the variable ones in other places. A declaration says the same.
// For Func, FuncAt and Bind.
func Variadic(fixed int) Option {
	return funcOption("Variadic", func(o *funcOptions) { o.variadic, o.fixed = true, fixed })
}
