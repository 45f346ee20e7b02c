package wire

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"runtime/debug"
	"strings"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/gen/kg"
)

// serve runs cases in this process.
func serve(t *testing.T, kernels map[string]any, cases ...Case) []Outcome {
	t.Helper()
	var in, out bytes.Buffer
	enc := gob.NewEncoder(&in)
	for _, c := range cases {
		if err := enc.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := Serve(&in, &out, kernels); err != nil {
		t.Fatal(err)
	}
	dec := gob.NewDecoder(&out)
	var g Greeting
	if err := dec.Decode(&g); err != nil {
		t.Fatal(err)
	}
	outcomes := make([]Outcome, len(cases))
	for i := range outcomes {
		if err := dec.Decode(&outcomes[i]); err != nil {
			t.Fatal(err)
		}
	}
	return outcomes
}

func whole(n int) Value { return Value{Slice: &Slice{Buf: 0, Len: n, Cap: n}} }

// TestValues sends values of all kinds there and back.
func TestValues(t *testing.T) {
	echo := func(a int8, b uint16, c float32, d complex64, e [2][2]bool, f []complex128, g []int32) (int8, uint16, float32, complex64, [2][2]bool, []complex128, []int32) {
		return a, b, c, d, e, f, g
	}
	args := []Value{
		{Cells: []uint64{0xff}}, {Cells: []uint64{0xfffe}}, {Cells: []uint64{0x80000000}}, {Cells: []uint64{1, 0x7fc00000}},
		{Cells: []uint64{1, 0, 0, 1}}, {Slice: &Slice{Buf: 1, Off: 1, Len: 1, Cap: 2}}, {Slice: &Slice{Buf: Nil}},
	}
	c := Case{Kernel: "echo", Args: args, Buffers: []Buffer{{"i32", []uint64{1}}, {"c128", []uint64{1, 2, 3, 4, 5, 6}}}}
	o := serve(t, map[string]any{"echo": echo}, c)[0]
	if !reflect.DeepEqual(o.Results, args) || !reflect.DeepEqual(o.Buffers, c.Buffers) {
		t.Errorf("%+v", o)
	}
}

// TestFresh finds out which returned slices share memory that the kernel made.
func TestFresh(t *testing.T) {
	fn := func(s []int32) (a, b, c, d []int32) {
		m := []int32{1, 2, 3, 4}
		return m[2:3], s[1:], []int32{9}, m[:4:4]
	}
	o := serve(t, map[string]any{"f": fn}, Case{Kernel: "f", Args: []Value{whole(2)}, Buffers: []Buffer{{"i32", []uint64{5, 6}}}})[0]
	want := []Value{
		{Slice: &Slice{1, 2, 1, 2}}, {Slice: &Slice{0, 1, 1, 1}}, {Slice: &Slice{2, 0, 1, 1}}, {Slice: &Slice{1, 0, 4, 4}},
	}
	if !reflect.DeepEqual(o.Results, want) || !reflect.DeepEqual(o.Buffers[1].Cells, []uint64{1, 2, 3, 4}) {
		t.Errorf("%+v", o)
	}
}

func TestPanics(t *testing.T) {
	kernels := map[string]any{
		"kg":    func(s []int32) { s[0] = 7; panic(&kg.Error{X: 3}) },
		"other": func(s []int32) { s[0] = s[5] },
	}
	c := Case{Kernel: "kg", Args: []Value{whole(1)}, Buffers: []Buffer{{"i32", []uint64{1}}}}
	d := c
	d.Kernel = "other"
	o := serve(t, kernels, c, d)
	if o[0].Err == nil || o[0].Err.X != 3 || o[0].Buffers[0].Cells[0] != 7 {
		t.Errorf("%+v", o[0])
	}
	if !strings.Contains(o[1].Panic, "index out of range [5]") {
		t.Errorf("%+v", o[1])
	}
}

// TestAccessOutside lets a kernel write around its buffer, at either side: where the inaccessible page is,
// it faults, and at the other side the pattern shows it.
func TestAccessOutside(t *testing.T) {
	if !guarded {
		csrctest.Missing(t, "this platform has no %s", "inaccessible pages")
	}
	at := func(s []int32, i int) {
		*(*int32)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), 4*i)) = 1
	}
	for _, test := range []struct {
		place Place
		i     uint64
		want  string
	}{
		{AtEnd, 3, "invalid memory address"},
		{AtEnd, ^uint64(0), "was written"},
		{AtStart, ^uint64(0), "invalid memory address"},
		{AtStart, 3, "was written"},
		{AtEnd, 2, ""},
		{AtStart, 0, ""},
	} {
		args := []Value{whole(3), {Cells: []uint64{test.i}}}
		c := Case{Kernel: "at", Place: test.place, Args: args, Buffers: []Buffer{{"i32", []uint64{4, 5, 6}}}}
		o := protected(t, at, c)
		if !strings.Contains(o.Panic, test.want) || test.want == "" && o.Panic != "" {
			t.Errorf("place %d, index %d: %q, want %q", test.place, int64(test.i), o.Panic, test.want)
		}
	}
}

// protected runs a case as Main does.
func protected(t *testing.T, kernel any, c Case) Outcome {
	t.Helper()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return serve(t, map[string]any{c.Kernel: kernel}, c)[0]
}

func TestBadCases(t *testing.T) {
	kernels := map[string]any{"f": func(s []int32, i int8) {}}
	arg := Value{Cells: []uint64{1}}
	for name, c := range map[string]Case{
		"no kernel":      {Kernel: "g"},
		"no arguments":   {Kernel: "f"},
		"no slice":       {Kernel: "f", Args: []Value{arg, arg}},
		"no number":      {Kernel: "f", Args: []Value{{Slice: &Slice{Buf: Nil}}, {Slice: &Slice{Buf: Nil}}}},
		"out of range":   {Kernel: "f", Args: []Value{whole(2), arg}, Buffers: []Buffer{{"i32", []uint64{1}}}},
		"unknown type":   {Kernel: "f", Args: []Value{whole(1), arg}, Buffers: []Buffer{{"i31", []uint64{1}}}},
		"too many cells": {Kernel: "f", Args: []Value{{Slice: &Slice{Buf: Nil}}, {Cells: []uint64{1, 2}}}},
	} {
		var in, out bytes.Buffer
		if err := gob.NewEncoder(&in).Encode(c); err != nil {
			t.Fatal(err)
		}
		if err := Serve(&in, &out, kernels); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestGroup(t *testing.T) {
	piece, pieces := Group([]Span{{10, 12}, {0, 4}, {3, 6}, {12, 13}, {11, 12}})
	if !reflect.DeepEqual(piece, []int{0, 1, 1, 2, 0}) || !reflect.DeepEqual(pieces, []Span{{10, 12}, {0, 6}, {12, 13}}) {
		t.Errorf("%v %v", piece, pieces)
	}
}
