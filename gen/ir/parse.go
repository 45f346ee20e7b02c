package ir

import (
	"math"
	"strconv"
	"strings"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/kg"
)

// maxNesting bounds how deep blocks and types may nest, so that no input exhausts the stack.
const maxNesting = 1000

// Parse reads a unit's text form. The grammar, where a name is letters, digits, _ and . or a quoted text:
//
//	unit  = "unit" name { site | func }
//	site  = "site" number kind [ "unsigned" ] "kernel=" name [ place ]
//	func  = "func" name "(" [ def {"," def} ] ")" [ "(" type {"," type} ")" ] [ "exported" ] [ place ]
//	        "{" { "local" "$" name type } { instr } "}"
//	instr = [ name ":" ] [ def {"," def} "=" ] op [ "unchecked" ] [ operand {"," operand} ] [ "@" site number ]
//	        [ "assigns" "$" name {"," "$" name} ] [ "!" [ file ":" ] line ":" col ] [ block [ "else" block ] ]
//	def   = "%" name type
//	operand = "%" name | "$" name | "@" name | constant
//	constant = value ":" type | "(" value "," value ")" ":" type
//	place = file ":" line ":" col
//
// An instruction ends with its line or before a brace. The counted loop is written
// "for" def "=" operand "to" operand "step" number; break and continue have a label's name. Comments
// begin with # or //. The error is a *diag.Errors with a place in the text.
func Parse(file string, src []byte) (unit *Unit, err error) {
	var list diag.List
	p := &parser{lex: lexer{src: src, file: file, line: 1, list: &list}, unit: &Unit{}}
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case stop:
			unit, err = nil, list.Err()
		default:
			panic(r)
		}
	}()
	p.advance()
	p.parseUnit()
	return p.unit, nil
}

// parser reads tokens with one token of look-ahead beyond the current one.
type parser struct {
	lex       lexer
	tok, peek token
	started   bool
	unit      *Unit
	fn        *Func
	values    map[string]definition
	locals    map[string]*Local
	nesting   int
}

type definition struct {
	value *Value
	pos   diag.Pos
}

func (p *parser) advance() {
	if !p.started {
		p.started, p.peek = true, p.lex.next()
	}
	p.tok = p.peek
	if p.tok.kind != tokEOF {
		p.peek = p.lex.next()
	}
}

func (p *parser) failAt(t token, format string, args ...any) {
	p.lex.fail(t.pos, t.size, format, args...)
}

// expected reports that the current token is not what the grammar wants.
func (p *parser) expected(what string) { p.failAt(p.tok, "expected %s, not %s", what, p.tok.what()) }

// got moves on over a mark if it is the current token.
func (p *parser) got(mark tokenKind) bool {
	if p.tok.kind != mark {
		return false
	}
	p.advance()
	return true
}

func (p *parser) want(mark tokenKind) {
	if !p.got(mark) {
		p.expected(string(mark))
	}
}

func (p *parser) isWord(word string) bool { return p.tok.kind == tokWord && p.tok.text == word }

// gotWord moves on over a word if it is the current token.
func (p *parser) gotWord(word string) bool {
	if !p.isWord(word) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) wantWord(word string) {
	if !p.gotWord(word) {
		p.expected(word)
	}
}

// take returns the current token, which must be of that kind, and moves on.
func (p *parser) take(kind tokenKind, what string) token {
	if p.tok.kind != kind {
		p.expected(what)
	}
	t := p.tok
	p.advance()
	return t
}

// name reads a name, plain or quoted.
func (p *parser) name() string {
	t := p.tok
	if t.kind != tokString && (t.kind != tokWord || strings.ContainsAny(t.text, "+-")) {
		p.expected("a name")
	}
	p.advance()
	return t.text
}

func (p *parser) number(what string) int {
	t := p.take(tokWord, what)
	n, err := strconv.Atoi(t.text)
	if err != nil {
		p.failAt(t, "expected %s, not %s", what, t.text)
	}
	return n
}

func (p *parser) skipNewlines() {
	for p.got(tokNewline) {
	}
}

// endLine moves on over the end of a line or before the end of a block.
func (p *parser) endLine() {
	if p.tok.kind != '}' && p.tok.kind != tokEOF && !p.got(tokNewline) {
		p.expected("the end of the line")
	}
}

// commas reads one or more elements with commas between them.
func commas(p *parser, element func()) {
	element()
	for p.got(',') {
		element()
	}
}

func (p *parser) parseUnit() {
	p.skipNewlines()
	p.wantWord("unit")
	p.unit.Package = p.name()
	for p.endLine(); ; p.endLine() {
		p.skipNewlines()
		switch {
		case p.tok.kind == tokEOF:
			return
		case p.isWord("site"):
			p.parseSite()
		case p.isWord("func"):
			p.parseFunc()
		default:
			p.expected("site or func")
		}
	}
}

