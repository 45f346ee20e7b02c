//go:build cgo && linux && !android && (amd64 || arm64) && !noffi

package cgobench

/*
#include <stdint.h>

#cgo noescape empty_annotated
#cgo nocallback empty_annotated

static __attribute__((noinline)) int32_t empty(void *block) { (void)block; return 0; }
static __attribute__((noinline)) int32_t empty_annotated(void *block) { (void)block; return 0; }
static __attribute__((noinline)) int32_t empty_word(uintptr_t block) { (void)block; return 0; }
*/
import "C"

import "unsafe"

// Empty is a plain cgo call. cgo checks at each call what the pointer leads to.
func Empty(block unsafe.Pointer) int32 { return int32(C.empty(block)) }

// EmptyAnnotated is a cgo call that promises neither to keep the pointer nor to call back.
func EmptyAnnotated(block unsafe.Pointer) int32 { return int32(C.empty_annotated(block)) }

// EmptyWord is a cgo call without any pointer, so without any check: the least that cgo costs.
func EmptyWord(word uintptr) int32 { return int32(C.empty_word(C.uintptr_t(word))) }
