//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/kgen-go/kgen/ffi/internal/ffitest"
)

// TestSymbolKinds asks for functions where there are variables and the other way round.
func TestSymbolKinds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "libvalue.so")
	ffitest.Build(t, "value.c", path, "-DVALUE=1")
	lib, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := lib.Close(); err != nil {
			t.Error(err)
		}
	}()
	function := func(l *Lib, name string) error { _, err := l.function(name); return err }
	variable := func(l *Lib, name string, size uintptr) error { _, err := l.variable(name, size); return err }
	self := Self()
	tests := []struct {
		what string
		got  error
		want error
	}{
		{"function value", function(lib, "value"), nil},
		{"function counter", function(lib, "counter"), ErrNotFunction},
		{"function missing", function(lib, "missing"), ErrNotFound},
		{"function of the C library", function(self, "strlen"), nil},
		{"variable of the C library as a function", function(self, "environ"), ErrNotFunction},
		{"variable counter", variable(lib, "counter", 4), nil},
		{"variable counter of another size", variable(lib, "counter", 8), ErrSize},
		{"variable value", variable(lib, "value", 4), ErrNotVariable},
		{"variable missing", variable(lib, "missing", 4), ErrNotFound},
		{"variable of the C library", variable(self, "environ", 8), nil},
		{"function of a nil Lib", function(nil, "value"), ErrClosed},
	}
	for _, test := range tests {
		if !errors.Is(test.got, test.want) {
			t.Errorf("%s: error %v, want %v", test.what, test.got, test.want)
		}
	}
}
