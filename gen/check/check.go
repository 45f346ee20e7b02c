// Package check gives every expression of a kernel package its type.
//
// It is a typer over go/ast that speaks in go/types' types and objects and go/constant's values, and writes
// side tables, never the tree. It follows the Go specification wherever a construct is Go's; on top of
// that it types parameters and locals from //kg:cdef, knows kgen's built-in functions, and refuses, with
// a place and an alternative, what kernels do not have.
package check

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/kgen-go/kgen/gen/syntax"
)

// Package is a checked kernel package.
type Package struct {
	Syntax  *syntax.Package
	Name    string
	Kernels []*Kernel // files by name, in a file by place
	Info    *Info
}

// Kernel is one function of a .kg file.
type Kernel struct {
	Name     string
	Decl     *ast.FuncDecl
	File     *syntax.File
	Params   []*types.Var // blank and unnamed parameters too, in order
	Results  []*types.Var // the names are empty when the results are unnamed
	Locals   []*types.Var // every variable declared in the body in order of place, shadowing ones too; no blank ones
	Calls    []*Kernel    // the kernels called, each once, in order of their first call
	NoBounds bool         // //kg:nobounds on the function or its file
	Exported bool
}

// Signature returns the kernel's type.
func (k *Kernel) Signature() *types.Signature {
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(k.Params...), types.NewTuple(k.Results...), false)
}

// Info holds what was found out about the tree.
type Info struct {
	// Types maps every expression that denotes a value or a type, except identifiers being declared, to its final
	// type; parenthesised expressions and their inner ones both have entries. An untyped constant has the type
	// that its context demands, as go/types records it; an untyped nil has the slice type it becomes. Value
	// is non-nil for constant expressions, rounded to the type, and of the kind that fits the type (an Int for
	// integers, a Float for floats, a Complex for complex types). What no context converts stays untyped: a
	// comparison used as a condition is an untyped bool, the operands of a constant expression and the constant
	// count of a shift keep their untyped kinds. A call of a kernel with several results has a *types.Tuple, with none an empty one; such
	// calls stand alone, as the one value of an assignment, or as the one operand of a return. Names of functions (kernels, built-ins, math.Sqrt) have no entry.
	Types map[ast.Expr]TypeAndValue

	// Defs maps declaring identifiers to the *types.Var, *types.Const or kernel's *types.Func they declare;
	// blank identifiers have no entry. Identifiers on the left of := that are only assigned to are in Uses.
	Defs map[*ast.Ident]types.Object

	// Uses maps using identifiers to their objects: *types.Var, *types.Const, *types.Func for kernels,
	// *types.TypeName for types, *types.Builtin and *types.Nil for the universe's, *types.PkgName for math.
	Uses map[*ast.Ident]types.Object

	// Calls says what each call expression is. A call whose Types entry has a Value needs no code.
	Calls map[*ast.CallExpr]Call

	// NoBounds holds the loops (*ast.ForStmt, *ast.RangeStmt) that carry //kg:nobounds.
	NoBounds map[ast.Node]bool

	// Targets maps break and continue to the statement that they leave or continue (*ast.ForStmt,
	// *ast.RangeStmt, *ast.SwitchStmt);
	// fallthrough has no entry.
	Targets map[*ast.BranchStmt]ast.Stmt

	// KernelOf finds the kernel of a *types.Func.
	KernelOf map[types.Object]*Kernel
}

// TypeAndValue is an expression's type and, when it is constant, its value.
type TypeAndValue struct {
	Type   types.Type
	Value  constant.Value
	IsType bool // the expression denotes the type itself
}

// CallKind tells what a call expression is.
type CallKind int

// The kinds of call.
const (
	Conversion CallKind = iota + 1
	BuiltinCall
	KernelCall
)

// Call describes a call expression.
type Call struct {
	Kind    CallKind
	Builtin Builtin // of a BuiltinCall
	Kernel  *Kernel // of a KernelCall
}

// Builtin names a built-in function, whichever way the source spells it (sqrt or math.Sqrt).
type Builtin int

// The built-in functions.
const (
	NoBuiltin Builtin = iota
	Len               // of a slice or array; int
	Cap               // of a slice or array; int
	Make              // make([]T, len[, cap]); the sizes may have any integer type
	Min               // min of one or more integers or floats, all of the result's type
	Max               // max, likewise
	Real              // of a complex; its float
	Imag              // of a complex; its float
	Complex           // of two floats of one type
	Sqrt              // of a float
	Abs               // of a float or an integer (the most negative integer wraps to itself)
	Abs2              // re*re + im*im of a complex, x*x of a float; rounded after each operation
	Floor             // of a float
	Ceil              // of a float
	Trunc             // of a float
	Copysign          // of two floats of one type
	Fma               // of three floats of one type: x*y + z rounded once
	Inf               // math.Inf(sign int) float64; +Inf if sign >= 0
	NaN               // math.NaN() float64
)
