package kg

import (
	"fmt"
	"math"
	"unsafe"
)

// Fault is where a C kernel leaves the values of a run-time error.
type Fault struct{ X, Y int64 }

// Ref is how a C kernel returns a slice: the number of the buffer that it lies in, and its place there
// in elements. Buf is -1 for a nil slice.
type Ref struct{ Buf, Off, Len, Cap int64 }

// Buffer is memory that Go allocates for a C kernel: Cap elements, zeroed.
type Buffer struct {
	Ptr unsafe.Pointer
	Cap int64
}

// Failed returns the error of a C kernel that returned a status other than 0: that of check number
// status-1, or, when the status is negative, one that says that library and stub do not fit together.
func (s Sites) Failed(status int32, f Fault) error {
	if status < 0 || int(status) > len(s) {
		return fmt.Errorf("kg: internal error: a C kernel returned status %d with %d, %d", status, f.X, f.Y)
	}
	return s.Error(int(status)-1, f.X, f.Y)
}

// Sub returns the part of base's memory, up to its capacity, that r refers to.
func Sub[T any](base []T, r Ref) []T {
	return base[:cap(base)][r.Off : r.Off+r.Len : r.Off+r.Cap]
}

// maxAlloc is the greatest number of bytes that a kernel may make: all that a process can address on
// 64-bit platforms.
const maxAlloc = 1 << 47

// MaxLen returns the greatest length of a slice whose elements have so many bytes.
func MaxLen(size int) int64 {
	if size == 0 {
		return math.MaxInt64
	}
	return maxAlloc / int64(size)
}

// hugeAlloc is the number of bytes beyond which a slice is not made before it is needed.
const hugeAlloc = 1 << 32

// Huge reports whether n elements are possible but take so much memory that a stub must not make them for a C kernel
// before it is called, as the kernel may return or fail without ever making them. The Go kernel runs then.
func Huge[T any](n int) bool {
	var zero T
	size := int64(unsafe.Sizeof(zero))
	return int64(n) > hugeAlloc/max(size, 1) && int64(n) <= MaxLen(int(size))
}

// Make returns a slice of n zeros for a C kernel, or nil when there can be none of that length: the
// kernel itself then reports the error, at its place in program order.
func Make[T any](n int) []T {
	var zero T
	if n < 0 || int64(n) > MaxLen(int(unsafe.Sizeof(zero))) {
		return nil
	}
	return make([]T, n)
}

// NewBuffer returns the memory of a slice up to its capacity.
func NewBuffer[T any](s []T) Buffer {
	return Buffer{unsafe.Pointer(unsafe.SliceData(s)), int64(cap(s))}
}

// At returns the address of s[i] without a check: i out of range is undefined.
func At[T any](s []T, i int) *T {
	var zero T
	return (*T)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), uintptr(i)*unsafe.Sizeof(zero)))
}

// sliceHeader is the memory layout of a slice.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// Reslice returns s[low:high:max] without a check: bounds out of range are undefined.
func Reslice[T any](s []T, low, high, max int) []T {
	h := sliceHeader{unsafe.Pointer(unsafe.SliceData(s)), high - low, max - low}
	if h.cap > 0 { // else the address would be that of what lies behind
		h.data = unsafe.Pointer(At(s, low))
	}
	return *(*[]T)(unsafe.Pointer(&h))
}
