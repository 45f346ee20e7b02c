package ffi

import (
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/internal/sys"
)

// Arena is C memory that is freed all at once: for what C keeps beyond a call, for memory that holds pointers to
// other C memory, and for records that [Decls.New] makes. The memory comes from the C library in large pieces, so that small
// allocations are cheap; it is zeroed, and aligned to 16 bytes at least.
//
// An Arena that is not freed is never reclaimed: the collector cannot know what C still uses. It may be used by many
// goroutines at once. After [Arena.Free] a pointer into it is as bad as it is in C. The zero Arena is ready for use.
type Arena struct {
	mu     sync.Mutex
	pieces []unsafe.Pointer
	next   unsafe.Pointer // the first free byte of the newest shared piece
	left   uintptr        // the number of free bytes
	freed  bool
}

const (
	firstPiece   = 4 << 10
	biggestPiece = 64 << 10
	arenaAlign   = 16
)

// NewArena returns an empty arena.
func NewArena() *Arena { return new(Arena) }

// Free gives the memory back to the C library. A second Free returns an error that is [ErrFreed].
func (a *Arena) Free() error {
	if a == nil {
		return &Error{Op: "free", Err: fmt.Errorf("%w: the arena", ErrNil)}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.freed {
		return &Error{Op: "free", Err: fmt.Errorf("%w: the arena", ErrFreed)}
	}
	for _, p := range a.pieces {
		heapFree(p)
	}
	a.pieces, a.next, a.left, a.freed = nil, nil, 0, true
	return nil
}

// alive returns an error when the arena was freed.
func (a *Arena) alive() error {
	if a == nil {
		return fmt.Errorf("%w: the arena", ErrNil)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.check()
}

// check is alive for a caller that holds the lock.
func (a *Arena) check() error {
	if a.freed {
		return fmt.Errorf("%w: the arena", ErrFreed)
	}
	return nil
}

// alloc returns zeroed memory. The alignment is a power of two.
func (a *Arena) alloc(size, align uintptr) (unsafe.Pointer, error) {
	if a == nil {
		return nil, fmt.Errorf("%w: the arena", ErrNil)
	}
	if size > math.MaxInt-align-arenaAlign {
		return nil, fmt.Errorf("%w: %d bytes of memory", ErrRange, size)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.check(); err != nil {
		return nil, err
	}
	align = max(align, arenaAlign)
	size = (max(size, 1) + arenaAlign - 1) &^ (arenaAlign - 1)
	room := size + align - arenaAlign // the pieces are aligned to arenaAlign
	if room > biggestPiece/4 {
		p, err := a.piece(room)
		return alignUp(p, align), err
	}
	if room > a.left {
		next := min(uintptr(firstPiece)<<min(len(a.pieces), 8), biggestPiece)
		next = max(next, room)
		p, err := a.piece(next)
		if err != nil {
			return nil, err
		}
		a.next, a.left = p, next
	}
	p := alignUp(a.next, align)
	used := uintptr(p) - uintptr(a.next) + size
	a.next, a.left = unsafe.Add(a.next, used), a.left-used
	return p, nil
}

// piece asks the C library for memory that belongs to the arena.
func (a *Arena) piece(size uintptr) (unsafe.Pointer, error) {
	p, err := heapAlloc(size)
	if err == nil {
		a.pieces = append(a.pieces, p)
	}
	return p, err
}

func alignUp(p unsafe.Pointer, align uintptr) unsafe.Pointer {
	return unsafe.Add(p, -uintptr(p)&(align-1))
}

// cHeap finds the C library's allocator in the process.
var cHeap = sync.OnceValue(func() (h struct {
	calloc, free unsafe.Pointer
	err          error
}) {
	self := Self()
	if h.calloc, h.err = self.function("calloc"); h.err == nil {
		h.free, h.err = self.function("free")
	}
	return h
})

func heapAlloc(size uintptr) (unsafe.Pointer, error) {
	heap := cHeap()
	if heap.err != nil {
		return nil, heap.err
	}
	call := sys.Ints{Fn: heap.calloc}
	call.Args[0], call.Args[1] = 1, uint64(size)
	call.Do()
	p := *(*unsafe.Pointer)(unsafe.Pointer(&call.Args[0]))
	if p == nil {
		return nil, fmt.Errorf("%w: the C library has no %d bytes of memory", ErrSize, size)
	}
	return p, nil
}

func heapFree(p unsafe.Pointer) {
	call := sys.Ints{Fn: cHeap().free}
	call.Args[0] = uint64(uintptr(p))
	call.Do()
}

// Alloc returns n zeroed elements in C memory that lives until the arena is freed. The slice must not be grown: append
// moves it to Go memory when its capacity, n, is used up.
//
// T may have pointers, into which only addresses of C memory may be stored, because the collector does not look here; types
// that C does not know (strings, slices, maps, interfaces, functions, channels) are an error that is [ErrType].
func Alloc[T any](a *Arena, n int) ([]T, error) {
	t := reflect.TypeFor[T]()
	p, err := a.elements(t, n)
	if err != nil {
		return nil, &Error{Op: "alloc", Err: err}
	}
	return unsafe.Slice((*T)(p), n), nil
}

func (a *Arena) elements(t reflect.Type, n int) (unsafe.Pointer, error) {
	if bad := goOnly(t); bad != nil {
		return nil, fmt.Errorf("%w: %v in C memory", ErrType, bad)
	}
	if n < 0 {
		return nil, fmt.Errorf("%w: %d elements", ErrRange, n)
	}
	over, size := bits.Mul64(uint64(n), uint64(t.Size()))
	if over != 0 || size > math.MaxInt {
		return nil, fmt.Errorf("%w: %d elements of %d bytes", ErrRange, n, t.Size())
	}
	return a.alloc(uintptr(size), uintptr(t.Align()))
}

// goOnly returns a type within t that C does not know, or nil.
func goOnly(t reflect.Type) reflect.Type {
	switch t.Kind() {
	case reflect.String, reflect.Slice, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
		return t
	case reflect.Array:
		return goOnly(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if bad := goOnly(t.Field(i).Type); bad != nil {
				return bad
			}
		}
	}
	return nil
}

// CString copies the string with a zero byte behind it to memory of the arena. A zero byte in the string is an error
// that is [ErrNUL].
func CString(a *Arena, s string) (*byte, error) {
	p, err := a.cString(s)
	if err != nil {
		return nil, &Error{Op: "alloc", Err: err}
	}
	return (*byte)(p), nil
}

func (a *Arena) cString(s string) (unsafe.Pointer, error) {
	if err := checkNUL(s); err != nil {
		return nil, err
	}
	p, err := a.alloc(uintptr(len(s))+1, 1)
	if err == nil {
		copy(unsafe.Slice((*byte)(p), len(s)), s)
	}
	return p, err
}

// checkNUL refuses a string that C would take for a shorter one.
func checkNUL(s string) error {
	if i := strings.IndexByte(s, 0); i >= 0 {
		return fmt.Errorf("%w, at offset %d of %d", ErrNUL, i, len(s))
	}
	return nil
}

// GoString copies the bytes up to the zero byte that ends a C string. It returns "" for nil.
func GoString(p *byte) string {
	if p == nil {
		return ""
	}
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
		n++
	}
	return string(unsafe.Slice(p, n))
}

// GoBytes copies n bytes of C memory. It returns nil for nil, and for n < 1.
func GoBytes(p unsafe.Pointer, n int) []byte {
	if p == nil || n < 1 {
		return nil
	}
	return append([]byte(nil), unsafe.Slice((*byte)(p), n)...)
}
