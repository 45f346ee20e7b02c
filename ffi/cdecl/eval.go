package cdecl

import (
	"go/constant"
	"go/token"

	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// operand is what an expression is: its type, and as far as it is constant its value.
type operand struct {
	typ *ctype.Type
	val constant.Value // nil when it is not constant; of an array or a function its address
	at  constant.Value // the address of an object at a constant address, as in &((T *)0)->field
}

// integer evaluates a constant integer expression to int64, beyond which it wraps.
func (t *translator) integer(e cc.ExpressionNode) (int64, error) {
	v, err := t.wholeNumber(e)
	if err != nil {
		return 0, err
	}
	n, _ := constant.Int64Val(wrap(v, 64, true))
	return n, nil
}

// wholeNumber evaluates a constant integer expression.
func (t *translator) wholeNumber(e cc.ExpressionNode) (constant.Value, error) {
	o, err := t.value(e)
	if err != nil {
		return nil, err
	}
	if !o.typ.Kind.IsInteger() && o.typ.Kind != ctype.Pointer || o.val.Kind() != constant.Int {
		return nil, t.errorf(e, "%s is not an integer", nodeText(e))
	}
	return o.val, nil
}

// value evaluates an expression that is to be constant.
func (t *translator) value(e cc.ExpressionNode) (operand, error) {
	o, err := t.eval(e)
	if err == nil && o.val == nil {
		err = t.errorf(e, "%s is not constant", nodeText(e))
	}
	return o, err
}

// unwrap removes parentheses, and nodes that only wrap another.
func unwrap(e cc.ExpressionNode) cc.ExpressionNode {
	for {
		switch n := e.(type) {
		case *cc.ConstantExpression:
			e = n.ConditionalExpression
		case *cc.ExpressionList:
			if n.ExpressionList != nil {
				return e
			}
			e = n.AssignmentExpression
		case *cc.PrimaryExpression:
			if n.Case != cc.PrimaryExpressionExpr {
				return e
			}
			e = n.ExpressionList
		default:
			return e
		}
	}
}

// isDotsValue reports whether an expression is cffi's "...".
func isDotsValue(e cc.ExpressionNode) bool {
	n, ok := unwrap(e).(*cc.PrimaryExpression)
	return ok && n.Case == cc.PrimaryExpressionIdent && n.Token.SrcStr() == dotsValue
}

// eval finds the type of an expression, and its value where that is constant.
func (t *translator) eval(e cc.ExpressionNode) (operand, error) {
	switch n := unwrap(e).(type) {
	case *cc.PrimaryExpression:
		return t.primary(n)
	case *cc.PostfixExpression:
		return t.postfix(n)
	case *cc.UnaryExpression:
		return t.unary(n)
	case *cc.CastExpression:
		return t.cast(n)
	case *cc.ConditionalExpression:
		return t.conditional(n)
	case *cc.LogicalOrExpression:
		return t.logical(n, n.LogicalOrExpression, n.LogicalAndExpression, true)
	case *cc.LogicalAndExpression:
		return t.logical(n, n.LogicalAndExpression, n.InclusiveOrExpression, false)
	case *cc.InclusiveOrExpression:
		return t.binary(n, token.OR, n.InclusiveOrExpression, n.ExclusiveOrExpression)
	case *cc.ExclusiveOrExpression:
		return t.binary(n, token.XOR, n.ExclusiveOrExpression, n.AndExpression)
	case *cc.AndExpression:
		return t.binary(n, token.AND, n.AndExpression, n.EqualityExpression)
	case *cc.EqualityExpression:
		return t.binary(n, operators[n.Token.SrcStr()], n.EqualityExpression, n.RelationalExpression)
	case *cc.RelationalExpression:
		return t.binary(n, operators[n.Token.SrcStr()], n.RelationalExpression, n.ShiftExpression)
	case *cc.ShiftExpression:
		return t.binary(n, operators[n.Token.SrcStr()], n.ShiftExpression, n.AdditiveExpression)
	case *cc.AdditiveExpression:
		return t.binary(n, operators[n.Token.SrcStr()], n.AdditiveExpression, n.MultiplicativeExpression)
	case *cc.MultiplicativeExpression:
		return t.binary(n, operators[n.Token.SrcStr()], n.MultiplicativeExpression, n.CastExpression)
	case nil:
		return operand{}, &Error{Msg: "an expression is missing"}
	default:
		return operand{}, t.errorf(n, "%s is not constant", nodeText(n))
	}
}

var operators = map[string]token.Token{
	"==": token.EQL, "!=": token.NEQ, "<": token.LSS, ">": token.GTR, "<=": token.LEQ, ">=": token.GEQ,
	"<<": token.SHL, ">>": token.SHR, "+": token.ADD, "-": token.SUB, "*": token.MUL, "/": token.QUO, "%": token.REM,
}

func (t *translator) primary(n *cc.PrimaryExpression) (operand, error) {
	text := n.Token.SrcStr()
	var typ *ctype.Type
	var val constant.Value
	var err error
	switch n.Case {
	case cc.PrimaryExpressionIdent:
		return t.ident(n, text)
	case cc.PrimaryExpressionInt:
		val, typ, err = t.parseInt(text)
	case cc.PrimaryExpressionFloat:
		val, typ, err = parseFloat(text)
	case cc.PrimaryExpressionChar, cc.PrimaryExpressionLChar:
		val, typ, err = t.parseChar(text)
	case cc.PrimaryExpressionString, cc.PrimaryExpressionLString:
		val, typ, err = t.parseString(text)
	default:
		return operand{}, t.errorf(n, "%s is not constant", nodeText(n))
	}
	if err != nil {
		return operand{}, t.errorf(n, "%w", err)
	}
	return operand{typ: typ, val: val}, nil
}

func (t *translator) ident(n cc.Node, name string) (operand, error) {
	d := t.idents[name]
	switch {
	case d == nil && t.closed && t.unit.tables.consts[name] != nil:
		c := t.unit.tables.consts[name]
		return operand{typ: c.Type, val: c.Value}, nil
	case d == nil:
		return operand{}, t.errorf(n, "%s is not declared", name)
	case d.kind == typedefIdent:
		return operand{}, t.errorf(n, "%s is a type", name)
	case d.kind == enumIdent:
		return operand{typ: t.enumeratorType(d), val: d.value}, nil
	}
	return operand{typ: d.typ}, nil
}

// enumeratorType is the type of an enumerator in expressions: int, or the enum's kind where int does not hold its values.
func (t *translator) enumeratorType(d *ident) *ctype.Type {
	if constant.Compare(wrap(d.value, 32, true), token.EQL, d.value) {
		return ctype.Basic(ctype.Int)
	}
	if k := d.typ.Base(); d.typ.Enum.Complete {
		return ctype.Basic(k)
	}
	return ctype.Basic(t.wideInt())
}

func (t *translator) conditional(n *cc.ConditionalExpression) (operand, error) {
	cond, err := t.eval(n.LogicalOrExpression)
	if err != nil {
		return operand{}, err
	}
	yes, no := cond, cond // GNU C's a ?: b
	if n.ExpressionList != nil {
		if yes, err = t.eval(n.ExpressionList); err != nil {
			return operand{}, err
		}
	}
	if no, err = t.eval(n.ConditionalExpression); err != nil {
		return operand{}, err
	}
	chosen := operand{typ: yes.typ}
	if cond.val != nil {
		chosen = no
		if truth(cond.val) {
			chosen = yes
		}
	}
	if yes.typ.Kind.IsArithmetic() && no.typ.Kind.IsArithmetic() && chosen.val != nil {
		return t.convert(n, chosen, t.common(yes.typ, no.typ))
	}
	return chosen, nil
}

func (t *translator) logical(n cc.Node, left, right cc.ExpressionNode, or bool) (operand, error) {
	typ := ctype.Basic(ctype.Int)
	l, err := t.eval(left)
	if err != nil {
		return operand{}, err
	}
	if l.val != nil && truth(l.val) == or {
		return operand{typ: typ, val: truthValue(or)}, nil
	}
	r, err := t.eval(right)
	if err != nil || l.val == nil || r.val == nil {
		return operand{typ: typ}, err
	}
	return operand{typ: typ, val: truthValue(truth(r.val))}, nil
}

func (t *translator) cast(n *cc.CastExpression) (operand, error) {
	typ, err := t.typeName(n.TypeName)
	if err != nil {
		return operand{}, err
	}
	o, err := t.eval(n.CastExpression)
	if err != nil {
		return operand{}, err
	}
	return t.convert(n, o, typ)
}

func (t *translator) unary(n *cc.UnaryExpression) (operand, error) {
	switch n.Case {
	case cc.UnaryExpressionSizeofType, cc.UnaryExpressionAlignofType:
		typ, err := t.typeName(n.TypeName)
		if err != nil {
			return operand{}, err
		}
		return t.measure(n, typ, n.Case == cc.UnaryExpressionAlignofType)
	case cc.UnaryExpressionSizeofExpr, cc.UnaryExpressionAlignofExpr:
		o, err := t.eval(n.UnaryExpression)
		if err != nil {
			return operand{}, err
		}
		return t.measure(n, o.typ, n.Case == cc.UnaryExpressionAlignofExpr)
	case cc.UnaryExpressionAddrof, cc.UnaryExpressionDeref, cc.UnaryExpressionPlus, cc.UnaryExpressionMinus, cc.UnaryExpressionCpl, cc.UnaryExpressionNot:
	default:
		return operand{}, t.errorf(n, "%s is not constant", nodeText(n))
	}
	o, err := t.eval(n.CastExpression)
	if err != nil {
		return operand{}, err
	}
	switch n.Case {
	case cc.UnaryExpressionAddrof:
		return operand{typ: ctype.PointerTo(o.typ), val: o.at}, nil
	case cc.UnaryExpressionDeref:
		return t.deref(n, o)
	}
	return t.sign(n, o)
}

// measure is sizeof, or _Alignof.
func (t *translator) measure(n cc.Node, typ *ctype.Type, align bool) (operand, error) {
	l, err := t.target.Layout(typ)
	if err != nil {
		return operand{}, t.errorf(n, "%w", err)
	}
	size := l.Size
	if align {
		size = l.Align
	}
	return operand{typ: t.sizeType(), val: constant.MakeInt64(size)}, nil
}

func (t *translator) sizeType() *ctype.Type {
	return ctype.Basic(t.wideInt() + 1) // all targets have 64-bit pointers
}

// sign is + - ~ or !.
func (t *translator) sign(n *cc.UnaryExpression, o operand) (operand, error) {
	if n.Case == cc.UnaryExpressionNot {
		if o.val == nil {
			return operand{typ: ctype.Basic(ctype.Int)}, nil
		}
		return operand{typ: ctype.Basic(ctype.Int), val: truthValue(!truth(o.val))}, nil
	}
	op := map[cc.UnaryExpressionCase]token.Token{cc.UnaryExpressionPlus: token.ADD, cc.UnaryExpressionMinus: token.SUB, cc.UnaryExpressionCpl: token.XOR}[n.Case]
	if !o.typ.Kind.IsArithmetic() || op == token.XOR && !o.typ.Kind.IsInteger() {
		return operand{}, t.errorf(n, "%s has no meaning for %s", n.Token.SrcStr(), o.typ)
	}
	typ := t.promoted(o.typ)
	if o.val == nil {
		return operand{typ: typ}, nil
	}
	return t.convert(n, operand{typ: typ, val: constant.UnaryOp(op, o.val, 0)}, typ)
}

func (t *translator) postfix(n *cc.PostfixExpression) (operand, error) {
	switch n.Case {
	case cc.PostfixExpressionComplit:
		typ, err := t.typeName(n.TypeName)
		return operand{typ: typ}, err
	case cc.PostfixExpressionCall:
		f, err := t.eval(n.PostfixExpression)
		if err == nil && f.typ.Kind == ctype.Pointer {
			f.typ = f.typ.Elem
		}
		if err != nil || f.typ.Kind != ctype.Func {
			return operand{}, t.errorf(n, "%s is not constant", nodeText(n))
		}
		return operand{typ: f.typ.Func.Result}, nil
	case cc.PostfixExpressionIndex:
		sum, err := t.binary(n, token.ADD, n.PostfixExpression, n.ExpressionList)
		if err != nil {
			return operand{}, err
		}
		return t.deref(n, sum)
	case cc.PostfixExpressionSelect, cc.PostfixExpressionPSelect:
		o, err := t.eval(n.PostfixExpression)
		if err == nil && n.Case == cc.PostfixExpressionPSelect {
			o, err = t.deref(n, o)
		}
		if err != nil {
			return operand{}, err
		}
		return t.member(n, o, n.Token2.SrcStr())
	}
	return operand{}, t.errorf(n, "%s is not constant", nodeText(n))
}

// deref is the object that a pointer points to.
func (t *translator) deref(n cc.Node, o operand) (operand, error) {
	o = decay(o)
	if o.typ.Kind != ctype.Pointer {
		return operand{}, t.errorf(n, "%s is no pointer", o.typ)
	}
	return operand{typ: o.typ.Elem, at: o.val}, nil
}

// decay turns an array into the pointer to its first element.
func decay(o operand) operand {
	switch {
	case o.typ.Kind == ctype.Array && o.at != nil:
		return operand{typ: ctype.PointerTo(o.typ.Elem), val: o.at}
	case o.typ.Kind == ctype.Array || o.typ.Kind == ctype.Func:
		return operand{typ: o.typ.Adjusted()}
	}
	return o
}

func (t *translator) member(n cc.Node, o operand, name string) (operand, error) {
	if !o.typ.Kind.IsRecord() {
		return operand{}, t.errorf(n, "%s has no fields", o.typ)
	}
	f, l, err := t.target.Member(o.typ, name)
	if err != nil {
		return operand{}, t.errorf(n, "%w", err)
	}
	m := operand{typ: f.Type}
	if o.at != nil && !f.BitField {
		m.at = constant.BinaryOp(o.at, token.ADD, constant.MakeInt64(l.Offset))
	}
	return m, nil
}
