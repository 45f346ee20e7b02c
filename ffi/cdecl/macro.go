package cdecl

import (
	"cmp"
	"errors"
	"fmt"
	"go/constant"
	"slices"
	"strings"

	"modernc.org/cc/v4"
)

// batch is how many macros are parsed at once. A batch in which one is no expression is parsed in halves.
const batch = 64

// unstable are the macros whose value depends on where they stand, and on when.
var unstable = []string{"__LINE__", "__FILE__", "__COUNTER__", "__DATE__", "__TIME__"}

// candidate is a macro that may be a constant.
type candidate struct {
	macro *cc.Macro
	text  string // its expansion
	value operand
}

// macros adds the macros to the unit: as constants where their expansions are constant expressions.
func (t *translator) macros(ast *cc.AST, expansions map[string]string) {
	fixed := stable(ast.Macros)
	var all, open []*candidate
	for name, m := range ast.Macros {
		if m.Position().Filename == builtinName {
			continue
		}
		c := &candidate{macro: m}
		all = append(all, c)
		if text := expansions[name]; !m.IsFnLike && text != name && fixed(name) {
			c.text = text
			if !t.simple(c) && plausible(text) {
				open = append(open, c)
			}
		}
	}
	for part := range slices.Chunk(open, batch) {
		t.evalBatch(part)
	}
	order := t.reader.files.order()
	slices.SortFunc(all, func(a, b *candidate) int {
		x, y := t.pos(a.macro), t.pos(b.macro)
		return cmp.Or(cmp.Compare(order[x.File], order[y.File]), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Col, y.Col))
	})
	for _, c := range all {
		t.addCandidate(c)
	}
}

// addCandidate lists a macro as what it turned out to be.
func (t *translator) addCandidate(c *candidate) {
	name, at := c.macro.Name.SrcStr(), t.pos(c.macro)
	doc := t.reader.files.docOfMacro(at)
	if c.value.val != nil {
		t.addConst(&Const{Name: name, Value: c.value.val, Type: c.value.typ, Doc: doc, Pos: at})
		return
	}
	m := &Macro{Name: name, Function: c.macro.IsFnLike, Text: t.reader.files.replacement(at, c.macro.IsFnLike), Doc: doc, Pos: at}
	if m.Function {
		m.Params = macroParams(c.macro)
	} else if l := lex([]byte(c.text), 0); l.kind == lexIdent && l.to == len(c.text) && !keywords[c.text] {
		m.Alias = c.text
	}
	t.addMacro(m)
}

func macroParams(m *cc.Macro) []string {
	params := []string{}
	for _, p := range m.Params {
		params = append(params, p.SrcStr())
	}
	switch {
	case m.VarArg == len(params):
		params = append(params, "...")
	case m.VarArg >= 0:
		params[m.VarArg] += "..."
	}
	return params
}

// replacement is the text of the macro at a place as it was written, without comments and with single spaces.
func (s *files) replacement(p Pos, function bool) string {
	f := s.byName[p.File]
	if f == nil {
		return ""
	}
	text := f.text[f.offset(p):]
	text = text[:directiveLen(text)]
	at := lex(text, 0).to
	for function && at < len(text) && text[at-1] != ')' {
		at = lex(text, at).to
	}
	var b strings.Builder
	for {
		l := lex(text, at)
		if l.kind == lexEnd {
			return b.String()
		}
		word := string(text[l.from:l.to])
		blank := l.from > at || l.kind == lexComment || word == "\\"
		if blank && b.Len() > 0 && !strings.HasSuffix(b.String(), " ") {
			b.WriteByte(' ')
		}
		if l.kind != lexComment && word != "\\" {
			b.WriteString(word)
		}
		at = l.to
	}
}

// stable tells whether a macro's expansion is the same everywhere.
func stable(macros map[string]*cc.Macro) func(string) bool {
	known := map[string]bool{}
	var check func(string) bool
	check = func(name string) bool {
		m := macros[name]
		if ok, seen := known[name]; seen || m == nil {
			return ok || m == nil && !slices.Contains(unstable, name)
		}
		known[name] = true // macros may name each other
		for _, r := range m.ReplacementList() {
			if slices.Contains(unstable, r.SrcStr()) || !check(r.SrcStr()) {
				known[name] = false
				break
			}
		}
		return known[name]
	}
	return check
}

