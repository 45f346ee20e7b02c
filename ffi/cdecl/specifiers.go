package cdecl

import (
	"slices"
	"strings"

	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// specifiers is what the words before a declarator say: `static const unsigned long`.
type specifiers struct {
	*translator
	words           []string    // of a basic type
	typ             *ctype.Type // any other type
	konst, volatile bool
	attrs           attributes
	enum            *ctype.EnumType // the enum that is defined here

	typedef, extern, static, inline, thread bool
}

// declarationSpecifiers reads the words of a declaration or a parameter.
func (t *translator) declarationSpecifiers(n *cc.DeclarationSpecifiers) (*specifiers, error) {
	s := &specifiers{translator: t}
	for ; n != nil; n = n.DeclarationSpecifiers {
		var err error
		switch n.Case {
		case cc.DeclarationSpecifiersStorage:
			err = s.storage(n.StorageClassSpecifier)
		case cc.DeclarationSpecifiersTypeSpec:
			err = s.typeSpecifier(n.TypeSpecifier)
		case cc.DeclarationSpecifiersTypeQual:
			err = s.qualifier(n.TypeQualifier)
		case cc.DeclarationSpecifiersFunc:
			s.inline = s.inline || n.FunctionSpecifier.Case == cc.FunctionSpecifierInline
		case cc.DeclarationSpecifiersAlignSpec:
			err = t.alignas(&s.attrs, n.AlignmentSpecifier)
		case cc.DeclarationSpecifiersAttr:
			err = s.attribute(n.AttributeSpecifierList)
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// qualifierList reads the words of a field or a type name.
func (t *translator) qualifierList(n *cc.SpecifierQualifierList) (*specifiers, error) {
	s := &specifiers{translator: t}
	for ; n != nil; n = n.SpecifierQualifierList {
		var err error
		switch n.Case {
		case cc.SpecifierQualifierListTypeSpec:
			err = s.typeSpecifier(n.TypeSpecifier)
		case cc.SpecifierQualifierListTypeQual:
			err = s.qualifier(n.TypeQualifier)
		case cc.SpecifierQualifierListAlignSpec:
			err = t.alignas(&s.attrs, n.AlignmentSpecifier)
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *specifiers) storage(n *cc.StorageClassSpecifier) error {
	switch n.Case {
	case cc.StorageClassSpecifierTypedef:
		s.typedef = true
	case cc.StorageClassSpecifierExtern:
		s.extern = true
	case cc.StorageClassSpecifierStatic:
		s.static = true
	case cc.StorageClassSpecifierThreadLocal:
		s.thread = true
	case cc.StorageClassSpecifierDeclspec:
		return s.declspec(&s.attrs, n)
	}
	return nil
}

func (s *specifiers) qualifier(n *cc.TypeQualifier) error {
	switch n.Case {
	case cc.TypeQualifierConst:
		s.konst = true
	case cc.TypeQualifierVolatile:
		s.volatile = true
	case cc.TypeQualifierAttr:
		return s.attribute(n.AttributeSpecifierList)
	}
	return nil
}

// attribute reads attributes among the words. packed behind the definition of an enum is the enum's.
func (s *specifiers) attribute(list *cc.AttributeSpecifierList) error {
	before := s.attrs.packed
	if err := s.attributes(&s.attrs, list); err != nil {
		return err
	}
	if s.enum != nil && s.attrs.packed && !before {
		s.enum.Underlying = s.enumKind(s.enum.Values, true)
		s.attrs.packed = false
	}
	return nil
}

// basicWords are the words that basic types are made of. The types of fixed formats are other names for them.
var basicWords = map[cc.TypeSpecifierCase]string{
	cc.TypeSpecifierVoid: "void", cc.TypeSpecifierBool: "_Bool", cc.TypeSpecifierChar: "char", cc.TypeSpecifierShort: "short",
	cc.TypeSpecifierInt: "int", cc.TypeSpecifierLong: "long", cc.TypeSpecifierSigned: "signed", cc.TypeSpecifierUnsigned: "unsigned",
	cc.TypeSpecifierFloat: "float", cc.TypeSpecifierDouble: "double", cc.TypeSpecifierComplex: "_Complex", cc.TypeSpecifierInt128: "__int128",
	cc.TypeSpecifierUint128: "unsigned __int128", cc.TypeSpecifierFloat32: "float", cc.TypeSpecifierFloat64: "double",
	cc.TypeSpecifierFloat32x: "double", cc.TypeSpecifierFloat64x: "long double",
}

// opaqueWords are types that no ctype.Kind describes. They can be declared, and used by pointer.
var opaqueWords = map[cc.TypeSpecifierCase]string{
	cc.TypeSpecifierFloat16: "_Float16", cc.TypeSpecifierBFloat16: "__bf16", cc.TypeSpecifierDecimal32: "_Decimal32",
	cc.TypeSpecifierDecimal64: "_Decimal64", cc.TypeSpecifierDecimal128: "_Decimal128", cc.TypeSpecifierFloat128: "_Float128",
	cc.TypeSpecifierFloat128x: "_Float128x", cc.TypeSpecifierImaginary: "_Imaginary",
}

func (s *specifiers) typeSpecifier(n *cc.TypeSpecifier) error {
	if word, ok := basicWords[n.Case]; ok {
		s.words = append(s.words, strings.Fields(word)...)
		return nil
	}
	before := s.typ
	if err := s.otherType(n); err != nil {
		return err
	}
	if before != nil {
		return s.errorf(n, "%s and %s are two types: is a ';' missing?", before, s.typ)
	}
	return nil
}

// otherType reads a type that is not made of words.
func (s *specifiers) otherType(n *cc.TypeSpecifier) (err error) {
	if word, ok := opaqueWords[n.Case]; ok {
		s.typ = s.opaque(word)
		if word == "_Float128" && s.target.LongDouble() == ctype.Binary128 {
			s.typ = ctype.Basic(ctype.LongDouble)
		}
		return nil
	}
	switch n.Case {
	case cc.TypeSpecifierStructOrUnion:
		s.typ, err = s.record(n.StructOrUnionSpecifier)
	case cc.TypeSpecifierEnum:
		s.typ, err = s.translator.enum(n.EnumSpecifier)
		if err == nil && n.EnumSpecifier.Case == cc.EnumSpecifierDef {
			s.enum = s.typ.Enum
		}
	case cc.TypeSpecifierTypeName:
		s.typ, err = s.typedefNamed(n, n.Token.SrcStr())
	case cc.TypeSpecifierTypeofType:
		s.typ, err = s.typeName(n.TypeName)
	case cc.TypeSpecifierTypeofExpr:
		var o operand
		o, err = s.eval(n.ExpressionList)
		s.typ = o.typ
	case cc.TypeSpecifierAtomic:
		s.typ, err = s.typeName(n.AtomicTypeSpecifier.TypeName)
	default:
		err = s.errorf(n, "the type %s is not supported", nodeText(n))
	}
	return err
}

// opaque returns an incomplete type that is written as its name.
func (t *translator) opaque(name string) *ctype.Type {
	return ctype.Incomplete(ctype.Struct, name).Named(name)
}

// typedefNamed returns the type of a typedef's name.
func (t *translator) typedefNamed(at cc.Node, name string) (*ctype.Type, error) {
	if name == dotsType {
		return &ctype.Type{Kind: ctype.Struct, Record: &ctype.Record{}}, nil
	}
	if d := t.idents[name]; d != nil && d.kind == typedefIdent {
		return d.typ, nil
	}
	return nil, t.errorf(at, "unknown type name %s", name)
}

// base is the type that the words make; errors are located at the node.
func (s *specifiers) base(at cc.Node) (*ctype.Type, error) {
	typ := s.typ
	switch {
	case typ != nil && slices.Equal(s.words, []string{"_Complex"}) && typ.Kind == ctype.Struct && typ.Typedef != "":
		typ = s.opaque(typ.Typedef + " _Complex")
	case typ != nil && len(s.words) > 0:
		return nil, s.errorf(at, "%s and %s are two types", strings.Join(s.words, " "), typ)
	case typ == nil && len(s.words) == 0:
		return nil, s.errorf(at, "the type is missing")
	case typ == nil:
		k := basicKind(s.words)
		if k == ctype.Invalid {
			return nil, s.errorf(at, "%s is no type", strings.Join(s.words, " "))
		}
		typ = ctype.Basic(k)
	}
	typ, err := s.apply(&s.attrs, typ, at)
	if err != nil {
		return nil, err
	}
	return qualified(typ, s.konst, s.volatile), nil
}

// qualified adds const and volatile; those of an array are its elements'.
func qualified(typ *ctype.Type, konst, volatile bool) *ctype.Type {
	if !konst && !volatile {
		return typ
	}
	c := *typ
	if c.Kind == ctype.Array {
		c.Elem = qualified(c.Elem, konst, volatile)
		return &c
	}
	c.Const = c.Const || konst
	c.Volatile = c.Volatile || volatile
	return &c
}

// basicKinds are the basic types by their words in alphabetical order. int is left out where other words say it.
var basicKinds = map[string]ctype.Kind{
	"void": ctype.Void, "_Bool": ctype.Bool, "char": ctype.Char, "char signed": ctype.SChar, "char unsigned": ctype.UChar,
	"short": ctype.Short, "short signed": ctype.Short, "short unsigned": ctype.UShort,
	"int": ctype.Int, "signed": ctype.Int, "unsigned": ctype.UInt,
	"long": ctype.Long, "long signed": ctype.Long, "long unsigned": ctype.ULong,
	"long long": ctype.LongLong, "long long signed": ctype.LongLong, "long long unsigned": ctype.ULongLong,
	"__int128": ctype.Int128, "__int128 signed": ctype.Int128, "__int128 unsigned": ctype.UInt128,
	"float": ctype.Float, "double": ctype.Double, "double long": ctype.LongDouble,
	"_Complex": ctype.ComplexDouble, "_Complex float": ctype.ComplexFloat, "_Complex double": ctype.ComplexDouble,
	"_Complex double long": ctype.ComplexLongDouble,
}

// sizeWords go with int.
var sizeWords = wordSet("short long signed unsigned")

func basicKind(words []string) ctype.Kind {
	words = slices.Sorted(slices.Values(words))
	if i := slices.Index(words, "int"); i >= 0 && len(words) > 1 {
		words = slices.Delete(words, i, i+1)
		if slices.ContainsFunc(words, func(w string) bool { return !sizeWords[w] }) {
			return ctype.Invalid
		}
	}
	return basicKinds[strings.Join(words, " ")]
}
