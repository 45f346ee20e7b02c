package join

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/golist"
	"github.com/kgen-go/kgen/annotate/report"
)

// packages makes the report's packages of those that were named, and the files of their sources.
func (r *run) packages(l *golist.Listing) {
	from := map[string]string{}
	for _, p := range l.Packages {
		if p.ForTest != "" {
			continue
		}
		q := &report.Package{Path: p.ImportPath, Named: true, Error: p.Err, Dir: p.Dir}
		if p.Module != nil {
			q.Module = p.Module.Path
		}
		r.named[q.Path], r.names[q.Path] = q, p.Name
		r.report.Packages = append(r.report.Packages, q)
		for _, name := range p.IgnoredGoFiles {
			if r.tests || !strings.HasSuffix(name, "_test.go") {
				q.Ignored = append(q.Ignored, name)
			}
		}
		for _, name := range r.sourcesOf(p, q.Ignored) {
			from[name] = p.ImportPath
		}
	}
	r.readAll(slices.Sorted(maps.Keys(from)), from)
	for _, f := range r.files {
		f.used = true
	}
	r.variants(l)
}

// onlyTests says so if there is nothing to report because all code is in tests, which were not compiled.
func (r *run) onlyTests(l *golist.Listing) {
	have := false
	for _, p := range l.Packages {
		if len(p.GoFiles)+len(p.CgoFiles) > 0 || p.Err != "" {
			return
		}
		have = have || len(p.TestGoFiles)+len(p.XTestGoFiles) > 0
	}
	if have && !r.tests {
		r.strange = append(r.strange, "all code here is in tests, which are compiled with -tests only")
	}
}

// sourcesOf lists the absolute names of the Go files of a package that the report shows.
func (r *run) sourcesOf(p *golist.Package, ignored []string) []string {
	lists := [][]string{p.GoFiles, p.CgoFiles, ignored}
	if r.tests {
		lists = append(lists, p.TestGoFiles, p.XTestGoFiles)
	}
	names := slices.Concat(lists...)
	for i, name := range names {
		if !filepath.IsAbs(name) {
			names[i] = filepath.Join(p.Dir, name)
		}
	}
	return names
}

// variants takes over the errors of test variants: the tests do not compile although the package does.
func (r *run) variants(l *golist.Listing) {
	for _, p := range l.Packages {
		q := r.named[p.ForTest]
		if p.ForTest == "" || q == nil || p.Err == "" || q.Error != "" {
			continue
		}
		r.strange = append(r.strange, p.ImportPath+": "+p.Err)
		for _, f := range r.files {
			if f.Package == q.Path && f.Test {
				f.failed = true
			}
		}
	}
}
