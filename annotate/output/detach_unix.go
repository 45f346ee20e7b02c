//go:build unix

package output

import (
	"os/exec"
	"syscall"
)

// detach keeps the signals of the terminal from a program.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
