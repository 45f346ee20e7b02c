package emit

import (
	"fmt"

	"github.com/kgen-go/kgen/gen/ir"
)

// cScalars are the C types of scalars and pairs, and the names that kg.h knows their kinds by.
var cScalars = map[ir.Kind]struct{ name, kind, unsigned string }{
	ir.Bool: {"bool", "bool", ""},
	ir.I8:   {"int8_t", "i8", "uint32_t"},
	ir.I16:  {"int16_t", "i16", "uint32_t"},
	ir.I32:  {"int32_t", "i32", "uint32_t"},
	ir.I64:  {"int64_t", "i64", "uint64_t"},
	ir.Int:  {"int64_t", "i64", "uint64_t"},
	ir.U8:   {"uint8_t", "u8", "uint32_t"},
	ir.U16:  {"uint16_t", "u16", "uint32_t"},
	ir.U32:  {"uint32_t", "u32", "uint32_t"},
	ir.U64:  {"uint64_t", "u64", "uint64_t"},
	ir.Uint: {"uint64_t", "u64", "uint64_t"},
	ir.F32:  {"float", "f32", ""},
	ir.F64:  {"double", "f64", ""},
	ir.C64:  {"kg_c64", "c64", ""},
	ir.C128: {"kg_c128", "c128", ""},
	ir.M8:   {"int8_t", "m8", ""},
	ir.M16:  {"int16_t", "m16", ""},
	ir.M32:  {"int32_t", "m32", ""},
	ir.M64:  {"int64_t", "m64", ""},
}

// cDecls collects the declarations that a C file needs above its functions: types and the helpers of
// kg_lanes.h, each once, in the order of first need.
type cDecls struct {
	have map[string]bool
	text []string
}

// need adds a declaration and returns the name that it declares.
func (d *cDecls) need(name, format string, args ...any) string {
	if !d.have[name] {
		d.have[name] = true
		d.text = append(d.text, fmt.Sprintf(format, args...))
	}
	return name
}

// typ returns the C type of t.
func (d *cDecls) typ(t ir.Type) string {
	switch {
	case t.Kind == ir.Array:
		elem := d.typ(*t.Elem)
		return d.need("kg_"+cKey(t), "%stypedef struct {\n\t%s v[%d];\n} kg_%s;", gnuIfEmpty(t), elem, t.Len, cKey(t))
	case t.Kind == ir.Slice:
		elem := d.typ(*t.Elem)
		return d.need("kg_"+cKey(t), "typedef struct {\n\t%s *p;\n\tint64_t len, cap, buf;\n} kg_%s;", elem, cKey(t))
	case t.Lanes > 1 && t.Kind.IsPair():
		part := d.typ(t.WithKind(t.Kind.Part()))
		return d.need("kg_"+cKey(t), "typedef struct {\n\t%s re, im;\n} kg_%s;", part, cKey(t))
	case t.Lanes > 1:
		return d.need("kg_"+cKey(t), "typedef %s kg_%s __attribute__((vector_size(%d)));", cScalars[t.Kind].name, cKey(t), t.Size())
	}
	return cScalars[t.Kind].name
}

// gnuIfEmpty marks what only GNU C allows, an array of no elements.
func gnuIfEmpty(t ir.Type) string {
	if t.Len == 0 {
		return "__extension__ "
	}
	return ""
}

// cKey names a type in the names of types and helpers: f64x8, a3_f64, s_c128.
func cKey(t ir.Type) string {
	switch t.Kind {
	case ir.Array:
		return fmt.Sprintf("a%d_%s", t.Len, cKey(*t.Elem))
	case ir.Slice:
		return "s_" + cKey(*t.Elem)
	}
	if t.Lanes > 1 {
		return fmt.Sprintf("%sx%d", cScalars[t.Kind].kind, t.Lanes)
	}
	return cScalars[t.Kind].kind
}

// zero returns the zero value of t as an expression.
func (d *cDecls) zero(t ir.Type) string {
	text := d.initialiser(t)
	if text[0] == '{' {
		return "(" + d.typ(t) + ")" + text
	}
	return text
}

// initialiser returns what stands behind the = of a declaration for the zero value, with all braces.
func (d *cDecls) initialiser(t ir.Type) string {
	switch {
	case t.Size() == 0: // C has no initialiser for what holds nothing
		return d.need("kg_zero_"+cKey(t), "static const %s kg_zero_%s;", d.typ(t), cKey(t))
	case t.Kind == ir.Array:
		return "{{" + d.initialiser(*t.Elem) + "}}"
	case t.Kind == ir.Slice:
		return "{NULL, 0, 0, 0}"
	case t.Kind.IsPair():
		part := d.initialiser(t.WithKind(t.Kind.Part()))
		return "{" + part + ", " + part + "}"
	case t.Lanes > 1:
		return "{0}"
	}
	return cConst(t.Kind, 0)
}
