package check

import (
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/syntax"
)

// prelude gives Go kgen's own built-in functions, one a line, as far as Go's types can say it.
const prelude = `
func sqrt[T float32 | float64](x T) T { return x }
func floor[T float32 | float64](x T) T { return x }
func ceil[T float32 | float64](x T) T { return x }
func trunc[T float32 | float64](x T) T { return x }
func copysign[T float32 | float64](x, y T) T { return x }
func fma[T float32 | float64](x, y, z T) T { return x }
func abs[T float32 | float64 | int | int8 | int16 | int32 | int64](x T) T { return x }
func abs2(z complex128) float64 { return 0 }
`

// goCheck runs Go's own checker over a package, with the built-ins that the package does not declare itself.
func goCheck(t *testing.T, p *syntax.Package) (*types.Info, []types.Error) {
	t.Helper()
	declared := map[string]bool{}
	var files []*ast.File
	for _, f := range slices.Concat(p.Files, p.GoFiles) {
		files = append(files, f.AST)
		for _, d := range f.AST.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				declared[fn.Name.Name] = true
			}
		}
	}
	text := "package " + p.Name + "\n"
	for line := range strings.Lines(prelude) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "func "), "[")
		name, _, _ = strings.Cut(name, "(")
		if !declared[name] {
			text += line
		}
	}
	extra, err := parser.ParseFile(p.Fset, "prelude.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	var errs []types.Error
	conf := types.Config{
		Importer: importer.Default(), Sizes: types.SizesFor("gc", "amd64"),
		Error: func(err error) {
			e := err.(types.Error)
			continued := strings.HasPrefix(e.Msg, "\t")            // of the error before
			own := p.Fset.Position(e.Pos).Filename == "prelude.go" // the package hides float64, say
			if !continued && !own {
				errs = append(errs, e)
			}
		},
	}
	conf.Check(p.Name, p.Fset, append(files, extra), info) // errors come through conf.Error
	return info, errs
}

// TestOracle holds the checker to Go's own on kernels that are valid or invalid Go.
func TestOracle(t *testing.T) {
	forEachUnit(t, "go", func(t *testing.T, u unit) { oracle(t, u) })
	for _, u := range units(t, "testdata/kernels/typed.txtar") {
		t.Run("typed/"+u.name, func(t *testing.T) { oracle(t, u) })
	}
}

func oracle(t *testing.T, u unit) {
	var errs diag.List
	p := u.parse(&errs)
	if errs.HasErrors() {
		return // one parser serves both
	}
	ours := Check(p, &errs)
	info, goErrs := goCheck(t, p)
	if errs.HasErrors() || len(goErrs) > 0 {
		sameLines(t, p, errs.All, goErrs)
		return
	}
	sameTypes(t, ours, info)
}

// sameLines compares the lines that have errors.
func sameLines(t *testing.T, p *syntax.Package, ours []*diag.Diagnostic, theirs []types.Error) {
	t.Helper()
	a, b := map[diag.Pos]string{}, map[diag.Pos]string{}
	for _, d := range ours {
		if d.Severity == diag.Error {
			a[diag.Pos{File: d.Pos.File, Line: d.Pos.Line}] = d.Msg
		}
	}
	for _, e := range theirs {
		at := p.Pos(e.Pos)
		b[diag.Pos{File: at.File, Line: at.Line}] = e.Msg
	}
	for at, msg := range a {
		if b[at] == "" {
			t.Errorf("%s:%d: Go accepts what we refuse: %s", at.File, at.Line, msg)
		}
	}
	for at, msg := range b {
		if a[at] == "" {
			t.Errorf("%s:%d: we accept what Go refuses: %s", at.File, at.Line, msg)
		}
	}
}

// sameTypes compares the type and value of every expression.
func sameTypes(t *testing.T, p *Package, info *types.Info) {
	t.Helper()
	compared, written := 0, expressions(p)
	for e, want := range info.Types {
		if !written[e] || want.IsBuiltin() || isSignature(want.Type) {
			continue
		}
		got, ok := p.Info.Types[e]
		where := p.Syntax.Pos(e.Pos()).String() + ": " + exprString(e)
		switch {
		case !ok:
			t.Errorf("%s: no type; Go has %s", where, want.Type)
			continue
		case got.IsType != want.IsType():
			t.Errorf("%s: type %v, Go says %v", where, got.IsType, want.IsType())
		case want.IsVoid():
		case isCount(got.Type, want.Type):
		case !types.Identical(got.Type, want.Type) && !want.IsNil():
			if a, ok := got.Type.(*types.Tuple); !ok || !sameTuple(a, want.Type) {
				t.Errorf("%s: %s, Go says %s", where, got.Type, want.Type)
			}
		case !sameValue(got.Value, want.Value, got.Type):
			t.Errorf("%s: value %v, Go says %v", where, got.Value, want.Value)
		}
		compared++
	}
	if compared == 0 {
		t.Error("nothing compared")
	}
	for e, got := range p.Info.Types {
		if _, name := e.(*ast.Ident); !name && info.Types[e].Type == nil { // Go has none for x in x, y := 1, 2 if only y is new
			t.Errorf("%s: %s has type %s, which Go does not know", p.Syntax.Pos(e.Pos()), exprString(e), got.Type)
		}
	}
	sameObjects(t, p, info)
}

