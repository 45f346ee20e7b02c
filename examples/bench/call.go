package main

import (
	"fmt"
	"testing"
	"text/tabwriter"

	"github.com/kgen-go/kgen/examples/bench/cgocall"
	nobounds "github.com/kgen-go/kgen/examples/bench/nobounds"
	"github.com/kgen-go/kgen/examples/internal/stopwatch"
)

// calls is how many calls are timed at a time.
const calls = 200_000

// callTime prints what a call of an empty kernel costs beside a call through cgo.
func callTime(w *tabwriter.Writer) {
	rivals := []stopwatch.Rival{{Name: "empty kernel through the library", Run: repeat(calls, nobounds.Empty)}}
	if cgocall.Empty != nil {
		rivals = append(rivals, stopwatch.Rival{Name: "empty C function through cgo", Run: repeat(calls, cgocall.Empty)})
	}
	times := stopwatch.Race(rounds, rivals)
	last := times[len(times)-1]
	fmt.Fprintf(w, "\none call\tns\tto cgo\tallocations\n")
	for i, r := range rivals {
		toCgo := "no cgo in this build"
		if cgocall.Empty != nil {
			toCgo = fmt.Sprintf("%.2f", times[i].Seconds()/last.Seconds())
		}
		fmt.Fprintf(w, "  %s\t%.1f\t%s\t%.0f\n", r.Name, float64(times[i].Nanoseconds())/calls, toCgo, testing.AllocsPerRun(1, r.Run)/calls)
	}
}

// repeat returns n calls of a function as one.
func repeat(n int, f func()) func() {
	return func() {
		for range n {
			f()
		}
	}
}
