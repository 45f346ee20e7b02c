//go:build linux && !noffi

package main

import (
	"runtime"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/examples/ffi/internal/exampletest"
)

func TestMain(m *testing.M) { exampletest.Main(m, main) }

func Test(t *testing.T) {
	size := map[string]string{"amd64": "12", "arm64": "16"}[runtime.GOARCH]
	exampletest.Run(t, strings.Replace(`an event has SIZE bytes
before: 0 events
after: 1 event
data 0x1122334455667788, read "message 1"
`, "SIZE", size, 1))
}
