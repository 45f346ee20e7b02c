//go:build !(((linux && !android) || (darwin && !ios) || windows) && (amd64 || arm64)) || noffi

package sys

import "unsafe"

// Nothing below can be reached: without a library there is no function to call, and without a slot no callback.

const unreachable = "ffi: a call in a build without support"

func (*Call) Do()       { panic(unreachable) }
func (*Call) Leaf()     { panic(unreachable) }
func (*Small) Do()      { panic(unreachable) }
func (*Small) Leaf()    { panic(unreachable) }
func (*Small) DoErrno() { panic(unreachable) }
func (*Ints) Do()       { panic(unreachable) }
func (*Ints) Leaf()     { panic(unreachable) }
func (*Floats) Do()     { panic(unreachable) }
func (*Floats) Leaf()   { panic(unreachable) }

func CallBlock(fn, arg unsafe.Pointer) int32 { panic(unreachable) }

func SetHandler(func(*Frame)) {}

func SlotAddr(int) unsafe.Pointer { panic(unreachable) }

func Goroutine() uintptr { panic(unreachable) }

func StubUsable() bool { return false }

func (*Stub) Init(int) { panic(unreachable) }

func CallGo(unsafe.Pointer, *GoRegs) { panic(unreachable) }
