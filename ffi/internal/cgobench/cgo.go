//go:build cgo && linux && !android && (amd64 || arm64) && !noffi

package main

/*
#include <stdlib.h>
#include "c/bench.c"

// The same functions under names of their own, because cgo is told by name what it need not do.
#define ALIAS(name) __attribute__((alias(name)))
void a_empty(void) ALIAS("k_empty");
int64_t a_ints(int64_t, int64_t) ALIAS("k_ints");
double a_doubles(double, double) ALIAS("k_doubles");
int64_t a_narrow(int16_t, _Bool) ALIAS("k_narrow");
double a_mixed(double, int64_t, const double *, int32_t) ALIAS("k_mixed");
int64_t a_errno(int64_t) ALIAS("k_errno");
int64_t a_length(const char *) ALIAS("k_length");

#cgo noescape a_empty
#cgo nocallback a_empty
#cgo noescape a_ints
#cgo nocallback a_ints
#cgo noescape a_doubles
#cgo nocallback a_doubles
#cgo noescape a_narrow
#cgo nocallback a_narrow
#cgo noescape a_mixed
#cgo nocallback a_mixed
#cgo noescape a_errno
#cgo nocallback a_errno
#cgo noescape a_length
#cgo nocallback a_length

int64_t goInt(int64_t);
double goDouble(double);
*/
import "C"

import "unsafe"

// address has the functions as C sees them.
var address = map[string]unsafe.Pointer{
	"k_empty":       unsafe.Pointer(C.k_empty),
	"k_ints":        unsafe.Pointer(C.k_ints),
	"k_doubles":     unsafe.Pointer(C.k_doubles),
	"k_narrow":      unsafe.Pointer(C.k_narrow),
	"k_mixed":       unsafe.Pointer(C.k_mixed),
	"k_errno":       unsafe.Pointer(C.k_errno),
	"k_length":      unsafe.Pointer(C.k_length),
	"k_call_int":    unsafe.Pointer(C.k_call_int),
	"k_call_double": unsafe.Pointer(C.k_call_double),
}

// The loops below are cgo's, first plain and then with noescape and nocallback. Calls stand in them as a program has them, with
// no Go function around them.

func cgoEmpty(n int) float64 {
	for range n {
		C.k_empty()
	}
	return 0
}

func cgoInts(n int) float64 {
	var r C.int64_t
	for range n {
		r = C.k_ints(1, 2)
	}
	return float64(r)
}

func cgoDoubles(n int) float64 {
	var r C.double
	for range n {
		r = C.k_doubles(1, 2)
	}
	return float64(r)
}

func cgoNarrow(n int) float64 {
	var r C.int64_t
	for range n {
		r = C.k_narrow(1, true)
	}
	return float64(r)
}

func cgoMixed(n int) float64 {
	var r C.double
	p := C.double(3)
	for range n {
		r = C.k_mixed(1, 2, &p, 4)
	}
	return float64(r)
}

func cgoErrno(n int) float64 {
	var r C.int64_t
	for range n {
		var err error
		if r, err = C.k_errno(5); err != nil {
			return -1
		}
	}
	return float64(r)
}

func cgoString(n int) float64 {
	var r C.int64_t
	for range n {
		s := C.CString(text)
		r = C.k_length(s)
		C.free(unsafe.Pointer(s))
	}
	return float64(r)
}

func annotatedEmpty(n int) float64 {
	for range n {
		C.a_empty()
	}
	return 0
}

func annotatedInts(n int) float64 {
	var r C.int64_t
	for range n {
		r = C.a_ints(1, 2)
	}
	return float64(r)
}

func annotatedDoubles(n int) float64 {
	var r C.double
	for range n {
		r = C.a_doubles(1, 2)
	}
	return float64(r)
}

func annotatedNarrow(n int) float64 {
	var r C.int64_t
	for range n {
		r = C.a_narrow(1, true)
	}
	return float64(r)
}

func annotatedMixed(n int) float64 {
	var r C.double
	p := C.double(3)
	for range n {
		r = C.a_mixed(1, 2, &p, 4)
	}
	return float64(r)
}

func annotatedErrno(n int) float64 {
	var r C.int64_t
	for range n {
		var err error
		if r, err = C.a_errno(5); err != nil {
			return -1
		}
	}
	return float64(r)
}

func annotatedString(n int) float64 {
	var r C.int64_t
	for range n {
		s := C.CString(text)
		r = C.a_length(s)
		C.free(unsafe.Pointer(s))
	}
	return float64(r)
}

func cgoCallInt(n int) float64 {
	var r C.int64_t
	for range n {
		r = C.k_call_int((*[0]byte)(C.goInt), 7)
	}
	return float64(r)
}

func cgoCallDouble(n int) float64 {
	var r C.double
	for range n {
		r = C.k_call_double((*[0]byte)(C.goDouble), 7)
	}
	return float64(r)
}
