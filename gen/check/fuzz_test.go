package check

import (
	"go/token"
	"testing"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/syntax"
)

// FuzzParseCheck feeds any text to the parser and the checker. They may refuse it, at places inside it, but not panic;
// what they accept has a type for every expression.
func FuzzParseCheck(f *testing.F) {
	for _, folder := range []string{"go", "kg", "kernels"} {
		for _, file := range archives(f, folder) {
			for _, u := range units(f, file) {
				for _, text := range u.files {
					f.Add(text.Data)
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var errs diag.List
		fset := token.NewFileSet()
		file := syntax.Parse(fset, "fuzz.kg", src, &errs)
		p := syntax.NewPackage(fset, []*syntax.File{file}, nil, &errs)
		out := Check(p, &errs) // after syntax errors too: the tree may have holes then
		for _, d := range errs.All {
			if d.Pos.File != "fuzz.kg" || d.Pos.Line < 1 || d.Pos.Col < 1 || d.Msg == "" {
				t.Fatalf("message without place or text: %+v", d)
			}
		}
		if errs.HasErrors() {
			return
		}
		for e := range expressions(out) {
			if tv, ok := out.Info.Types[e]; ok && isInvalid(tv.Type) {
				t.Errorf("%s: invalid type without an error", out.Syntax.Pos(e.Pos()))
			}
		}
	})
}
