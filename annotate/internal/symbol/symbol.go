// Package symbol reads names of functions as the compiler, the linker and profiles write them.
package symbol

import (
	"go/ast"
	"strings"
)

// WithoutTypes returns a name, or a text with names, without type arguments: "p.(*T).M" for "p.(*T[go.shape.int]).M". The arguments may hold brackets
// of their own.
func WithoutTypes(s string) string {
	if !strings.Contains(s, "[") {
		return s
	}
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '[':
			depth++
		case r == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Receiver returns what stands before the method's own name in the compiler's name of it, without type arguments: "(*T)." or "T."; "" for a function. It
// is generic if its receiver's type has type parameters.
func Receiver(f *ast.FuncDecl) (name string, generic bool) {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return "", false
	}
	form := "%."
	t := ast.Unparen(f.Recv.List[0].Type)
	if star, ok := t.(*ast.StarExpr); ok {
		form, t = "(*%).", ast.Unparen(star.X)
	}
	switch x := t.(type) {
	case *ast.IndexExpr:
		generic, t = true, x.X
	case *ast.IndexListExpr:
		generic, t = true, x.X
	}
	if id, ok := t.(*ast.Ident); ok {
		name = strings.Replace(form, "%", id.Name, 1)
	}
	return name, generic
}
