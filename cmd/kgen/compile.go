package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/gen"
	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/verify"
)

// compileFlags are the flags of a compilation.
type compileFlags struct {
	typed, noBounds, lines, build, check, verify, json bool
	target, out                                        string
}

func (c *command) compile(args []string) error {
	var f compileFlags
	fs := flags("kgen")
	fs.BoolVar(&f.typed, "typed", false, "")
	fs.BoolVar(&f.noBounds, "nobounds", false, "")
	fs.BoolVar(&f.lines, "lines", false, "")
	fs.StringVar(&f.target, "target", "go", "")
	fs.BoolVar(&f.build, "build", false, "")
	fs.StringVar(&f.out, "o", "", "")
	fs.BoolVar(&f.check, "check", false, "")
	fs.BoolVar(&f.verify, "verify", false, "")
	fs.BoolVar(&f.json, "json", false, "")
	path, err := parse(fs, args, "file or folder of kernels")
	if err != nil {
		return err
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	result, err := gen.Compile(path, o)
	if err != nil {
		return c.report(err, f.json)
	}
	c.print(result.Sources, result.Warnings, f.json)
	switch {
	case f.check:
		return nil
	case f.verify:
		return c.verify(path, f.json)
	}
	return c.write(result, f)
}

// options turns the flags into those of the generator.
func (f *compileFlags) options() (gen.Options, error) {
	o := gen.Options{NoBounds: f.noBounds, Lines: f.lines, Dir: f.out}
	for _, t := range strings.Split(f.target, ",") {
		switch strings.TrimSpace(t) {
		case "go":
			o.Go = true
		case "c":
			o.C = true
		default:
			return o, usagef("unknown target %q: the targets are go and c", t)
		}
	}
	switch {
	case f.build && !o.C:
		return o, usagef("-build needs -target c or -target go,c")
	case f.build && (f.check || f.verify):
		return o, usagef("-build writes a library, -check and -verify write nothing")
	case f.check && f.verify:
		return o, usagef("-check and -verify exclude each other")
	}
	return o, nil
}

// report prints what Compile returned as far as it is about the sources.
func (c *command) report(err error, asJSON bool) error {
	var bad *gen.Error
	if !errors.As(err, &bad) {
		return err
	}
	c.print(bad.Sources, bad.All, asJSON)
	return errReported
}

func (c *command) print(sources diag.Sources, list []*diag.Diagnostic, asJSON bool) {
	if asJSON {
		diag.PrintJSON(c.stdout, list)
		return
	}
	diag.Print(c.stderr, sources, list)
}

// write writes the generated files and builds the library.
func (c *command) write(r *gen.Result, f compileFlags) error {
	written, removed, err := r.Write()
	for _, name := range written {
		c.wrote("wrote", name, f.json)
	}
	for _, name := range removed {
		c.wrote("removed", name, f.json)
	}
	if err != nil || !f.build {
		return err
	}
	// A signal to end cancels the build, which then removes what it has half done.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	lib, err := build(ctx, r)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("the library is not built: %w", context.Cause(ctx))
	case err != nil:
		return err
	}
	for _, note := range lib.Notes {
		fmt.Fprintf(c.stderr, "kgen: %s\n", note)
	}
	c.wrote("wrote", lib.Path, f.json)
	return nil
}

func build(ctx context.Context, r *gen.Result) (*gen.Library, error) {
	cc, err := csrc.Find(ctx)
	if err != nil {
		return nil, err
	}
	return r.Build(ctx, cc)
}

// wrote tells what became of a file.
func (c *command) wrote(action, name string, asJSON bool) {
	if asJSON {
		json.NewEncoder(c.stdout).Encode(map[string]string{"action": action, "file": name})
		return
	}
	fmt.Fprintf(c.stdout, "%s %s\n", action, name)
}

// verify runs the kernels on every target and prints what differs from the interpreter.
func (c *command) verify(path string, asJSON bool) error {
	report, err := verify.Run(context.Background(), path, verify.Default())
	if err != nil {
		return err
	}
	if asJSON {
		if err := json.NewEncoder(c.stdout).Encode(report); err != nil {
			return err
		}
	} else {
		report.Print(c.stdout, shownMismatches)
	}
	return report.Err()
}

// shownMismatches is how many differences are printed of each target.
const shownMismatches = 3

// dumpStages are those that dump can show, in order.
var dumpStages = []string{"ast", "ir", "opt", "go", "c"}

func (c *command) dump(args []string) error {
	fs := flags("kgen dump")
	stage := fs.String("stage", "opt", "")
	noBounds := fs.Bool("nobounds", false, "")
	path, err := parse(fs, args, "file or folder of kernels")
	if err != nil {
		return err
	}
	if !slices.Contains(dumpStages, *stage) {
		return usagef("unknown stage %q: the stages are %s", *stage, strings.Join(dumpStages, ", "))
	}
	var text string
	o := gen.Options{NoBounds: *noBounds, Go: *stage == "go", C: *stage == "c"}
	o.Observe = func(name string, u fmt.Stringer) {
		if name == *stage {
			text = u.String()
		}
	}
	r, err := gen.Compile(path, o)
	if err != nil {
		return c.report(err, false)
	}
	if *stage == "ast" {
		return gen.PrintTree(c.stdout, r)
	}
	for _, f := range r.Files {
		if strings.HasSuffix(f.Name, "."+*stage) {
			text += string(f.Data)
		}
	}
	_, err = fmt.Fprint(c.stdout, text)
	return err
}
