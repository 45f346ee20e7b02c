package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/syntax"
)

// checker holds the state of one Check.
type checker struct {
	syntax  *syntax.Package
	errs    *diag.List
	info    *Info
	pkg     *types.Package        // owner of the objects
	scope   *scope                // the package's
	files   map[*ast.File]*scope  // the files' scopes, which hold the imports
	untyped map[ast.Expr]*untyped // expressions whose type may still change
	used    map[types.Object]bool // variables that are read
	imports []*importSpec         // in order of place
	consts  []*constDecl          // of the .kg files, in order of place
	kernels map[*ast.FuncDecl]*Kernel
	edges   map[*Kernel][]edge // the calls of each kernel
	env
}

// env is what changes as the checker descends into declarations and blocks.
type env struct {
	local   *scope         // innermost
	iota    constant.Value // inside a constant declaration
	fn      *function      // nil at package level
	hasCall bool           // a call that happens at run time was seen
}

// untyped is what must be remembered of an expression until its type is final.
type untyped struct {
	shifted bool // the constant left operand of a non-constant shift, whose type must become an integer
}

// edge is a call of one kernel by another.
type edge struct {
	to  *Kernel
	pos *ast.CallExpr
}

// Check types the package. What is wrong goes to errs, which it sorts; the result is complete only if no error was found.
func Check(p *syntax.Package, errs *diag.List) *Package {
	c := &checker{
		syntax: p, errs: errs, pkg: types.NewPackage(p.Name, p.Name),
		scope: newScope(universe()), files: map[*ast.File]*scope{},
		untyped: map[ast.Expr]*untyped{}, used: map[types.Object]bool{},
		kernels: map[*ast.FuncDecl]*Kernel{}, edges: map[*Kernel][]edge{},
		info: &Info{
			Types: map[ast.Expr]TypeAndValue{},
			Defs:  map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Calls: map[*ast.CallExpr]Call{}, NoBounds: map[ast.Node]bool{},
			Targets: map[*ast.BranchStmt]ast.Stmt{}, KernelOf: map[types.Object]*Kernel{},
		},
	}
	out := &Package{Syntax: p, Name: p.Name, Info: c.info}
	fns := c.collect()
	for _, fn := range fns {
		c.signature(fn)
	}
	c.packageConsts()
	for _, fn := range fns {
		c.body(fn)
		out.Kernels = append(out.Kernels, fn.kernel)
	}
	c.unusedImports()
	c.recursion(out.Kernels)
	if len(fns) == 0 && len(p.Files) > 0 && !errs.HasErrors() {
		c.errorf(p.Files[0].AST.Name, "no kernels in package %s", p.Name)
	}
	errs.Sort()
	return out
}

// within runs f in another environment.
func (c *checker) within(e env, f func()) {
	saved := c.env
	c.env = e
	f()
	c.env = saved
}

// block runs f in a new scope.
func (c *checker) block(f func()) {
	outer := c.local
	c.local = newScope(outer)
	f()
	c.local = outer
}

// errorf reports an error about a node, under its first token or, for operations, their operator.
func (c *checker) errorf(at ast.Node, format string, args ...any) *diag.Diagnostic {
	return c.errorAt(at.Pos(), c.width(at), format, args...)
}

// errorAt reports an error about the length bytes at a position. Only a tree with syntax errors lacks positions; then the
// package clause stands in.
func (c *checker) errorAt(pos token.Pos, length int, format string, args ...any) *diag.Diagnostic {
	if !pos.IsValid() {
		pos, length = c.syntax.Files[0].AST.Name.Pos(), 1
	}
	return c.errs.Errorf(c.syntax.Pos(pos), length, format, args...)
}

// width is the number of bytes to underline for a node: all of it if it stands on one line.
func (c *checker) width(at ast.Node) int {
	switch at := at.(type) {
	case ast.Expr:
		from, to := c.syntax.Pos(at.Pos()), c.syntax.Pos(at.End())
		if from.Line == to.Line {
			return to.Col - from.Col
		}
	case *ast.ForStmt, *ast.FuncDecl:
		return len("func")
	}
	return 1
}
