package wire

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime/debug"
	"unsafe"

	"github.com/kgen-go/kgen/gen/kg"
)

// Main runs the cases on standard input with the kernels, which are functions by name, and exits.
func Main(kernels map[string]any) {
	debug.SetPanicOnFault(true)
	if err := Serve(os.Stdin, os.Stdout, kernels); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Serve reads cases until the end of the input and writes an outcome for each as soon as it is known.
func Serve(r io.Reader, w io.Writer, kernels map[string]any) error {
	out := bufio.NewWriter(w)
	dec, enc := gob.NewDecoder(bufio.NewReader(r)), gob.NewEncoder(out)
	send := func(v any) error { return errors.Join(enc.Encode(v), out.Flush()) }
	if err := send(Greeting{kg.Variants()}); err != nil {
		return err
	}
	var mem arena
	for {
		var c Case
		switch err := dec.Decode(&c); {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("wire: reading a case: %w", err)
		}
		o, err := mem.run(&c, kernels)
		if err != nil {
			return err
		}
		if err := send(o); err != nil {
			return fmt.Errorf("wire: writing an outcome: %w", err)
		}
	}
}

// run calls the case's kernel.
func (a *arena) run(c *Case, kernels map[string]any) (*Outcome, error) {
	fn := reflect.ValueOf(kernels[c.Kernel])
	if fn.Kind() != reflect.Func || fn.Type().NumIn() != len(c.Args) {
		return nil, fmt.Errorf("wire: no kernel %s of %d arguments", c.Kernel, len(c.Args))
	}
	placed, err := a.place(c)
	if err != nil {
		return nil, err
	}
	in := make([]reflect.Value, len(c.Args))
	for i, v := range c.Args {
		if in[i], err = argument(fn.Type().In(i), v, placed); err != nil {
			return nil, err
		}
	}
	o := &Outcome{}
	results := protect(o, fn, in)
	for i, r := range placed {
		o.Buffers = append(o.Buffers, Buffer{c.Buffers[i].Elem, r.cells()})
		if err := r.intact(); err != nil {
			o.Panic = err.Error()
		}
	}
	return o, gather(o, results, placed)
}

// protect calls the kernel and turns a panic into the outcome's error.
func protect(o *Outcome, fn reflect.Value, in []reflect.Value) []reflect.Value {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *kg.Error:
			o.Err = e
		default:
			o.Panic = fmt.Sprint(e)
		}
	}()
	return fn.Call(in)
}

// argument builds one argument of a type.
func argument(t reflect.Type, v Value, placed []*region) (reflect.Value, error) {
	if v.Slice == nil {
		l, err := parseLayout(typeName(t))
		if err != nil || len(v.Cells) != l.cells {
			return reflect.Value{}, fmt.Errorf("wire: %d cells for a %s", len(v.Cells), t)
		}
		p := reflect.New(t)
		store(p.UnsafePointer(), l.size, v.Cells)
		return p.Elem(), nil
	}
	s := *v.Slice
	switch {
	case t.Kind() != reflect.Slice:
		return reflect.Value{}, fmt.Errorf("wire: a slice for a %s", t)
	case s.Buf == Nil:
		return reflect.Zero(t), nil
	case s.Buf == Empty:
		return reflect.MakeSlice(t, 0, 0), nil
	}
	r := placed[s.Buf]
	if n := len(r.used) / r.lay.bytes(); s.Off < 0 || s.Len < 0 || s.Len > s.Cap || s.Off+s.Cap > n {
		return reflect.Value{}, fmt.Errorf("wire: slice %+v of a buffer of %d", s, n)
	}
	p := unsafe.Add(r.data(), s.Off*r.lay.bytes())
	return reflect.SliceAt(t.Elem(), p, s.Cap).Slice(0, s.Len), nil
}

// typeName returns the text form of the type in the IR.
func typeName(t reflect.Type) string {
	switch k := t.Kind(); k {
	case reflect.Slice:
		return "[]" + typeName(t.Elem())
	case reflect.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), typeName(t.Elem()))
	case reflect.Bool, reflect.Int, reflect.Uint:
		return k.String()
	default:
		return k.String()[:1] + fmt.Sprint(t.Bits())
	}
}

// gather records the results. Slices that point into none of the case's buffers get buffers of their own.
func gather(o *Outcome, results []reflect.Value, placed []*region) error {
	var fresh []reflect.Value
	var slots []*Slice
	for _, v := range results {
		if v.Kind() != reflect.Slice {
			l, err := parseLayout(typeName(v.Type()))
			if err != nil {
				return err
			}
			p := reflect.New(v.Type())
			p.Elem().Set(v)
			o.Results = append(o.Results, Value{Cells: load(p.UnsafePointer(), l.size, l.cells)})
			continue
		}
		s := locate(v, placed)
		o.Results = append(o.Results, Value{Slice: s})
		if s.Buf == len(placed) {
			fresh, slots = append(fresh, v), append(slots, s)
		}
	}
	return collect(o, fresh, slots)
}

// locate finds the buffer that a returned slice views; len(placed) stands for memory that the kernel made.
func locate(v reflect.Value, placed []*region) *Slice {
	s := &Slice{Buf: len(placed), Len: v.Len(), Cap: v.Cap()}
	switch {
	case v.IsNil():
		s.Buf = Nil
	case v.Cap() == 0:
		s.Buf = Empty
	default:
		for i, r := range placed {
			if off, ok := r.offset(v.UnsafePointer()); ok {
				s.Buf, s.Off = i, off
			}
		}
	}
	return s
}

// collect adds buffers for the memory that the kernel made and completes the slices that view it.
func collect(o *Outcome, fresh []reflect.Value, slots []*Slice) error {
	spans := make([]Span, len(fresh))
	for i, v := range fresh {
		lo := int(uintptr(v.UnsafePointer()))
		spans[i] = Span{lo, lo + v.Cap()*int(v.Type().Elem().Size())}
	}
	piece, pieces := Group(spans)
	first := len(o.Buffers)
	for i, v := range fresh {
		elem := typeName(v.Type().Elem())
		l, err := parseLayout(elem)
		if err != nil {
			return err
		}
		span := pieces[piece[i]]
		back := spans[i].Lo - span.Lo
		slots[i].Buf, slots[i].Off = first+piece[i], back/l.bytes()
		if slots[i].Buf == len(o.Buffers) {
			p := unsafe.Add(v.UnsafePointer(), -back)
			o.Buffers = append(o.Buffers, Buffer{elem, load(p, l.size, (span.Hi-span.Lo)/l.size)})
		}
	}
	return nil
}
