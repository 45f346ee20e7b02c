package emit

import (
	"go/token"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/ir"
)

func TestGoIdent(t *testing.T) {
	for name, want := range map[string]string{
		"x": "x", "z.re": "zRe", "z.re.2": "zRe2", "12": "t12", "α": "α", "z.β": "zΒ", "_": "t", "": "t", ".": "t", "a b": "a_b",
		"世界": "世界", "Sum[float32]": "Sum_float32_", "complex.div": "complexDiv", "_0": "_0",
	} {
		got := goIdent(name)
		if got != want || !token.IsIdentifier(got) {
			t.Errorf("goIdent(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestScope(t *testing.T) {
	outer := newScope(reserved("main"))
	inner := newScope(outer)
	for _, c := range []struct{ want, got string }{
		{"len", "len_"}, {"func", "func_"}, {"x", "x"}, {"x", "x2"}, {"x", "x3"}, {"main", "main_"}, {"float64", "float64_"}, {"kg", "kg_"}, {"len", "len_2"},
	} {
		if got := inner.name(c.want); got != c.got {
			t.Errorf("%q is named %q, want %q", c.want, got, c.got)
		}
	}
	if got := newScope(reserved("calc")).name("main"); got != "main" {
		t.Errorf("main is named %q outside of package main", got)
	}
}

// TestKernelNames demands that exported names stay, whatever else there is, and that all names are distinct.
func TestKernelNames(t *testing.T) {
	u := &ir.Unit{Package: "main"}
	for _, f := range []struct {
		name     string
		exported bool
	}{{"addGo", false}, {"Add", true}, {"addC", false}, {"main", false}, {"init", false}, {"kgSites", false}, {"kgPkg", false},
		{"float64", false}, {"Main", true}, {"MainGo", true}, {"Kg", true}, {"complex.div", false}, {"complexDiv", false}} {
		u.Funcs = append(u.Funcs, &ir.Func{Name: f.name, Exported: f.exported})
	}
	n := namesOf(u, GoOptions{Package: "main", TargetC: true})
	seen := map[string]string{n.sites: "sites", n.pkg: "pkg", n.library: "library"}
	for _, f := range u.Funcs {
		k := n.kernels[f.Name]
		if f.Exported && k.API != f.Name {
			t.Errorf("the exported %s is named %s", f.Name, k.API)
		}
		names := []string{k.API}
		if f.Exported {
			names = append(names, k.Body, k.Slot, k.Stub, k.Proc, k.Block)
		}
		for _, name := range names {
			if seen[name] != "" || !token.IsIdentifier(name) || reserved("main").has(name) {
				t.Errorf("%s of %s is no name, or that of %s", name, f.Name, seen[name])
			}
			seen[name] = f.Name
		}
	}
}

// TestPackageNames takes package names that C or kg.h have a use of their own for.
func TestPackageNames(t *testing.T) {
	for pkg, want := range map[string]string{
		"calc": "calc calc_F k_F r_F", "k": "k k_F kk_F r_F", "r": "r r_F k_F rr_F", "kg": "kg_ kg__F k_F r_F",
		"kg_level": "kg_level_ kg_level__F k_F r_F", "INT32": "INT32_ INT32__F k_F r_F", "α": "_u3B1_ _u3B1__F k_F r_F",
	} {
		c := &cUnit{o: COptions{Name: pkg}}
		if got := strings.Join([]string{FileName(pkg), Symbol(pkg, "F"), c.kernelName("F"), c.private("r", "F")}, " "); got != want {
			t.Errorf("package %s has the names %s, want %s", pkg, got, want)
		}
	}
}
