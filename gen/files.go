package gen

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/csrc"
	"github.com/kgen-go/kgen/gen/emit"
)

// cFolder holds everything of the C target: it has no Go files, because a Go package with C files in its
// own folder does not build under cgo.
const cFolder = "_kgen"

// emitGo adds the Go file.
func (c *compilation) emitGo() error {
	r := c.result
	data, err := emit.Go(r.Unit, r.goOptions())
	if err != nil {
		return err
	}
	r.add(emit.GoFileName(r.Name), data)
	return nil
}

// emitC adds the C sources and, if there is a Go file to bind them, the stub.
func (c *compilation) emitC() error {
	r := c.result
	files, err := emit.C(r.Unit, r.cOptions())
	if err != nil {
		return err
	}
	for name, data := range files {
		r.add(path.Join(cFolder, name), data)
	}
	if err := r.addHeaders(); err != nil {
		return err
	}
	if !c.options.Go {
		return nil
	}
	return c.emitStubs()
}

// platforms are those that ffi supports. Every run writes for all of them, so that what is generated does
// not depend on the machine.
var platforms = []struct{ goos, goarch string }{{"linux", "amd64"}, {"linux", "arm64"}}

// folderOf names the folder of a platform's library.
func folderOf(goos, goarch string) string { return goos + "_" + goarch }

// emitStubs adds, for each platform, the Go file that binds its library.
func (c *compilation) emitStubs() error {
	r := c.result
	for _, p := range platforms {
		stub, err := emit.Stub(r.Unit, emit.StubOptions{GoOptions: r.goOptions(), Name: r.Name, Dir: cFolder, GOOS: p.goos, GOARCH: p.goarch})
		if err != nil {
			return err
		}
		r.add(r.Name+"_kgc_"+folderOf(p.goos, p.goarch)+".go", stub)
	}
	return nil
}

// lanesHeader is included by C with vectors only.
const lanesHeader = "kg_lanes.h"

// addHeaders adds the headers that the C sources include.
func (r *Result) addHeaders() error {
	headers := csrc.Include()
	names, err := fs.Glob(headers, "*.h")
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == lanesHeader && !emit.UsesLanes(r.Unit) {
			continue
		}
		data, err := fs.ReadFile(headers, name)
		if err != nil {
			return err
		}
		first := fmt.Sprintf("// %s %s; DO NOT EDIT.\n", generated, Version)
		r.add(path.Join(cFolder, name), append([]byte(first), data...))
	}
	return nil
}

func (r *Result) add(name string, data []byte) {
	r.Files = append(r.Files, File{name, data})
	slices.SortFunc(r.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
}

func (r *Result) cOptions() emit.COptions {
	o := emit.COptions{Name: r.Name, Version: Version, Sources: r.sourceNames(), Fingerprint: r.Fingerprint,
		Lines: r.options.Lines, SourceDir: path.Join("..", r.sourceDir())}
	for _, p := range platforms {
		o.Platforms = append(o.Platforms, folderOf(p.goos, p.goarch))
	}
	return o
}

// sourceNames returns the names of the package's files without folders.
func (r *Result) sourceNames() []string {
	var names []string
	for _, f := range r.Package.Syntax.Files {
		names = append(names, baseName(f.Name))
	}
	return names
}

// baseName returns the last element of a file's name.
func baseName(name string) string { return path.Base(filepath.ToSlash(name)) }
