package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
)

// scope is the part of a report that a condition is limited to. Without a pattern it is the source of the packages that were named: what they compile of
// other packages' generic code is not theirs to change, but a pattern can name it.
type scope struct {
	pattern  string
	packages map[string]bool // import paths in the scope
	files    map[string]bool // all files of the report by File.Path: in the scope or not
	unseen   []string        // packages without data, with the reason
	data     bool            // something is known of some line
	kernels  bool            // there are kernels
}

// newScope finds what the pattern means in the report.
func newScope(r *report.Report, pattern string) *scope {
	s := &scope{pattern: pattern, packages: map[string]bool{}, files: map[string]bool{}}
	for _, p := range r.Packages {
		if pattern == "" && p.Named || pattern != "" && matches(p.Path, pattern) {
			s.packages[p.Path] = true
		}
	}
	seen := map[string]bool{}
	why := map[string]string{}
	for _, f := range r.Files {
		in := s.packages[f.Package] || pattern != "" && matches(f.Path, pattern)
		s.files[f.Path] = in
		switch {
		case !in:
		case known(f):
			seen[f.Package], s.data = true, true
		case !f.Test:
			why[f.Package] = cmp.Or(why[f.Package], reason(f))
		}
		s.kernels = s.kernels || in && f.Language != "go"
	}
	for _, path := range slices.Sorted(maps.Keys(why)) {
		if why[path] != "" && !seen[path] {
			s.unseen = append(s.unseen, path+": "+why[path])
		}
	}
	return s
}

// matches reports whether the path is the pattern, ends with it after a slash, or lies in the tree of a pattern "tree/...".
func matches(path, pattern string) bool {
	if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
		return strings.Contains("/"+path+"/", "/"+tree+"/")
	}
	return strings.HasSuffix("/"+path, "/"+pattern)
}

// has reports whether the finding is in the scope: its file is, or, for one that is in no file, the package that was compiled.
func (s *scope) has(f *report.Finding) bool {
	if in, ok := s.files[f.File]; ok {
		return in
	}
	return s.packages[f.Package]
}

// obstacles says what keeps the condition from being judged.
func (s *scope) obstacles(r *report.Report, c Condition) []string {
	switch {
	case s.pattern != "" && len(s.packages) == 0 && !s.anyFile():
		return []string{fmt.Sprintf("%s: the report has no package or file %s", c, s.pattern)}
	case s.pattern != "" && !s.data:
		return []string{fmt.Sprintf("%s: no line of %s has data: %s", c, s.pattern, cmp.Or(strings.Join(s.unseen, "; "), report.NoCode))}
	case metrics[c.Metric].kernel && s.kernels && len(r.Build.C) == 0:
		return []string{fmt.Sprintf("%s: no C compiler was asked about the kernels", c)}
	}
	return nil
}

func (s *scope) anyFile() bool {
	for _, in := range s.files {
		if in {
			return true
		}
	}
	return false
}

// known reports whether something is known of any line of the file.
func known(f *report.File) bool {
	for i := range f.Lines {
		if f.Lines[i].State != report.NoData {
			return true
		}
	}
	return false
}

// reason is the first one of a file without data that says more than that there is no code.
func reason(f *report.File) string {
	for i := range f.Lines {
		if why := f.Lines[i].Reason; why != "" && why != report.NoCode {
			return why
		}
	}
	return ""
}
