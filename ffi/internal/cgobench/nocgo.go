//go:build !cgo || !linux || android || !(amd64 || arm64) || noffi

package main

import "fmt"

func main() { fmt.Println("cgobench: not run, for want of cgo on Linux") }
