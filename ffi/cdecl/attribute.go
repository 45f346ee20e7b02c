package cdecl

import (
	"go/constant"
	"strings"

	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// attributes is what the attributes, _Alignas and __declspec at one place ask for, as far as it matters to callers.
type attributes struct {
	packed      bool
	align       int    // bytes, 0 for none
	vector      int64  // size of a vector in bytes, 0 for none
	mode        string // a machine mode such as DI
	nonnull     []int  // parameters that must not be null, from 1
	allNonnull  bool
	transparent bool // transparent_union
}

// foreign are the calling conventions that a platform's functions have only on request.
var foreign = map[string]bool{"ms_abi": true, "sysv_abi": true, "vectorcall": true, "regcall": true, "aarch64_vector_pcs": true, "preserve_all": true, "preserve_most": true}

func (t *translator) attributes(a *attributes, lists ...*cc.AttributeSpecifierList) error {
	for _, l := range lists {
		for ; l != nil; l = l.AttributeSpecifierList {
			if l.AttributeSpecifier == nil {
				continue
			}
			for v := l.AttributeSpecifier.AttributeValueList; v != nil; v = v.AttributeValueList {
				if v.AttributeValue == nil {
					continue
				}
				if err := t.attribute(a, v.AttributeValue); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t *translator) attribute(a *attributes, v *cc.AttributeValue) error {
	name := bare(v.Token.SrcStr())
	switch name {
	case "packed":
		a.packed = true
	case "transparent_union":
		a.transparent = true
	case "mode":
		if args := arguments(v); len(args) == 1 {
			a.mode = bare(nodeText(args[0]))
		}
	case "aligned", "align":
		return t.aligned(a, v)
	case "vector_size":
		n, err := t.numbers(v)
		if err != nil {
			return err
		}
		if len(n) != 1 {
			return t.errorf(v, "vector_size wants one number")
		}
		a.vector = n[0]
	case "nonnull":
		n, err := t.numbers(v)
		if err != nil {
			return err
		}
		a.allNonnull = a.allNonnull || len(n) == 0
		for _, i := range n {
			a.nonnull = append(a.nonnull, int(i))
		}
	default:
		if foreign[name] && !(name == "ms_abi" && t.target.OS == "windows") && !(name == "sysv_abi" && t.target.OS != "windows") {
			return t.errorf(v, "the calling convention %s is not supported", name)
		}
	}
	return nil
}

func (t *translator) aligned(a *attributes, v *cc.AttributeValue) error {
	n, err := t.numbers(v)
	switch {
	case err != nil:
		return err
	case len(n) == 0:
		a.align = max(a.align, largestAlign(t.target))
		return nil
	}
	return t.align(a, v, n[0])
}

// align adds an alignment to those asked for already; the largest counts.
func (t *translator) align(a *attributes, at cc.Node, n int64) error {
	if n < 0 || n > 1<<28 || n&(n-1) != 0 {
		return t.errorf(at, "alignment %d is not a power of two", n)
	}
	a.align = max(a.align, int(n))
	return nil
}

// alignas is _Alignas(type) or _Alignas(expression).
func (t *translator) alignas(a *attributes, n *cc.AlignmentSpecifier) error {
	if n.Case == cc.AlignmentSpecifierExpr {
		v, err := t.integer(n.ConstantExpression)
		if err != nil {
			return err
		}
		return t.align(a, n, v)
	}
	typ, err := t.typeName(n.TypeName)
	if err != nil {
		return err
	}
	v, err := t.target.Alignof(typ)
	if err != nil {
		return t.errorf(n, "%w", err)
	}
	return t.align(a, n, v)
}

// declspec is __declspec(align(n)); what else it may say is about linking.
func (t *translator) declspec(a *attributes, n *cc.StorageClassSpecifier) error {
	words := n.Declspecs
	for i := 0; i+2 < len(words); i++ {
		if words[i].SrcStr() == "align" && words[i+1].SrcStr() == "(" {
			v, _, err := t.parseInt(words[i+2].SrcStr())
			if err != nil {
				return t.errorf(n, "%w", err)
			}
			bytes, _ := constant.Int64Val(v)
			return t.align(a, n, bytes)
		}
	}
	return nil
}

// numbers evaluates an attribute's arguments.
func (t *translator) numbers(v *cc.AttributeValue) ([]int64, error) {
	var all []int64
	for _, arg := range arguments(v) {
		n, err := t.integer(arg)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

func arguments(v *cc.AttributeValue) []cc.ExpressionNode {
	var all []cc.ExpressionNode
	if v.Case == cc.AttributeValueExpr {
		for l := v.ArgumentExpressionList; l != nil; l = l.ArgumentExpressionList {
			all = append(all, l.AssignmentExpression)
		}
	}
	return all
}

// bare is an attribute's name without the underscores that keep it from being a macro.
func bare(name string) string {
	if len(name) > 4 && strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__") {
		return name[2 : len(name)-2]
	}
	return name
}

func nodeText(n cc.Node) string { return cc.NodeSource(n) }

// modes are the machine modes of GCC, by the kind of signed integers and of floating-point numbers.
var modes = map[string]ctype.Kind{
	"QI": ctype.SChar, "byte": ctype.SChar, "HI": ctype.Short, "SI": ctype.Int, "DI": ctype.LongLong, "TI": ctype.Int128,
	"word": ctype.LongLong, "pointer": ctype.LongLong, "SF": ctype.Float, "DF": ctype.Double,
}

// apply gives a type the machine mode and the vector size that attributes ask for.
func (t *translator) apply(a *attributes, typ *ctype.Type, at cc.Node) (*ctype.Type, error) {
	if a.mode != "" {
		k, ok := modes[a.mode]
		if !ok || !typ.Kind.IsArithmetic() {
			return nil, t.errorf(at, "the machine mode %s is not supported", a.mode)
		}
		if k == ctype.LongLong && t.target.OS == "linux" {
			k = ctype.Long // what gcc calls it
		}
		if k.IsInteger() && !t.target.Signed(typ) {
			k++ // unsigned kinds follow the signed ones
		}
		typ = &ctype.Type{Kind: k, Const: typ.Const, Volatile: typ.Volatile}
	}
	if a.vector == 0 {
		return typ, nil
	}
	size := t.target.Size(typ.Base())
	if typ.Typedef == "_Float16" || typ.Typedef == "__bf16" {
		size = 2
	}
	if size == 0 || a.vector < size || a.vector%size != 0 {
		return nil, t.errorf(at, "no vector of %d bytes is made of %s", a.vector, typ)
	}
	return &ctype.Type{Kind: ctype.Vector, Elem: typ.Unqualified(), Len: a.vector / size}, nil
}
