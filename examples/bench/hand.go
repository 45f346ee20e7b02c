package main

import (
	"context"
	"os"
	"path/filepath"
	"unsafe"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/ffi"
)

// handMatMul is the product of matrices with what helps Go's compiler: rows as slices of one length.
func handMatMul(a, b, c []float64, n int) {
	for i := range n {
		row := c[i*n : (i+1)*n]
		for k := range n {
			x := a[i*n+k]
			from := b[k*n : (k+1)*n]
			from = from[:len(row)]
			for j := range row {
				row[j] += x * from[j]
			}
		}
	}
}

// handDiffuse is one step of the diffusion.
func handDiffuse(u, v []float64, rows, cols int, d float64) {
	for i := 1; i < rows-1; i++ {
		for j := 1; j < cols-1; j++ {
			k := i*cols + j
			v[k] = u[k] + d*(u[k-cols]+u[k+cols]+u[k-1]+u[k+1]-4*u[k])
		}
	}
}

// handLibrary is the hand-written C, compiled with the flags that generated C is compiled with.
type handLibrary struct{ lib *ffi.Lib }

func loadHand() (*handLibrary, error) {
	ctx := context.Background()
	cc, err := csrc.Find(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "libhand.so")
	if err := cc.Shared(ctx, name, "examples/bench/_c/hand.c"); err != nil {
		return nil, err
	}
	lib, err := ffi.Load(name)
	return &handLibrary{lib}, err
}

// call returns a call of a hand-written kernel with its block, which stays the same.
func call[B any](hand *handLibrary, symbol string, block *B) func() {
	proc, err := hand.lib.Proc(symbol)
	if err != nil {
		panic(err) // the library is ours
	}
	return func() { proc.Call(unsafe.Pointer(block)) }
}
