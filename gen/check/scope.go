package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/kgen-go/kgen/gen/diag"
)

// entityKind tells what a name stands for.
type entityKind int

const (
	varName entityKind = iota
	constName
	typeName
	builtinName
	kernelName
	nilName
	iotaName
	mathName    // the imported package
	refusedName // something that Go has and kernels do not
)

// entity is what a name stands for in a scope.
type entity struct {
	kind    entityKind
	obj     types.Object
	ident   *ast.Ident // where it was declared; nil in the universe
	decl    *constDecl // of a constant until it is resolved
	builtin Builtin
	kernel  *Kernel
	spec    *importSpec
	why     string // of a refusedName
}

// scope maps names to what they stand for; blocks nest.
type scope struct {
	parent *scope
	names  map[string]*entity
}

func newScope(parent *scope) *scope { return &scope{parent, map[string]*entity{}} }

func (s *scope) lookup(name string) *entity {
	for ; s != nil; s = s.parent {
		if e := s.names[name]; e != nil {
			return e
		}
	}
	return nil
}

// all lists the names visible in a scope, inner ones first, for suggestions.
func (s *scope) all() []string {
	var list []string
	for ; s != nil; s = s.parent {
		list = append(list, sortedNames(s.names)...)
	}
	return list
}

// declare enters a name; a second declaration in one scope is an error.
func (c *checker) declare(s *scope, e *entity) {
	name := e.ident.Name
	if e.obj != nil && name != "_" {
		c.info.Defs[e.ident] = e.obj
	}
	if name == "_" {
		return
	}
	if first := s.names[name]; first != nil {
		where := " in this block"
		if s == c.scope {
			where = " in this package"
		}
		d := c.errorf(e.ident, "%s redeclared%s", name, where)
		if first.ident != nil {
			d.Note(c.syntax.Pos(first.ident.Pos()), "the other declaration of %s is here", name)
		}
		return
	}
	s.names[name] = e
}

// resolve finds what an identifier stands for and reports it if nothing, or nothing that a kernel can use.
func (c *checker) resolve(id *ast.Ident) *entity {
	if id.Name == "_" {
		c.errorf(id, "cannot use _ as value")
		return nil
	}
	e := c.local.lookup(id.Name)
	switch {
	case e == nil:
		hint := ""
		if id.Name == "math" {
			hint = "; add import \"math\""
		} else if near := diag.Nearest(id.Name, c.local.all()); near != "" {
			hint = "; did you mean " + near + "?"
		}
		c.errorf(id, "undefined: %s%s", id.Name, hint)
		return nil
	case e.kind == refusedName:
		c.errorf(id, "%s", e.why)
		return nil
	}
	if e.obj != nil {
		c.info.Uses[id] = e.obj
	}
	return e
}

// universe returns a new outermost scope: Go's types and constants, Go's and kgen's built-in functions, and the
// names of Go that kernels do not have, each with what to do instead.
func universe() *scope {
	s := newScope(nil)
	for _, name := range []string{
		"bool", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64",
		"byte", "rune", "float32", "float64", "complex64", "complex128",
	} {
		s.names[name] = &entity{kind: typeName, obj: types.Universe.Lookup(name)}
	}
	for _, name := range []string{"true", "false"} {
		s.names[name] = &entity{kind: constName, obj: types.Universe.Lookup(name)}
	}
	s.names["iota"] = &entity{kind: iotaName, obj: types.Universe.Lookup("iota")}
	s.names["nil"] = &entity{kind: nilName, obj: types.Universe.Lookup("nil")}
	for i := range builtins {
		if b := &builtins[i]; b.name != "" {
			s.names[b.name] = &entity{kind: builtinName, obj: types.Universe.Lookup(b.name), builtin: b.id}
		}
	}
	for name, why := range refusedNames {
		s.names[name] = &entity{kind: refusedName, why: why}
	}
	return s
}

// refusedNames are Go's predeclared names that kernels do not have.
var refusedNames = map[string]string{
	"any":        "any is not supported in kernels: write the type that the values have",
	"error":      "error is not supported in kernels: return a number or bool that tells what happened",
	"string":     "string is not supported in kernels: pass the bytes as []byte",
	"uintptr":    "uintptr is not supported in kernels: use uint64",
	"comparable": "comparable is not supported in kernels: write the type that the values have",
	"append":     "append is not supported in kernels: make the slice at its full length and assign to its elements",
	"copy":       "copy is not supported in this version: copy the elements in a loop",
	"clear":      "clear is not supported in this version: set the elements in a loop",
	"delete":     "delete is not supported in kernels: there are no maps; use a slice",
	"new":        "new is not supported in kernels: there are no pointers; declare a variable",
	"panic":      "panic is not supported in kernels: return a result that tells what happened",
	"recover":    "recover is not supported in kernels: recover in the Go code that calls the kernel",
	"print":      "print is not supported in kernels: return the values and print them in Go",
	"println":    "println is not supported in kernels: return the values and print them in Go",
	"close":      "close is not supported in kernels: there are no channels",
}

// newConst makes a resolved constant.
func (c *checker) newConst(id *ast.Ident, t types.Type, v constant.Value) *types.Const {
	return types.NewConst(id.Pos(), c.pkg, id.Name, t, v)
}

// newVar makes a variable.
func (c *checker) newVar(pos token.Pos, name string, t types.Type) *types.Var {
	return types.NewVar(pos, c.pkg, name, t)
}
