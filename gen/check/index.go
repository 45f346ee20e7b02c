package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// index checks an index, length or capacity: an integer, not negative and, where length >= 0, below it if it is constant. It
// returns the constant value, if any, and whether all is well.
func (c *checker) index(e ast.Expr, length int64, what string) (constant.Value, bool) {
	x := c.expr(e)
	if x.mode == bad {
		return nil, false
	}
	if isUntyped(x.typ) {
		_, why := fits(&x, types.Typ[types.Int])
		if why != "" && why != "mismatch" {
			c.errorf(e, "invalid argument: %s %s is not an int (%s)", what, describe(&x), why)
			return nil, false
		}
		if why == "" {
			if c.convert(&x, types.Typ[types.Int]); x.mode == bad {
				return nil, false
			}
		}
	}
	if !isInteger(x.typ) {
		c.errorf(e, "invalid argument: %s %s must be integer", what, describe(&x))
		return nil, false
	}
	if x.mode != constantValue {
		return nil, true
	}
	switch v := constant.ToInt(x.val); {
	case constant.Sign(v) < 0:
		c.errorf(e, "invalid argument: %s %s must not be negative", what, describe(&x))
	case !constant.Compare(v, token.LEQ, constant.MakeInt64(1<<63-1)):
		c.errorf(e, "invalid argument: %s %s is not an int (overflows)", what, describe(&x))
	case length >= 0 && constant.Compare(v, token.GEQ, constant.MakeInt64(length)):
		c.errorf(e, "invalid argument: %s %s out of bounds [0:%d]", what, valueString(v), length)
	default:
		return v, true
	}
	return nil, false
}

// indexExpr checks a[i] of a slice or array.
func (c *checker) indexExpr(e *ast.IndexExpr) operand {
	x := c.raw(e.X, nil)
	switch x.mode {
	case kernelFunc, builtinFunc, typeExpr:
		c.errorf(e, "generic functions and types are not supported in this version")
		return operand{}
	}
	x = c.single(x)
	length, result := int64(-1), operand{}
	switch t := types.Unalias(orInvalid(x)).(type) {
	case *types.Array:
		length, result = t.Len(), operand{mode: value, typ: t.Elem()}
		if x.mode == variable {
			result.mode = variable
		}
	case *types.Slice:
		result = operand{mode: variable, typ: t.Elem()}
	default:
		if x.mode != bad {
			c.errorf(e.X, "invalid operation: cannot index %s", describe(&x))
		}
	}
	if result.mode == bad {
		c.evaluateAll([]ast.Expr{e.Index})
		return result
	}
	if _, ok := c.index(e.Index, length, "index"); !ok && length >= 0 {
		return operand{}
	}
	return result
}

// orInvalid returns an operand's type, never nil.
func orInvalid(x operand) types.Type {
	if x.mode == bad || x.typ == nil {
		return invalid
	}
	return x.typ
}

// sliceExpr checks s[i:j] and s[i:j:k].
func (c *checker) sliceExpr(e *ast.SliceExpr) operand {
	x := c.expr(e.X)
	result := operand{}
	switch t := orInvalid(x).(type) {
	case *types.Slice:
		result = operand{mode: value, typ: t}
	case *types.Array:
		c.errorf(e, "slicing an array would take its address, which is not supported in kernels: use a slice from make, or index the array")
	default:
		if x.mode != bad {
			c.errorf(e.X, "cannot slice %s", describe(&x))
		}
	}
	if e.Slice3 && (e.High == nil || e.Max == nil) {
		return operand{} // the parser has reported it
	}
	var last constant.Value
	for _, i := range []ast.Expr{e.Low, e.High, e.Max} {
		if i == nil {
			continue
		}
		v, ok := c.index(i, -1, "index")
		if !ok {
			result = operand{}
		}
		if v == nil {
			continue
		}
		if last != nil && constant.Compare(last, token.GTR, v) {
			c.errorf(i, "invalid slice indices: %s < %s", v, last)
			result = operand{}
		}
		last = v
	}
	return result
}

