//go:build arm64 && !darwin && !ios && !windows

package ffi

const longWords = 2

var hostFormat = formatQuad
