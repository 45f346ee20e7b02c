package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// invalid is the type of what was found wrong and must not be reported again.
var invalid = types.Typ[types.Invalid]

// sizes are those of every platform kgen supports: kernels that use int refuse 32-bit ones.
var sizes = types.SizesFor("gc", "amd64")

// maxArray is the largest array type in bytes, maxDimensions how deep arrays may nest.
const (
	maxArray      = 1 << 30
	maxDimensions = 16
)

func sortedNames[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// has reports whether a type is basic with one of the properties.
func has(t types.Type, info types.BasicInfo) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&info != 0
}

func isInteger(t types.Type) bool { return has(t, types.IsInteger) }
func isFloat(t types.Type) bool   { return has(t, types.IsFloat) }
func isComplex(t types.Type) bool { return has(t, types.IsComplex) }
func isReal(t types.Type) bool    { return has(t, types.IsInteger|types.IsFloat) }
func isNumeric(t types.Type) bool { return has(t, types.IsNumeric) }
func isBoolean(t types.Type) bool { return has(t, types.IsBoolean) }
func isUntyped(t types.Type) bool { return has(t, types.IsUntyped) }
func isInvalid(t types.Type) bool { return t == nil || t == invalid }

func isNil(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.UntypedNil
}

func isSlice(t types.Type) bool {
	_, ok := t.Underlying().(*types.Slice)
	return ok
}

// typeString writes a type as the source would.
func typeString(t types.Type) string {
	return types.TypeString(t, func(*types.Package) string { return "" })
}

// typ returns the type that an expression denotes, invalid after an error.
func (c *checker) typ(e ast.Expr) types.Type {
	t := c.typeOf(e)
	if !isInvalid(t) {
		c.info.Types[e] = TypeAndValue{Type: t, IsType: true}
	}
	return t
}

func (c *checker) typeOf(e ast.Expr) types.Type {
	switch e := e.(type) {
	case *ast.Ident:
		return c.namedType(e)
	case *ast.ParenExpr:
		return c.typ(e.X)
	case *ast.ArrayType:
		if e.Len == nil {
			return c.sliceType(e)
		}
		return c.arrayType(e)
	case *ast.BadExpr:
		return invalid
	}
	if why := refusedType(e); why != "" {
		c.errorf(e, "%s", why)
	} else {
		c.errorf(e, "%s is not a type", exprString(e))
	}
	return invalid
}

// refusedType names a type that kernels do not have and what to use instead.
func refusedType(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.MapType:
		return "map types are not supported in kernels: use a slice indexed by an integer"
	case *ast.ChanType:
		return "channel types are not supported in kernels: return the values in a slice"
	case *ast.FuncType:
		return "function types are not supported in kernels: call a kernel by its name"
	case *ast.InterfaceType:
		return "interface types are not supported in kernels: write the type that the values have"
	case *ast.StarExpr:
		return "pointer types are not supported in kernels: pass the value, or a slice, and return the result"
	case *ast.StructType:
		return "struct types are not supported in this version: use one variable or slice for each field"
	case *ast.Ellipsis:
		return "variadic parameters are not supported in kernels: take a slice"
	case *ast.IndexExpr, *ast.IndexListExpr:
		return "generic types are not supported in this version"
	case *ast.SelectorExpr:
		return "the type " + exprString(e) + " is not supported in this version: kernels have Go's numeric types, bool, arrays and slices"
	}
	return ""
}

func (c *checker) namedType(id *ast.Ident) types.Type {
	e := c.resolve(id)
	switch {
	case e == nil, e.kind == varName && isInvalid(e.obj.Type()):
		return invalid
	case e.kind != typeName:
		c.errorf(id, "%s is not a type", id.Name)
		return invalid
	}
	return e.obj.Type()
}

// sliceType admits slices of scalars and arrays.
func (c *checker) sliceType(e *ast.ArrayType) types.Type {
	elem := c.typ(e.Elt)
	if isInvalid(elem) {
		return invalid
	}
	if isSlice(elem) {
		c.errorf(e, "a slice of slices is not supported in kernels: its rows may differ in length; "+
			"use one flat slice with index i*columns+j (kg.View2 comes in a later version)")
		return invalid
	}
	return types.NewSlice(elem)
}

func (c *checker) arrayType(e *ast.ArrayType) types.Type {
	elem := c.typ(e.Elt)
	if dots, ok := e.Len.(*ast.Ellipsis); ok {
		c.errorf(dots, "invalid use of [...] array (outside a composite literal)")
		return invalid
	}
	n := c.arrayLength(e.Len)
	if n < 0 || !c.elemOK(e, elem) {
		return invalid
	}
	return c.newArray(e, elem, n)
}

// elemOK reports an array element type that kernels do not have.
func (c *checker) elemOK(at ast.Expr, elem types.Type) bool {
	if isInvalid(elem) {
		return false
	}
	if isSlice(elem) {
		c.errorf(at, "an array of slices is not supported in kernels: use one flat slice, or one variable for each slice")
		return false
	}
	return true
}

// newArray makes an array type, or reports that it is too large.
func (c *checker) newArray(at ast.Expr, elem types.Type, n int64) types.Type {
	if dimensions(elem) >= maxDimensions {
		c.errorf(at, "an array of more than %d dimensions is not supported in kernels: use one flat array or slice", maxDimensions)
		return invalid
	}
	if size := sizes.Sizeof(elem); n > maxArray/size {
		c.errorf(at, "the array type [%d]%s is too large: the limit is 1 GiB; use a slice", n, typeString(elem))
		return invalid
	}
	return types.NewArray(elem, n)
}

// dimensions counts how deep an array type nests.
func dimensions(t types.Type) int {
	n := 0
	for array, ok := t.(*types.Array); ok; array, ok = array.Elem().(*types.Array) {
		n++
	}
	return n
}

// arrayLength evaluates the length in an array type; it returns -1 after an error.
func (c *checker) arrayLength(e ast.Expr) int64 {
	x := c.expr(e)
	switch {
	case x.mode == bad:
		return -1
	case x.mode != constantValue:
		c.errorf(e, "array length %s must be constant", describe(&x))
		return -1
	}
	v := constant.ToInt(x.val)
	n, exact := int64(0), false
	if (isUntyped(x.typ) || isInteger(x.typ)) && v.Kind() == constant.Int {
		n, exact = constant.Int64Val(v)
	} else {
		c.errorf(e, "array length %s must be integer", describe(&x))
		return -1
	}
	switch {
	case !exact || n < 0:
		c.errorf(e, "invalid array length %s", describe(&x))
		return -1
	case n == 0:
		c.errorf(e, "invalid array length 0: an array in a kernel has at least one element")
		return -1
	}
	return n
}

// byteLen returns the number of bytes of a token's text.
func byteLen(tok token.Token) int { return len(tok.String()) }
