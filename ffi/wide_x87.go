//go:build amd64 && !windows

package ffi

const longWords = 2

var hostFormat = formatX87
