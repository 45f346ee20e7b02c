//go:build windows || (darwin && arm64) || (ios && arm64) || (!amd64 && !arm64)

package ffi

const longWords = 1

var hostFormat = formatDouble
