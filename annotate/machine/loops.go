package machine

import "slices"

// maxDepth bounds the nesting that is looked for, and so the time for code that nobody wrote by hand.
const maxDepth = 64

// The loops of a function are found by strongly connected components, as in B. Steensgaard, "Sequentializing Program Dependence Graphs for
// Irreducible Programs", 1993: a component with a cycle is a loop; its headers are the blocks that are entered from outside; without the edges to
// the headers, the components of the rest are the loops inside. With one header this is the natural loop of all back edges to it. A cycle with
// several entries (a goto into a loop) is a loop as well, which natural loops would miss.

// nest finds the loops of a graph.
type nest struct {
	g         *graph
	reachable []bool // from the entry
	group     []int  // which blocks are looked at together: a component, then what is left of it without headers
	groups    int
	index     []int // Tarjan's numbers, 0 for not visited
	low       []int
	count     int
	found     func(blocks []int, parent, depth int) int // takes a loop and returns its index, or -1 for no loop
}

// findLoops calls found for each loop with its blocks in order; outer loops before those inside.
func findLoops(g *graph, found func(blocks []int, parent, depth int) int) {
	if !hasCycle(g) {
		return
	}
	n := len(g.blocks)
	f := &nest{g: g, reachable: reach(g), group: make([]int, n), index: make([]int, n), low: make([]int, n), found: found}
	var live, dead []int
	for b := range g.blocks {
		if f.reachable[b] {
			live = append(live, b)
		} else {
			dead = append(dead, b)
		}
	}
	f.within(live, -1, 1)
	f.within(dead, -1, 1) // the code behind a jump whose targets are unknown
}

// hasCycle reports whether an edge leads back: without one there is no loop.
func hasCycle(g *graph) bool {
	for b := range g.blocks {
		for _, s := range g.blocks[b].succs {
			if s <= b {
				return true
			}
		}
	}
	return false
}

// reach returns which blocks the entry leads to.
func reach(g *graph) []bool {
	seen := make([]bool, len(g.blocks))
	seen[0] = true
	for work := []int{0}; len(work) > 0; {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range g.blocks[b].succs {
			if !seen[s] {
				seen[s] = true
				work = append(work, s)
			}
		}
	}
	return seen
}

// within finds the loops among blocks, which are inside loop parent.
func (f *nest) within(blocks []int, parent, depth int) {
	if depth > maxDepth {
		return
	}
	for _, c := range f.components(blocks) {
		loop := f.found(c, parent, depth)
		if loop < 0 {
			continue
		}
		headers := f.headers(c)
		f.within(slices.DeleteFunc(c, func(b int) bool { return headers[b] }), loop, depth+1)
	}
}

// headers returns the blocks of component c that are entered from outside; if none is, the first.
func (f *nest) headers(c []int) map[int]bool {
	headers := map[int]bool{}
	for _, b := range c {
		if b == 0 {
			headers[b] = true
		}
		for _, p := range f.g.blocks[b].preds {
			if f.group[p] != f.group[b] && f.reachable[p] == f.reachable[b] {
				headers[b] = true
			}
		}
	}
	if len(headers) == 0 {
		headers[c[0]] = true
	}
	return headers
}

// components returns the strongly connected components of blocks that have a cycle, each in order of its blocks, by Tarjan's algorithm.
// Each component gets a group of its own.
func (f *nest) components(blocks []int) [][]int {
	f.groups++
	group := f.groups
	for _, b := range blocks {
		f.group[b] = group
		f.index[b] = 0
	}
	var found [][]int
	var stack []int
	for _, b := range blocks {
		if f.index[b] == 0 {
			found, stack = f.visit(b, group, found, stack)
		}
	}
	slices.SortFunc(found, func(a, b []int) int { return a[0] - b[0] })
	return found
}

// frame is a block on the path of the search, with the next edge to follow.
type frame struct{ block, edge int }

// visit searches from root. It keeps its own stack of calls: generated functions have tens of thousands of blocks.
func (f *nest) visit(root, group int, found [][]int, stack []int) ([][]int, []int) {
	enter := func(b int) frame {
		f.count++
		f.index[b], f.low[b] = f.count, f.count
		stack = append(stack, b)
		return frame{block: b}
	}
	path := []frame{enter(root)}
	for len(path) > 0 {
		top := &path[len(path)-1]
		b := top.block
		if succs := f.g.blocks[b].succs; top.edge < len(succs) {
			s := succs[top.edge]
			top.edge++
			switch {
			case f.group[s] != group: // elsewhere, or of a finished component
			case f.index[s] == 0:
				path = append(path, enter(s))
			default:
				f.low[b] = min(f.low[b], f.index[s])
			}
			continue
		}
		path = path[:len(path)-1]
		if len(path) > 0 {
			up := path[len(path)-1].block
			f.low[up] = min(f.low[up], f.low[b])
		}
		if f.low[b] == f.index[b] {
			i := len(stack) - 1
			for stack[i] != b {
				i--
			}
			found = f.component(stack[i:], found)
			stack = stack[:i]
		}
	}
	return found, stack
}

// component gives blocks a group of their own and adds them to found if they make a cycle.
func (f *nest) component(blocks []int, found [][]int) [][]int {
	f.groups++
	for _, b := range blocks {
		f.group[b] = f.groups
	}
	if len(blocks) == 1 && !slices.Contains(f.g.blocks[blocks[0]].succs, blocks[0]) {
		return found
	}
	c := slices.Clone(blocks)
	slices.Sort(c)
	return append(found, c)
}
