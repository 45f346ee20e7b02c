package cdecl

import (
	"go/constant"

	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// seen returns what an identifier means already, if a declaration of another kind or type would conflict with it.
func (t *translator) seen(name string, kind identKind, typ *ctype.Type, at Pos) (*ident, error) {
	old := t.idents[name]
	if old == nil || old.builtin {
		return nil, nil
	}
	if old.kind != kind {
		return nil, t.errorAt(at, "%s is declared as %s at %s", name, old.kind, old.pos)
	}
	if err := ctype.Difference(old.typ, typ); err != nil {
		return nil, t.errorAt(at, "%s is declared in another way at %s: %w", name, old.pos, err)
	}
	return old, nil
}

// keep makes an identifier known. It reports whether it is to be listed in the unit: the text before the first file is not.
func (t *translator) keep(name string, d *ident) bool {
	d.builtin = d.pos.File == builtinName
	t.idents[name] = d
	return !d.builtin
}

// addFunc declares a function; local says that the word static makes it one of this unit.
func (t *translator) addFunc(f *Func, local bool) error {
	old, err := t.seen(f.Name, funcIdent, f.Type, f.Pos)
	if err != nil {
		return err
	}
	if old != nil {
		merge(old, f)
		if old.fn.Doc == "" {
			old.fn.Doc = t.reader.files.docOf(f.Pos)
		}
		return nil
	}
	if t.keep(f.Name, &ident{kind: funcIdent, pos: f.Pos, typ: f.Type, fn: f, local: local}) {
		f.Doc = t.reader.files.docOf(f.Pos)
		t.unit.Funcs = append(t.unit.Funcs, f)
		t.unit.tables.funcs[f.Name] = f
	}
	return nil
}

// merge adds to a function what another declaration of it says: a prototype, parameters' names, a symbol, linkage.
func merge(old *ident, f *Func) {
	g := old.fn
	if g.Type.Func.Unknown && !f.Type.Func.Unknown {
		g.Type, old.typ = f.Type, f.Type
	}
	for i, p := range f.Type.Func.Params {
		if i < len(g.Type.Func.Params) && g.Type.Func.Params[i].Name == "" {
			g.Type.Func.Params[i].Name = p.Name
		}
	}
	if f.Link != f.Name {
		g.Link = f.Link
	}
	g.Static = g.Static && (old.local || f.Static)
}

func (t *translator) addVar(v *Var) error {
	old, err := t.seen(v.Name, varIdent, v.Type, v.Pos)
	if err != nil {
		return err
	}
	if old != nil {
		if listed := t.unit.tables.vars[v.Name]; listed != nil && listed.Type.IsFlexible() && !v.Type.IsFlexible() {
			listed.Type, old.typ = v.Type, v.Type
		}
		return nil
	}
	if t.keep(v.Name, &ident{kind: varIdent, pos: v.Pos, typ: v.Type}) {
		v.Doc = t.reader.files.docOf(v.Pos)
		t.unit.Vars = append(t.unit.Vars, v)
		t.unit.tables.vars[v.Name] = v
	}
	return nil
}

func (t *translator) addTypedef(name string, typ *ctype.Type, a *attributes, at Pos) error {
	if old, err := t.seen(name, typedefIdent, typ, at); old != nil || err != nil {
		return err
	}
	align := typ.Align
	if a.align > 0 {
		align = a.align
	}
	if a.transparent && typ.Kind == ctype.Union {
		t.transparent[typ.Record] = true
	}
	typ = typ.Aligned(name, align)
	d := &Type{Name: name, Type: typ, Pos: at}
	if t.keep(name, &ident{kind: typedefIdent, pos: at, typ: typ}) {
		d.Doc = t.reader.files.docOf(at)
	}
	t.addType(d)
	return nil
}

// addType lists a type. Those before the first file can be found by name only.
func (t *translator) addType(d *Type) {
	t.unit.tables.types[d.Name] = d
	if d.Pos.File != builtinName {
		t.unit.Types = append(t.unit.Types, d)
	}
}

func (t *translator) addEnumerator(n cc.Node, name string, v constant.Value, typ *ctype.Type) error {
	at := t.pos(n)
	if old := t.idents[name]; old != nil && !old.builtin {
		return t.errorAt(at, "%s is declared as %s at %s", name, old.kind, old.pos)
	}
	if t.keep(name, &ident{kind: enumIdent, pos: at, typ: typ, value: v}) {
		t.addConst(&Const{Name: name, Value: v, Type: typ, Doc: t.reader.files.docOfEnumerator(at), Pos: at})
	}
	return nil
}

// addConst lists a constant. A macro with the name of an enumerator takes its place, as it does in C.
func (t *translator) addConst(c *Const) {
	if old := t.unit.tables.consts[c.Name]; old != nil {
		*old = *c
		return
	}
	t.unit.Consts = append(t.unit.Consts, c)
	t.unit.tables.consts[c.Name] = c
}

func (t *translator) addMacro(m *Macro) {
	t.unit.Macros = append(t.unit.Macros, m)
	t.unit.tables.macros[m.Name] = m
}

// unknownType declares a type name that nothing declares, and reports it.
func (t *translator) unknownType(name string, at Pos) (*ctype.Type, error) {
	if d := t.idents[name]; d != nil && d.kind == typedefIdent {
		return d.typ, nil
	}
	fault := &Error{Pos: at, Msg: "unknown type name " + name}
	if t.closed {
		return nil, fault
	}
	t.report(fault)
	typ := t.opaque(name)
	t.idents[name] = &ident{kind: typedefIdent, pos: at, typ: typ, builtin: true}
	return typ, nil
}

// missing explains an error where a field has no type.
func (t *translator) missing(err error, n *cc.StructDeclaration) error {
	if n.SpecifierQualifierList == nil && n.StructDeclaratorList != nil && n.StructDeclaratorList.StructDeclarator.Declarator != nil {
		return t.errorf(n, "the field %s has no type", n.StructDeclaratorList.StructDeclarator.Declarator.Name())
	}
	return err
}
