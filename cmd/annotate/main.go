// Command annotate shows where time goes and why, line by line, in Go packages and kernels.
//
//	annotate [flags] [packages]              report on packages, as the go command names them
//	annotate serve [flags] [packages]        the report in a browser, anew with every save
//	annotate diff [flags] old.json new.json  what changed between two reports
//	annotate version                         print the version
//	annotate help                            print the manual
//
// It exits with 0 when all went well, 1 on an error or when it cannot judge, 2 when it was called wrongly, 3 when a gate or a directive
// in the source is broken.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/annotate/text"
	"github.com/kgen-go/kgen/gen"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	exitOK     = 0
	exitBad    = 1
	exitUsage  = 2
	exitBroken = 3
)

// command is what every subcommand is given.
type command struct {
	stdout, stderr io.Writer
	words          io.Writer // the standard error, for text that may hold foreign text
}

// usageError is a wrong call of the command.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// errBroken says that a gate or directive is broken, which has been printed already.
var errBroken = errors.New("a gate is broken")

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c := &command{stdout, stderr, text.Safe(stderr)}
	err := c.dispatch(ctx, args)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		c.help()
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(c.words, "annotate: %v\nRun 'annotate help' for the manual.\n", err)
		return exitUsage
	case errors.Is(err, errBroken):
		return exitBroken
	}
	fmt.Fprintf(c.words, "annotate: %v\n", err)
	return exitBad
}

func (c *command) dispatch(ctx context.Context, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "help":
			return c.help()
		case "version":
			return c.version(args[1:])
		case "diff":
			return c.diff(args[1:])
		case "serve":
			return c.serve(ctx, args[1:])
		}
	}
	return c.report(ctx, args)
}

func (c *command) version(args []string) error {
	if len(args) > 0 {
		return usagef("version takes no arguments")
	}
	_, err := fmt.Fprintf(c.stdout, "annotate %s (%s) %s %s/%s\n", gen.Version, report.Schema, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

func (c *command) help() error {
	_, err := io.WriteString(c.stdout, manual)
	return err
}
