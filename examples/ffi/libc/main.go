// Command libc calls the C library: a function that takes a Go function, one that returns a struct, one with variable
// arguments, and one that tells by errno what went wrong.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"log"
	"syscall"

	"github.com/kgen-go/kgen/ffi"
)

// quotient is C's div_t.
type quotient struct{ Quot, Rem int32 }

// libc has the functions in Go's types.
type libc struct {
	Sort   func(base []int32, n, size uintptr, compare func(a, b *int32) int32) `ffi:"qsort"`
	Divide func(x, y int32) quotient                                            `ffi:"div"`
	Format func(buf []byte, size uintptr, format string, args ...any) int32     `ffi:"snprintf"`
	Print  func(format string, args ...any) int32                               `ffi:"printf"`
	Flush  func(file *struct{}) int32                                           `ffi:"fflush"`
	Parse  func(text string, end **byte) (float64, error)                       `ffi:"strtod"`
}

func main() {
	var c libc
	if err := ffi.Bind(ffi.Self(), &c); err != nil {
		log.Fatal(err)
	}

	numbers := []int32{5, -3, 99, 0, 7}
	c.Sort(numbers, uintptr(len(numbers)), 4, func(a, b *int32) int32 { return int32(cmp.Compare(*a, *b)) })
	fmt.Println("qsort:", numbers)

	q := c.Divide(-7, 2)
	fmt.Println("div:", q.Quot, "remainder", q.Rem)

	buf := make([]byte, 64)
	n := c.Format(buf, uintptr(len(buf)), "%s has %d legs and weighs %.1f t", "the elephant", int32(4), 5.5)
	fmt.Printf("snprintf: %s\n", buf[:n])

	_, err := c.Parse("1e999", nil)
	fmt.Println("strtod:", errors.Is(err, syscall.ERANGE), err)

	// C has a buffer of its own for the standard output.
	c.Print("printf: %d, %g, %c, %s\n", 1, 2.5, 'x', "a string")
	c.Flush(nil)
}
