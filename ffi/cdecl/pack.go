package cdecl

import (
	"strconv"
	"strings"

	"modernc.org/cc/v4"
)

// packing is the state of #pragma pack.
type packing struct {
	bytes int // 0 for none
	stack []packed
}

// packed is what push saved.
type packed struct {
	label string
	bytes int
}

// packFunc is the name by which #pragma pack reaches the parser, as a call within a static assertion.
const packFunc = "__kgen_pack"

// staticAssert reports an assertion that fails by this package's layouts, and obeys those that are #pragma pack. One
// that cannot be evaluated says nothing.
func (t *translator) staticAssert(n *cc.StaticAssertDeclaration) {
	if call, ok := unwrap(n.ConstantExpression).(*cc.PostfixExpression); ok && call.Case == cc.PostfixExpressionCall && nodeText(call.PostfixExpression) == packFunc {
		t.report(t.pragmaPack(call))
		return
	}
	message := unquote(n.Token4.SrcStr())
	if words, ok := strings.CutPrefix(strings.TrimSpace(message), "pack"); ok && strings.HasPrefix(strings.TrimSpace(words), "(") {
		args := strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune("(), \t", r) })
		t.report(t.pack.obey(args, t, n))
		return
	}
	if v, err := t.integer(n.ConstantExpression); err == nil && v == 0 {
		t.report(t.errorf(n, "static assertion failed: %s", message))
	}
}

// pragmaPack evaluates the arguments, as they may be macros.
func (t *translator) pragmaPack(call *cc.PostfixExpression) error {
	var args []string
	for l := call.ArgumentExpressionList; l != nil; l = l.ArgumentExpressionList {
		word := nodeText(l.AssignmentExpression)
		if v, err := t.integer(l.AssignmentExpression); err == nil {
			word = strconv.FormatInt(v, 10)
		}
		args = append(args, word)
	}
	return t.pack.obey(args, t, call)
}

// obey is #pragma pack(args): (), (n), (push), (push, n), (push, label, n), (pop), (pop, label).
func (p *packing) obey(args []string, t *translator, at cc.Node) error {
	if len(args) == 0 {
		p.bytes = 0
		return nil
	}
	rest, label := args, ""
	switch args[0] {
	case "push", "pop":
		rest = args[1:]
		if len(rest) > 0 && !isDigit(rest[0][0]) {
			label, rest = rest[0], rest[1:]
		}
	}
	switch args[0] {
	case "push":
		p.stack = append(p.stack, packed{label, p.bytes})
	case "pop":
		if !p.pop(label) {
			return t.errorf(at, "#pragma pack(pop) without its push")
		}
	}
	if len(rest) == 0 {
		return nil
	}
	n, err := strconv.Atoi(rest[0])
	if err != nil || n < 0 || n > 16 || n&(n-1) != 0 || len(rest) > 1 {
		return t.errorf(at, "#pragma pack(%s): the number is to be 1, 2, 4, 8 or 16", strings.Join(args, ", "))
	}
	p.bytes = n
	return nil
}

// pop restores what the last push saved, or the last one with the label.
func (p *packing) pop(label string) bool {
	for i := len(p.stack) - 1; i >= 0; i-- {
		if label == "" || p.stack[i].label == label {
			p.bytes, p.stack = p.stack[i].bytes, p.stack[:i]
			return true
		}
	}
	return false
}
