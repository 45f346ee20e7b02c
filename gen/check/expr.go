package check

import (
	"go/ast"
	"go/constant"
	"go/types"
)

// expr checks an expression that must have one value.
func (c *checker) expr(e ast.Expr) operand {
	return c.single(c.raw(e, nil))
}

// exprHint is expr where a composite literal may leave out its type, which is hint.
func (c *checker) exprHint(e ast.Expr, hint types.Type) operand {
	return c.single(c.raw(e, hint))
}

// single reports an operand that is not one value.
func (c *checker) single(x operand) operand {
	x = c.valued(x)
	if x.mode == bad {
		return x
	}
	if t, ok := x.typ.(*types.Tuple); ok {
		c.errorf(x.expr, "%s returns %d values where one is wanted", exprString(x.expr), t.Len())
		return operand{expr: x.expr}
	}
	return x
}

// valued reports an operand that has no value; several values pass.
func (c *checker) valued(x operand) operand {
	switch x.mode {
	case noValue:
		c.errorf(x.expr, "%s used as value", describe(&x))
	case typeExpr:
		c.errorf(x.expr, "%s is not an expression", describe(&x))
	case builtinFunc:
		c.errorf(x.expr, "%s must be called", describe(&x))
	case kernelFunc:
		c.errorf(x.expr, "%s must be called: a kernel is not a value", exprString(x.expr))
	default:
		return x
	}
	return operand{expr: x.expr}
}

// raw checks any expression, also one that denotes a type or function, and records what it found.
func (c *checker) raw(e ast.Expr, hint types.Type) operand {
	x := c.node(e, hint)
	x.expr = e
	c.record(&x)
	return x
}

func (c *checker) node(e ast.Expr, hint types.Type) operand {
	switch e := e.(type) {
	case *ast.BadExpr:
		return operand{}
	case *ast.Ident:
		return c.ident(e)
	case *ast.BasicLit:
		return c.literal(e)
	case *ast.ParenExpr:
		return c.raw(e.X, nil)
	case *ast.UnaryExpr:
		return c.unary(e)
	case *ast.BinaryExpr:
		x := c.binary(e, e.X, e.Y, e.Op, e.OpPos)
		return x
	case *ast.CallExpr:
		return c.call(e)
	case *ast.IndexExpr:
		return c.indexExpr(e)
	case *ast.SliceExpr:
		return c.sliceExpr(e)
	case *ast.CompositeLit:
		return c.composite(e, hint)
	case *ast.SelectorExpr:
		return c.selector(e)
	case *ast.ArrayType:
		if t := c.typ(e); !isInvalid(t) {
			return operand{mode: typeExpr, typ: t}
		}
		return operand{}
	}
	c.refuseExpr(e)
	return operand{}
}

// refuseExpr names an expression that kernels do not have and what to use instead.
func (c *checker) refuseExpr(e ast.Expr) {
	if why := refusedType(e); why != "" {
		if _, star := e.(*ast.StarExpr); star {
			why = "pointers are not supported in kernels: pass the value, or a slice, and return the result"
		}
		c.errorf(e, "%s", why)
		return
	}
	switch e.(type) {
	case *ast.FuncLit:
		c.errorAt(e.Pos(), len("func"), "closures are not supported in kernels: write a kernel of its own and call it")
	case *ast.TypeAssertExpr:
		c.errorf(e, "type assertions are not supported in kernels: there are no interfaces")
	default:
		c.errorf(e, "unexpected expression %s", exprString(e))
	}
}

// ident checks the use of a name.
func (c *checker) ident(id *ast.Ident) operand {
	e := c.resolve(id)
	if e == nil {
		return operand{}
	}
	switch e.kind {
	case varName:
		c.used[e.obj] = true
		if isInvalid(e.obj.Type()) {
			return operand{}
		}
		return operand{mode: variable, typ: e.obj.Type()}
	case constName:
		return c.constUse(id, e)
	case typeName:
		c.info.Types[id] = TypeAndValue{Type: e.obj.Type(), IsType: true}
		return operand{mode: typeExpr, typ: e.obj.Type()}
	case builtinName:
		return operand{mode: builtinFunc, builtin: e.builtin}
	case kernelName:
		return operand{mode: kernelFunc, kernel: e.kernel}
	case nilName:
		return operand{mode: value, typ: types.Typ[types.UntypedNil]}
	case iotaName:
		if c.iota == nil {
			c.errorf(id, "cannot use iota outside constant declaration")
			return operand{}
		}
		return operand{mode: constantValue, typ: types.Typ[types.UntypedInt], val: c.iota}
	case mathName:
		e.spec.used = true
		c.errorf(id, "use of package %s without selector", id.Name)
	}
	return operand{}
}

// constUse is the use of a named constant, which may have to be evaluated first.
func (c *checker) constUse(id *ast.Ident, e *entity) operand {
	if e.decl != nil && !c.evaluate(e, id) {
		return operand{}
	}
	k := e.obj.(*types.Const)
	c.info.Uses[id] = k
	if isInvalid(k.Type()) || k.Val().Kind() == constant.Unknown {
		return operand{}
	}
	return operand{mode: constantValue, typ: k.Type(), val: k.Val()}
}

// selector checks math.X; there are no other packages, fields or methods.
func (c *checker) selector(e *ast.SelectorExpr) operand {
	id, ok := e.X.(*ast.Ident)
	if !ok {
		if x := c.expr(e.X); x.mode != bad {
			c.errorf(e.Sel, "%s has no field or method %s: kernels have neither", describe(&x), e.Sel.Name)
		}
		return operand{}
	}
	ent := c.local.lookup(id.Name)
	if ent != nil && ent.kind == mathName {
		ent.spec.used = true
		c.info.Uses[id] = ent.obj
		return c.mathMember(e)
	}
	if x := c.expr(id); x.mode != bad {
		c.errorf(e.Sel, "%s has no field or method %s: kernels have neither", describe(&x), e.Sel.Name)
	}
	return operand{}
}
