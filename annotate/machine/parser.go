package machine

import (
	"bytes"
	"strconv"
	"strings"
)

// Parser reads a listing line by line.
//
// A listing is a sequence of symbols. A symbol starts with a line "name TYPE flags size=N …"; of functions (type STEXT) the instructions follow,
// of all symbols a dump of the bytes and the relocations:
//
//	p.Sum STEXT nosplit size=60 args=0x38 locals=0x8 funcid=0x0 align=0x0
//		0x0012 00018 (/dir/sum.go:12)	MOVSD	(AX)(CX*8), X1
//		0x0000 50 48 89 e5 48 89 44 24 10 31 c9 0f 57 c0 eb 09  PH..H.D$.1..W...
//		rel 55+4 t=R_CALL runtime.panicBounds+0
//
// The only data of interest are jump tables, because they hold the edges of an indirect jump.
type Parser struct {
	arch *arch
	emit func(*Func)

	state state
	fn    *Func
	text  []byte // the texts of fn.Instrs, one after the other
	ends  []int  // where each of them ends
	code  []Instr

	table   string           // the jump table being read
	tables  map[string][]int // its targets: offsets in the function
	waiting []*Func          // functions with jump tables

	names   map[string]string // file names and symbols, once each
	lastRaw []byte            // position of the line before, as printed: most lines repeat it
	lastPos Pos
}

// state says what kind of symbol the parser is in.
type state uint8

const (
	outside state = iota
	inText
	inTable
	inData
)

// NewParser returns a Parser for listings of the architecture goarch. It calls emit once for each function, when it has seen enough of the
// listing: at the next symbol, or in Close for a function with jump tables, which the listing prints after the code.
func NewParser(goarch string, emit func(*Func)) *Parser {
	return &Parser{
		arch:   archOf(goarch),
		emit:   emit,
		tables: map[string][]int{},
		names:  map[string]string{},
	}
}

// Line takes one line without its end and reports whether it was part of a listing. The parser keeps no reference to line.
func (p *Parser) Line(line []byte) bool {
	if len(line) > 0 && line[0] == '\t' {
		return p.state != outside && p.body(line[1:])
	}
	p.finish()
	h, ok := parseHeader(line)
	if !ok {
		return false
	}
	switch {
	case h.text:
		p.state = inText
		p.fn = &Func{Symbol: p.intern(h.name), Size: h.size, Dup: h.dup}
	case isJumpTable(h.name):
		p.state = inTable
		p.table = string(h.name)
	default:
		p.state = inData
	}
	return true
}

// Close emits the functions that are left. The parser can then read another listing.
func (p *Parser) Close() {
	p.finish()
	for _, fn := range p.waiting {
		p.done(fn)
	}
	p.waiting = nil
	clear(p.tables)
}

// body takes a line of a symbol, without its tab.
func (p *Parser) body(line []byte) bool {
	switch {
	case isDump(line):
		return true
	case bytes.HasPrefix(line, []byte("rel ")):
		if p.state == inTable {
			p.tables[p.table] = appendTarget(p.tables[p.table], line)
		}
		return true
	case p.state == inText:
		return p.instr(line)
	}
	return false
}

// instr takes a line "0x0012 00018 (file:line)\tMNEMONIC\toperands".
func (p *Parser) instr(line []byte) bool {
	_, rest, ok := bytes.Cut(line, []byte(" "))
	if !ok || !bytes.HasPrefix(line, []byte("0x")) {
		return false
	}
	off, rest, ok := bytes.Cut(rest, []byte(" ("))
	if !ok {
		return false
	}
	offset, ok := number(off)
	if !ok {
		return false
	}
	end := bytes.Index(rest, []byte(")\t"))
	if end < 0 || !p.position(rest[:end]) {
		return false
	}
	mnemonic, operands, _ := bytes.Cut(rest[end+2:], []byte("\t"))
	switch string(mnemonic) {
	case "":
		return false
	case "FUNCDATA", "PCDATA", "PCALIGN", "NOP":
		return true
	case "TEXT":
		p.fn.Pos = p.lastPos
		p.fn.Wrapper = isWrapper(operands)
		return true
	}
	p.text = append(p.text, mnemonic...)
	if len(operands) > 0 {
		p.text = append(p.text, ' ')
		p.text = append(p.text, operands...)
	}
	p.ends = append(p.ends, len(p.text))
	p.code = append(p.code, Instr{Offset: offset, Pos: p.lastPos})
	return true
}

// position makes p.lastPos the position that raw says.
func (p *Parser) position(raw []byte) bool {
	if bytes.Equal(raw, p.lastRaw) && len(raw) > 0 {
		return true
	}
	pos, ok := p.parsePos(raw)
	if ok {
		p.lastRaw = append(p.lastRaw[:0], raw...)
		p.lastPos = pos
	}
	return ok
}

// finish ends the symbol that the parser is in.
func (p *Parser) finish() {
	p.state = outside
	fn := p.fn
	if fn == nil {
		return
	}
	p.fn = nil
	fn.Instrs = append(make([]Instr, 0, len(p.code)), p.code...)
	text, from := string(p.text), 0
	for i, end := range p.ends {
		fn.Instrs[i].Text = text[from:end]
		from = end
	}
	wait := bytes.Contains(p.text, []byte(".jump"))
	p.text, p.ends, p.code = p.text[:0], p.ends[:0], p.code[:0]
	if wait {
		p.waiting = append(p.waiting, fn)
		return
	}
	p.done(fn)
}

