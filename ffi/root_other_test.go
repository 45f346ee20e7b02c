//go:build !linux

package ffi_test

import "syscall"

// inRoot is not called: the test asks for Linux before.
func inRoot(string) *syscall.SysProcAttr { return nil }
