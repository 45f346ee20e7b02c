package csrc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Explanation is what a compiler tells about the code that it makes of a C file.
type Explanation struct {
	Records  []byte // of the vectoriser: text of gcc's -fopt-info-vec-all, YAML of clang's -fsave-optimization-record
	Assembly []byte // with .file and .loc directives
	Level    int    // the CPU level of amd64 that it is for; 0 where there are none or the compiler knows none
}

// ErrSilent says that a compiler has nothing to tell about its code.
var ErrSilent = errors.New("the compiler keeps no record of what it optimises")

// explainLevel is the CPU level that explanations are about: that of most machines in use.
const explainLevel = 3

// The files that an explanation is read from.
const (
	explainedRecords  = "explained.records"
	explainedAssembly = "explained.s"
)

// recordFlags ask for optimisation records. clang's are cut down to the passes that matter for loops and calls.
var recordFlags = map[Kind][]string{
	GCC: {"-fopt-info-vec-all=" + explainedRecords},
	Clang: {"-fsave-optimization-record", "-foptimization-record-file=" + explainedRecords,
		"-foptimization-record-passes=loop-vectorize|slp-vectorizer|inline"},
}

// Explain compiles one C file in a folder with the flags of generated C, for one CPU level, and returns what the compiler
// says about it. It leaves files in the folder. tcc gives ErrSilent.
func (c *Compiler) Explain(ctx context.Context, dir, source string) (*Explanation, error) {
	records, ok := recordFlags[c.Kind]
	if !ok {
		return nil, fmt.Errorf("%s %s: %w", c.Kind, c.Version, ErrSilent)
	}
	b := &build{Compiler: c, lib: Library{Dir: dir}, tmp: dir}
	e := &Explanation{}
	args := slices.Concat(flags[c.Kind], []string{"-g1", "-S", source, "-o", explainedAssembly}, records)
	if c.GOARCH == "amd64" && b.probe(ctx, march(explainLevel)) == nil {
		e.Level = explainLevel
		args = append(args, march(e.Level), fmt.Sprintf("-DKG_LEVEL=_v%d", e.Level))
	}
	if err := b.run(ctx, "explaining "+source, args...); err != nil {
		return nil, err
	}
	var err error
	if e.Assembly, err = os.ReadFile(filepath.Join(dir, explainedAssembly)); err != nil {
		return nil, err
	}
	e.Records, err = os.ReadFile(filepath.Join(dir, explainedRecords))
	if errors.Is(err, os.ErrNotExist) { // nothing to say
		err = nil
	}
	return e, err
}