// isCount recognises the count of a shift that is itself an untyped shift, as in 1 << (1 << s): by Go's specification it is a
// uint, which Go's tables do not say.
func isCount(got, want types.Type) bool {
	return types.Identical(got, types.Typ[types.Uint]) && isUntyped(want)
}

// sameObjects compares what identifiers stand for by the places of the declarations.
func sameObjects(t *testing.T, p *Package, info *types.Info) {
	t.Helper()
	for id, want := range info.Uses {
		if !isOurs(p, id) {
			continue
		}
		got := p.Info.Uses[id]
		_, builtin := want.(*types.Builtin)
		_, label := want.(*types.Label)
		switch {
		case label:
		case got == nil && (builtin || want.Pkg() != nil && want.Pkg().Path() == "math" || isOwnBuiltin(p, want)):
		case got == nil:
			t.Errorf("%s: use of %s is not recorded", p.Syntax.Pos(id.Pos()), id.Name)
		case want.Pkg() != nil && want.Pkg().Path() != "math" && got.Pos() != want.Pos():
			t.Errorf("%s: %s is declared at %s, Go says %s", p.Syntax.Pos(id.Pos()), id.Name,
				p.Syntax.Pos(got.Pos()), p.Syntax.Pos(want.Pos()))
		}
	}
	for id, want := range info.Defs {
		if _, label := want.(*types.Label); label || want == nil || id.Name == "_" || !isOurs(p, id) {
			continue
		}
		if got := p.Info.Defs[id]; got == nil || !types.Identical(got.Type(), want.Type()) {
			t.Errorf("%s: %s declares %v, Go says %v", p.Syntax.Pos(id.Pos()), id.Name, got, want)
		}
	}
}

// expressions collects the expressions of the kernel files. Go's tables hold others, such as the 1 of x++.
func expressions(p *Package) map[ast.Expr]bool {
	set := map[ast.Expr]bool{}
	for _, f := range p.Syntax.Files {
		ast.Inspect(f.AST, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				set[e] = true
			}
			return true
		})
	}
	return set
}

// isOurs tells the package's kernel files from the prelude and from .go files.
func isOurs(p *Package, n ast.Node) bool {
	file := p.Syntax.Pos(n.Pos()).File
	return slices.ContainsFunc(p.Syntax.Files, func(f *syntax.File) bool { return f.Name == file })
}

func isOwnBuiltin(p *Package, obj types.Object) bool {
	return strings.HasSuffix(p.Syntax.Pos(obj.Pos()).File, "prelude.go")
}

func isSignature(t types.Type) bool {
	_, ok := t.(*types.Signature)
	return ok
}

func sameTuple(a *types.Tuple, t types.Type) bool {
	b, ok := t.(*types.Tuple)
	if !ok || a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if !types.Identical(a.At(i).Type(), b.At(i).Type()) {
			return false
		}
	}
	return true
}

// sameValue compares constants as values of their type: Go's tables hold some of them not yet rounded.
func sameValue(a, b constant.Value, t types.Type) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	basic, ok := t.Underlying().(*types.Basic)
	if !ok {
		return false
	}
	rounded, why := represent(b, basic)
	return why == "" && constant.Compare(a, token.EQL, rounded)
}

// TestMathConstants holds the constants of package math to Go's.
func TestMathConstants(t *testing.T) {
	pkg, err := importer.Default().Import("math")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, name := range pkg.Scope().Names() {
		k, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok || !k.Exported() {
			continue
		}
		want = append(want, name)
		got := mathConst(name)
		if got == nil || !types.Identical(got.Type(), k.Type()) || got.Val().ExactString() != k.Val().ExactString() {
			t.Errorf("math.%s is %v, Go says %v", name, got, k)
		}
	}
	if have := slices.Sorted(maps.Keys(mathConsts)); !slices.Equal(have, want) {
		t.Errorf("the constants are %v, Go has %v", have, want)
	}
}
