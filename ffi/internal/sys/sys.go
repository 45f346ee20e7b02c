// Package sys is the one place where ffi touches the system's dynamic loader and the Go run time's way
// into C code. Nothing else in the module uses linkname, assembly or dlopen.
//
// On a platform without support, and under the build tag noffi, the package compiles to stubs and
// does not link purego, so the program stays a plain Go program.
package sys
