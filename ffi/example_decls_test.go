//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"syscall"
	"unsafe"

	"github.com/kgen-go/kgen/ffi"
)

// Faults are located, and do not lose what is right.
func ExampleCDef() {
	d, err := ffi.CDef(`
#define VERSION "1.2"
int good(size_t n, const char *s);
int bad(colour c);
`)
	fmt.Println(err)
	for _, f := range d.Funcs() {
		fmt.Println(f.C)
	}
	// Output:
	// ffi: cdef: cdef:4:9: unknown type name colour
	// int good(size_t n, const char *s)
	// int bad(colour c)
}

func ExampleHeader() {
	dir, err := os.MkdirTemp("", "ffi")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	text := `
#include "color.h"
#define LIMIT (WIDTH * 2)
#define TWICE(x) (2 * (x))
/* Paints the wall. */
void paint(enum color c);
`
	if err := os.WriteFile(filepath.Join(dir, "wall.h"), []byte(text), 0o666); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "color.h"), []byte("enum color { RED, GREEN = 5 };"), 0o666); err != nil {
		log.Fatal(err)
	}
	d, err := ffi.Header("wall.h", ffi.Include(dir), ffi.Define("WIDTH=20"), ffi.OnlyInclude())
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range d.Funcs() {
		fmt.Printf("%s: %s\n", f.C, f.Doc)
	}
	for _, c := range d.Consts() {
		fmt.Println(c.C)
	}
	for _, m := range d.Macros() {
		fmt.Println("not usable:", m.C)
	}
	// Output:
	// void paint(enum color c): Paints the wall.
	// RED = 0
	// GREEN = 5
	// LIMIT = 40
	// not usable: #define TWICE(x) (2 * (x))
}

func ExampleDefine() {
	const text = `
#ifdef WIDE
typedef long long number;
#else
typedef int number;
#endif
`
	for _, options := range [][]ffi.Option{nil, {ffi.Define("WIDE")}} {
		d, err := ffi.CDef(text, options...)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(d.Sizeof("number"))
	}
	// Output:
	// 4 <nil>
	// 8 <nil>
}

// Pack stands for a #pragma pack that is missing in the text.
func ExamplePack() {
	const text = "struct header { char kind; long long length; };"
	for _, options := range [][]ffi.Option{nil, {ffi.Pack(1)}, {ffi.Pack(4)}} {
		d, err := ffi.CDef(text, options...)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(d.Sizeof("struct header"))
	}
	// Output:
	// 16 <nil>
	// 9 <nil>
	// 12 <nil>
}

// A Func is compared with the declaration, if there is one.
func ExampleLib_Declare() {
	d, err := ffi.CDef(`
long labs(long);
int no_such_function(void);
`)
	if err != nil {
		log.Fatal(err)
	}
	libc := ffi.Self()
	if err := libc.Declare(d); err != nil {
		fmt.Println("one is missing")
	}
	_, err = ffi.Func[func(int32) int64](libc, "labs")
	fmt.Println(err)
	// Output:
	// one is missing
	// ffi: bind labs of the program: func(int32) int64 does not fit long (long): argument 1: wrong type: Go has int32, C has long: use int64
}

func ExampleLib_Call() {
	d, err := ffi.CDef(`
double strtod(const char *text, char **end);
int snprintf(char *buf, size_t n, const char *format, ...);
void *bsearch(const void *key, const void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
`)
	if err != nil {
		log.Fatal(err)
	}
	libc := ffi.Self()
	if err := libc.Declare(d); err != nil {
		log.Fatal(err)
	}

	v, err := libc.Call("strtod", "1e999", nil)
	fmt.Println(v.Float(), v.Errno() == syscall.ERANGE, err)

	buf := make([]byte, 32)
	n, err := libc.Call("snprintf", buf, len(buf), "%s is %.2f", "pi", 3.14159)
	fmt.Println(string(buf[:n.Int()]), err)

	list := []int32{2, 3, 5, 7, 11}
	key := int32(7)
	at, err := libc.Call("bsearch", &key, list, len(list), 4, func(a, b *int32) int32 { return *a - *b })
	fmt.Println(*(*int32)(at.Pointer()), err)

	_, err = libc.Call("strtod", 1, nil)
	fmt.Println(err)
	// Output:
	// +Inf true <nil>
	// pi is 3.14 <nil>
	// 7 <nil>
	// ffi: call strtod of the program: argument 1 (text) of double strtod(const char *text, char **end): wrong type: int for const char *: an address is a uintptr, and no address nil
}

func ExampleLib_Variable() {
	d, err := ffi.CDef("extern char **environ;")
	if err != nil {
		log.Fatal(err)
	}
	libc := ffi.Self()
	if err := libc.Declare(d); err != nil {
		log.Fatal(err)
	}
	environ, err := libc.Variable("environ")
	if err != nil {
		log.Fatal(err)
	}
	first, err := environ.Get("[0]")
	fmt.Println(first.IsNil(), err)
	// Output: false <nil>
}

func ExampleDecls_Const() {
	d, err := ffi.CDef(`
#define MASK (1u << 31 | 0xf)
#define NAME "kgen"
#define FAILED ((void *)-1)
enum { FIRST = 10, SECOND };
`)
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"MASK", "NAME", "FAILED", "SECOND"} {
		value, ok := d.Const(name)
		fmt.Println(name, value, ok)
	}
	// Output:
	// MASK 2147483663 true
	// NAME "kgen" true
	// FAILED 18446744073709551615 true
	// SECOND 11 true
}

