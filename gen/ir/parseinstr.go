package ir

import (
	"strconv"

	"github.com/kgen-go/kgen/gen/diag"
)

// instrs reads instructions up to the closing brace.
func (p *parser) instrs() *Block {
	if p.nesting++; p.nesting > maxNesting {
		p.failAt(p.tok, "the block is nested too deeply")
	}
	b := &Block{}
	for p.skipNewlines(); p.tok.kind != '}'; p.skipNewlines() {
		if p.tok.kind == tokEOF {
			p.expected("}")
		}
		b.Instrs = append(b.Instrs, p.instr())
		p.endLine()
	}
	p.nesting--
	return b
}

func (p *parser) braced() *Block {
	p.want('{')
	b := p.instrs()
	p.want('}')
	return b
}

func (p *parser) instr() *Instr {
	in := &Instr{}
	at := p.tok
	labelled := p.tok.kind != '%' && p.peek.kind == ':'
	if labelled {
		in.Label = p.name()
		p.want(':')
	}
	var defs []token
	if p.tok.kind == '%' {
		defs = p.defs(in)
		p.want('=')
	}
	row := p.op(in)
	if row.labelled() != labelled {
		p.failAt(at, "%s stands %s a label and a colon", in.Op, map[bool]string{true: "behind", false: "without"}[!labelled])
	}
	switch {
	case in.Op == OpFor:
		defs = p.counted(in)
	case row.has(usesLabel) && !labelled:
		in.Label = p.name()
	default:
		p.operands(in, row)
	}
	if row.has(usesAssigns) && p.gotWord("assigns") {
		commas(p, func() { in.Assigns = append(in.Assigns, p.local()) })
	}
	in.Pos = p.pos()
	for i, v := range in.Results {
		p.define(v, defs[i])
	}
	p.blocks(in, row)
	return in
}

// defs reads the results of an instruction and returns their places.
func (p *parser) defs(in *Instr) []token {
	var places []token
	commas(p, func() {
		v, at := p.def()
		in.Results = append(in.Results, v)
		places = append(places, at)
	})
	return places
}

func (p *parser) op(in *Instr) *opInfo {
	t := p.take(tokWord, "an operation")
	if in.Op = opByName(t.text); in.Op == OpInvalid {
		d := p.lex.list.Errorf(t.pos, t.size, "unknown operation %s", t.text)
		if near := diag.Nearest(t.text, opNames()); near != "" {
			d.Note(diag.Pos{}, "did you mean %s?", near)
		}
		panic(stop{})
	}
	return in.Op.info()
}

func opNames() []string {
	var names []string
	for op := OpInvalid + 1; op < numOps; op++ {
		names = append(names, op.String())
	}
	return names
}

// counted reads a counted loop from its counter to its step.
func (p *parser) counted(in *Instr) []token {
	if len(in.Results) > 0 {
		p.expected("the counter behind the for")
	}
	places := p.defs(in)
	p.want('=')
	low := p.value()
	p.wantWord("to")
	in.Args = []*Value{low, p.value()}
	p.wantWord("step")
	t := p.take(tokWord, "the step")
	var err error
	if in.Step, err = strconv.ParseInt(t.text, 10, 64); err != nil {
		p.failAt(t, "expected the step, a number, not %s", t.text)
	}
	return places
}

// operands reads what stands behind an operation's name up to its position.
func (p *parser) operands(in *Instr, row *opInfo) {
	if row.has(usesUnchecked) {
		in.Unchecked = p.gotWord("unchecked")
	}
	first := true
	if row.has(usesLocal) {
		in.Local, first = p.local(), false
	}
	if row.has(usesCallee) {
		p.want('@')
		in.Callee, first = p.name(), false
	}
	takes, _ := row.counts()
	for (takes > 0 || row.has(anyArgs)) && !p.atOperandsEnd() {
		if !first {
			p.want(',')
		}
		in.Args, first = append(in.Args, p.value()), false
	}
	if row.has(usesSite) {
		p.want('@')
		in.Site = p.number("a site's number")
	}
}

func (p *parser) atOperandsEnd() bool {
	switch p.tok.kind {
	case tokNewline, tokEOF, '{', '}', '!', '@':
		return true
	}
	return false
}

// pos reads an instruction's position, if one is there.
func (p *parser) pos() diag.Pos {
	if !p.got('!') {
		return diag.Pos{}
	}
	pos := diag.Pos{File: p.fn.Pos.File}
	if p.tok.kind == tokString {
		pos.File = p.take(tokString, "a file").text
		p.want(':')
	}
	p.lineCol(&pos)
	return pos
}

func (p *parser) blocks(in *Instr, row *opInfo) {
	if !row.has(usesBody) {
		return
	}
	in.Body = p.braced()
	if row.has(usesElse) && p.gotWord("else") {
		in.Else = p.braced()
	}
}

func (p *parser) local() *Local {
	at := p.tok
	p.want('$')
	name := p.name()
	l := p.locals[name]
	if l == nil {
		p.failAt(at, "local $%s is not declared", name)
	}
	return l
}

// value reads an operand that is a value.
func (p *parser) value() *Value {
	at := p.tok
	switch {
	case p.got('%'):
		name := p.name()
		def, ok := p.values[name]
		if !ok {
			p.failAt(at, "%%%s is not defined before this place", name)
		}
		return def.value
	case p.got('('):
		re := p.take(tokWord, "a number")
		p.want(',')
		im := p.take(tokWord, "a number")
		p.want(')')
		return p.constant(re, im)
	case at.kind == tokWord && p.peek.kind == ':':
		p.advance()
		return p.constant(at)
	}
	p.expected("an operand")
	return nil
}

// constant reads a constant's type and returns it with the values that have been read.
func (p *parser) constant(texts ...token) *Value {
	p.want(':')
	at := p.tok
	v := &Value{Const: true, Type: p.typ()}
	k := v.Type.Kind
	if k.IsPair() != (len(texts) == 2) {
		p.failAt(at, "a constant of type %s is written %s", v.Type,
			map[bool]string{true: "(re, im)", false: "without parentheses"}[k.IsPair()])
	}
	if k.IsPair() {
		k = k.Part()
	}
	for i, t := range texts {
		var err error
		if v.Bits[i], err = parseBits(k, t.text); err != nil {
			p.failAt(t, "%s", err)
		}
	}
	return v
}
