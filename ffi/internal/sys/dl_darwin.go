//go:build !ios && (amd64 || arm64) && !noffi

package sys

const (
	errnoFunction = "__error"
	// rtldNoload makes dlopen return only a library that is loaded already.
	rtldNoload = 0x10
)