// done analyses fn and emits it.
func (p *Parser) done(fn *Func) {
	analyse(fn, p.arch, p.tables)
	for i := range fn.Events {
		fn.Events[i].Symbol = p.intern([]byte(fn.Events[i].Symbol))
	}
	p.emit(fn)
}

// intern returns b as a string that is shared and keeps nothing else alive.
func (p *Parser) intern(b []byte) string {
	if s, ok := p.names[string(b)]; ok {
		return s
	}
	s := string(b)
	p.names[s] = s
	return s
}

// parsePos reads a position: "file:line", "file:line[phys:line]" below a //line directive, or "<unknown line number>".
func (p *Parser) parsePos(raw []byte) (Pos, bool) {
	if string(raw) == "<unknown line number>" {
		return Pos{}, true
	}
	if n := len(raw); n > 0 && raw[n-1] == ']' {
		if i := physStart(raw); i > 0 {
			file, line, ok := cutLine(raw[:i])
			phys, physLine, physOK := cutLine(raw[i+1 : n-1])
			return Pos{File: p.intern(file), Line: line, Phys: p.intern(phys), PhysLine: physLine}, ok && physOK
		}
	}
	file, line, ok := cutLine(raw)
	if !ok {
		return Pos{}, false
	}
	return Pos{File: p.intern(file), Line: line}, true
}

// physStart returns the index of the bracket in "file:12[", or -1. A bracket in a file name has no line number before it.
func physStart(raw []byte) int {
	for i := 1; i < len(raw); i++ {
		if raw[i] != '[' {
			continue
		}
		if _, _, ok := cutLine(raw[:i]); ok {
			return i
		}
	}
	return -1
}

// cutLine splits "file:line".
func cutLine(b []byte) (file []byte, line int, ok bool) {
	i := bytes.LastIndexByte(b, ':')
	if i <= 0 {
		return nil, 0, false
	}
	line, ok = number(b[i+1:])
	return b[:i], line, ok
}

// number reads a decimal number without sign.
func number(b []byte) (n int, ok bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// isDump reports whether line, without its tab, is of a dump of bytes: "0x0010 48 8b …". The decimal offset of an instruction has five digits
// or more where a dump has two.
func isDump(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("0x")) {
		return false
	}
	i := bytes.IndexByte(line, ' ')
	return i > 0 && len(line) > i+3 && line[i+3] == ' ' && isHex(line[i+1]) && isHex(line[i+2])
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

// isWrapper reports whether the operands of TEXT, "sym(SB), DUPOK|WRAPPER|ABIInternal, $40-16", name a wrapper.
func isWrapper(operands []byte) bool {
	i := bytes.LastIndex(operands, []byte("(SB), "))
	if i < 0 {
		return false
	}
	flags, _, _ := bytes.Cut(operands[i+len("(SB), "):], []byte(","))
	return bytes.Contains(flags, []byte("WRAPPER"))
}

// header is the first line of a symbol.
type header struct {
	name []byte
	size int
	text bool
	dup  bool
}

// parseHeader reads "name TYPE flags size=N", for code with "args=… locals=… funcid=… align=…" and perhaps "leaf" behind it. The name may hold
// anything, also spaces, or be empty, so the line is read from its end. Nothing but these words may stand there: a message of the compiler can quote a header.
func parseHeader(line []byte) (h header, ok bool) {
	i := bytes.LastIndex(line, []byte(" size="))
	if i < 0 {
		return h, false
	}
	words := strings.Fields(string(line[i+1:]))
	h.size, ok = number([]byte(strings.TrimPrefix(words[0], "size=")))
	if !ok {
		return h, false
	}
	rest := line[:i]
	for {
		j := bytes.LastIndexByte(rest, ' ')
		if j < 0 {
			return h, false
		}
		word := string(rest[j+1:])
		rest = rest[:j]
		switch word {
		case "static", "cfunc", "nosplit", "topframe", "asm":
			continue
		case "dupok":
			h.dup = true
			continue
		}
		h.name = rest
		if h.text = isTextType(word); h.text {
			return h, hasTextWords(words[1:])
		}
		return h, isType(word) && len(words) == 1
	}
}

// isType reports whether word is a type of symbols: STEXT, SRODATA, SDWARFVAR and so on.
func isType(word string) bool {
	if len(word) < 4 || word[0] != 'S' {
		return false
	}
	for _, c := range []byte(word) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// isTextType reports whether word is a type of functions. FIPS 140 code has its own.
func isTextType(word string) bool { return word == "STEXT" || word == "STEXTFIPS" }

// hasTextWords reports whether words are those that only a function's header has.
func hasTextWords(words []string) bool {
	want := []string{"args=", "locals=", "funcid=", "align="}
	if len(words) == len(want)+1 && words[len(want)] == "leaf" {
		words = words[:len(want)]
	}
	if len(words) != len(want) {
		return false
	}
	for i, w := range want {
		if !strings.HasPrefix(words[i], w) {
			return false
		}
	}
	return true
}

// isJumpTable reports whether name is that of a jump table, "p.f.jump7".
func isJumpTable(name []byte) bool {
	i := bytes.LastIndex(name, []byte(".jump"))
	if i < 0 {
		return false
	}
	_, ok := number(name[i+len(".jump"):])
	return ok
}

// appendTarget adds the target of a relocation "rel 8+8 t=R_ADDR p.f+325" to a jump table: an offset in the function.
func appendTarget(table []int, line []byte) []int {
	i := bytes.LastIndexByte(line, '+')
	target, err := strconv.Atoi(string(line[i+1:]))
	if err != nil || !bytes.Contains(line, []byte(" t=R_ADDR ")) {
		return table
	}
	return append(table, target)
}
