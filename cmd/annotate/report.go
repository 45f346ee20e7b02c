package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"

	"github.com/kgen-go/kgen/annotate"
	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/golist"
	"github.com/kgen-go/kgen/annotate/output"
	"github.com/kgen-go/kgen/annotate/page"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/annotate/text"
	"github.com/kgen-go/kgen/annotate/weigh"
)

// reporting is one call of annotate on packages.
type reporting struct {
	*command
	build            annotate.Options
	out              string
	base, old        string
	html, json, text bool
	open, force      bool
	rows             int  // 0 is the default
	lines            bool // show the worst lines wherever the output goes
	maxSize          int64

	limits  compare.Gate
	changes *compare.Changes
}

// report makes a report, compares it, judges it and writes it.
func (c *command) report(ctx context.Context, args []string) error {
	x, err := c.reporting(args)
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		// The data of one run lives to its end: collecting at each doubling of the heap would be work for little.
		debug.SetGCPercent(300)
	}
	r, err := annotate.Run(ctx, x.build)
	if err != nil {
		return err
	}
	if err := x.compare(ctx, r); err != nil {
		return err
	}
	judged := x.judge(r)
	if err := x.write(r); err != nil {
		return err
	}
	x.warn(r)
	failed := failedPackages(r)
	if judged == nil {
		return failed
	}
	if failed != nil {
		fmt.Fprintf(x.words, "annotate: %v\n", failed)
	}
	return judged
}

func (c *command) reporting(args []string) (*reporting, error) {
	x := &reporting{command: c}
	fs := flags("annotate")
	buildFlags(fs, &x.build)
	fs.StringVar(&x.out, "o", "", "")
	fs.BoolVar(&x.html, "html", false, "")
	fs.BoolVar(&x.json, "json", false, "")
	fs.BoolVar(&x.text, "text", false, "")
	fs.BoolVar(&x.open, "open", false, "")
	fs.Func("n", "", func(n string) (err error) {
		x.lines = true
		if x.rows, err = strconv.Atoi(n); err != nil || x.rows < 1 {
			return errors.New("want a number of lines above 0")
		}
		return nil
	})
	fs.Int64Var(&x.maxSize, "max-size", 10_000_000, "")
	fs.StringVar(&x.base, "base", "", "")
	fs.StringVar(&x.old, "old", "", "")
	fs.BoolVar(&x.force, "force", false, "")
	fs.Func("gate", "", x.setGate)
	patterns, err := parse(fs, args)
	if err != nil {
		return nil, err
	}
	x.build.Patterns = patterns
	x.build.Stderr = c.words
	if err := x.check(); err != nil {
		return nil, err
	}
	return x, enter(&x.build)
}

// check refuses flags that contradict each other.
func (x *reporting) check() error {
	forms := 0
	for _, form := range []bool{x.html, x.json, x.text} {
		if form {
			forms++
		}
	}
	switch {
	case forms > 1:
		return usagef("one of -html, -json and -text at a time")
	case x.out == "-":
		return usagef("-o wants the name of a file; without it -html, -json and -text write to the standard output")
	case x.open && (x.json || x.text):
		return usagef("-open shows the page, not -json or -text")
	case x.base != "" && x.old != "":
		return usagef("one of -base and -old at a time")
	case x.build.Bench != "" && (x.build.CPUProfile != "" || x.build.MemProfile != ""):
		return usagef("-bench makes its own profiles: leave out -profile and -memprofile")
	case x.base != "" && x.build.Overlay != "":
		return usagef("-base cannot use -overlay: its files belong to the sources of now")
	case x.lines && (forms > 0 || x.out != "" || x.open):
		return usagef("-n is the number of the worst lines on the standard output: without -html, -json, -text, -o and -open")
	case x.maxSize < 1:
		return usagef("-max-size wants a number of bytes above 0, not %d", x.maxSize)
	}
	return nil
}

// setGate reads a gate. An empty one, perhaps from a variable that is not set, must not pass for one that holds.
func (x *reporting) setGate(list string) (err error) {
	if x.limits, err = compare.ParseGate(list); err == nil && x.limits == nil {
		return errors.New("a gate without limits")
	}
	return err
}

