package gen

import (
	"path/filepath"
	"strings"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/emit"
)

// Text is a generated file without line directives, and where each of its lines comes from.
type Text struct {
	File
	From []diag.Pos // of each line; the zero position for what comes from no line of a kernel
}

// GoText returns the package's Go file with the origin of its lines.
func (r *Result) GoText() (Text, error) {
	data, from, err := emit.GoLines(r.Unit, r.goOptions())
	return Text{File{emit.GoFileName(r.Name), data}, from}, err
}

// CText returns the C file of the package's kernels with the origin of its lines.
func (r *Result) CText() (Text, error) {
	o := r.cOptions()
	o.Lines = false
	files, err := emit.C(r.Unit, o)
	if err != nil {
		return Text{}, err
	}
	name := emit.FileName(r.Name) + ".c"
	from, err := emit.CLines(r.Unit, o)
	return Text{File{name, files[name]}, from}, err
}

// sourceDir returns the kernels' folder relative to the folder that the files are for, with slashes; "" if it is the same or is not
// to be reached from there.
func (r *Result) sourceDir() string {
	files := r.Package.Syntax.Files
	if len(files) == 0 {
		return ""
	}
	source, err := filepath.Abs(filepath.Dir(filepath.FromSlash(files[0].Name)))
	if err != nil {
		return ""
	}
	out, err := filepath.Abs(r.Dir)
	if err != nil {
		return ""
	}
	rel, err := filepath.Rel(out, source)
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

// checkNames refuses names of files that no line directive can hold.
func (c *compilation) checkNames() {
	for _, f := range c.result.Package.Syntax.Files {
		if c.options.Lines && strings.ContainsAny(f.Name, "\r\n") {
			c.diags.Errorf(diag.Pos{File: f.Name}, 0, "a line directive cannot hold a file's name with a line break")
		}
	}
}
