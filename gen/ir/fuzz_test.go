package ir_test

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/ir"
	"github.com/kgen-go/kgen/gen/kg"
)

// FuzzParse holds the parser, verifier and interpreter to what they promise for any text: errors of their
// own kinds and no panic, and for what can be read, that printing and reading give it back.
func FuzzParse(f *testing.F) {
	for _, file := range sources(f) {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, pattern := range []string{"fail/*.txtar", "eval/*.txtar"} {
		for _, file := range files(f, pattern) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				f.Fatal(err)
			}
			for _, part := range a.Files {
				f.Add(part.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		u, err := ir.Parse("fuzz.ir", src)
		if err != nil {
			wantDiagnostics(t, err)
			return
		}
		text := u.String()
		again, err := ir.Parse("fuzz.ir", []byte(text))
		if err != nil {
			t.Fatalf("%v\nin the printed text:\n%s", err, text)
		}
		if !reflect.DeepEqual(u, again) {
			t.Fatalf("another unit after printing and parsing:\n%s\n%s", text, again)
		}
		if err := ir.Verify(u); err != nil {
			wantDiagnostics(t, err)
			return
		}
		evalAll(t, u)
	})
}

func wantDiagnostics(t *testing.T, err error) {
	t.Helper()
	var list *diag.Errors
	if !errors.As(err, &list) || len(list.All) == 0 {
		t.Fatalf("the error is %v, not a list of diagnostics", err)
	}
}

// evalAll calls each function of a verified unit for a few steps.
func evalAll(t *testing.T, u *ir.Unit) {
	t.Helper()
	p, err := ir.NewProgram(u)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range u.Funcs {
		if slices.ContainsFunc(f.Params, func(p *ir.Value) bool { return p.Type.Size() > 1<<16 }) {
			continue
		}
		args := make([]ir.Datum, len(f.Params))
		for i, param := range f.Params {
			args[i] = ir.ZeroDatum(param.Type)
			if param.Type.Kind == ir.Slice && param.Type.Elem.Size() < 1000 {
				args[i] = ir.WholeSlice(ir.NewBuffer(*param.Type.Elem, 5), 4, 5)
			}
		}
		_, err := p.Eval(f.Name, args, ir.Limits{Steps: 2000, Cells: 1 << 16, Depth: 20})
		var fault *kg.Error
		var undefined *ir.Undefined
		if err != nil && !errors.As(err, &fault) && !errors.As(err, &undefined) {
			t.Fatalf("an error of unknown type: %v", err)
		}
	}
}
