package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"github.com/kgen-go/kgen/gen/syntax"
)

// function is a kernel while its body is being checked.
type function struct {
	kernel *Kernel
	scope  *scope // of parameters, results and the outermost block
	cdefs  *cdefs
	labels map[string]*label
	frames []frame // the enclosing statements that break and continue can name
}

// importSpec is an import of package math.
type importSpec struct {
	spec *ast.ImportSpec
	used bool
}

// collect enters the package's names: imports, constants and kernels of the .kg files, and of the .go files the constants
// and the names that kernels cannot use. It returns the kernels in order.
func (c *checker) collect() []*function {
	var fns []*function
	for _, f := range c.syntax.GoFiles {
		c.files[f.AST] = newScope(c.scope)
		for _, s := range f.AST.Imports {
			if path, err := strconv.Unquote(s.Path.Value); err == nil && path == "math" {
				c.declareMath(c.files[f.AST], s)
			}
		}
		for _, id := range f.Declared() {
			if types.Universe.Lookup(id.Name) != nil {
				c.errorf(id, "%s is predeclared, and the Go that is generated for this package needs it: rename this one", id.Name)
			}
		}
		for _, d := range f.AST.Decls {
			c.goDecl(f, d)
		}
	}
	for _, f := range c.syntax.Files {
		c.files[f.AST] = newScope(c.scope)
		for _, d := range f.AST.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				c.packageDecl(f, d)
			case *ast.FuncDecl:
				if fn := c.kernelDecl(f, d); fn != nil {
					fns = append(fns, fn)
				}
			}
		}
	}
	c.importClashes()
	return fns
}

// packageDecl enters the names of a declaration in a .kg file.
func (c *checker) packageDecl(f *syntax.File, d *ast.GenDecl) {
	switch d.Tok {
	case token.IMPORT:
		for _, s := range d.Specs {
			c.importDecl(f, s.(*ast.ImportSpec))
		}
	case token.CONST:
		for _, decl := range constDecls(d, c.files[f.AST], false) {
			c.declare(c.scope, &entity{kind: constName, ident: decl.name, decl: decl})
			c.consts = append(c.consts, decl)
		}
	case token.VAR:
		for _, s := range d.Specs {
			id := s.(*ast.ValueSpec).Names[0]
			c.errorf(id, "a package variable is not supported in kernels: make %s a constant, or pass it as a parameter", id.Name)
			c.refuseNames(s.(*ast.ValueSpec).Names, "")
		}
	case token.TYPE:
		for _, s := range d.Specs {
			id := s.(*ast.TypeSpec).Name
			c.errorf(id, "%s", typeDeclRefused)
			c.refuseNames([]*ast.Ident{id}, "")
		}
	}
}

const typeDeclRefused = "type declarations are not supported in this version: write the type itself where it is used"

// refuseNames enters names whose use is an error; an empty reason stands for one reported already.
func (c *checker) refuseNames(names []*ast.Ident, why string) {
	for _, id := range names {
		if id.Name == "_" {
			continue
		}
		e := &entity{kind: refusedName, ident: id, why: why}
		if why == "" {
			e = &entity{kind: varName, ident: id, obj: c.newVar(id.Pos(), id.Name, invalid)}
		}
		c.declare(c.scope, e)
	}
}

// goDecl enters the names of a declaration in a hand-written .go file.
func (c *checker) goDecl(f *syntax.File, d ast.Decl) {
	where := " is declared in " + f.Name + ": kernels cannot use Go's "
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name != "init" {
			c.refuseNames([]*ast.Ident{d.Name}, d.Name.Name+where+"functions; write it as a kernel")
		}
	case *ast.GenDecl:
		if d.Tok == token.CONST {
			for _, decl := range constDecls(d, c.files[f.AST], true) {
				c.declare(c.scope, &entity{kind: constName, ident: decl.name, decl: decl})
			}
			return
		}
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				for _, id := range s.Names {
					c.refuseNames([]*ast.Ident{id}, id.Name+where+"variables; pass it as a parameter")
				}
			case *ast.TypeSpec:
				c.refuseNames([]*ast.Ident{s.Name}, s.Name.Name+where+"types in this version; write the type itself")
			}
		}
	}
}

