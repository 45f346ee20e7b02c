package check

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// one checks the text of a one-file package that must be right.
func one(t *testing.T, src string) *Package {
	t.Helper()
	p, errs := unit{"a.kg", []txtar.File{{Name: "a.kg", Data: []byte(src)}}}.check()
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTables looks at what the tables say of loops, branches, calls and variables.
func TestTables(t *testing.T) {
	p := one(t, `package p

func F(n int, x float64) (r float64) {
	x = sqrt(x) + G(n) + float64(len([]int(nil))) + G(1)
outer:
	for i := range n {
		//kg:nobounds
		for {
			x := x
			switch {
			case x > 1:
				break
			case x > 2:
				continue
			case x > 3:
				continue outer
			default:
				break outer
			}
			_, x = i, x
			break
		}
	}
	H()
	return x
}

//kg:nobounds
func G(k int) float64 { return float64(k) }

func H() {}
`)
	f := p.Kernels[0]
	line := func(n ast.Node) int { return p.Syntax.Pos(n.Pos()).Line }
	var got []string
	ast.Inspect(f.Decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BranchStmt:
			got = append(got, fmt.Sprintf("%d %s %d", line(n), n.Tok, line(p.Info.Targets[n])))
		case *ast.ForStmt, *ast.RangeStmt:
			got = append(got, fmt.Sprintf("%d loop %v", line(n), p.Info.NoBounds[n]))
		case *ast.CallExpr:
			call := p.Info.Calls[n]
			text := fmt.Sprintf("%d call %d %s", line(n), call.Kind, call.Builtin)
			if call.Kernel != nil {
				text += " " + call.Kernel.Name
			}
			got = append(got, text)
		}
		return true
	})
	want := []string{
		"4 call 2 sqrt", "4 call 3 no built-in G", "4 call 1 no built-in", "4 call 2 len", "4 call 1 no built-in", "4 call 3 no built-in G",
		"6 loop false", "8 loop true", "12 break 10", "14 continue 8", "16 continue 6", "18 break 6", "21 break 8",
		"24 call 3 no built-in H",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var calls []string
	for _, k := range f.Calls {
		calls = append(calls, k.Name)
		if p.Info.KernelOf[p.Info.Defs[k.Decl.Name]] != k {
			t.Errorf("KernelOf does not lead to %s", k.Name)
		}
	}
	if strings.Join(calls, " ") != "G H" || f.NoBounds || !p.Kernels[1].NoBounds || !f.Exported {
		t.Errorf("F calls %v, %+v", calls, f)
	}
	if s := summary(p)[0]; s != "Ffunc(n int, x float64) (r float64); i int; x float64" {
		t.Errorf("F is %s", s)
	}
}

// TestConstantKinds holds constant values to the kinds that Info.Types promises.
func TestConstantKinds(t *testing.T) {
	seen := 0
	for _, u := range slices.Concat(units(t, "testdata/go/valid.txtar"), units(t, "testdata/kernels/cdef.txtar")) {
		p, errs := u.check()
		if err := errs.Err(); err != nil {
			t.Fatal(err)
		}
		for e, tv := range p.Info.Types {
			if tv.Value == nil || isUntyped(tv.Type) {
				continue
			}
			want := constant.Bool
			switch {
			case isInteger(tv.Type):
				want = constant.Int
			case isFloat(tv.Type):
				want = constant.Float
			case isComplex(tv.Type):
				want = constant.Complex
			}
			if got := tv.Value.Kind(); got != want {
				t.Errorf("%s: %s has type %s and a value of kind %s", p.Syntax.Pos(e.Pos()), exprString(e), tv.Type, got)
			}
			seen++
		}
	}
	if seen == 0 {
		t.Error("no constants seen")
	}
}

// TestEveryValueIsTyped shows that nothing that needs code is left without a final type.
func TestEveryValueIsTyped(t *testing.T) {
	for _, u := range slices.Concat(units(t, "testdata/go/valid.txtar"), units(t, "testdata/kernels/cdef.txtar")) {
		p, errs := u.check()
		if err := errs.Err(); err != nil {
			t.Fatal(err)
		}
		for e, tv := range p.Info.Types {
			if tv.Value == nil && !tv.IsType && isUntyped(tv.Type) && !types.Identical(tv.Type, types.Typ[types.UntypedBool]) {
				t.Errorf("%s: %s is left with type %s", p.Syntax.Pos(e.Pos()), exprString(e), tv.Type)
			}
		}
	}
}
