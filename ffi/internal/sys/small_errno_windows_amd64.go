//go:build !noffi

package sys

import "math"

// DoErrno is Do that zeroes errno before the call and stores it after. There are two C run times to ask, which the
// trampoline of the big block does.
func (c *Small) DoErrno() {
	big := Call{Fn: c.Fn, General: c.Ints, Flags: WantErrno}
	for i, x := range c.Floats {
		big.Vector[i][0] = math.Float64bits(x)
	}
	big.Do()
	c.Ints[0], c.Floats[0], c.Errno = big.General[0], math.Float64frombits(big.Vector[0][0]), big.Errno
}