// simple evaluates an expansion of one token, which most are, and reports whether it is one.
func (t *translator) simple(c *candidate) bool {
	l := lex([]byte(c.text), 0)
	if l.to != len(c.text) {
		return false
	}
	var err error
	switch l.kind {
	case lexIdent:
		if d := t.idents[c.text]; d != nil && d.kind == enumIdent {
			c.value = operand{typ: d.typ, val: d.value}
		}
	case lexNumber:
		if c.value.val, c.value.typ, err = t.parseInt(c.text); err != nil {
			c.value.val, c.value.typ, err = parseFloat(c.text)
		}
	case lexQuote:
		if c.text[0] == '"' {
			c.value.val, c.value.typ, err = t.parseString(c.text)
		} else {
			c.value.val, c.value.typ, err = t.parseChar(c.text)
		}
	}
	if err != nil {
		c.value = operand{}
	}
	return true
}

// plausible reports whether a text may be one expression or type name: its brackets match, and no other declaration or
// statement can hide in it.
func plausible(text string) bool {
	const longest, deepest = 16 << 10, 200
	depth := 0
	for at := 0; len(text) <= longest && depth <= deepest; {
		l := lex([]byte(text), at)
		at = l.to
		switch word := text[l.from:l.to]; {
		case l.kind == lexEnd:
			return depth == 0 && text != ""
		case word == "(" || word == "[":
			depth++
		case word == ")" || word == "]":
			if depth--; depth < 0 {
				return false
			}
		case word == ";" || word == "{" || word == "}" || word == "#" || l.kind == lexComment || l.kind == lexDirective:
			return false
		}
	}
	return false
}

// evalBatch parses the expansions, together if it can be, and evaluates them.
func (t *translator) evalBatch(list []*candidate) {
	texts := make([]string, len(list))
	for i, c := range list {
		texts[i] = c.text
	}
	nodes, err := t.parseExpressions(texts)
	switch {
	case err != nil && len(list) > 1:
		t.evalBatch(list[:len(list)/2])
		t.evalBatch(list[len(list)/2:])
	case err == nil:
		for i, c := range list {
			c.value = t.tryConstant(nodes[i])
		}
	}
}

// tryConstant evaluates an expression that need not be constant.
func (t *translator) tryConstant(e cc.ExpressionNode) (o operand) {
	defer func() {
		if recover() != nil {
			o = operand{} // what the parser made of the text is no expression that is known here
		}
	}()
	o, err := t.value(e)
	if err != nil || o.val.Kind() == constant.Unknown {
		return operand{}
	}
	return o
}

// parseExpressions parses texts, which are plausible, as expressions in the scope of the unit.
func (t *translator) parseExpressions(texts []string) ([]cc.ExpressionNode, error) {
	var head, body strings.Builder
	head.WriteString("int __predefined_declarator;\n")
	named := map[string]bool{}
	for i, text := range texts {
		t.declareTypes(&head, text, named)
		fmt.Fprintf(&body, "int __kgen_%d = (%s);\n", i, text)
	}
	body.WriteString(endText)
	var ast *cc.AST
	fault := t.reader.attempt(func() (err error) {
		cfg := &cc.Config{ABI: t.reader.abi, FS: t.reader.files, FSOnly: true, ExpansionLimit: maxTextExpansion}
		ast, err = cc.Parse(cfg, []cc.Source{{Name: builtinName, Value: head.String()}, {Name: "<expressions>", Value: body.String()}})
		return err
	})
	if fault != nil {
		return nil, fault
	}
	var nodes []cc.ExpressionNode
	for l := ast.TranslationUnit; l != nil; l = l.TranslationUnit {
		if d := l.ExternalDeclaration.Declaration; d != nil && l.ExternalDeclaration.Position().Filename != builtinName {
			if d.InitDeclaratorList == nil || d.InitDeclaratorList.InitDeclarator.Initializer == nil {
				continue
			}
			nodes = append(nodes, d.InitDeclaratorList.InitDeclarator.Initializer.AssignmentExpression)
		}
	}
	if len(nodes) != len(texts) {
		return nil, errors.New("not one expression each")
	}
	return nodes, nil
}

// declareTypes declares to the parser the typedefs that a text mentions.
func (t *translator) declareTypes(b *strings.Builder, text string, named map[string]bool) {
	for at := 0; ; {
		l := lex([]byte(text), at)
		at = l.to
		word := text[l.from:l.to]
		if l.kind == lexEnd {
			return
		}
		if d := t.idents[word]; l.kind == lexIdent && d != nil && d.kind == typedefIdent && !named[word] {
			named[word] = true
			b.WriteString("typedef int " + word + ";\n")
		}
	}
}
