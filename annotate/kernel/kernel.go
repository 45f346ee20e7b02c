// Package kernel shows kernels where their sources are. The kernels of a package with Go that kgen generated are compiled again in the process,
// to learn which line of a .kg file each generated line comes from; what the Go compiler said about the generated lines then moves to the lines of the
// kernel, and beside it comes what C compilers say about the emitted C, what kgen itself proved and left, and what each line became.
package kernel

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/gen"
)

// Options say what is asked about kernels.
type Options struct {
	Package string   // import path of the package in the folder
	CC      []string // C compilers, command lines as in the variable CC; none: the one that kgen would use
	NoC     bool     // ask no C compiler
}

// Kernels is what was found out about the kernels of one package.
type Kernels struct {
	Warnings  []string // what could not be found out, and why
	Compilers []string // those that were asked, for report.Build: "gcc 12 (x86-64-v3)"

	dir       string
	options   Options
	generated *generatedFile
	origin    *origin // nil if the sources are not known
	shape     *shape
	cText     gen.Text // the emitted C, if C is a target
	c         *cFile   // the same, read
	answers   []*answer
	notes     notes
}

// Load looks in a package's folder for Go that kgen generated, and finds out about the kernels that it was generated from. It returns nil when there
// is none. Kernels that cannot be understood (changed since kgen ran, sources not found) and C compilers that fail are warnings; an error
// is only what ends the run: a folder that cannot be read, the end of the context.
func Load(ctx context.Context, dir string, o Options) (*Kernels, error) {
	if dir == "" { // a package that was not found
		return nil, ctx.Err()
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	g, err := findGenerated(dir)
	if err != nil || g == nil {
		return nil, err
	}
	k := &Kernels{dir: dir, options: o, generated: g}
	if k.origin, err = g.trace(dir); err != nil {
		k.warn("%v", err)
		return k, ctx.Err()
	}
	k.shape = shapeOf(k.origin.result.Package)
	k.notes = notes{}
	k.notes.types(k.origin.result.Package)
	k.notes.checks(k.origin.units.sites)
	k.notes.code("Go", strings.Split(string(k.origin.text.Data), "\n"), k.origin.text.From)
	if !g.targetC {
		return k, ctx.Err()
	}
	if k.cText, err = k.origin.result.CText(); err != nil {
		k.warn("%s: %v", g.name, err)
		return k, ctx.Err()
	}
	k.c = readC(k.cText, k.shape)
	k.notes.code("C", k.c.lines, k.c.from)
	if o.NoC {
		return k, ctx.Err()
	}
	return k, k.ask(ctx, o)
}

func (k *Kernels) warn(format string, args ...any) {
	k.Warnings = append(k.Warnings, k.options.Package+": "+fmt.Sprintf(format, args...))
}

// folder is the way from the package's folder to that of the kernels, with slashes: "." if it is the same.
func (k *Kernels) folder() string {
	rel, err := filepath.Rel(k.dir, k.origin.dir)
	if err != nil {
		return "."
	}
	return filepath.ToSlash(rel)
}

// home is the import path of the folder that the kernels are in.
func (k *Kernels) home() string { return path.Join(k.options.Package, k.folder()) }

// path is the report's name of a kernel's file.
func (k *Kernels) path(base string) string { return k.home() + "/" + base }

// Apply changes a report: what the Go compiler said about generated lines moves to the lines of the kernels, and what C compilers
// and kgen say about these is added, with the warnings. Call r.Sort afterwards.
func (k *Kernels) Apply(r *report.Report) error {
	r.Warnings = append(r.Warnings, k.Warnings...)
	a := &application{Kernels: k, report: r, files: map[string]*report.File{}}
	for _, f := range r.Files {
		a.files[f.Path] = f
	}
	a.goFile = a.files[k.options.Package+"/"+k.generated.name]
	if k.origin == nil {
		return a.untraced()
	}
	a.generated()
	a.kernelFiles()
	a.move()
	a.own()
	a.states()
	return nil
}
