package annotate_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kgen-go/kgen/annotate"
	"github.com/kgen-go/kgen/csrc/csrctest"
)

// TestFlags wants all flags of the user in the report, those of GOFLAGS too: they make builds unlike.
func TestFlags(t *testing.T) {
	csrctest.Need(t, "go")
	dir := exampleModule(t)
	writeFile(t, filepath.Join(dir, "p", "p.go"), "package p\n\nfunc F(x []int) int { return x[0] }\n")
	r, err := annotate.Run(context.Background(), annotate.Options{
		Dir: dir, Patterns: []string{"./p"}, Tags: "b", Env: append(os.Environ(), "GOFLAGS=-mod=mod -gcflags=-l"), Trusted: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"-mod=mod", "-gcflags=-l", "-tags=b"}; !slices.Equal(r.Build.Flags, want) {
		t.Errorf("flags %q, want %q", r.Build.Flags, want)
	}
}
