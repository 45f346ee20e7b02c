// Package stopwatch times rivals side by side: in turns, so that what else the machine does falls on all of them.
package stopwatch

import (
	"slices"
	"time"
)

// Rival is one of several ways to do the same work.
type Rival struct {
	Name string
	Run  func()
}

// Race runs each rival once to warm up and then all of them in turns, rounds times. It returns the
// fastest time of each, in the order of the rivals.
func Race(rounds int, rivals []Rival) []time.Duration {
	times := make([][]time.Duration, len(rivals))
	for round := range rounds + 1 {
		for i, r := range rivals {
			start := time.Now()
			r.Run()
			if round > 0 {
				times[i] = append(times[i], time.Since(start))
			}
		}
	}
	best := make([]time.Duration, len(rivals))
	for i := range rivals {
		best[i] = slices.Min(times[i])
	}
	return best
}
