//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// maxRSS is the greatest resident size in KiB.
func maxRSS(s *os.ProcessState) int64 {
	usage, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(usage.Maxrss) >> 10
	}
	return int64(usage.Maxrss)
}

// settle waits until what was written is on the disk, so that writing it does not slow down what is timed next.
func settle() { syscall.Sync() }
