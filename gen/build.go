package gen

import (
	"context"
	"path/filepath"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/gen/emit"
)

// Library is a built library.
type Library struct {
	Path   string
	Levels []int    // the CPU levels it has variants for; 1 stands for a single plain one
	Notes  []string // what the user should know, such as levels that were skipped
}

// Build compiles the C sources, which Write has written, to the library that the stub of the compiler's platform embeds.
func (r *Result) Build(ctx context.Context, cc *csrc.Compiler) (*Library, error) {
	dir := filepath.Join(r.Dir, cFolder)
	lib := csrc.Library{
		Dir:   dir,
		Name:  emit.FileName(r.Name),
		Out:   filepath.Join(dir, folderOf(cc.GOOS, cc.GOARCH), emit.LibraryName(r.Name, ".so")),
		Lanes: emit.UsesLanes(r.Unit),
	}
	built, err := cc.Build(ctx, lib)
	if err != nil {
		return nil, err
	}
	return &Library{Path: lib.Out, Levels: built.Levels, Notes: built.Skipped}, nil
}