// compare finds what is new against the base or the old report.
func (x *reporting) compare(ctx context.Context, r *report.Report) (err error) {
	var old *report.Report
	switch {
	case x.base != "":
		old, err = x.runBase(ctx, r)
	case x.old != "":
		old, err = readReport(x.old)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	x.changes, err = compare.Diff(old, r, compare.Options{Force: x.force})
	return err
}

// runBase makes the report of the revision to compare with, in a worktree of its own. A revision without any of the packages has an empty one.
func (x *reporting) runBase(ctx context.Context, now *report.Report) (old *report.Report, err error) {
	base, err := compare.Worktree(ctx, x.build.Dir, x.base)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, base.Close()) }()
	if base.Absent {
		return compare.Empty(now), nil
	}
	o := x.build
	o.Dir, o.Trusted, o.CPUProfile, o.MemProfile, o.Bench = base.Dir, true, "", "", ""
	o.Env = append(os.Environ(), base.Env...)
	o.Patterns = nil
	for _, p := range x.build.Patterns {
		o.Patterns = append(o.Patterns, base.Pattern(p))
	}
	old, err = annotate.Run(ctx, o)
	switch {
	case errors.Is(err, golist.ErrNoPackages):
		return compare.Empty(now), nil
	case err != nil:
		return nil, fmt.Errorf("at %s: %w", x.base, err)
	}
	base.Prune(old)
	old.Build.Patterns = now.Build.Patterns // the worktree's name is in its own
	return old, nil
}

func readReport(name string) (*report.Report, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := report.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

// judge holds the report against the gate and the directives in its sources. The verdicts go to the standard error; the error says what they mean
// for the exit code. A broken limit counts more than one that cannot be judged.
func (x *reporting) judge(r *report.Report) error {
	failures, unjudged := compare.Enforce(r)
	var verdicts []compare.Verdict
	if x.limits != nil {
		var err error
		verdicts, err = x.limits.Evaluate(r, x.changes)
		unjudged = errors.Join(err, unjudged)
	}
	broken := len(failures) > 0
	for _, v := range verdicts {
		broken = broken || v.Broken
	}
	if err := text.Verdicts(x.stderr, verdicts, failures, r, x.textOptions(x.stderr)); err != nil {
		return err
	}
	if broken {
		if unjudged != nil {
			fmt.Fprintf(x.words, "annotate: %v\n", unjudged)
		}
		return errBroken
	}
	return unjudged
}

// warn prints to a person what the outputs other than the terminal's say in their own form.
func (x *reporting) warn(r *report.Report) {
	for _, w := range r.Warnings {
		fmt.Fprintf(x.words, "annotate: warning: %s\n", text.Clean(w))
	}
	if x.changes != nil && (x.limits != nil || !x.lists()) {
		text.Changes(x.stderr, x.changes, r, x.textOptions(x.stderr))
	}
}

// failedPackages is an error that names the packages that did not compile, or nil. The report says of the others what it can.
func failedPackages(r *report.Report) error {
	var list []error
	for _, p := range r.Packages {
		if p.Error != "" {
			list = append(list, fmt.Errorf("%s: %s", p.Path, p.Error))
		}
	}
	return errors.Join(list...)
}

// write writes the report in the form that was asked for, or that suits where it goes.
func (x *reporting) write(r *report.Report) error {
	form := x.form(r)
	switch {
	case x.out != "":
		if err := output.Write(x.out, form); err != nil {
			return err
		}
	case !x.open:
		if err := form(x.stdout); err != nil {
			return err
		}
	}
	if !x.open {
		return nil
	}
	return x.show(form)
}

// lists reports whether the standard output gets the worst lines. Without a flag for the form a person at a terminal does, and the log of a machine that
// runs a gate; files and other pipes get the page.
func (x *reporting) lists() bool {
	if x.html || x.json || x.text || x.open || x.out != "" {
		return false
	}
	return x.lines || isTerminal(x.stdout) || x.limits != nil && !isRegular(x.stdout)
}

// form returns what writes the report.
func (x *reporting) form(r *report.Report) func(io.Writer) error {
	switch {
	case x.json:
		return func(w io.Writer) error { return report.Encode(w, r) }
	case x.text:
		return func(w io.Writer) error { return text.Quickfix(w, r) }
	case x.lists():
		return x.worst(r)
	}
	return func(w io.Writer) error { return page.Write(w, r, x.pageOptions(r)) }
}

func (x *reporting) worst(r *report.Report) func(io.Writer) error {
	return func(w io.Writer) error {
		if err := text.Worst(w, r, x.textOptions(w)); err != nil || x.changes == nil || x.limits != nil {
			return err
		}
		return text.Changes(w, x.changes, r, x.textOptions(w))
	}
}

func (x *reporting) textOptions(w io.Writer) text.Options {
	return text.Options{Rows: x.rows, Width: width(w), Color: color(w)}
}

func (x *reporting) pageOptions(r *report.Report) page.Options {
	return page.Options{MaxBytes: x.maxSize, Thresholds: weigh.Thresholds(r.Profile != nil)}
}

// show opens the page in a browser, from the file that -o names or from a temporary one, which stays for the browser to read.
func (x *reporting) show(form func(io.Writer) error) error {
	name := x.out
	if name == "" {
		dir, err := os.MkdirTemp("", "annotate-")
		if err != nil {
			return err
		}
		name = filepath.Join(dir, "report.html")
		if err := output.Write(name, form); err != nil {
			return err
		}
		fmt.Fprintln(x.words, name)
	}
	return output.Open(name)
}
