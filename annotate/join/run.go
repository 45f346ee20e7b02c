package join

import (
	"cmp"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/kgen-go/kgen/annotate/golist"
	"github.com/kgen-go/kgen/annotate/report"
)

// run is the state of one join.
type run struct {
	report  *report.Report
	owners  *owners
	overlay map[string]string
	tests   bool
	named   map[string]*report.Package
	names   map[string]string // of named packages in package clauses
	files   map[string]*file  // by absolute name; by package and name for files that the compiler makes up
	units   map[string]*unit  // by import path
	funcs   map[string]*decl  // by name as other packages print it: "strings.(*Builder).Len"; of the sources read so far
	shown   map[string]bool   // symbols of functions that several packages compile, whose code a line has
	spoken  map[place][]*text // messages on the heap, by line
	sites   map[site]map[place]bool
	machine map[machineKey]*aggregate
	loops   map[loopKey]*report.Loop
	strange []string
	last    struct { // what file found last
		name, pkg string
		file      *file
	}
}

// file is a source file, of the report or only met in positions.
type file struct {
	*report.File
	*source
	named  bool   // of a named package
	made   bool   // the compiler or cgo made it up
	used   bool   // it is of the report: of a named package, or a finding or an instruction is in it
	failed bool   // its test variant does not compile
	lines  []info // by line less one
}

// info is what is known of a line besides its findings.
type info struct {
	code bool // some instruction's inner place
	text bool // a message of the compiler
	away bool // its code is at the place that a //line directive gives
}

// place is a line of a file.
type place struct {
	file *file
	line int
}

func newRun(l *golist.Listing, overlay map[string]string) *run {
	e := l.Env
	r := &run{
		report: &report.Report{Schema: report.Schema, Build: report.Build{
			GoVersion: e.GOVERSION, GOOS: e.GOOS, GOARCH: e.GOARCH, Level: e.Level, Cgo: e.Cgo, Patterns: []string{},
		}},
		owners: newOwners(l), overlay: overlay,
		tests: slices.ContainsFunc(l.Packages, func(p *golist.Package) bool { return p.ForTest != "" }),
		named: map[string]*report.Package{}, names: map[string]string{}, files: map[string]*file{}, units: map[string]*unit{}, funcs: map[string]*decl{},
		shown: map[string]bool{}, spoken: map[place][]*text{}, sites: map[site]map[place]bool{}, machine: map[machineKey]*aggregate{}, loops: map[loopKey]*report.Loop{},
	}
	r.report.Build.Tests = r.tests
	return r
}

// file returns the file of a name in a position; pkg is the package whose compilation has the position.
func (r *run) file(name, pkg string) *file {
	if r.last.file != nil && name == r.last.name && pkg == r.last.pkg {
		return r.last.file // most positions are in the file of the one before
	}
	key := name
	if madeUp(name) {
		key = pkg + "\x00" + filepath.Base(name)
	}
	f := r.files[key]
	if f == nil {
		f = r.newFile(name, pkg, r.read(name))
		r.add(key, f)
	}
	r.last.name, r.last.pkg, r.last.file = name, pkg, f
	return f
}

// madeUp tells names that belong to no folder: the compiler and cgo make them up.
func madeUp(name string) bool {
	if !filepath.IsAbs(name) {
		return true
	}
	base := filepath.Base(name)
	return base == "_cgo_gotypes.go" || base == "_cgo_import.go" || base == "_testmain.go" || strings.HasSuffix(base, ".cgo1.go")
}

func (r *run) read(name string) *source {
	if madeUp(name) {
		return &source{name: name}
	}
	real := name
	if to, ok := r.overlay[name]; ok {
		real = to
	}
	return readSource(name, real)
}

func (r *run) newFile(name, pkg string, s *source) *file {
	base := filepath.Base(name)
	f := &file{source: s, made: madeUp(name), lines: make([]info, len(s.text)), File: &report.File{
		Package: pkg, Language: language(base), Test: strings.HasSuffix(base, "_test.go"), Generated: s.generated,
		Display: base, Source: s.text, Lines: make([]report.Line, len(s.text)),
	}}
	f.Path = pkg + "/" + base
	if !f.made {
		f.Package, f.Path = r.identify(name, pkg)
		f.Abs, f.Display = name, r.owners.display(name)
	}
	if s.text == nil {
		f.Abs = ""
	}
	s.owner = f.Package
	f.named = r.named[f.Package] != nil
	return f
}

// identify returns the package of a file and its path in the report. What //line directives name is of the package that has them, unless it lies
// in the folder of another one.
func (r *run) identify(name, pkg string) (owner, path string) {
	dir, base := filepath.Split(name)
	dir = filepath.Clean(dir)
	if p := r.named[pkg]; p != nil && filepath.Ext(base) != ".go" && !r.owners.listed(dir) {
		if rel, ok := below(dir, p.Dir); ok && rel != "" {
			return pkg, pkg + "/" + rel + "/" + base
		}
	}
	owner = r.owners.packageOf(dir)
	if owner == "" {
		owner = pkg
	}
	return owner, owner + "/" + base
}

func language(base string) string {
	switch filepath.Ext(base) {
	case ".kg":
		return "kg"
	case ".c", ".h":
		return "c"
	}
	return "go"
}

func (r *run) add(key string, f *file) {
	r.files[key] = f
	for _, d := range f.decls {
		if name := f.pkg + "." + d.name; r.funcs[name] == nil {
			r.funcs[name] = d
		}
	}
}

// readAll reads files at the same time and adds those that are new.
func (r *run) readAll(names []string, pkg map[string]string) {
	sources := make([]*source, len(names))
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				sources[i] = r.read(names[i])
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	wg.Wait()
	for i, name := range names {
		r.add(name, r.newFile(name, pkg[name], sources[i]))
	}
}

// at returns a place, nil file for an unknown one.
func (r *run) at(name string, line int, pkg string) place {
	if name == "" {
		return place{}
	}
	return place{r.file(name, pkg), line}
}

func (p place) info() *info {
	if p.file == nil || p.line < 1 || p.line > len(p.file.lines) {
		return nil
	}
	return &p.file.lines[p.line-1]
}

// state is the line of the report, nil for a place that no line stands for.
func (p place) state() *report.Line {
	if p.file == nil {
		return nil
	}
	return p.file.Line(p.line)
}

func (p place) decl() *decl {
	if p.file == nil {
		return nil
	}
	return p.file.declAt(p.line)
}

// compare orders places for results that do not depend on chance.
func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.path(), q.path()), cmp.Compare(p.line, q.line))
}

func (p place) path() string {
	if p.file == nil {
		return ""
	}
	return p.file.Path
}
