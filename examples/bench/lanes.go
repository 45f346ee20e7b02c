package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"unsafe"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/ffi"
	"github.com/kgen-go/kgen/gen/emit"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// lanesSource is the Julia kernel in masked lanes, written by hand in the IR: 4 groups of 8 float64.
const lanesSource = "gen/ir/testdata/julia_lanes.ir"

// lanesBlock is the argument block of its function.
type lanesBlock struct {
	fault   kg.Fault
	maxiter int32
	zs, cs  []complex128
	result  kg.Ref
	output  kg.Buffer
}

// loadLanes compiles the kernel to C and returns a call of it with its arguments.
func loadLanes(maxiter int32, zs, cs []complex128, out []int32) (run func(), err error) {
	dir, err := os.MkdirTemp("", "lanes-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	lib, err := buildIR(dir, lanesSource)
	if err != nil {
		return nil, err
	}
	proc, err := lib.Proc(emit.Symbol("lanes", "julia"))
	if err != nil {
		return nil, err
	}
	b := &lanesBlock{maxiter: maxiter, zs: zs, cs: cs, output: kg.NewBuffer(out)}
	return func() {
		if status := proc.Call(unsafe.Pointer(b)); status != 0 {
			panic(status) // the sizes fit
		}
	}, nil
}

// buildIR compiles a unit of IR to a library in dir and loads it.
func buildIR(dir, source string) (*ffi.Lib, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	u, err := ir.Parse(source, text)
	if err != nil {
		return nil, err
	}
	files, err := emit.C(u, emit.COptions{Name: "lanes"})
	if err != nil {
		return nil, err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return nil, err
		}
	}
	if err := copyHeaders(dir); err != nil {
		return nil, err
	}
	ctx := context.Background()
	cc, err := csrc.Find(ctx)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(dir, "liblanes.so")
	if _, err := cc.Build(ctx, csrc.Library{Dir: dir, Name: "lanes", Out: out, Lanes: true}); err != nil {
		return nil, err
	}
	return ffi.Load(out)
}

func copyHeaders(dir string) error {
	return fs.WalkDir(csrc.Include(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(csrc.Include(), name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name), data, 0o600)
	})
}
