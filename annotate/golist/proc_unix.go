//go:build unix

package golist

import (
	"os/exec"
	"syscall"
)

// killWithChildren makes the cancellation of cmd end the processes that it started too.
func killWithChildren(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// sameVar reports whether two names are of one environment variable.
func sameVar(a, b string) bool { return a == b }
