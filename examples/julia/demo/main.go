// Command demo runs the Julia kernel in all its forms beside hand-written Go and C, checks that each gives the known
// sum, prints a table of times and draws the set. Run it from the module's root: make demo.
//
// With -profile FILE it runs only the kernel, as any program would that imports the package, and writes a CPU profile of that for annotate.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"text/tabwriter"
	"time"

	"github.com/kgen-go/kgen/examples/internal/stopwatch"
	"github.com/kgen-go/kgen/examples/julia"
	goonly "github.com/kgen-go/kgen/examples/julia/goonly"
	gonobounds "github.com/kgen-go/kgen/examples/julia/goonly/nobounds"
	nobounds "github.com/kgen-go/kgen/examples/julia/nobounds"
	"github.com/kgen-go/kgen/gen/kg"
)

const (
	picture = "julia.png"
	rounds  = 7
)

// kernel is one form of the Julia kernel.
type kernel struct {
	name string
	run  func(maxiter int32, zs, cs []complex128) []int32
}

func main() {
	profile := flag.String("profile", "", "write a CPU profile of the kernel to this file, and do nothing else")
	flag.Parse()
	run := demo
	if *profile != "" {
		run = func() error { return writeProfile(*profile) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func demo() error {
	zs, cs := julia.Grid(julia.Size)
	kernels, missing := kernels()
	counts := make([][]int32, len(kernels))
	rivals := make([]stopwatch.Rival, len(kernels))
	for i, k := range kernels {
		rivals[i] = stopwatch.Rival{Name: k.name, Run: func() { counts[i] = k.run(julia.MaxIter, zs, cs) }}
	}
	fmt.Printf("Julia set, %d×%d points, at most %d iterations, best of %d, one core:\n\n", julia.Size, julia.Size, julia.MaxIter, rounds)
	times := stopwatch.Race(rounds, rivals)
	if err := table(kernels, times, counts); err != nil {
		return err
	}
	for _, m := range missing {
		fmt.Println("not run:", m)
	}
	fmt.Println()
	if err := byHand(zs, cs); err != nil {
		fmt.Println("by hand through ffi:", err)
	}
	if err := draw(picture, counts[0], julia.Size, julia.MaxIter); err != nil {
		return err
	}
	path, err := filepath.Abs(picture)
	if err != nil {
		return err
	}
	fmt.Println("the picture is in", path)
	return nil
}

// kernels returns the forms that can run here, and why the others cannot.
func kernels() (run []kernel, missing []string) {
	run = []kernel{
		{"hand-written Go", handWritten},
		{"kgen Go", goonly.CalculateZ},
		{"kgen Go -nobounds", gonobounds.CalculateZ},
	}
	if hand, err := handWrittenC(); err != nil {
		missing = append(missing, fmt.Sprintf("hand-written C: %v", err))
	} else {
		run = append(run, hand)
	}
	for _, k := range []struct {
		kernel
		path string
	}{
		{kernel{"kgen C", julia.CalculateZ}, "github.com/kgen-go/kgen/examples/julia"},
		{kernel{"kgen C -nobounds", nobounds.CalculateZ}, "github.com/kgen-go/kgen/examples/julia/nobounds"},
	} {
		if v := variant(k.path); v.Target == kg.TargetC {
			run = append(run, k.kernel)
		} else {
			missing = append(missing, fmt.Sprintf("%s: %s", k.name, v.Reason))
		}
	}
	return run, missing
}

// variant finds what a generated package runs.
func variant(path string) kg.Variant {
	for _, v := range kg.Variants() {
		if v.Package == path {
			return v
		}
	}
	return kg.Variant{Reason: "not part of this program"}
}

// table prints the times and fails if a sum is wrong.
func table(kernels []kernel, times []time.Duration, counts [][]int32) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "ms\tratio\tsum\t  kernel\t")
	var wrong error
	for i, k := range kernels {
		sum := 0
		for _, n := range counts[i] {
			sum += int(n)
		}
		fmt.Fprintf(w, "%.1f\t%.2f\t%d\t  %s\t\n", float64(times[i].Microseconds())/1000, times[i].Seconds()/times[0].Seconds(), sum, k.name)
		if sum != julia.Sum {
			wrong = fmt.Errorf("%s: the sum is %d, not %d", k.name, sum, julia.Sum)
		}
	}
	w.Flush()
	return wrong
}

// handWritten is the Go rival.
func handWritten(maxiter int32, zs, cs []complex128) []int32 {
	output := make([]int32, len(zs))
	julia.HandWritten(maxiter, zs, cs, output)
	return output
}

// library is where kgen -build puts the library of the Julia package.
func library() string {
	return fmt.Sprintf("./examples/julia/_kgen/%s_%s/libjulia.so", runtime.GOOS, runtime.GOARCH)
}