func (p *parser) parseSite() {
	p.wantWord("site")
	at := p.tok
	if n := p.number("the site's number"); n != len(p.unit.Sites) {
		p.failAt(at, "site %d stands where site %d is due", n, len(p.unit.Sites))
	}
	var s Site
	kind := p.take(tokWord, "the site's kind")
	var ok bool
	if s.Kind, ok = kg.ParseKind(kind.text); !ok {
		p.failAt(kind, "unknown kind of check %s", kind.text)
	}
	s.Unsigned = p.gotWord("unsigned")
	p.wantWord("kernel")
	p.want('=')
	s.Kernel = p.name()
	s.Pos = p.place()
	p.unit.Sites = append(p.unit.Sites, s)
}

// place reads the position of a function or site, if one is there.
func (p *parser) place() diag.Pos {
	if p.tok.kind != tokString {
		return diag.Pos{}
	}
	pos := diag.Pos{File: p.take(tokString, "a file").text}
	p.want(':')
	p.lineCol(&pos)
	return pos
}

func (p *parser) lineCol(pos *diag.Pos) {
	pos.Line = p.number("a line")
	p.want(':')
	pos.Col = p.number("a column")
}

func (p *parser) parseFunc() {
	p.wantWord("func")
	f := &Func{Name: p.name()}
	p.fn, p.values, p.locals = f, map[string]definition{}, map[string]*Local{}
	p.want('(')
	if p.tok.kind != ')' {
		commas(p, func() {
			v, at := p.def()
			p.define(v, at)
			f.Params = append(f.Params, v)
		})
	}
	p.want(')')
	if p.got('(') {
		commas(p, func() { f.Results = append(f.Results, p.typ()) })
		p.want(')')
	}
	f.Exported = p.gotWord("exported")
	f.Pos = p.place()
	p.want('{')
	p.parseLocals()
	f.Body = p.instrs()
	p.want('}')
	p.unit.Funcs = append(p.unit.Funcs, f)
}

func (p *parser) parseLocals() {
	for p.skipNewlines(); p.isWord("local"); p.skipNewlines() {
		p.advance()
		at := p.tok
		p.want('$')
		l := &Local{Name: p.name()}
		if p.locals[l.Name] != nil {
			p.failAt(at, "local $%s is declared twice", l.Name)
		}
		l.Type = p.typ()
		p.locals[l.Name] = l
		p.fn.Locals = append(p.fn.Locals, l)
		p.endLine()
	}
}

// def reads the definition of a value and returns it with its place.
func (p *parser) def() (*Value, token) {
	at := p.tok
	p.want('%')
	v := &Value{Name: p.name()}
	v.Type = p.typ()
	return v, at
}

// define makes a value known; its operands have been read, so that it cannot be one of them.
func (p *parser) define(v *Value, at token) {
	if before, ok := p.values[v.Name]; ok {
		p.lex.list.Errorf(at.pos, at.size, "%%%s is defined twice", v.Name).Note(before.pos, "the first definition")
		panic(stop{})
	}
	p.values[v.Name] = definition{v, at.pos}
}

// typ reads a type: any number of [] and [n], then a kind with its lanes.
func (p *parser) typ() Type {
	if p.nesting++; p.nesting > maxNesting {
		p.failAt(p.tok, "the type is nested too deeply")
	}
	defer func() { p.nesting-- }()
	if !p.got('[') {
		return p.scalarType(p.take(tokWord, "a type"))
	}
	if p.got(']') {
		return SliceOf(p.typ())
	}
	at := p.tok
	n := p.number("an array's length")
	if n < 0 || n > math.MaxInt32 {
		p.failAt(at, "an array's length is a number from 0 to %d", math.MaxInt32)
	}
	p.want(']')
	return ArrayOf(n, p.typ())
}

func (p *parser) scalarType(t token) Type {
	name, lanes := t.text, 1
	if i := strings.LastIndexByte(name, 'x'); i > 0 {
		n, err := strconv.Atoi(name[i+1:])
		if err != nil || !validLanes(n) || name[i+1:] != strconv.Itoa(n) {
			p.failAt(t, "%s is not a type: a number of lanes is a power of two from 2 to %d", name, maxLanes)
		}
		name, lanes = name[:i], n
	}
	for k := Bool; k < Array; k++ {
		if kinds[k].name == name {
			return Vector(k, lanes)
		}
	}
	p.failAt(t, "unknown type %s", t.text)
	return Type{}
}
