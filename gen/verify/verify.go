// Package verify runs compiled kernels beside the interpreter and compares bits.
//
// ir.Eval is the meaning of a kernel. Run makes inputs for each exported kernel of a package from its
// signature, evaluates them, and then compiles the package, with and without bounds checks, into a small
// program outside the user's folders that runs the same inputs on every target: the Go kernels, and the
// C kernels at each CPU level of each C compiler. Results, errors and all memory afterwards must be
// the same bit for bit; only NaNs are compared as NaNs. Every buffer lies between inaccessible pages.
package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/kgen-go/kgen/gen"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/verify/wire"
)

// Options say how much is tried.
type Options struct {
	Gen     gen.Options // how to compile; NoBounds does not matter, both ways are run
	Builds  []Build     // what Run compiles the kernels with; when empty, what this machine has
	Random  int         // random cases for each kernel
	Exhaust int         // at most so many combinations of edges for each kernel of scalars
	Seed    uint64      // of the inputs
	Steps   int64       // limit of the interpreter for one case; cases beyond it are left out
}

// Default are the options for a user's package.
func Default() Options { return Options{Random: 200, Exhaust: 400, Seed: 1, Steps: 200_000} }

// A Case is one input with its outcome in the interpreter.
type Case struct {
	Name  string
	Input *wire.Case
	Want  *wire.Outcome
	want  expectation // of a case file
}

// inBounds reports whether the case stays within all bounds: only then nobounds must not matter.
func (c *Case) inBounds() bool {
	return c.Want.Err == nil || !c.Want.Err.Kind.Bounds()
}

// A Mismatch is a case whose outcome differs from the interpreter's.
type Mismatch struct {
	Run     string // the target
	Kernel  string // package.Kernel
	Case    string
	Input   string // as in a case file
	Want    string // the interpreter's outcome
	Got     string
	Problem string // the first difference
}

// String shows the case so that it can be put into a case file.
func (m *Mismatch) String() string {
	return fmt.Sprintf("%s: %s, case %s: %s\n%s\n-- Eval --\n%s-- %s --\n%s",
		m.Run, m.Kernel, m.Case, m.Problem, m.Input, m.Want, m.Run, m.Got)
}

// A Report says what was run and what differed.
type Report struct {
	Kernels int
	Cases   int // inputs with a defined outcome
	Runs    []*TargetRun
}

// A TargetRun is all cases on one target.
type TargetRun struct {
	Name       string // "go", "gcc x86-64-v3", "arm64 go"
	Cases      int
	Skipped    string // why the target did not run, if it did not
	Mismatches []*Mismatch

	level int // of the CPU, that the target used
}

// Err returns nil when everything that ran was the same everywhere.
func (r *Report) Err() error {
	var errs []error
	for _, t := range r.Runs {
		if n := len(t.Mismatches); n > 0 {
			errs = append(errs, fmt.Errorf("%s: %d of %d cases differ from the interpreter", t.Name, n, t.Cases))
		}
	}
	return errors.Join(errs...)
}

// Print writes the report: a line for each target and, of each, the first shown mismatches.
func (r *Report) Print(w io.Writer, shown int) {
	fmt.Fprintf(w, "verify: %d kernels, %d cases\n", r.Kernels, r.Cases)
	for _, t := range r.Runs {
		switch {
		case t.Skipped != "":
			fmt.Fprintf(w, "  %-24s not run: %s\n", t.Name, t.Skipped)
		case len(t.Mismatches) == 0:
			fmt.Fprintf(w, "  %-24s %d cases, the same bits\n", t.Name, t.Cases)
		default:
			fmt.Fprintf(w, "  %-24s %d cases, %d DIFFER\n", t.Name, t.Cases, len(t.Mismatches))
		}
		for _, m := range t.Mismatches[:min(shown, len(t.Mismatches))] {
			fmt.Fprintf(w, "\n%s\n", m)
		}
	}
}

