package wire

import "slices"

// A Span is memory [Lo, Hi) that a returned slice views, in any unit.
type Span struct{ Lo, Hi int }

// Group finds which spans lie in one piece of memory, as far as a program can tell: those that
// overlap, directly or through others. It numbers the pieces in order of their first span.
func Group(spans []Span) (piece []int, pieces []Span) {
	order := make([]int, len(spans))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return spans[a].Lo - spans[b].Lo })
	joined := make([]int, len(spans)) // index into all
	var all []Span
	for _, i := range order {
		s := spans[i]
		if n := len(all); n > 0 && s.Lo < all[n-1].Hi {
			all[n-1].Hi = max(all[n-1].Hi, s.Hi)
		} else {
			all = append(all, s)
		}
		joined[i] = len(all) - 1
	}
	number := map[int]int{}
	piece = make([]int, len(spans))
	for i, j := range joined {
		k, seen := number[j]
		if !seen {
			k = len(pieces)
			number[j] = k
			pieces = append(pieces, all[j])
		}
		piece[i] = k
	}
	return piece, pieces
}