// importDecl admits package math.
func (c *checker) importDecl(f *syntax.File, s *ast.ImportSpec) {
	path, err := strconv.Unquote(s.Path.Value)
	switch {
	case err != nil:
		c.errorf(s.Path, "invalid import path %s", exprString(s.Path))
	case path != "math":
		c.errorf(s.Path, "package %q cannot be imported in a kernel file: only \"math\" can, for its exact functions and constants", path)
		c.refuseImport(f, s, path)
	case s.Name != nil && (s.Name.Name == "." || s.Name.Name == "_"):
		c.errorf(s.Name, "import %s \"math\" is not supported in kernels: write import \"math\"", s.Name.Name)
	default:
		spec := c.declareMath(c.files[f.AST], s)
		c.imports = append(c.imports, spec)
	}
}

// refuseImport enters the name of a refused package, so that its uses are not reported again.
func (c *checker) refuseImport(f *syntax.File, s *ast.ImportSpec, path string) {
	name := importName(s, path)
	c.files[f.AST].names[name] = &entity{kind: varName, ident: s.Name, obj: c.newVar(s.Pos(), name, invalid)}
}

// importName is the name that an import brings, by the usual rule that a package is called like its folder.
func importName(s *ast.ImportSpec, path string) string {
	if s.Name != nil {
		return s.Name.Name
	}
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

func (c *checker) declareMath(file *scope, s *ast.ImportSpec) *importSpec {
	id := &ast.Ident{NamePos: s.Path.Pos(), Name: "math"}
	if s.Name != nil {
		id = s.Name
	}
	spec := &importSpec{spec: s}
	obj := types.NewPkgName(id.Pos(), c.pkg, id.Name, mathPackage)
	e := &entity{kind: mathName, ident: id, obj: obj, spec: spec}
	if first := file.names[id.Name]; first != nil {
		c.errorf(id, "%s redeclared in this file", id.Name).Note(c.syntax.Pos(first.ident.Pos()), "the other import is here")
		return spec
	}
	file.names[id.Name] = e
	if s.Name != nil {
		c.info.Defs[s.Name] = obj
	}
	return spec
}

// importClashes reports imports whose names the package declares, which Go refuses.
func (c *checker) importClashes() {
	for _, s := range c.imports {
		name := importName(s.spec, "math")
		if e := c.scope.names[name]; e != nil && e.ident != nil {
			c.errorf(e.ident, "%s already declared through import of package math", name).
				Note(c.syntax.Pos(s.spec.Pos()), "the import is here")
		}
	}
}

func (c *checker) unusedImports() {
	for _, s := range c.imports {
		if !s.used {
			c.errorf(s.spec.Path, "\"math\" imported and not used")
		}
	}
}

// kernelDecl enters a function of a .kg file; it returns nil if there is nothing more to check in it.
func (c *checker) kernelDecl(f *syntax.File, d *ast.FuncDecl) *function {
	switch {
	case d.Recv != nil:
		c.errorf(d.Name, "methods are not supported in kernels: write a function that takes the receiver as a parameter")
		return nil
	case d.Name.Name == "_" || d.Name.Name == "init":
		c.errorf(d.Name, "%s cannot be the name of a kernel", d.Name.Name)
		return nil
	case d.Type.TypeParams != nil:
		at := d.Type.TypeParams
		c.errorAt(at.Pos(), 1, "type parameters are not supported in this version: write one kernel for each type")
		c.refuseNames([]*ast.Ident{d.Name}, "")
		return nil
	}
	k := &Kernel{Name: d.Name.Name, Decl: d, File: f, Exported: d.Name.IsExported()}
	for _, dir := range f.Directives {
		if dir.Verb == "nobounds" && (dir.Node == nil || dir.Node == d) {
			k.NoBounds = true
		}
	}
	c.kernels[d] = k
	c.declare(c.scope, &entity{kind: kernelName, ident: d.Name, kernel: k})
	return &function{kernel: k, labels: map[string]*label{}}
}
