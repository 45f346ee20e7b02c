// Package symbol reads names of functions as the compiler, the linker and profiles write them.
package symbol

import "strings"

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
