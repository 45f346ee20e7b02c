package gen

import (
	"go/ast"
	"io"
)

// PrintTree writes the syntax trees of the package's files.
func PrintTree(w io.Writer, r *Result) error {
	p := r.Package.Syntax
	for _, f := range p.Files {
		if err := ast.Fprint(w, p.Fset, f.AST, ast.NotNilFilter); err != nil {
			return err
		}
	}
	return nil
}
