package check

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/kgen-go/kgen/gen/diag"
)

// constDecl is a constant before it is evaluated.
type constDecl struct {
	name   *ast.Ident
	typ    ast.Expr // nil if it comes from the value
	value  ast.Expr // nil if it is missing
	iota   int
	extra  []ast.Expr // values that have no name, on the last constant of a line
	scope  *scope
	goFile bool // in a hand-written .go file: what is wrong with it matters only if a kernel uses it
	busy   bool // being evaluated
	copied bool // type and value are those of an earlier line
}

// constDecls lists the constants of a declaration; a line without values repeats those above it.
func constDecls(d *ast.GenDecl, s *scope, goFile bool) []*constDecl {
	var list []*constDecl
	var last *ast.ValueSpec
	for i, spec := range d.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		from, copied := spec, true
		if spec.Type != nil || len(spec.Values) > 0 || last == nil {
			last, copied = spec, false
		}
		from = last
		for j, name := range spec.Names {
			decl := &constDecl{name: name, typ: from.Type, iota: i, scope: s, goFile: goFile, copied: copied}
			if j < len(from.Values) {
				decl.value = from.Values[j]
			}
			if j == len(spec.Names)-1 && len(from.Values) > len(spec.Names) {
				decl.extra = from.Values[len(spec.Names):]
			}
			list = append(list, decl)
		}
	}
	return list
}

// packageConsts evaluates the constants of the .kg files.
func (c *checker) packageConsts() {
	for _, decl := range c.consts {
		e := c.scope.names[decl.name.Name]
		if e == nil || e.decl != decl { // blank, redeclared or evaluated already
			if decl.name.Name == "_" {
				c.constant(decl)
			}
			continue
		}
		c.evaluate(e, decl.name)
	}
}

// evaluate resolves a constant on its first use, which stands at id. It reports whether it has a value.
func (c *checker) evaluate(e *entity, use *ast.Ident) bool {
	decl := e.decl
	if decl.busy {
		c.errorf(decl.name, "initialization cycle: %s refers to itself", decl.name.Name)
		return false
	}
	decl.busy = true
	outer := c.errs
	if decl.goFile {
		c.errs = &diag.List{}
	}
	t, v := c.constant(decl)
	failed := c.errs
	c.errs = outer
	if decl.goFile && isInvalid(t) {
		d := c.errorf(use, "the constant %s, which is declared in a .go file, cannot be used in a kernel", use.Name)
		for _, why := range failed.All {
			d.Note(why.Pos, "%s", why.Msg)
		}
	}
	decl.busy = false
	e.decl = nil
	k := c.newConst(decl.name, t, v)
	e.obj = k
	c.info.Defs[decl.name] = k
	return !isInvalid(t)
}

// constant computes a constant's type and value, invalid and unknown after an error.
func (c *checker) constant(decl *constDecl) (t types.Type, v constant.Value) {
	t, v = invalid, constant.MakeUnknown()
	in := env{local: decl.scope, iota: constant.MakeInt64(int64(decl.iota)), fn: nil}
	c.within(in, func() {
		var want types.Type
		if decl.typ != nil {
			want = c.constType(decl)
		}
		switch {
		case len(decl.extra) > 0 && !decl.copied:
			c.errorf(decl.extra[0], "extra init expr")
		case decl.value == nil:
			c.errorf(decl.name, "missing init expr for const declaration")
			return
		}
		x := c.expr(decl.value)
		switch {
		case x.mode == bad:
			return
		case x.mode != constantValue:
			c.errorf(decl.value, "%s is not constant", describe(&x))
			return
		case want != nil:
			if c.assign(&x, want, "constant declaration"); x.mode == bad {
				return
			}
		}
		t, v = x.typ, x.val
	})
	return t, v
}

// constType resolves the type of a constant declaration.
func (c *checker) constType(decl *constDecl) types.Type {
	t := c.typ(decl.typ)
	if _, basic := t.Underlying().(*types.Basic); !basic {
		c.errorf(decl.typ, "invalid constant type %s", typeString(t))
		return invalid
	}
	return t
}

// localConsts declares the constants of a declaration statement.
func (c *checker) localConsts(d *ast.GenDecl) {
	var line []*entity
	index := -1
	enter := func() {
		for _, e := range line {
			c.declare(c.local, e)
		}
		line = nil
	}
	for _, decl := range constDecls(d, c.local, false) {
		if decl.iota != index { // names of one line are in scope after it
			enter()
			index = decl.iota
		}
		t, v := c.constant(decl)
		line = append(line, &entity{kind: constName, ident: decl.name, obj: c.newConst(decl.name, t, v)})
	}
	enter()
}
