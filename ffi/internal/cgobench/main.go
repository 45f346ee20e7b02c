//go:build cgo && linux && !android && (amd64 || arm64) && !noffi

package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

const (
	rounds = 51
	turn   = time.Millisecond // of each rival in each round, at least
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "cgobench:", err)
		os.Exit(1)
	}
}

func run() error {
	peers, err := findPeers()
	if err != nil {
		return err
	}
	list, err := calls()
	if err != nil {
		return err
	}
	back, err := callbacks()
	if err != nil {
		return err
	}
	fmt.Printf("Nanoseconds, in brackets the ratio to cgo: medians of %d rounds in turns.\n\n", rounds)
	print("one call", callWays, list, peers)
	fmt.Println()
	print("callback round trip", callbackWays, back, peers)
	return nil
}

// cost is what one call takes, in nanoseconds and relative to cgo.
type cost struct{ ns, ratio, allocs float64 }

// measure runs the rivals in turns. The ratio is the median of the rounds' ratios to the first rival, so that what
// slows a whole round down does not count.
func measure(rivals []rival) []cost {
	counts := make([]int, len(rivals))
	times := make([][]float64, len(rivals))
	for i, r := range rivals {
		counts[i] = calibrate(r.run)
	}
	for range rounds {
		for i, r := range rivals {
			start := time.Now()
			r.run(counts[i])
			times[i] = append(times[i], float64(time.Since(start))/float64(counts[i]))
		}
	}
	list := make([]cost, len(rivals))
	for i, r := range rivals {
		ratios := make([]float64, rounds)
		for round := range ratios {
			ratios[round] = times[i][round] / times[0][round]
		}
		list[i] = cost{median(times[i]), median(ratios), allocs(r.run)}
	}
	return list
}

// calibrate returns how many calls fill a turn.
func calibrate(run loop) int {
	for n := 1000; ; n *= 2 {
		start := time.Now()
		if run(n); time.Since(start) > turn {
			return n
		}
	}
}

func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.SortFunc(x, cmp.Compare[float64])
	return x[len(x)/2]
}

// allocs returns how often one call allocates.
func allocs(run loop) float64 {
	const n = 1000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run(n)
	runtime.ReadMemStats(&after)
	return float64((after.Mallocs - before.Mallocs) / n)
}

// print prints a table with a line for each race and a column for each way, the peers' at the end.
func print(title string, ways []string, races []race, p peers) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer w.Flush()
	fmt.Fprint(w, title)
	for _, way := range slices.Concat(ways, p.ways()) {
		fmt.Fprint(w, "\t", way)
	}
	fmt.Fprintln(w)
	for _, r := range races {
		line := map[string]cost{}
		for i, t := range measure(r.rivals) {
			line[r.rivals[i].way] = t
		}
		for _, way := range p.ways() {
			if ns, ok := p[way][title+" "+r.name]; ok {
				line[way] = cost{ns: ns, ratio: ns / line[byCgo].ns}
			}
		}
		fmt.Fprint(w, r.name)
		for _, way := range slices.Concat(ways, p.ways()) {
			fmt.Fprint(w, "\t", line[way])
		}
		fmt.Fprintln(w)
	}
}

func (t cost) String() string {
	switch {
	case t.ns == 0:
		return "-"
	case t.allocs > 0:
		return fmt.Sprintf("%.1f (%.2f) %.0f allocs", t.ns, t.ratio, t.allocs)
	}
	return fmt.Sprintf("%.1f (%.2f)", t.ns, t.ratio)
}
