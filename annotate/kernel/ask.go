package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/gen"
)

// answer is what one C compiler says about the emitted C.
type answer struct {
	target  string // "gcc", "clang"
	level   string // "x86-64-v3", or the architecture
	records []record
	asm     []*asmFunc
}

// ask has C compilers compile the emitted C in a temporary folder. What fails is a warning.
func (k *Kernels) ask(ctx context.Context, o Options) error {
	var compilers []*csrc.Compiler
	for _, cc := range o.CC {
		k.use(&compilers)(csrc.Named(ctx, cc))
	}
	if len(o.CC) == 0 {
		k.use(&compilers)(csrc.Find(ctx))
	}
	for _, cc := range compilers {
		if err := k.explain(ctx, cc); err != nil {
			k.warn("%s says nothing about the kernels of %s: %v", cc.Kind, k.generated.name, err)
		}
	}
	return ctx.Err()
}

// use returns a function that adds a compiler to a list, or warns that it was not found.
func (k *Kernels) use(list *[]*csrc.Compiler) func(*csrc.Compiler, error) {
	return func(cc *csrc.Compiler, err error) {
		if err != nil {
			k.warn("no C compiler was asked about the kernels of %s: %v", k.generated.name, err)
			return
		}
		*list = append(*list, cc)
	}
}

// explain compiles the C with one compiler.
func (k *Kernels) explain(ctx context.Context, cc *csrc.Compiler) error {
	dir, err := os.MkdirTemp("", "annotate-c-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := writeC(dir, k.cText, k.origin.result.Files); err != nil {
		return err
	}
	e, err := cc.Explain(ctx, dir, k.cText.Name)
	if err != nil {
		return explained(err)
	}
	a := &answer{target: string(cc.Kind), level: cc.GOARCH, asm: parseAsm(e.Assembly, k.cText.Name)}
	if e.Level > 0 {
		a.level = fmt.Sprintf("x86-64-v%d", e.Level)
	}
	bad := 0
	if cc.Kind == csrc.Clang {
		a.records, bad = parseClang(e.Records)
	} else {
		a.records = parseGCC(e.Records)
	}
	if bad > 0 {
		k.warn("%d blocks of the optimisation record that %s wrote about %s cannot be read", bad, cc.Kind, k.cText.Name)
	}
	k.answers = append(k.answers, a)
	k.Compilers = append(k.Compilers, fmt.Sprintf("%s %s (%s)", cc.Kind, cc.Version, a.level))
	return nil
}

// explained adds to a compiler's failure the first line of what it printed.
func explained(err error) error {
	var failed *csrc.Error
	if errors.As(err, &failed) {
		if said := strings.TrimSpace(failed.Output); said != "" {
			line, _, _ := strings.Cut(said, "\n")
			return fmt.Errorf("%w: %s", err, line)
		}
	}
	return err
}

// writeC writes the kernels' C without line directives, and the headers, into a folder. Its lines find their sources by the table
// of the text, so that no name of a user's file gets into the compilers' records.
func writeC(dir string, text gen.Text, files []gen.File) error {
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".h") {
			if err := os.WriteFile(filepath.Join(dir, path.Base(f.Name)), f.Data, 0o600); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, text.Name), text.Data, 0o600)
}
