// Package syntax turns the text of a kernel package into Go syntax trees and //kg: directives.
//
// A .kg file is syntactically a Go file, so go/parser reads it; what this package adds is the unit (all
// .kg files of a folder, with the hand-written .go files whose constants kernels may use), the table of
// directives with the places where each may stand, and messages for a user of kernels.
package syntax

import (
	"go/ast"
	"go/token"

	"github.com/kgen-go/kgen/gen/diag"
)

// Package is the unit of compilation: one folder's kernel files.
type Package struct {
	Fset    *token.FileSet
	Name    string  // the name in the package clauses
	Files   []*File // the .kg files, sorted by name
	GoFiles []*File // the hand-written .go files beside them, sorted by name
}

// File is one parsed source file.
type File struct {
	Name       string // as it stands in positions
	Src        []byte
	AST        *ast.File    // never nil; what could be parsed
	Directives []*Directive // in source order, only those that are known, well placed and well formed
}

// Directive is one //kg: comment.
type Directive struct {
	Pos     token.Pos // of the comment
	Verb    string    // "cdef", "nobounds"
	Args    string    // what follows the verb, without surrounding space
	ArgsPos token.Pos // of the first byte of Args
	Node    ast.Node  // the *ast.FuncDecl or loop statement that it stands on; nil for the file
}

// Pos resolves a position. Comments such as //line do not move it.
func (p *Package) Pos(pos token.Pos) diag.Pos { return position(p.Fset, pos) }

func position(fset *token.FileSet, pos token.Pos) diag.Pos {
	at := fset.PositionFor(pos, false)
	return diag.Pos{File: at.Filename, Line: at.Line, Col: at.Column}
}

// Declared returns the identifiers that the file's declarations enter into the package's scope.
func (f *File) Declared() []*ast.Ident {
	var ids []*ast.Ident
	for _, d := range f.AST.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name != "init" {
				ids = append(ids, d.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.ValueSpec:
					ids = append(ids, s.Names...)
				case *ast.TypeSpec:
					ids = append(ids, s.Name)
				}
			}
		}
	}
	return ids
}

// Sources returns the text of every file by its name in positions, for printing diagnostics.
func (p *Package) Sources() diag.Sources {
	src := diag.Sources{}
	for _, list := range [][]*File{p.Files, p.GoFiles} {
		for _, f := range list {
			src[f.Name] = f.Src
		}
	}
	return src
}
