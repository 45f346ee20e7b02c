package verify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
	"github.com/kgen-go/kgen/gen/kgc"
	"github.com/kgen-go/kgen/gen/verify/wire"
)

// job is one case on its way to a target.
type job struct {
	c       *Case
	sub     *Subject
	kernel  *ir.Func
	set     string
	differs func(f *ir.Func, want, got *wire.Outcome) string
}

// jobs returns everything that a target runs: all cases with checks, and those within bounds also without.
func (s *Suite) jobs() []job {
	var jobs []job
	for _, sub := range s.subjects {
		for _, c := range sub.cases {
			f := sub.Result.Unit.Func(c.Input.Kernel)
			jobs = append(jobs, job{c, sub, f, checkedSet, difference})
			if c.inBounds() {
				jobs = append(jobs, job{c, sub, f, uncheckedSet, difference})
			}
		}
	}
	return jobs
}

// oracleJobs are those of the kernels' own text.
func (s *Suite) oracleJobs() []job {
	var jobs []job
	for _, sub := range s.subjects {
		for _, c := range sub.cases {
			if !sub.Oracle {
				break
			}
			f := sub.Result.Unit.Func(c.Input.Kernel)
			jobs = append(jobs, job{c, sub, f, oracleSet, oracleDifference})
		}
	}
	return jobs
}

// Run compiles the suite for b and runs all cases on what b asks for and, if b has a C compiler, on the C
// kernels of each level. Nothing is left behind.
func (s *Suite) Run(ctx context.Context, b Build) ([]*TargetRun, error) {
	dir, err := os.MkdirTemp("", "kgen-verify-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	p, err := s.build(ctx, b, dir)
	if err != nil {
		return nil, err
	}
	r := &runner{ctx: ctx, build: b, argv: append(slices.Clone(b.Exec), p.binary())}
	if b.Go {
		err = r.target("go", kg.TargetGo, 0, s.jobs())
	}
	if b.Oracle && err == nil {
		err = r.target("oracle", kg.TargetGo, 0, s.oracleJobs())
	}
	if b.CC != nil && err == nil {
		err = r.levels(p, s.jobs())
	}
	return r.runs, err
}

// runner runs jobs on the targets of one program.
type runner struct {
	ctx   context.Context
	build Build
	argv  []string
	runs  []*TargetRun
}

// lackingLevel begins the reason why a level beyond the CPU's did not run.
const lackingLevel = "the CPU has level"

// levels runs the C kernels at the best level that the CPU has, and then at the others of the libraries.
func (r *runner) levels(p *program, jobs []job) error {
	if err := r.target("c", kg.TargetC, 0, jobs); err != nil {
		return err
	}
	best := r.runs[len(r.runs)-1].level
	for _, level := range p.levels {
		switch {
		case level == 1: // the only variant
		case level > best:
			r.skip(fmt.Sprintf("c x86-64-v%d", level), fmt.Sprintf("%s %d", lackingLevel, best))
		case level < best:
			if err := r.target("c", kg.TargetC, level, jobs); err != nil {
				return err
			}
		}
	}
	for _, note := range p.notes {
		r.skip("c", note)
	}
	return nil
}

// name is that of a target in the report.
func (r *runner) name(target string) string { return strings.TrimSpace(r.build.Name + " " + target) }

// skip records why a target did not run.
func (r *runner) skip(target, reason string) {
	r.runs = append(r.runs, &TargetRun{Name: r.name(target), Skipped: reason})
}

// target runs the jobs on one target, at one CPU level or, if that is 0, at the best.
func (r *runner) target(name string, target kg.Target, level int, jobs []job) error {
	cases := make([]*wire.Case, len(jobs))
	for i, j := range jobs {
		in := *j.c.Input
		in.Kernel = j.sub.key + j.set + "." + in.Kernel
		cases[i] = &in
	}
	env := []string{kg.TargetVariable + "=" + string(target), kgc.LevelVariable + "="}
	if level > 0 {
		env[1] += strconv.Itoa(level)
	}
	t := &TargetRun{Name: r.name(name)}
	p := &process{argv: r.argv, env: env}
	err := p.run(r.ctx, cases, func(g wire.Greeting) error { return t.greeted(g, target) }, func(i int, o *wire.Outcome) {
		t.Cases++
		if m := jobs[i].compare(t.Name, o); m != nil {
			t.Mismatches = append(t.Mismatches, m)
		}
	})
	if err == nil && t.Cases != len(jobs) {
		err = fmt.Errorf("%d outcomes for %d cases", t.Cases, len(jobs))
	}
	if err != nil {
		return fmt.Errorf("verify: %s: %w", t.Name, err)
	}
	r.runs = append(r.runs, t)
	return nil
}

// greeted takes the level from the program's greeting, and reports an error unless every package of the
// program runs on the target.
func (t *TargetRun) greeted(g wire.Greeting, target kg.Target) error {
	for _, v := range g.Variants {
		if v.Target != target {
			return fmt.Errorf("%s does not run on %s: %s", v.Package, target, v)
		}
	}
	if len(g.Variants) == 0 {
		return errors.New("no generated package registered itself")
	}
	if v := g.Variants[0]; v.Level != "" && t.level == 0 {
		t.Name += " " + v.Level
		t.level, _ = strconv.Atoi(strings.TrimPrefix(v.Level, "x86-64-v"))
	}
	return nil
}

// compare returns a mismatch unless the outcome is that of the interpreter.
func (j job) compare(run string, o *wire.Outcome) *Mismatch {
	problem := j.differs(j.kernel, j.c.Want, normalise(j.kernel, o))
	if problem == "" {
		return nil
	}
	if j.set == uncheckedSet {
		problem = "-nobounds: " + problem
	}
	return &Mismatch{
		Run: run, Kernel: j.sub.Result.Name + "." + j.kernel.Name, Case: j.c.Name, Problem: problem,
		Input: formatCase(j.kernel, j.c.Input),
		Want:  formatOutcome(j.kernel, j.c.Want),
		Got:   formatOutcome(j.kernel, o),
	}
}
