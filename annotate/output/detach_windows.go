package output

import (
	"os/exec"
	"syscall"
)

// detach keeps the interrupts of the console from a program.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