func ExampleDecls_Types() {
	d, err := ffi.CDef(`
typedef unsigned short word;
struct pair { word low, high; };
extern struct pair origin;
`)
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range d.Types() {
		fmt.Printf("%s: %s\n", t.Name, t.Pos)
	}
	for _, v := range d.Vars() {
		fmt.Println(v.C)
	}
	pointer, err := d.Type("struct pair *")
	fmt.Println(pointer, err)
	size, err := d.Sizeof("struct pair[3]")
	fmt.Println(size, err)
	offset, err := d.Offsetof("struct pair", "high")
	fmt.Println(offset, err)
	// Output:
	// word: cdef:2:24
	// struct pair: cdef:3:1
	// extern struct pair origin
	// struct pair * <nil>
	// 12 <nil>
	// 2 <nil>
}

// Bit-fields, unions and packed structs are read and written by name.
func ExampleDecls_New() {
	d, err := ffi.CDef(`
struct packet {
	unsigned version : 4, urgent : 1;
	union {
		uint32_t address;
		uint8_t part[4];
	};
	struct { short x, y; } at[2];
	const char *name;
} __attribute__((packed));
`)
	if err != nil {
		log.Fatal(err)
	}
	arena := ffi.NewArena()
	defer arena.Free()
	p, err := d.New(arena, "struct packet")
	if err != nil {
		log.Fatal(err)
	}
	for path, value := range map[string]any{
		"version": 9, "urgent": true, "address": 0x7f000001, "at[1].y": -5, "name": "copied to the arena",
	} {
		if err := p.Set(path, value); err != nil {
			log.Fatal(err)
		}
	}
	for _, path := range []string{"version", "urgent", "part[3]", "at[1].y", "name"} {
		value, err := p.Get(path)
		fmt.Println(path, value, err)
	}
	fmt.Println(p.Set("version", 16))
	// Output:
	// version 9 <nil>
	// urgent 1 <nil>
	// part[3] 127 <nil>
	// at[1].y -5 <nil>
	// name copied to the arena <nil>
	// ffi: set struct packet version: out of range: 16 does not fit a bit-field of 4 bits of type unsigned int
}

func ExampleDecls_View() {
	d, err := ffi.CDef("struct point { int x, y; };", ffi.Pack(1))
	if err != nil {
		log.Fatal(err)
	}
	mem := [2]int32{3, 4}
	r, err := d.View(unsafe.Pointer(&mem), "struct point")
	fmt.Println(r, err)
	// Output: struct point {x: 3, y: 4} <nil>
}

func ExampleRecord() {
	d, err := ffi.CDef("struct node { int value; struct node *next; };")
	if err != nil {
		log.Fatal(err)
	}
	arena := ffi.NewArena()
	defer arena.Free()
	nodes, err := d.New(arena, "struct node[2]")
	if err != nil {
		log.Fatal(err)
	}
	second, err := nodes.At("[1]")
	if err != nil {
		log.Fatal(err)
	}
	if err := second.Set("value", 42); err != nil {
		log.Fatal(err)
	}
	if err := nodes.Set("[0].next", second); err != nil {
		log.Fatal(err)
	}
	value, err := nodes.Get("[0].next->value")
	fmt.Println(value, err)
	_, err = nodes.Get("[1].next->value")
	fmt.Println(err)
	// Output:
	// 42 <nil>
	// ffi: get struct node [2] [1].next->value: nil is not allowed: a null pointer of type struct node *
}

func ExampleValue() {
	d, err := ffi.CDef(`
struct reading { char unit[4]; double value; unsigned long long raw; _Bool valid; };
`)
	if err != nil {
		log.Fatal(err)
	}
	arena := ffi.NewArena()
	defer arena.Free()
	r, err := d.New(arena, "struct reading")
	if err != nil {
		log.Fatal(err)
	}
	if err := r.Set("unit", "mV"); err != nil {
		log.Fatal(err)
	}
	if err := r.Set("valid", true); err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"unit", "value", "raw", "valid"} {
		v, err := r.Get(name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %v, %T in Go\n", v.Type(), v, v.Interface())
	}
	// Output:
	// char [4]: mV, ffi.Record in Go
	// double: 0, float64 in Go
	// unsigned long long: 0, uint64 in Go
	// _Bool: 1, bool in Go
}

// CheckLayout tells what to change in a Go struct that is to share memory with C.
func ExampleCheckLayout() {
	d, err := ffi.CDef(`
struct __attribute__((packed)) sample {
	uint8_t kind;
	uint16_t len;
};
struct range { short low; _Alignas(8) short high; };
`)
	if err != nil {
		log.Fatal(err)
	}
	type sample struct {
		Kind uint8
		Len  uint16
	}
	fmt.Println(ffi.CheckLayout[sample](d, "struct sample"))
	type packed struct {
		Kind uint8
		Len  [2]byte
	}
	fmt.Println(ffi.CheckLayout[packed](d, "struct sample"))
	type span struct{ Low, High int16 }
	fmt.Println(ffi.CheckLayout[span](d, "struct range"))
	type padded struct {
		Low  int16
		_    [6]byte
		High int16
		_    [6]byte
	}
	fmt.Println(ffi.CheckLayout[padded](d, "struct range"))
	// Output:
	// ffi: check layout struct sample: wrong type: ffi_test.sample and C's struct sample differ:
	// 	Len: offset 2, in C 1: Go aligns it more strictly; use [2]byte or a Record
	// 	size 4, in C 3
	// <nil>
	// ffi: check layout struct range: wrong type: ffi_test.span and C's struct range differ:
	// 	High: offset 2, in C 8: add _ [6]byte before it
	// 	size 4, in C 16
	// <nil>
}
