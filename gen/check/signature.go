package check

import (
	"go/ast"
	"go/types"
	"slices"
)

// signature types a kernel's parameters and results and makes its object.
func (c *checker) signature(fn *function) {
	k := fn.kernel
	file := c.files[k.File.AST]
	fn.scope = newScope(file)
	c.within(env{local: file, fn: fn}, func() {
		fn.cdefs = c.cdefs(k.File, k.Decl)
		c.parameters(fn)
		c.results(fn)
	})
	if k.Name == "main" && c.syntax.Name == "main" && len(k.Params)+len(k.Results) > 0 {
		c.errorf(k.Decl.Name, "func main must have no arguments and no return values in package main")
	}
	obj := types.NewFunc(k.Decl.Name.Pos(), c.pkg, k.Name, k.Signature())
	c.info.Defs[k.Decl.Name] = obj
	c.info.KernelOf[obj] = k
	if e := c.scope.names[k.Name]; e.kernel == k {
		e.obj = obj
	}
}

// parameters reads a parameter list, which is all names or all typed.
func (c *checker) parameters(fn *function) {
	k := fn.kernel
	list := k.Decl.Type.Params.List
	if names := onlyNames(list); names != nil {
		for _, id := range names {
			c.warnTypeName(k, id)
			c.param(fn, id, nil)
		}
		return
	}
	for _, field := range list {
		var inline types.Type
		if !c.isAny(field.Type) {
			inline = c.typ(field.Type)
		}
		if len(field.Names) == 0 {
			c.errorf(field.Type, "this parameter of %s has a type but no name: write name %s", k.Name, exprString(field.Type))
		}
		for _, id := range field.Names {
			c.param(fn, id, inline)
		}
	}
}

// onlyNames returns the parameters of a list without types, which Go's grammar reads as types without names.
func onlyNames(list []*ast.Field) []*ast.Ident {
	var names []*ast.Ident
	for _, field := range list {
		id, ok := field.Type.(*ast.Ident)
		if !ok || len(field.Names) > 0 {
			return nil
		}
		names = append(names, id)
	}
	return names
}

// warnTypeName warns about a parameter that looks like a type.
func (c *checker) warnTypeName(k *Kernel, id *ast.Ident) {
	if e := c.local.lookup(id.Name); e != nil && e.kind == typeName {
		c.errs.Warnf(c.syntax.Pos(id.Pos()), len(id.Name),
			"%s is the name of a parameter of %s here, not its type: to give a type write x %s", id.Name, k.Name, id.Name)
	}
}

// isAny reports whether a type is Go's any, which in a parameter list stands for "no type".
func (c *checker) isAny(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	if !ok || id.Name != "any" {
		return false
	}
	ent := c.local.lookup("any")
	return ent != nil && ent.kind == refusedName && ent.ident == nil
}

// param declares one parameter.
func (c *checker) param(fn *function, id *ast.Ident, inline types.Type) {
	t := c.declaredType(id, inline)
	if t == nil {
		c.errorf(id, "parameter %s of %s has no type: add //kg:cdef %s float64 or write it inline", id.Name, fn.kernel.Name, id.Name)
		t = invalid
	}
	v := types.NewParam(id.Pos(), c.pkg, id.Name, t)
	fn.kernel.Params = append(fn.kernel.Params, v)
	c.declare(fn.scope, &entity{kind: varName, ident: id, obj: v})
}

// results reads the results, which stand inline or in a //kg:cdef return.
func (c *checker) results(fn *function) {
	k := fn.kernel
	var inline []types.Type
	for _, field := range fieldList(k.Decl.Type.Results) {
		t := c.typ(field.Type)
		for _, id := range field.Names {
			c.result(fn, id, c.declaredType(id, t))
			inline = append(inline, t)
		}
		if len(field.Names) == 0 {
			c.result(fn, nil, t)
			inline = append(inline, t)
		}
	}
	set := fn.cdefs
	switch {
	case set.at == nil:
	case len(inline) == 0:
		for _, t := range set.results {
			c.result(fn, nil, t)
		}
	case !slices.EqualFunc(inline, set.results, sameType):
		c.errorf(set.at, "//kg:cdef return differs from the results that %s declares", k.Name).
			Note(c.syntax.Pos(k.Decl.Type.Results.Pos()), "they are declared here")
	}
}

func fieldList(l *ast.FieldList) []*ast.Field {
	if l == nil {
		return nil
	}
	return l.List
}

func sameType(a, b types.Type) bool { return isInvalid(a) || isInvalid(b) || types.Identical(a, b) }

// result declares one result; id is nil if it has no name.
func (c *checker) result(fn *function, id *ast.Ident, t types.Type) {
	if id == nil {
		fn.kernel.Results = append(fn.kernel.Results, types.NewParam(fn.kernel.Decl.Name.Pos(), c.pkg, "", t))
		return
	}
	v := types.NewParam(id.Pos(), c.pkg, id.Name, t)
	fn.kernel.Results = append(fn.kernel.Results, v)
	c.declare(fn.scope, &entity{kind: varName, ident: id, obj: v})
}

// body checks a kernel's statements.
func (c *checker) body(fn *function) {
	k := fn.kernel
	if k.Decl.Body == nil {
		c.errorf(k.Decl.Name, "missing function body: %s has no statements", k.Name)
		return
	}
	for _, d := range k.File.Directives {
		if d.Verb == "nobounds" && isLoop(d.Node) {
			c.info.NoBounds[d.Node] = true
		}
	}
	c.within(env{local: fn.scope, fn: fn}, func() {
		c.collectLabels(k.Decl.Body)
		c.stmts(k.Decl.Body.List, stmtPlace{})
		if len(k.Results) > 0 && !terminates(k.Decl.Body, "") {
			c.errorAt(k.Decl.Body.Rbrace, 1, "missing return")
		}
		c.unusedLabels()
		c.unboundCdefs()
	})
	for _, v := range k.Locals {
		if !c.used[v] {
			c.errorAt(v.Pos(), len(v.Name()), "declared and not used: %s", v.Name())
		}
	}
}

func isLoop(n ast.Node) bool {
	switch n.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}
