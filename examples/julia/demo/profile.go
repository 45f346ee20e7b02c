package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"github.com/kgen-go/kgen/examples/julia"
	"github.com/kgen-go/kgen/gen/kg"
)

// profiled is for how long the kernel runs for its profile: at 100 samples a second enough to tell its lines apart.
const profiled = 2 * time.Second

// writeProfile writes a CPU profile of the kernel, as C where its library is built, else as Go; KGEN_TARGET=go has it as Go.
func writeProfile(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	zs, cs := julia.Grid(julia.Size)
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	for start := time.Now(); time.Since(start) < profiled; {
		julia.CalculateZ(julia.MaxIter, zs, cs)
	}
	pprof.StopCPUProfile()
	if err := f.Close(); err != nil {
		return err
	}
	language := "Go"
	if variant("github.com/kgen-go/kgen/examples/julia").Target == kg.TargetC {
		language = "C"
	}
	fmt.Printf("%s: the kernel as %s, for %v\n", name, language, profiled)
	return nil
}
