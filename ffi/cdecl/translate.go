package cdecl

import (
	"errors"
	"fmt"
	"go/constant"
	"strings"

	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// translator turns a syntax tree into a Unit.
type translator struct {
	unit   *Unit
	reader *reader
	target ctype.Target
	idents map[string]*ident
	tags   map[string]*tag
	pack   packing

	transparent map[*ctype.Record]bool // unions that are passed as their first member
	parameters  int                    // depth of prototypes that are read
	definition  bool                   // a function's definition is read
	closed      bool                   // nothing new is declared: a type is read that a program spells
}

// ident is what an ordinary identifier means.
type ident struct {
	kind    identKind
	pos     Pos
	typ     *ctype.Type
	value   constant.Value // of an enumerator
	fn      *Func
	local   bool // a function that is static by that word
	builtin bool // of the text before the first file, which others may replace
}

type identKind string

const (
	typedefIdent identKind = "a type"
	funcIdent    identKind = "a function"
	varIdent     identKind = "a variable"
	enumIdent    identKind = "an enumerator"
)

func newTranslator(u *Unit, r *reader, pack int) *translator {
	return &translator{
		unit: u, reader: r, target: u.Target,
		idents: map[string]*ident{}, tags: map[string]*tag{}, transparent: map[*ctype.Record]bool{},
		pack: packing{bytes: pack},
	}
}

// translate adds all declarations of a tree to the unit. A faulty one is reported and left out.
func (t *translator) translate(ast *cc.AST) {
	for l := ast.TranslationUnit; l != nil; l = l.TranslationUnit {
		if n := l.ExternalDeclaration; n != nil && n.Position().Filename != endName {
			t.report(t.external(n))
		}
	}
}

func (t *translator) external(n *cc.ExternalDeclaration) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = t.errorf(n, "the declaration cannot be understood: %v", e)
		}
	}()
	switch n.Case {
	case cc.ExternalDeclarationFuncDef:
		d := n.FunctionDefinition
		t.definition = true
		defer func() { t.definition = false }()
		s, err := t.declarationSpecifiers(d.DeclarationSpecifiers)
		if err != nil {
			return err
		}
		return t.declare(s, d.Declarator, nil, nil)
	case cc.ExternalDeclarationDecl:
		return t.declaration(n.Declaration)
	}
	return nil
}

func (t *translator) declaration(n *cc.Declaration) error {
	switch {
	case n == nil:
		return nil
	case n.Case == cc.DeclarationAssert:
		t.staticAssert(n.StaticAssertDeclaration)
		return nil
	case n.Case == cc.DeclarationAuto:
		return t.errorf(n, "__auto_type is not supported")
	}
	s, err := t.declarationSpecifiers(n.DeclarationSpecifiers)
	if err != nil {
		return err
	}
	if err := t.attributes(&s.attrs, n.AttributeSpecifierList); err != nil {
		return err
	}
	if n.InitDeclaratorList == nil && s.typ != nil && len(s.words) > 0 {
		_, err := s.base(n)
		return err
	}
	var all []error
	for l := n.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
		d := l.InitDeclarator
		all = append(all, t.declare(s, d.Declarator, d.Asm, d.Initializer, l.AttributeSpecifierList, d.AttributeSpecifierList))
	}
	return errors.Join(all...)
}

// declare adds one declarator to the unit.
func (t *translator) declare(s *specifiers, d *cc.Declarator, asm *cc.Asm, init *cc.Initializer, lists ...*cc.AttributeSpecifierList) error {
	own := *s
	if err := t.attributes(&own.attrs, lists...); err != nil {
		return err
	}
	if s.typ == nil && len(s.words) == 0 && d != nil && !t.definition {
		return t.errorf(d, "unknown type name %s, or a declaration without a type", d.Name())
	}
	base, err := own.base(d)
	if err != nil {
		return err
	}
	name, typ, err := t.declarator(base, d)
	if err != nil {
		return err
	}
	if t.definition && typ.Kind != ctype.Func {
		return t.errorf(d, "%s has a body, and is no function", name)
	}
	t.nonnull(typ, &own.attrs)
	at := t.pos(d)
	link := name
	if asm != nil {
		link = strings.TrimPrefix(unquote(asm.Token3.SrcStr()), labelPrefix(t.target))
	}
	switch {
	case own.typedef:
		return t.addTypedef(name, typ, &own.attrs, at)
	case typ.Kind == ctype.Func:
		return t.addFunc(&Func{Name: name, Link: link, Type: typ, Pos: at, Static: own.static || own.inline && !own.extern}, own.static)
	}
	if n := initialLength(init); n >= 0 && typ.Kind == ctype.Array && typ.Len < 0 {
		typ = ctype.ArrayOf(typ.Elem, n)
	}
	return t.addVar(&Var{Name: name, Link: link, Type: typ, Pos: at, Static: own.static, Thread: own.thread})
}

// initialLength counts the elements that an initializer gives an array, -1 where that is not plain.
func initialLength(n *cc.Initializer) int64 {
	if n == nil || n.Case != cc.InitializerInitList {
		return -1
	}
	count := int64(0)
	for l := n.InitializerList; l != nil; l = l.InitializerList {
		if l.Designation != nil {
			return -1
		}
		count++
	}
	return count
}

// nonnull marks the parameters of a function that an attribute says are not null.
func (t *translator) nonnull(typ *ctype.Type, a *attributes) {
	if typ.Kind != ctype.Func {
		return
	}
	mark := func(i int) {
		if i >= 0 && i < len(typ.Func.Params) && typ.Func.Params[i].Type.Kind == ctype.Pointer {
			typ.Func.Params[i].NonNull = true
		}
	}
	for _, i := range a.nonnull {
		mark(i - 1)
	}
	for i := range typ.Func.Params {
		if a.allNonnull {
			mark(i)
		}
	}
}

// pos is the place of a node in its file.
func (t *translator) pos(n cc.Node) Pos {
	p := n.Position()
	if p.Filename == builtinName {
		return Pos{p.Filename, p.Line, p.Column}
	}
	return Pos{p.Filename, p.Line - 1, p.Column}
}

func (t *translator) errorf(n cc.Node, format string, args ...any) error {
	return t.errorAt(t.pos(n), format, args...)
}

// errorAt makes a located error. An error among the arguments that has a place already is returned as it is.
func (t *translator) errorAt(at Pos, format string, args ...any) error {
	for _, a := range args {
		if err, ok := a.(error); ok {
			if inner := (*Error)(nil); errors.As(err, &inner) {
				return err
			}
		}
	}
	return &Error{Pos: at, Msg: fmt.Errorf(format, args...).Error()}
}

// report adds what is wrong to the unit's errors.
func (t *translator) report(err error) {
	if err == nil {
		return
	}
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range list.Unwrap() {
			t.report(e)
		}
		return
	}
	e, ok := err.(*Error)
	if !ok {
		e = &Error{Pos: Pos{t.reader.main.name, 1, 1}, Msg: err.Error()}
	}
	t.reader.report(e)
}
