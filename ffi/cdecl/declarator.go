package cdecl

import (
	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// declarator adds to a type what a declarator says, from the outside in, and returns the name it declares.
func (t *translator) declarator(typ *ctype.Type, n *cc.Declarator) (string, *ctype.Type, error) {
	typ, err := t.pointers(typ, n.Pointer)
	if err != nil {
		return "", nil, err
	}
	return t.direct(typ, n.DirectDeclarator)
}

func (t *translator) direct(typ *ctype.Type, n *cc.DirectDeclarator) (name string, _ *ctype.Type, err error) {
	if n == nil {
		return "", typ, nil
	}
	switch n.Case {
	case cc.DirectDeclaratorIdent:
		return n.Token.SrcStr(), typ, nil
	case cc.DirectDeclaratorDecl:
		return t.declarator(typ, n.Declarator)
	case cc.DirectDeclaratorArr, cc.DirectDeclaratorStaticArr, cc.DirectDeclaratorArrStatic, cc.DirectDeclaratorStar:
		typ, err = t.array(typ, n, n.AssignmentExpression)
	case cc.DirectDeclaratorFuncParam:
		typ, err = t.function(typ, n, n.ParameterTypeList)
	case cc.DirectDeclaratorFuncIdent:
		typ, err = t.oldFunction(typ, n)
	}
	if err != nil {
		return "", nil, err
	}
	return t.direct(typ, n.DirectDeclarator)
}

func (t *translator) abstract(typ *ctype.Type, n *cc.AbstractDeclarator) (*ctype.Type, error) {
	if n == nil {
		return typ, nil
	}
	typ, err := t.pointers(typ, n.Pointer)
	if err != nil {
		return nil, err
	}
	return t.directAbstract(typ, n.DirectAbstractDeclarator)
}

func (t *translator) directAbstract(typ *ctype.Type, n *cc.DirectAbstractDeclarator) (_ *ctype.Type, err error) {
	if n == nil {
		return typ, nil
	}
	switch n.Case {
	case cc.DirectAbstractDeclaratorDecl:
		return t.abstract(typ, n.AbstractDeclarator)
	case cc.DirectAbstractDeclaratorFunc:
		typ, err = t.function(typ, n, n.ParameterTypeList)
	default:
		typ, err = t.array(typ, n, n.AssignmentExpression)
	}
	if err != nil {
		return nil, err
	}
	return t.directAbstract(typ, n.DirectAbstractDeclarator)
}

// pointers makes a pointer for each star.
func (t *translator) pointers(typ *ctype.Type, n *cc.Pointer) (*ctype.Type, error) {
	for ; n != nil; n = n.Pointer {
		if n.Case == cc.PointerBlock {
			return nil, t.errorf(n, "blocks are not supported")
		}
		typ = ctype.PointerTo(typ)
		for q := n.TypeQualifiers; q != nil; q = q.TypeQualifiers {
			if q.TypeQualifier != nil {
				typ.Const = typ.Const || q.TypeQualifier.Case == cc.TypeQualifierConst
				typ.Volatile = typ.Volatile || q.TypeQualifier.Case == cc.TypeQualifierVolatile
			}
		}
	}
	return typ, nil
}

// array makes an array. Within parameters its length may depend on other parameters, and is taken for unknown then.
func (t *translator) array(elem *ctype.Type, at cc.Node, length cc.ExpressionNode) (*ctype.Type, error) {
	if elem.Kind == ctype.Func || elem.Kind == ctype.Void {
		return nil, t.errorf(at, "an array of %s", elem)
	}
	if length == nil || isDotsValue(length) {
		return ctype.ArrayOf(elem, -1), nil
	}
	n, err := t.integer(length)
	switch {
	case err != nil && t.parameters > 0:
		return ctype.ArrayOf(elem, -1), nil
	case err != nil:
		return nil, err
	case n < 0:
		return nil, t.errorf(at, "an array of %d elements", n)
	}
	return ctype.ArrayOf(elem, n), nil
}

// function makes a prototype.
func (t *translator) function(result *ctype.Type, at cc.Node, list *cc.ParameterTypeList) (*ctype.Type, error) {
	if result.Kind == ctype.Func || result.Kind == ctype.Array {
		return nil, t.errorf(at, "a function cannot return %s", result)
	}
	f := &ctype.FuncType{Result: result}
	typ := &ctype.Type{Kind: ctype.Func, Func: f}
	if list == nil {
		f.Unknown = true
		return typ, nil
	}
	f.Variadic = list.Case == cc.ParameterTypeListVar
	t.parameters++
	defer func() { t.parameters-- }()
	for l := list.ParameterList; l != nil; l = l.ParameterList {
		if l.ParameterDeclaration == nil {
			continue
		}
		p, err := t.parameter(l.ParameterDeclaration)
		if err != nil {
			return nil, err
		}
		f.Params = append(f.Params, p)
	}
	if len(f.Params) == 1 && f.Params[0].Type.Kind == ctype.Void && f.Params[0].Name == "" && !f.Variadic {
		f.Params = nil
	}
	for i, p := range f.Params {
		if p.Type.Kind == ctype.Void {
			return nil, t.errorf(at, "parameter %d is of type void", i+1)
		}
	}
	return typ, nil
}

// oldFunction is a definition in the style before prototypes, or a prototype whose first parameter is of an unknown type.
func (t *translator) oldFunction(result *ctype.Type, n *cc.DirectDeclarator) (*ctype.Type, error) {
	if t.definition {
		return &ctype.Type{Kind: ctype.Func, Func: &ctype.FuncType{Result: result, Unknown: true}}, nil
	}
	f := &ctype.FuncType{Result: result}
	for l := n.IdentifierList; l != nil; l = l.IdentifierList {
		name := l.Token2
		typ, err := t.unknownType(name.SrcStr(), t.pos(&name))
		if err != nil {
			return nil, err
		}
		f.Params = append(f.Params, ctype.Param{Type: typ})
	}
	return &ctype.Type{Kind: ctype.Func, Func: f}, nil
}

func (t *translator) parameter(n *cc.ParameterDeclaration) (p ctype.Param, err error) {
	s, err := t.declarationSpecifiers(n.DeclarationSpecifiers)
	if err != nil {
		return p, err
	}
	if n.Declarator != nil && s.typ == nil && len(s.words) == 0 {
		name := n.Declarator.NameTok() // `int f(int, foo_t)` parses as if foo_t were a name
		p.Type, err = t.unknownType(name.SrcStr(), t.pos(n.Declarator))
		return p, err
	}
	base, err := s.base(n)
	if err != nil {
		return p, err
	}
	var typ *ctype.Type
	if n.Declarator != nil {
		p.Name, typ, err = t.declarator(base, n.Declarator)
		p.NonNull = isStatic(n.Declarator.DirectDeclarator)
	} else {
		typ, err = t.abstract(base, n.AbstractDeclarator)
	}
	if err != nil {
		return p, err
	}
	if typ.Kind == ctype.Array && typ.Len > 0 {
		p.Elems = typ.Len
	}
	p.Type = t.firstMember(typ).Adjusted()
	return p, nil
}

// isStatic reports whether the outermost array of a parameter is `[static n]`.
func isStatic(n *cc.DirectDeclarator) bool {
	static := false
	for ; n != nil; n = n.DirectDeclarator {
		static = n.Case == cc.DirectDeclaratorStaticArr || n.Case == cc.DirectDeclaratorArrStatic || static && n.Case == cc.DirectDeclaratorIdent
	}
	return static
}

// firstMember is how a transparent union is passed: as its first member.
func (t *translator) firstMember(typ *ctype.Type) *ctype.Type {
	if typ.Kind == ctype.Union && t.transparent[typ.Record] && len(typ.Record.Fields) > 0 {
		return typ.Record.Fields[0].Type
	}
	return typ
}

// typeName translates what stands in casts and sizeof.
func (t *translator) typeName(n *cc.TypeName) (*ctype.Type, error) {
	s, err := t.qualifierList(n.SpecifierQualifierList)
	if err != nil {
		return nil, err
	}
	base, err := s.base(n)
	if err != nil {
		return nil, err
	}
	return t.abstract(base, n.AbstractDeclarator)
}
