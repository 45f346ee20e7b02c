// Package cgobench measures ffi's call beside cgo's, both of an empty C function, in one run:
//
//	go test -run - -bench . -count 10 ./ffi/internal/cgobench
//
// Without cgo the package is empty.
package cgobench
