//go:build !unix && !windows

package output

import "os/exec"

// detach leaves the program as it is: where it can be started at all, no terminal sends signals to groups of processes.
func detach(*exec.Cmd) {}
