// Command cgobench measures calls of the same C functions by cgo, by each way of package ffi and by purego, and the
// round trip of callbacks, side by side in one run. With PEERS=1 in the environment Python's ctypes and cffi are beside them.
//
//	go run ./ffi/internal/cgobench
//	go test -run - -bench . -count 10 ./ffi/internal/cgobench
//
// It needs cgo, which is what ffi is compared with.
package main
