//go:build !(((linux && !android) || windows) && (amd64 || arm64)) || noffi

package load

import "unsafe"

// Info knows nothing here.
func (i *Image) Info(string, unsafe.Pointer) Info { return Info{} }
