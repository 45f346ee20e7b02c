// Noffi prints what Load says. The tests build it with the tag noffi and run it where nothing else is.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/kgen-go/kgen/ffi"
)

func main() {
	_, err := ffi.Load("./libm.so.6")
	fmt.Println(err)
	if _, fsErr := ffi.LoadFS(os.DirFS("."), "libm.so.6"); !errors.Is(err, ffi.ErrUnsupported) || !errors.Is(fsErr, ffi.ErrUnsupported) {
		fmt.Println("LoadFS:", fsErr)
		os.Exit(1)
	}
}
