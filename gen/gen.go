// Package gen is the front door of the generator: Compile takes a folder of kernels through all stages
// to the files that are generated from it. The stages, in order: syntax reads, check types, lower makes IR, opt improves it, emit
// writes Go and C. Each is a package of its own that imports no later one.
package gen

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/gen/check"
	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/emit"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/lower"
	"github.com/kgen-go/kgen/gen/opt"
	"github.com/kgen-go/kgen/gen/syntax"
)

// Version is the version of the generator; it is part of each fingerprint.
const Version = "0.1.0"

// Options say what Compile makes.
type Options struct {
	NoBounds   bool   // leave out all bounds checks
	Go         bool   // emit Go
	C          bool   // emit C and, with Go, the stubs that bind it, one for each platform
	Dir        string // the folder that the files are for; that of the kernels when empty
	ImportPath string // of the generated package; found from the go.mod above Dir when empty
	Lines      bool   // //line and #line directives in what is generated, so that tools name the kernels' lines
	// Observe, if not nil, is called with the unit after lowering (stage "ir") and after the passes ("opt").
	// It must not keep or change the unit.
	Observe func(stage string, u fmt.Stringer)
}

// File is a generated file. Name is relative to the package's folder, with slashes.
type File struct {
	Name string
	Data []byte
}

// Result is a compiled package.
type Result struct {
	Name        string // of the package and of its library
	Dir         string // the folder that the files are for
	Package     *check.Package
	Unit        *ir.Unit // after all passes
	Files       []File   // by name
	Fingerprint string
	Warnings    []*diag.Diagnostic
	Sources     diag.Sources

	options Options
}

// Error is the failure of a compilation: what is wrong with the sources, and the sources to show it in.
type Error struct {
	*diag.Errors
	Sources diag.Sources
}

// Unwrap returns the diagnostics.
func (e *Error) Unwrap() error { return e.Errors }

// InternalError is a fault of the generator itself.
type InternalError struct {
	Stage string
	Path  string
	Err   error
	Stack []byte // nil unless a stage panicked
}

// Error names the stage and the sources.
func (e *InternalError) Error() string {
	return fmt.Sprintf("%s: internal error of kgen in stage %s: %v", e.Path, e.Stage, e.Err)
}

// Unwrap returns what went wrong.
func (e *InternalError) Unwrap() error { return e.Err }

// Compile compiles the package of a .kg file, or of the kernels in a folder. What is wrong with the sources
// comes back as an *Error, a fault of kgen's own as an *InternalError. It writes nothing.
func Compile(name string, o Options) (result *Result, err error) {
	c := &compilation{path: name, options: o}
	defer func() {
		if r := recover(); r != nil {
			result, err = nil, &InternalError{Stage: c.stage, Path: name, Err: fmt.Errorf("%v", r), Stack: debug.Stack()}
		}
	}()
	for _, s := range stages {
		c.stage = s.name
		if err := s.run(c); err != nil {
			return nil, c.failure(err)
		}
	}
	return c.result, nil
}

// compilation is one run of the stages.
type compilation struct {
	path    string
	options Options
	stage   string
	diags   diag.List
	result  *Result
}

// stages is the order of the compilation.
var stages = []struct {
	name string
	run  func(*compilation) error
}{
	{"syntax", (*compilation).parse},
	{"check", (*compilation).check},
	{"lower", (*compilation).lower},
	{"opt", (*compilation).optimise},
	{"emit", (*compilation).emit},
}

func (c *compilation) parse() error {
	p := syntax.Load(c.path, &c.diags)
	c.result = &Result{Dir: filepath.Clean(cmp.Or(c.options.Dir, folder(c.path))), options: c.options}
	if p != nil {
		c.result.Package = &check.Package{Syntax: p}
		c.result.Sources = p.Sources()
		c.checkNames()
	}
	return c.diags.Err()
}

func (c *compilation) check() error {
	p := check.Check(c.result.Package.Syntax, &c.diags)
	if err := c.diags.Err(); err != nil {
		return err
	}
	c.diags.Sort()
	c.result.Package = p
	c.result.Name = p.Name
	c.result.Warnings = c.diags.All
	return nil
}

func (c *compilation) lower() error {
	u, err := lower.Lower(c.result.Package, lower.Options{NoBounds: c.options.NoBounds})
	if err != nil {
		return internal{err}
	}
	c.result.Unit = u
	return c.verified("ir")
}

func (c *compilation) optimise() error {
	if err := opt.Run(c.result.Unit, opt.Passes(), nil); err != nil {
		return internal{err}
	}
	return c.verified("opt")
}

// verified checks the unit, whose faults are the generator's, and shows it to the observer.
func (c *compilation) verified(stage string) error {
	if c.options.Observe != nil {
		c.options.Observe(stage, c.result.Unit)
	}
	if err := ir.Verify(c.result.Unit); err != nil {
		return internal{err}
	}
	return nil
}

// emit makes the files and the fingerprint that ties them together.
func (c *compilation) emit() error {
	r := c.result
	r.Fingerprint = fingerprint(r)
	if c.options.Go {
		if err := c.emitGo(); err != nil {
			return err
		}
	}
	if c.options.C {
		if err := c.emitC(); err != nil {
			return err
		}
	}
	return nil
}

// fingerprint is a hash of the generator's version and the unit. Files go in by their base names, so that it does not
// depend on where kgen was called.
func fingerprint(r *Result) string {
	var short []string
	for _, f := range r.Package.Syntax.Files {
		short = append(short, strconv.Quote(f.Name), strconv.Quote(baseName(f.Name)))
	}
	text := strings.NewReplacer(short...).Replace(r.Unit.String())
	sum := sha256.Sum256([]byte(Version + "\n" + text))
	return hex.EncodeToString(sum[:16])
}

func (r *Result) goOptions() emit.GoOptions {
	o := emit.GoOptions{
		Package:     r.Name,
		ImportPath:  r.options.ImportPath,
		SourceFiles: r.sourceNames(),
		Fingerprint: r.Fingerprint,
		Version:     Version,
		TargetC:     r.options.C,
		Lines:       r.options.Lines,
		SourceDir:   r.sourceDir(),
	}
	if o.ImportPath == "" {
		o.ImportPath = importPath(r.Dir, r.Name)
	}
	for _, f := range r.Package.Syntax.GoFiles {
		for _, id := range f.Declared() {
			o.Taken = append(o.Taken, id.Name)
		}
	}
	return o
}

// internal marks an error as the generator's own fault.
type internal struct{ error }

func (i internal) Unwrap() error { return i.error }

// failure turns a stage's error into what Compile returns.
func (c *compilation) failure(err error) error {
	if list, ok := err.(*diag.Errors); ok {
		sources := diag.Sources{}
		if c.result != nil {
			sources = c.result.Sources
		}
		return &Error{list, sources}
	}
	return &InternalError{Stage: c.stage, Path: c.path, Err: err}
}
