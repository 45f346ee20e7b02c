// Package opt holds the passes: functions that change a unit of IR into a better one of the same
// meaning. Their order is the table that Passes returns.
package opt

import (
	"fmt"

	"github.com/kgen-go/kgen/gen/ir"
)

// Pass is one transformation of a function. It changes the function in place and leaves it in a state that ir.Verify
// accepts, loop assignments included.
type Pass struct {
	Name string
	Doc  string // one line
	Run  func(f *ir.Func)
}

// Passes returns the passes in the order in which they run.
func Passes() []Pass {
	return []Pass{
		{"checks", "deletes the checks that an earlier check or a loop's bounds prove", Checks},
		{"dead", "deletes values that nothing uses and locals that nothing reads", Dead},
	}
}

// Run runs the passes over the unit, one after another. After each one it calls observe, if that is not nil;
// an error from it ends the run.
func Run(u *ir.Unit, passes []Pass, observe func(p Pass) error) error {
	for _, p := range passes {
		for _, f := range u.Funcs {
			p.Run(f)
			f.RecomputeAssigns()
		}
		if observe == nil {
			continue
		}
		if err := observe(p); err != nil {
			return fmt.Errorf("after pass %s: %w", p.Name, err)
		}
	}
	return nil
}
