package ffi

import (
	"go/constant"
	"strings"

	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/ctype"
)

// Declaration is one declaration of [Decls], for programs that list them.
type Declaration struct {
	Name  string         // "puts", "size_t", "struct point"
	C     string         // the declaration in C, such as "int puts(const char *s)"
	Doc   string         // the comment before it
	Pos   string         // file:line:column
	Value constant.Value // of a constant, else nil
}

// Funcs returns the functions, in the order of their declarations.
func (d *Decls) Funcs() []Declaration {
	return describe(d.read().Funcs, func(f *cdecl.Func) Declaration {
		return Declaration{Name: f.Name, C: f.Type.Declare(f.Name), Doc: f.Doc, Pos: f.Pos.String()}
	})
}

// Vars returns the global variables.
func (d *Decls) Vars() []Declaration {
	return describe(d.read().Vars, func(v *cdecl.Var) Declaration {
		return Declaration{Name: v.Name, C: "extern " + v.Type.Declare(v.Name), Doc: v.Doc, Pos: v.Pos.String()}
	})
}

// Types returns the typedefs, and the structs, unions and enums that have tags.
func (d *Decls) Types() []Declaration {
	return describe(d.read().Types, func(t *cdecl.Type) Declaration {
		return Declaration{Name: t.Name, C: defineType(t), Doc: t.Doc, Pos: t.Pos.String()}
	})
}

// defineType spells the definition of a named type.
func defineType(t *cdecl.Type) string {
	if strings.Contains(t.Name, " ") { // "struct tag"
		return t.Type.Define()
	}
	named := *t.Type
	named.Typedef = ""
	return "typedef " + (*ctype.Type)(&named).Declare(t.Name)
}

// Consts returns the macros and enumerators that are constants.
func (d *Decls) Consts() []Declaration {
	return describe(d.read().Consts, func(c *cdecl.Const) Declaration {
		return Declaration{Name: c.Name, C: c.Name + " = " + c.Value.ExactString(), Doc: c.Doc, Pos: c.Pos.String(), Value: c.Value}
	})
}

// Macros returns the macros that are no constants: they cannot be used, because only a C compiler could expand them.
func (d *Decls) Macros() []Declaration {
	return describe(d.read().Macros, func(m *cdecl.Macro) Declaration {
		return Declaration{Name: m.Name, C: spellMacro(m), Doc: m.Doc, Pos: m.Pos.String()}
	})
}

func spellMacro(m *cdecl.Macro) string {
	head := m.Name
	if m.Function {
		head += "(" + strings.Join(m.Params, ", ") + ")"
	}
	return strings.TrimSpace("#define " + head + " " + m.Text)
}

// read returns what was read, nothing for nil Decls.
func (d *Decls) read() *cdecl.Unit {
	if d == nil {
		return new(cdecl.Unit)
	}
	return d.unit
}

func describe[T any](from []*T, one func(*T) Declaration) []Declaration {
	var to []Declaration
	for _, x := range from {
		to = append(to, one(x))
	}
	return to
}
