//go:build !android && (amd64 || arm64) && !noffi

package sys

const (
	errnoFunction = "__errno_location"
	// rtldNoload makes dlopen return only a library that is loaded already (glibc and musl agree on the value).
	rtldNoload = 4
)
