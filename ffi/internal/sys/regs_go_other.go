//go:build !amd64 && !arm64

package sys

const (
	NGoInt   = 2
	NGoFloat = 2
)
