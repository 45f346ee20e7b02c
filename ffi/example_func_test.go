//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"syscall"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

func ExampleFunc() {
	libc := ffi.Self()
	toupper, err := ffi.Func[func(c int32) int32](libc, "toupper")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%c\n", toupper('x'))

	length, err := ffi.Func[func(s string) uint64](libc, "strlen")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(length("Grüße"))

	// Out parameters are pointers to Go variables.
	frexp, err := ffi.Func[func(x float64, exponent *int32) float64](libc, "frexp")
	if err != nil {
		log.Fatal(err)
	}
	var exponent int32
	fmt.Println(frexp(40, &exponent), exponent)
	// Output:
	// X
	// 7
	// 0.625 6
}

// A Go function is a function pointer for the time of the call.
func ExampleFunc_callback() {
	qsort, err := ffi.Func[func(base []int32, n, size uintptr, compare func(a, b *int32) int32)](ffi.Self(), "qsort")
	if err != nil {
		log.Fatal(err)
	}
	numbers := []int32{5, -3, 99, 0, 7}
	qsort(numbers, uintptr(len(numbers)), 4, func(a, b *int32) int32 { return int32(cmp.Compare(*a, *b)) })
	fmt.Println(numbers)
	// Output: [-3 0 5 7 99]
}

// Structs are passed and returned by value. Where a declaration is known, the Go struct is compared with it.
func ExampleFunc_struct() {
	type quotient struct{ Quot, Rem int64 }
	ldiv, err := ffi.Func[func(x, y int64) quotient](ffi.Self(), "ldiv")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ldiv(17, 5))
	// Output: {3 2}
}

// C's variable arguments are ...any. A value is passed by its type: %d is for int32, %g for float64, %lld for Go's int.
func ExampleFunc_variadic() {
	snprintf, err := ffi.Func[func(buf []byte, size uintptr, format string, args ...any) int32](ffi.Self(), "snprintf")
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 64)
	n := snprintf(buf, uintptr(len(buf)), "%d %s %g %lld", int32(1), "two", 3.5, 4)
	fmt.Printf("%s\n", buf[:n])
	// Output: 1 two 3.5 4
}

// Without a rule for failures the error is errno, if C set it.
func ExampleFunc_errno() {
	strtod, err := ffi.Func[func(s string, end **byte) (float64, error)](ffi.Self(), "strtod")
	if err != nil {
		log.Fatal(err)
	}
	x, err := strtod("1.5", nil)
	fmt.Println(x, err)
	x, err = strtod("1e999", nil)
	fmt.Println(x, errors.Is(err, syscall.ERANGE))
	// Output:
	// 1.5 <nil>
	// +Inf true
}

func ExampleFailErrno() {
	open, err := ffi.Func[func(path string, flags int32) (int32, error)](ffi.Self(), "open",
		ffi.FailErrno(-1), ffi.Variadic(2))
	if err != nil {
		log.Fatal(err)
	}
	_, err = open("/no/such/file", int32(os.O_RDONLY))
	fmt.Println(err)
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	// Output:
	// ffi: call open of the program: no such file or directory
	// true
}

func ExampleFail() {
	type timespec struct{ Sec, Nsec int64 }
	getres, err := ffi.Func[func(clock int32, res *timespec) (int32, error)](ffi.Self(), "clock_getres",
		ffi.Fail(func(status int32) error {
			if status == 0 {
				return nil
			}
			return fmt.Errorf("status %d", status)
		}))
	if err != nil {
		log.Fatal(err)
	}
	_, err = getres(12345, nil)
	fmt.Println(err)
	// Output: ffi: call clock_getres of the program: status -1
}