// composite checks an array literal; hint is the type if the literal leaves it out.
func (c *checker) composite(e *ast.CompositeLit, hint types.Type) operand {
	t, open := hint, false
	switch typ := ast.Unparen(exprOrNil(e.Type)).(type) {
	case nil:
		if hint == nil {
			c.errorf(e, "invalid composite literal: it has no type")
		}
	case *ast.ArrayType:
		if _, dots := typ.Len.(*ast.Ellipsis); dots {
			open = true
			if t = c.typ(typ.Elt); !c.elemOK(typ, t) {
				t = invalid
			}
		} else {
			t = c.typ(typ)
		}
	default:
		t = c.typ(typ)
	}
	if isInvalid(t) {
		c.evaluateElements(e)
		return operand{}
	}
	if open {
		return c.openArray(e, t)
	}
	array, ok := t.(*types.Array)
	switch {
	case ok:
		c.elements(e, array.Elem(), array.Len())
		return operand{mode: value, typ: t}
	case isSlice(t):
		c.errorf(e.Type, "a slice literal is not supported in kernels: use make and assign the elements, or an array [...]%s{…}",
			typeString(t.(*types.Slice).Elem()))
	default:
		c.errorf(e, "invalid composite literal of type %s", typeString(t))
	}
	c.evaluateElements(e)
	return operand{}
}

// exprOrNil keeps a nil expression a nil interface for Unparen.
func exprOrNil(e ast.Expr) ast.Expr { return e }

// openArray checks [...]T{…}, whose length is that of its elements.
func (c *checker) openArray(e *ast.CompositeLit, elem types.Type) operand {
	n := c.elements(e, elem, -1)
	if n <= 0 {
		if n == 0 && len(e.Elts) == 0 {
			c.errorf(e, "invalid array length 0: an array in a kernel has at least one element")
		}
		return operand{}
	}
	t := c.newArray(e.Type, elem, n)
	if isInvalid(t) {
		return operand{}
	}
	c.info.Types[e.Type] = TypeAndValue{Type: t, IsType: true}
	return operand{mode: value, typ: t}
}

// elements checks the elements of an array literal of a given length, or any if it is negative, and returns one more
// than the highest index.
func (c *checker) elements(e *ast.CompositeLit, elem types.Type, length int64) int64 {
	next, highest := int64(0), int64(0)
	seen := map[int64]bool{}
	for _, el := range e.Elts {
		val, known := el, true
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			val = kv.Value
			next, known = c.key(kv.Key, length)
		} else if length >= 0 && next >= length {
			c.errorf(el, "index %d is out of bounds (>= %d)", next, length)
			known = false
		}
		if known && seen[next] {
			c.errorf(el, "duplicate index %d in array literal", next)
		}
		if known {
			seen[next] = true
			next++
			highest = max(highest, next)
		}
		x := c.exprHint(val, elem)
		c.assign(&x, elem, "array literal")
	}
	return highest
}

// key checks the index of an element.
func (c *checker) key(e ast.Expr, length int64) (int64, bool) {
	v, ok := c.index(e, length, "index")
	if !ok {
		return 0, false
	}
	if v == nil {
		c.errorf(e, "index %s must be integer constant", exprString(e))
		return 0, false
	}
	i, _ := constant.Int64Val(v)
	if i >= maxArray {
		c.errorf(e, "index %d is too large for an array: the limit is 1 GiB", i)
		return 0, false
	}
	return i, true
}

// evaluateElements looks for errors in the elements of a literal that is wrong as a whole.
func (c *checker) evaluateElements(e *ast.CompositeLit) {
	for _, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			el = kv.Value
		}
		if _, nested := el.(*ast.CompositeLit); !nested {
			c.evaluateAll([]ast.Expr{el})
		}
	}
}
