package check

import (
	"go/ast"
	"go/token"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/syntax"
	"github.com/rogpeppe/go-internal/txtar"
)

// narrower matches our messages about what is Go but not a kernel.
var narrower = regexp.MustCompile(`supported|recursion|array in a kernel has|slicing an array|limit is|` +
	`cannot range over|must be called|cannot switch on|differs from Go's|exact functions|use complex|` +
	`cannot be the name of a kernel|is declared in|` +
	`shift count .* .constant|overflows uint$`) // counts that Go refuses by its specification only

// TestMutations swaps expressions of valid kernels for one another, thousands of times. What we accept Go must accept, with the
// same types and values; what we refuse Go must refuse, unless the message says that kernels do not have it.
func TestMutations(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rounds := 40
	if testing.Short() {
		rounds = 10
	}
	accepted := 0
	list := slices.Concat(units(t, "testdata/go/valid.txtar"), units(t, "testdata/kernels/typed.txtar"))
	for _, u := range list {
		if len(u.files) > 1 {
			continue
		}
		places := exprPlaces(u)
		for range rounds {
			mutant := unit{u.name, []txtar.File{{Name: u.name, Data: mutate(u.files[0].Data, places, random)}}}
			if sameVerdict(t, mutant) {
				accepted++
			}
			if t.Failed() {
				t.Fatalf("mutant:\n%s", mutant.files[0].Data)
			}
		}
	}
	if accepted < rounds {
		t.Errorf("only %d mutants were accepted: the test shows little", accepted)
	}
}

// span is a piece of source text.
type span struct{ from, to int }

// exprPlaces lists the expressions of a unit's one file.
func exprPlaces(u unit) []span {
	p := u.parse(&diag.List{})
	var list []span
	ast.Inspect(p.Files[0].AST, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok {
			list = append(list, span{p.Fset.Position(e.Pos()).Offset, p.Fset.Position(e.End()).Offset})
		}
		return true
	})
	return list
}

// mutate puts one expression in the place of another, once or twice.
func mutate(src []byte, places []span, random *rand.Rand) []byte {
	out := slices.Clone(src)
	at, from := places[random.IntN(len(places))], places[random.IntN(len(places))]
	return slices.Replace(out, at.from, at.to, src[from.from:from.to]...)
}

// sameVerdict compares our verdict with Go's and reports whether both accept.
func sameVerdict(t *testing.T, u unit) bool {
	var errs diag.List
	p := u.parse(&errs)
	if errs.HasErrors() {
		return false
	}
	ours := Check(p, &errs)
	info, goErrs := goCheck(t, p)
	switch {
	case !errs.HasErrors() && usesOwnBuiltins(ours):
	case !errs.HasErrors() && len(goErrs) > 0:
		t.Errorf("we accept what Go refuses: %s: %s", p.Pos(goErrs[0].Pos), goErrs[0].Msg)
	case errs.HasErrors() && len(goErrs) == 0:
		for _, d := range errs.All {
			if narrower.MatchString(d.Msg) || strings.Contains(d.Msg, "has no type") {
				return false
			}
		}
		t.Errorf("we refuse what Go accepts: %s", errs.All[0].Error())
	case !errs.HasErrors():
		sameTypes(t, ours, info)
		return true
	}
	return false
}

// usesOwnBuiltins reports whether a package calls a built-in that the prelude can describe to Go only in part.
func usesOwnBuiltins(p *Package) bool {
	for call, c := range p.Info.Calls {
		if _, plain := ast.Unparen(call.Fun).(*ast.Ident); plain && c.Kind == BuiltinCall && c.Builtin >= Sqrt {
			return true
		}
	}
	return false
}

// TestMathNames keeps the table of functions and their names in step.
func TestMathNames(t *testing.T) {
	for id := Len; id <= NaN; id++ {
		b := lookupBuiltin(id)
		if b == nil || b.name == "" && b.math == "" || id.String() == NoBuiltin.String() {
			t.Errorf("built-in %d has no entry", id)
		}
	}
}

// TestDeepNesting shows that nesting as deep as the parser admits does no harm.
func TestDeepNesting(t *testing.T) {
	for _, src := range []string{
		"package p\nfunc F(x int) int { return " + strings.Repeat("(", 50000) + "x" + strings.Repeat(")", 50000) + " }\n",
		"package p\nfunc F(x int) int { return " + strings.Repeat("-", 50000) + "x }\n",
		"package p\nfunc F(x int) int { return x" + strings.Repeat("+1", 50000) + " }\n",
		"package p\nconst C = 1" + strings.Repeat("+1", 50000) + "\nfunc F() int { return C }\n",
		"package p\nfunc F() { " + strings.Repeat("{", 50000) + strings.Repeat("}", 50000) + " }\n",
		"package p\nfunc F(x " + strings.Repeat("[1]", 50000) + "int) {}\n",
	} {
		var errs diag.List
		fset := token.NewFileSet()
		file := syntax.Parse(fset, "deep.kg", []byte(src), &errs)
		Check(syntax.NewPackage(fset, []*syntax.File{file}, nil, &errs), &errs)
		for _, d := range errs.All {
			if len(d.Msg) > 1000 {
				t.Errorf("a message of %d bytes", len(d.Msg))
			}
		}
	}
}
