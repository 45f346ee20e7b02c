// Package apitest holds the tests of package ffi with random prototypes, random values and threads that never rest. They
// use what users of the package can use, so they are no part of it.
package apitest
