package csrc

import (
	"context"
	"os"
	"os/exec"
	"strings"
)

// Shared compiles one C file to the shared library out, with the flags of generated C and for the CPU of
// this machine. It is for C that is not kgen's own: what the compiler says of it goes to standard error.
func (c *Compiler) Shared(ctx context.Context, out, source string) error {
	args := append(c.Args[:len(c.Args):len(c.Args)], flags[c.Kind]...)
	args = append(args, linkFlags[c.Kind]...)
	if c.Kind != TCC {
		args = append(args, "-fvisibility=default", "-march=native")
	}
	cmd := exec.CommandContext(ctx, c.Path, append(args, "-o", out, source, "-lm")...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return &Error{Stage: "compiling " + source, Command: strings.Join(cmd.Args, " "), Err: err}
	}
	return nil
}
