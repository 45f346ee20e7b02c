//go:build !unix

package golist

import (
	"os/exec"
	"strings"
)

// killWithChildren leaves cmd as it is: the compilers end by themselves when the pipes of the go command are gone.
func killWithChildren(cmd *exec.Cmd) {}

// sameVar reports whether two names are of one environment variable: Windows does not tell cases apart.
func sameVar(a, b string) bool { return strings.EqualFold(a, b) }