// Run verifies the package of kernels in a folder, or of a .kg file. An error is what kept it from
// running; what differs is in the report.
func Run(ctx context.Context, path string, o Options) (*Report, error) {
	s := &Suite{Options: o}
	if _, err := s.Add(path); err != nil {
		return nil, err
	}
	report := s.Report()
	if len(o.Builds) == 0 {
		builds, missing := hostBuilds(ctx)
		o.Builds = builds
		if missing != nil {
			report.Runs = append(report.Runs, &TargetRun{Name: "c", Skipped: missing.Error()})
		}
	}
	for _, b := range o.Builds {
		runs, err := s.Run(ctx, b)
		var refused *gen.Error
		if b.CC != nil && errors.As(err, &refused) { // Add has shown that the Go target takes the kernels
			report.Runs = append(report.Runs, &TargetRun{Name: "c", Skipped: err.Error()})
			b.CC = nil
			runs, err = s.Run(ctx, b)
		}
		if err != nil {
			return nil, err
		}
		report.Runs = append(report.Runs, runs...)
	}
	return report, nil
}

// A Suite is several packages that are verified together, in one program for each build.
type Suite struct {
	Options
	subjects []*Subject
}

// A Subject is one package of a suite with its cases.
type Subject struct {
	Result *gen.Result // with bounds checks
	Oracle bool        // the kernels' own text is valid Go
	path   string
	key    string // of its kernels in the program
	eval   *ir.Program
	cases  []*Case
}

// Add compiles a package and makes its cases.
func (s *Suite) Add(path string) (*Subject, error) {
	o := s.Gen
	o.NoBounds, o.Go, o.C = false, true, false
	r, err := gen.Compile(path, o)
	if err != nil {
		return nil, err
	}
	eval, err := ir.NewProgram(r.Unit)
	if err != nil {
		return nil, err
	}
	sub := &Subject{Result: r, path: path, key: fmt.Sprintf("p%d", len(s.subjects)), eval: eval}
	stream := uint64(0)
	for _, f := range r.Unit.Funcs {
		if f.Exported {
			stream++
			if err := s.addCases(sub, f, newSource(s.Seed, stream)); err != nil {
				return nil, err
			}
		}
	}
	s.subjects = append(s.subjects, sub)
	return sub, nil
}

// addCases makes the kernel's cases and keeps those that have an outcome within the limits.
func (s *Suite) addCases(sub *Subject, f *ir.Func, g *source) error {
	inputs := g.exhaust(f, s.Exhaust)
	for range s.Random {
		inputs = append(inputs, g.next(f))
	}
	kept, err := s.keep(sub, inputs, s.Steps)
	if kept == 0 && err == nil {
		kept, err = s.keep(sub, inputs[:min(len(inputs), heavyCases)], patience*s.Steps)
	}
	if kept == 0 && err == nil && len(inputs) > 0 {
		err = fmt.Errorf("%s: verify: kernel %s takes more than %d steps of the interpreter on each input tried", f.Pos, f.Name, patience*s.Steps)
	}
	return err
}

// patience is how many times as long as a random case may take one that somebody wrote, or one of a kernel none of whose random
// cases is short; of the latter there are heavyCases.
const (
	patience   = 1000
	heavyCases = 2
)

// keep adds a case for each input that has an outcome within so many steps, and counts them.
func (s *Suite) keep(sub *Subject, inputs []*wire.Case, steps int64) (kept int, err error) {
	for i, in := range inputs {
		c := &Case{Name: fmt.Sprintf("random/%d", i), Input: in}
		ok, err := s.evaluate(sub, c, steps)
		if err != nil {
			return kept, err
		}
		if ok {
			kept++
			sub.cases = append(sub.cases, c)
		}
	}
	return kept, nil
}

// AddCase adds a case of a case file. Its outcome in the interpreter must be what the file expects.
func (s *Suite) AddCase(sub *Subject, c *Case) error {
	ok, err := s.evaluate(sub, c, patience*s.Steps)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("case %s is beyond the limits of the interpreter", c.Name)
	}
	f := sub.Result.Unit.Func(c.Input.Kernel)
	if problem := c.want.check(f, c.Want); problem != "" {
		return fmt.Errorf("case %s: Eval: %s\n%s", c.Name, problem, formatOutcome(f, c.Want))
	}
	sub.cases = append(sub.cases, c)
	return nil
}

// Report returns what the suite holds, without runs.
func (s *Suite) Report() *Report {
	r := &Report{}
	for _, sub := range s.subjects {
		r.Cases += len(sub.cases)
		for _, f := range sub.Result.Unit.Funcs {
			if f.Exported {
				r.Kernels++
			}
		}
	}
	return r
}

// folder returns the folder of the subject's kernels.
func (sub *Subject) folder() string {
	if filepath.Ext(sub.path) == ".kg" {
		return filepath.Dir(sub.path)
	}
	return sub.path
}
