package main

import (
	"cmp"
	"context"
	"io"
	"os"

	"github.com/kgen-go/kgen/annotate"
	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/page"
	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/annotate/serve"
	"github.com/kgen-go/kgen/annotate/weigh"
)

// serve shows the report in a browser and makes it anew with every save.
func (c *command) serve(ctx context.Context, args []string) error {
	var o annotate.Options
	fs := flags("annotate serve")
	buildFlags(fs, &o)
	addr := fs.String("addr", serve.DefaultAddr, "")
	editor := fs.String("editor", "", "")
	open := fs.Bool("open", false, "")
	patterns, err := parse(fs, args)
	if err != nil {
		return err
	}
	o.Patterns = patterns
	e, err := serve.ParseEditor(cmp.Or(*editor, os.Getenv("ANNOTATE_EDITOR"), serve.DefaultEditor))
	if err != nil {
		return usagef("-editor: %v", err)
	}
	if err := enter(&o); err != nil {
		return err
	}
	if o.Dir, err = os.Getwd(); err != nil { // by its name, which outlives the folder when version control replaces it
		return err
	}
	return serve.Serve(ctx, serve.Config{
		Addr:    *addr,
		Build:   builder(o),
		Render:  render,
		Compare: mark,
		Trees:   serve.Trees(o.Dir, patterns),
		Files:   profiles(o),
		Editor:  e,
		Open:    *open,
		Stderr:  c.words,
	})
}

// builder returns the function that makes the report. After one success the toolchain is not tested again.
func builder(o annotate.Options) func(context.Context, func(string)) (*report.Report, error) {
	return func(ctx context.Context, progress func(string)) (*report.Report, error) {
		run := o
		run.Stderr = progressWriter(progress)
		r, err := annotate.Run(ctx, run)
		o.Trusted = o.Trusted || err == nil
		return r, err
	}
}

// progressWriter hands on what is written to it.
type progressWriter func(string)

func (p progressWriter) Write(b []byte) (int, error) {
	p(string(b))
	return len(b), nil
}

func render(w io.Writer, r *report.Report, s *page.Serve) error {
	return page.Write(w, r, page.Options{Thresholds: weigh.Thresholds(r.Profile != nil), Serve: s})
}

// mark sets New on what the last edit brought.
func mark(before, now *report.Report) error {
	_, err := compare.Diff(before, now, compare.Options{})
	return err
}

// profiles are the profiles that were named.
func profiles(o annotate.Options) (list []string) {
	for _, name := range []string{o.CPUProfile, o.MemProfile} {
		if name != "" {
			list = append(list, name)
		}
	}
	return list
}
