// Command bench times kgen's kernels beside the same kernels written by hand in Go and in C, and prints ratios.
// Run it from the module's root: make bench.
package main

//go:generate go run github.com/kgen-go/kgen/cmd/kgen -typed -target go,c -o checked kernels
//go:generate go run github.com/kgen-go/kgen/cmd/kgen -typed -target go,c -nobounds -o nobounds kernels
//go:generate go run github.com/kgen-go/kgen/cmd/kgen -typed -target go -o gochecked kernels
//go:generate go run github.com/kgen-go/kgen/cmd/kgen -typed -target go -nobounds -o gonobounds kernels

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	checked "github.com/kgen-go/kgen/examples/bench/checked"
	gochecked "github.com/kgen-go/kgen/examples/bench/gochecked"
	gonobounds "github.com/kgen-go/kgen/examples/bench/gonobounds"
	nobounds "github.com/kgen-go/kgen/examples/bench/nobounds"
	"github.com/kgen-go/kgen/examples/internal/stopwatch"
	"github.com/kgen-go/kgen/examples/julia"
	"github.com/kgen-go/kgen/gen"
	"github.com/kgen-go/kgen/gen/kg"
)

const rounds = 15

// contest is one kernel in all its forms: forms[0] is the Go rival, and those behind the hand-written C
// are compared with that.
type contest struct {
	name  string
	forms []stopwatch.Rival
}

// The names of the hand-written rivals.
const (
	handGo = "hand-written Go"
	handC  = "hand-written C, same flags"
)

func main() {
	if err := bench(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench() error {
	fmt.Printf("%s/%s, %s, best of %d, in turns, one core\n", runtime.GOOS, runtime.GOARCH, runtime.Version(), rounds)
	for _, v := range kg.Variants() {
		fmt.Println(" ", v)
	}
	hand, err := loadHand()
	if err != nil {
		fmt.Println("  the hand-written C is left out:", err)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	for _, c := range contests(hand) {
		c.print(w)
	}
	if loaded("bench/nobounds") {
		callTime(w)
	}
	if err := compileTime(w); err != nil {
		return err
	}
	return w.Flush()
}

// contests returns the kernels with their data.
func contests(hand *handLibrary) []contest {
	return []contest{juliaContest(hand), matMulContest(hand), diffuseContest(hand)}
}

func juliaContest(hand *handLibrary) contest {
	zs, cs := julia.Grid(julia.Size)
	out := make([]int32, len(zs))
	all := forms(hand, "hand_julia",
		func() { julia.HandWritten(julia.MaxIter, zs, cs, out) },
		func() { gochecked.Julia(julia.MaxIter, zs, cs, out) },
		func() { gonobounds.Julia(julia.MaxIter, zs, cs, out) },
		&struct {
			maxiter int32
			zs, cs  []complex128
			out     []int32
		}{julia.MaxIter, zs, cs, out},
		func() { checked.Julia(julia.MaxIter, zs, cs, out) },
		func() { nobounds.Julia(julia.MaxIter, zs, cs, out) })
	if run, err := loadLanes(julia.MaxIter, zs, cs, out); err != nil {
		fmt.Println("  the lanes are left out:", err)
	} else {
		all = append(all, stopwatch.Rival{Name: "masked lanes in IR, as C", Run: run})
	}
	return contest{"Julia 1000×1000", all}
}

func matMulContest(hand *handLibrary) contest {
	const n = 400
	a, b, c := ramp(n*n), ramp(n*n), make([]float64, n*n)
	return contest{"matmul ikj 400×400", forms(hand, "hand_matmul",
		func() { handMatMul(a, b, c, n) },
		func() { gochecked.MatMul(a, b, c, n) },
		func() { gonobounds.MatMul(a, b, c, n) },
		&struct {
			a, b, c []float64
			n       int
		}{a, b, c, n},
		func() { checked.MatMul(a, b, c, n) },
		func() { nobounds.MatMul(a, b, c, n) })}
}

func diffuseContest(hand *handLibrary) contest {
	const rows, cols, d, steps = 512, 512, 0.1, 20
	u, v := ramp(rows*cols), make([]float64, rows*cols)
	all := forms(hand, "hand_diffuse",
		func() { handDiffuse(u, v, rows, cols, d) },
		func() { gochecked.Diffuse(u, v, rows, cols, d) },
		func() { gonobounds.Diffuse(u, v, rows, cols, d) },
		&struct {
			u, v       []float64
			rows, cols int
			d          float64
		}{u, v, rows, cols, d},
		func() { checked.Diffuse(u, v, rows, cols, d) },
		func() { nobounds.Diffuse(u, v, rows, cols, d) })
	for i := range all {
		all[i].Run = repeat(steps, all[i].Run)
	}
	return contest{"diffusion 512×512, 20 steps", all}
}

// ramp returns n numbers that are no special case of anything.
func ramp(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i%97)/7 - 5
	}
	return x
}

// forms lists the forms of a kernel that can run: C only where it is loaded.
func forms[B any](hand *handLibrary, symbol string, byHand, goChecked, goNoBounds func(), block *B, cChecked, cNoBounds func()) []stopwatch.Rival {
	list := []stopwatch.Rival{{Name: handGo, Run: byHand}, {Name: "kgen Go", Run: goChecked}, {Name: "kgen Go -nobounds", Run: goNoBounds}}
	if hand != nil {
		list = append(list, stopwatch.Rival{Name: handC, Run: call(hand, symbol, block)})
	}
	if loaded("bench/checked") && loaded("bench/nobounds") {
		list = append(list, stopwatch.Rival{Name: "kgen C", Run: cChecked}, stopwatch.Rival{Name: "kgen C -nobounds", Run: cNoBounds})
	}
	return list
}

// loaded reports whether the kernels of a package run as C.
func loaded(pkg string) bool {
	for _, v := range kg.Variants() {
		if strings.HasSuffix(v.Package, pkg) && v.Target == kg.TargetC {
			return true
		}
	}
	return false
}

// print races the forms and prints their times and ratios.
func (c contest) print(w *tabwriter.Writer) {
	times := stopwatch.Race(rounds, c.forms)
	var c0 time.Duration
	fmt.Fprintf(w, "\n%s\tms\tto %s\tto %s\n", c.name, handGo, handC)
	for i, f := range c.forms {
		if f.Name == handC {
			c0 = times[i]
		}
		toC := ""
		if c0 > 0 {
			toC = fmt.Sprintf("%.2f", times[i].Seconds()/c0.Seconds())
		}
		fmt.Fprintf(w, "  %s\t%.2f\t%.2f\t%s\n", f.Name, times[i].Seconds()*1000, times[i].Seconds()/times[0].Seconds(), toC)
	}
}

// compileTime prints how long the Julia kernel takes from source to Go.
func compileTime(w *tabwriter.Writer) error {
	var failed error
	times := stopwatch.Race(rounds, []stopwatch.Rival{{Name: "compile", Run: func() {
		if _, err := gen.Compile("examples/julia/calc.kg", gen.Options{Go: true}); err != nil {
			failed = err
		}
	}}})
	fmt.Fprintf(w, "\ncompiling calc.kg to Go\tms\n  gen.Compile\t%.2f\n", times[0].Seconds()*1000)
	return failed
}
