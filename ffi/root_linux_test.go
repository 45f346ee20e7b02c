package ffi_test

import "syscall"

// inRoot makes a program see the folder as the root of all files.
func inRoot(dir string) *syscall.SysProcAttr { return &syscall.SysProcAttr{Chroot: dir} }
