// Package csrc finds the C compiler and builds the shared library of a kernel package with it. It
// holds the headers that the C of kgen includes. It knows nothing of kernels: it is given a folder of C files.
package csrc

import (
	"embed"
	"io/fs"
)

//go:embed include/*.h
var include embed.FS

// Include returns the headers that the C of kgen includes: kg.h, kg_lanes.h and kg_level.h. They
// belong into the folder of the generated C files.
func Include() fs.FS {
	headers, err := fs.Sub(include, "include")
	if err != nil {
		panic(err) // the name is constant and valid
	}
	return headers
}
