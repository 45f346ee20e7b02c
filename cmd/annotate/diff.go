package main

import (
	"github.com/kgen-go/kgen/annotate/compare"
	"github.com/kgen-go/kgen/annotate/text"
)

// diff prints what changed between two reports that -json wrote.
func (c *command) diff(args []string) error {
	fs := flags("annotate diff")
	asJSON := fs.Bool("json", false, "")
	force := fs.Bool("force", false, "")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(files) != 2 {
		return usagef("diff wants two reports, an old and a new one, that annotate -json wrote")
	}
	old, err := readReport(files[0])
	if err != nil {
		return err
	}
	now, err := readReport(files[1])
	if err != nil {
		return err
	}
	changes, err := compare.Diff(old, now, compare.Options{Force: *force})
	if err != nil {
		return err
	}
	if *asJSON {
		return compare.Encode(c.stdout, changes)
	}
	return text.Changes(c.stdout, changes, now, text.Options{Width: width(c.stdout), Color: color(c.stdout)})
}
