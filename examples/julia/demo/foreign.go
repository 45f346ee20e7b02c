package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/examples/julia"
	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/gen/kg"
)

// handBlock is struct block of _c/julia.c.
type handBlock struct {
	maxiter int32
	zs, cs  []complex128
	output  []int32
}

// handWrittenC compiles the C programmer's kernel and returns it as a Go function.
func handWrittenC() (kernel, error) {
	ctx := context.Background()
	cc, err := csrc.Find(ctx)
	if err != nil {
		return kernel{}, err
	}
	name := "hand-written C -O3 -march=native"
	if cc.Kind == csrc.TCC {
		name = "hand-written C with tcc"
	}
	dir, err := os.MkdirTemp("", "julia-")
	if err != nil {
		return kernel{}, err
	}
	defer os.RemoveAll(dir)
	lib := filepath.Join(dir, "libhand.so")
	if err := cc.Shared(ctx, lib, "examples/julia/demo/_c/julia.c"); err != nil {
		return kernel{}, err
	}
	loaded, err := ffi.Load(lib)
	if err != nil {
		return kernel{}, err
	}
	proc, err := loaded.Proc("julia")
	if err != nil {
		return kernel{}, err
	}
	return kernel{name, func(maxiter int32, zs, cs []complex128) []int32 {
		b := handBlock{maxiter, zs, cs, make([]int32, len(zs))}
		proc.Call(unsafe.Pointer(&b))
		return b.output
	}}, nil
}

// generatedBlock is struct julia_CalculateZ of the generated _kgen/julia.h, spelled in Go.
type generatedBlock struct {
	fault   kg.Fault
	maxiter int32
	zs, cs  []complex128
	result  kg.Ref
	output  kg.Buffer // for the make in the kernel
}

// byHand calls the generated library as any C library can be called: load it, look up the symbol, pass a block.
func byHand(zs, cs []complex128) error {
	lib, err := ffi.Load(library())
	if err != nil {
		return err
	}
	defer lib.Close()
	proc, err := lib.Proc("julia_CalculateZ")
	if err != nil {
		return err
	}
	output := make([]int32, len(zs))
	b := generatedBlock{maxiter: julia.MaxIter, zs: zs, cs: cs, output: kg.NewBuffer(output)}
	if status := proc.Call(unsafe.Pointer(&b)); status != 0 {
		return fmt.Errorf("status %d", status)
	}
	sum := 0
	for _, n := range output[b.result.Off:][:b.result.Len] {
		sum += int(n)
	}
	fmt.Printf("by hand: ffi.Load(%q), Proc(%q): sum %d\n", library(), "julia_CalculateZ", sum)
	if sum != julia.Sum {
		return fmt.Errorf("the sum is %d, not %d", sum, julia.Sum)
	}
	return nil
}
