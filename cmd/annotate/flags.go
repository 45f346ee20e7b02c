package main

import (
	"errors"
	"flag"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/kgen-go/kgen/annotate"
)

// buildFlags are the flags of what to compile and weigh, which report and serve share.
func buildFlags(fs *flag.FlagSet, o *annotate.Options) {
	fs.StringVar(&o.Dir, "C", "", "")
	fs.StringVar(&o.Tags, "tags", "", "")
	fs.StringVar(&o.Mod, "mod", "", "")
	fs.StringVar(&o.ModFile, "modfile", "", "")
	fs.StringVar(&o.PGO, "pgo", "", "")
	fs.StringVar(&o.Overlay, "overlay", "", "")
	fs.StringVar(&o.GCFlags, "gcflags", "", "")
	fs.BoolVar(&o.Tests, "tests", false, "")
	fs.BoolVar(&o.Tests, "test", false, "")
	fs.StringVar(&o.CPUProfile, "profile", "", "")
	fs.StringVar(&o.MemProfile, "memprofile", "", "")
	fs.StringVar(&o.Bench, "bench", "", "")
	fs.Func("cc", "", func(list string) error {
		o.CC = strings.Split(list, ",")
		return nil
	})
}

// enter changes to the folder that -C names, so that all names of files begin there.
func enter(o *annotate.Options) error {
	if o.Dir == "" {
		return nil
	}
	dir := o.Dir
	o.Dir = ""
	return os.Chdir(dir)
}

// flags returns a flag set that reports wrong use instead of printing it.
func flags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parse parses the flags and returns the arguments behind them.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, usagef("%v", err)
	}
	for _, arg := range fs.Args() {
		if strings.HasPrefix(arg, "-") {
			return nil, usagef("flags go before the packages: %s", arg)
		}
	}
	return fs.Args(), nil
}

// terminal returns the terminal that shows to a person what is written to w, or -1.
func terminal(w io.Writer) int {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return int(f.Fd())
	}
	return -1
}

func isTerminal(w io.Writer) bool { return terminal(w) >= 0 }

// color reports whether a person wants to see colours in what is written to w.
func color(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

// width is that of the terminal in columns, or 0.
func width(w io.Writer) int {
	if !isTerminal(w) {
		return 0
	}
	columns, _, err := term.GetSize(terminal(w))
	if err != nil {
		return 0
	}
	return columns
}

// isRegular reports whether w is a file that somebody redirected the output to.
func isRegular(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}