// What strdup returns belongs to the caller: it is copied to Go, and freed with C's free.
func ExampleFreeWith() {
	strdup, err := ffi.Func[func(s string) string](ffi.Self(), "strdup", ffi.FreeWith("free"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strdup("a copy of a copy"))
	// Output: a copy of a copy
}

// Variadic says that a function has "..." where the Go type has certain arguments.
func ExampleVariadic() {
	format, err := ffi.Func[func(buf []byte, size uintptr, format string, x float64) int32](ffi.Self(), "snprintf",
		ffi.Variadic(3))
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 64)
	fmt.Printf("%s\n", buf[:format(buf, uintptr(len(buf)), "%.3e", 12345)])
	// Output: 1.234e+04
}

func ExampleNonNil() {
	strlen, err := ffi.Func[func(s *byte) uint64](ffi.Self(), "strlen", ffi.NonNil(1))
	if err != nil {
		log.Fatal(err)
	}
	defer func() { fmt.Println(recover()) }()
	strlen(nil)
	// Output: ffi: call strlen of the program: argument 1: nil is not allowed: the C function needs a pointer
}

// A leaf call does without Go's scheduler. It is for functions that return at once and never call back.
func ExampleLeaf() {
	ffs, err := ffi.Func[func(int32) int32](ffi.Self(), "ffs", ffi.Leaf())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ffs(0b1000), ffi.Path(ffs))
	// Output: 4 direct
}

func ExampleLastError() {
	// Windows' functions set the last error, not errno. Elsewhere there is none.
	_, err := ffi.Func[func() error](ffi.Self(), "getpid", ffi.LastError())
	fmt.Println(errors.Is(err, ffi.ErrUnsupported))
	// Output: true
}

func ExampleFuncAt() {
	p, err := ffi.Self().Symbol("labs") // or a function pointer that C returned
	if err != nil {
		log.Fatal(err)
	}
	labs, err := ffi.FuncAt[func(int64) int64](p)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(labs(-1 << 40))
	// Output: 1099511627776
}

func ExampleBind() {
	var libc struct {
		Length  func(s string) uint64                                       `ffi:"strlen"`
		Copy    func(s string) string                                       `ffi:"strdup,free=free"`
		Chdir   func(path string) (int32, error)                            `ffi:"chdir,fail=-1"`
		Abs     func(int32) int32                                           `ffi:"abs,leaf"`
		Exotic  func(flags uint32) unsafe.Pointer                           `ffi:"not_in_every_libc,optional"`
		Environ ***byte                                                     `ffi:"environ"`
		Sort    func(p []int16, n, size uintptr, c func(a, b *int16) int32) `ffi:"qsort"`
	}
	if err := ffi.Bind(ffi.Self(), &libc); err != nil {
		log.Fatal(err)
	}
	fmt.Println(libc.Length("four"), libc.Copy("copy"), libc.Abs(-1), libc.Exotic == nil, *libc.Environ != nil)
	_, err := libc.Chdir("/no/such/folder")
	fmt.Println(err)
	// Output:
	// 4 copy 1 true true
	// ffi: call chdir of the program: no such file or directory
}

func ExamplePath() {
	libc := ffi.Self()
	abs, err1 := ffi.Func[func(int64) int64](libc, "labs")
	parse, err2 := ffi.Func[func(s string, end **byte) (float64, error)](libc, "strtod")
	format, err3 := ffi.Func[func(buf []byte, n uintptr, format string, args ...any) int32](libc, "snprintf")
	if err := errors.Join(err1, err2, err3); err != nil {
		log.Fatal(err)
	}
	fmt.Println(ffi.Path(abs), ffi.Path(parse), ffi.Path(format))
	// Output: direct register reflect
}

// The check mode finds Go memory with Go pointers in it, which C must not be given.
func ExampleCheck() {
	ffi.Check(true)
	defer ffi.Check(false)
	type list struct{ next *list }
	atol, err := ffi.Func[func(p *list) (int64, error)](ffi.Self(), "atol")
	if err != nil {
		log.Fatal(err)
	}
	_, err = atol(&list{next: &list{}})
	fmt.Println(errors.Is(err, ffi.ErrPointer))
	// Output: true
}
