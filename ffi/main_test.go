//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"fmt"
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/kgen-go/kgen/ffi"
)

// The variables that make the test's executable a small program instead: what the system's loader does depends on
// the environment that a program starts with.
const (
	envLoad   = "FFI_TEST_LOAD"   // load this name
	envLoadFS = "FFI_TEST_LOADFS" // load this file of the current folder through LoadFS, without /proc
)

func TestMain(m *testing.M) {
	switch name, file := os.Getenv(envLoad), os.Getenv(envLoadFS); {
	case name != "":
		report(ffi.Load(name))
	case file != "":
		f := os.DirFS(".")
		if err := unix.Mount("none", "/proc", "tmpfs", 0, ""); err != nil {
			fmt.Println("hiding /proc:", err)
			return
		}
		report(ffi.LoadFS(f, file))
	default:
		os.Exit(m.Run())
	}
}

// report prints what the library's function value returns.
func report(lib *ffi.Lib, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	value, err := lib.Proc("value")
	if err != nil {
		fmt.Println("loaded", lib.Name())
		return
	}
	fmt.Println("value", value.Call(nil), lib.Close())
}

// sumBlock is the block of the C function sum.
type sumBlock struct {
	data *int64
	n    int64
	sum  int64
}

func newSum(data []int64) sumBlock {
	return sumBlock{data: unsafe.SliceData(data), n: int64(len(data))}
}
