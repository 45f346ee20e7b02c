// Command kgen compiles kernels to typed Go and C.
//
//	kgen [flags] FILE.kg | DIR     compile the package of kernels
//	kgen dump -stage=S FILE.kg     print what a stage made
//	kgen version                   print the version
//	kgen help                      print the manual
//
// It exits with 0 when all went well, 1 when the input is bad, 2 when it was called wrongly.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/gen"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// Exit codes.
const (
	exitOK    = 0
	exitBad   = 1
	exitUsage = 2
)

// command is what every subcommand is given.
type command struct {
	stdout, stderr io.Writer
}

// usageError is a wrong call of the command.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// errReported says that the failure has been printed already.
var errReported = errors.New("reported")

// run runs the command line and returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	c := &command{stdout, stderr}
	err := c.dispatch(args)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		c.help()
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "kgen: %v\nRun 'kgen help' for the manual.\n", err)
		return exitUsage
	case !errors.Is(err, errReported):
		fmt.Fprintf(stderr, "kgen: %v\n", err)
		printOutput(stderr, err)
	}
	return exitBad
}

// maxOutput is how many lines of a failing C compiler are shown.
const maxOutput = 20

// printOutput shows what a C compiler said that failed: a flag in CC or a full disk may be to blame.
func printOutput(w io.Writer, err error) {
	var failed *csrc.Error
	if !errors.As(err, &failed) {
		return
	}
	n := 0
	for line := range strings.Lines(failed.Output) {
		if n++; n > maxOutput {
			fmt.Fprintln(w, "\t…")
			return
		}
		fmt.Fprintf(w, "\t%s\n", strings.TrimRight(line, "\r\n"))
	}
}

func (c *command) dispatch(args []string) error {
	if len(args) == 0 {
		return usagef("no file or folder of kernels named")
	}
	switch args[0] {
	case "help":
		return c.help()
	case "version":
		return c.version(args[1:])
	case "dump":
		return c.dump(args[1:])
	}
	return c.compile(args)
}

func (c *command) version(args []string) error {
	if len(args) > 0 {
		return usagef("version takes no arguments")
	}
	_, err := fmt.Fprintf(c.stdout, "kgen %s %s %s/%s\n", gen.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

func (c *command) help() error {
	_, err := io.WriteString(c.stdout, manual)
	return err
}

// flags returns a flag set that reports wrong use instead of printing it.
func flags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parse parses flags and returns the one argument behind them.
func parse(fs *flag.FlagSet, args []string, what string) (string, error) {
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return "", err
		}
		return "", usagef("%v", err)
	}
	switch rest := fs.Args(); {
	case len(rest) == 0:
		return "", usagef("no %s named", what)
	case len(rest) > 1 && strings.HasPrefix(rest[1], "-"):
		return "", usagef("flags go before the file: %s", rest[1])
	case len(rest) > 1:
		return "", usagef("one %s at a time, not %s", what, strings.Join(rest, " "))
	default:
		return rest[0], nil
	}
}

const manual = `kgen compiles kernels, hot loops in Go syntax with optional types, to typed Go and C.

Usage:

	kgen [flags] FILE.kg | DIR
	kgen dump -stage=ast|ir|opt|go|c FILE.kg | DIR
	kgen version
	kgen help

The unit is the package: naming one file compiles the .kg files of its folder.

Flags:

	-typed          demand a type for every value
	-nobounds       leave out all bounds checks; out of range is then undefined
	-lines          put line directives into what is made, so that panics, profiles and compilers name the kernels' lines
	-target LIST    what to make: go (default), c, or go,c
	-build          compile the C sources to a library (needs a C compiler; CC names one)
	-o DIR          write below DIR instead of the folder of the kernels
	-check          report what is wrong and write nothing
	-verify         run every target against the interpreter on random and edge inputs; write nothing
	-json           print diagnostics and written files as JSON, one object a line

kgen prints the name of each file that it writes. It never overwrites a file that it did not generate.

Targets:

	go    NAME_kg.go
	c     _kgen/NAME.c, _kgen/NAME.h and, with -build, _kgen/GOOS_GOARCH/libNAME.so;
	      with go also NAME_kgc_GOOS_GOARCH.go, which bind the library at run time

At run time KGEN_TARGET=go or c forces a target, and kg.Variants() tells which runs and why.

Exit codes: 0 fine, 1 bad input, 2 wrong usage.
`
