package ffi

import (
	"fmt"
	"reflect"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// setRule decides when the function fails.
func (f *function) setRule(o funcOptions) error {
	f.fails, f.rule = endsInError(f.typ), o.rule
	switch {
	case !f.fails && (f.rule.kind != anyErrno || o.lastError):
		return fmt.Errorf("%w: %s has no error result, which the options ask for", ErrUsage, f.typ)
	case o.lastError && runtime.GOOS != "windows":
		return fmt.Errorf("%w: only Windows has a last error", ErrUnsupported)
	case f.rule.kind == badResult && (f.result == nil || !isWord(f.result.Kind())):
		return fmt.Errorf("%w: FailErrno is for integer and pointer results", ErrType)
	case f.rule.kind == badResult && !holds(f.result, f.rule.bad):
		return fmt.Errorf("%w: FailErrno(%d): no %s has this value", ErrRange, f.rule.bad, f.result)
	case f.rule.kind == userRule && f.rule.check == nil:
		return fmt.Errorf("%w: the rule is nil", ErrUsage)
	case f.rule.kind == userRule && f.rule.result != f.result:
		return fmt.Errorf("%w: the rule is for a result of type %s", ErrType, f.rule.result)
	}
	f.setFlags(o)
	return nil
}

// setFlags asks for errno where the rule looks at it.
func (f *function) setFlags(o funcOptions) {
	if f.rule.kind == badResult {
		f.mask = resultMask(f.result)
	}
	switch {
	case !f.fails || f.rule.kind == userRule:
	case o.lastError:
		f.flags = sys.WantLastError
	default:
		f.flags = sys.WantErrno
	}
}

// isWord reports whether values of a kind are integers or addresses.
func isWord(k reflect.Kind) bool {
	switch k {
	case reflect.Pointer, reflect.UnsafePointer, reflect.String:
		return true
	}
	return scalars[k].IsInteger()
}

// holds reports whether the bits of a result can be those of the number, of either sign.
func holds(t reflect.Type, n int64) bool {
	mask := resultMask(t)
	return uint64(n)&^mask == 0 || uint64(^n)&^(mask>>1) == 0
}

// resultMask covers the bits of a result in its register.
func resultMask(t reflect.Type) uint64 {
	if t.Kind() == reflect.String {
		return ^uint64(0)
	}
	return ^uint64(0) >> (64 - 8*t.Size())
}

// code returns what the flags asked for.
func (f *function) code(errno int32, lastError uint32) syscall.Errno {
	if f.flags&sys.WantLastError != 0 {
		return syscall.Errno(lastError)
	}
	return syscall.Errno(errno)
}

// failure applies the rule to the result's word, its Go value and errno or last error.
func (f *function) failure(word uint64, result unsafe.Pointer, code syscall.Errno) error {
	switch f.rule.kind {
	case userRule:
		return f.rule.check(result)
	case badResult:
		if (word^uint64(f.rule.bad))&f.mask != 0 {
			return nil
		}
		return code
	}
	if code != 0 {
		return code
	}
	return nil
}
