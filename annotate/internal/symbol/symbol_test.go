package symbol

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

func TestWithoutTypes(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "",
		"p.F":                                "p.F",
		"p.F[int]":                           "p.F",
		"p.(*T[go.shape.int]).M":             "p.(*T).M",
		"p.Map[[4]int,map[string][]T].func1": "p.Map.func1",
		"p.F[int].func1[a]":                  "p.F.func1",
		"x]y[":                               "x]y",
	} {
		if got := WithoutTypes(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestReceiver(t *testing.T) {
	for _, c := range []struct {
		in, want string
		generic  bool
	}{
		{"func M() {}", "", false},
		{"func () M() {}", "", false},
		{"func (t T) M() {}", "T.", false},
		{"func (*T) M() {}", "(*T).", false},
		{"func (t *(T)) M() {}", "(*T).", false},
		{"func (t (T)) M() {}", "T.", false},
		{"func (t T[P]) M() {}", "T.", true},
		{"func (t *T[P, Q]) M() {}", "(*T).", true},
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+c.in, 0)
		if file == nil || len(file.Decls) != 1 {
			t.Fatalf("%s: %v", c.in, err)
		}
		if got, generic := Receiver(file.Decls[0].(*ast.FuncDecl)); got != c.want || generic != c.generic {
			t.Errorf("%s: %q, %v", c.in, got, generic)
		}
	}
}
