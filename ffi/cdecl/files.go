package cdecl

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"sort"
	"strings"
	"time"
)

// files gives the preprocessor the text of files, prepared for it, and keeps what was read for messages and comments.
type files struct {
	fsys   fs.FS // nil for the host's files
	byName map[string]*file
	size   int // bytes read
}

// Limits of what is read, so that hostile text ends.
const (
	maxFile  = 16 << 20  // bytes of one file
	maxFiles = 256 << 20 // bytes of all
)

// file is one source file.
type file struct {
	name  string
	order int    // of reading
	text  []byte // as it was read
	dots  bool   // cffi's "..." is allowed
	ends  int    // #endif that are missing at its end
	cuts  []cut
	ready []byte   // what shown returns, once it was asked for
	lines []int    // offsets of line starts, once asked for
	decls []extent // top-level declarations without what is dropped, once asked for
	split bool     // decls is known
}

// cut is text that the preprocessor is not shown, because it is at fault.
type cut struct {
	span
	with string // what it reads instead
}

// pragmas that surround each file, so that the preprocessor tells where it is.
const (
	pragmaEnter = "kgen_enter"
	pragmaLeave = "kgen_leave"
)

// Open makes files an fs.FS whose names may be absolute.
func (s *files) Open(name string) (fs.File, error) {
	f, err := s.get(name)
	if err != nil {
		return nil, err
	}
	return &opened{f: f, Reader: bytes.NewReader(f.shown())}, nil
}

// get returns a file, which is read once. The error of a file that is not there is returned each time.
func (s *files) get(name string) (*file, error) {
	if f := s.byName[name]; f != nil {
		return f, nil
	}
	text, err := s.read(name)
	if err != nil {
		return nil, err
	}
	s.size += len(text)
	if s.size > maxFiles {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("more than %d bytes of headers", maxFiles)}
	}
	return s.add(name, text), nil
}

func (s *files) add(name string, text []byte) *file {
	const mark = "\xef\xbb\xbf" // that some editors begin files with
	if bytes.HasPrefix(text, []byte(mark)) {
		copy(text, "   ")
	}
	f := &file{name: name, text: text, order: len(s.byName)}
	s.byName[name] = f
	return f
}

func (s *files) read(name string) ([]byte, error) {
	var r fs.File
	var err error
	if s.fsys != nil {
		r, err = s.fsys.Open(strings.TrimPrefix(name, "./"))
	} else {
		r, err = os.Open(name)
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if info, err := r.Stat(); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("not a regular file: %s", info.Mode())}
	}
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil {
		err = checkText(name, text)
	}
	return text, err
}

// checkText refuses text that would exhaust the preprocessor's stack, which recurses into conditions and brackets.
func checkText(name string, text []byte) error {
	const deepest, longest = 1000, 64 << 10
	refuse := func(format string, args ...any) error {
		return &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf(format, args...)}
	}
	if len(text) > maxFile {
		return refuse("longer than %d bytes", maxFile)
	}
	if bytes.Count(text, []byte("if")) < deepest && bytes.Count(text, []byte("(")) < deepest && len(text) < longest {
		return nil // as most texts
	}
	ifs, brackets := 0, 0
	for at := 0; ; {
		l := lex(text, at)
		at = l.to
		switch word := text[l.from:l.to]; {
		case l.kind == lexEnd:
			return nil
		case l.kind == lexDirective:
			ifs = max(0, ifs+conditionStep(word))
			if len(word) > longest && conditionStep(word) >= 0 && bytes.Contains(word, []byte("if")) {
				return refuse("a condition is longer than %d bytes", longest)
			}
		case l.kind == lexPunct && (word[0] == '(' || word[0] == '[' || word[0] == '{'):
			brackets++
		case l.kind == lexPunct && (word[0] == ')' || word[0] == ']' || word[0] == '}'):
			brackets = max(0, brackets-1)
		}
		if ifs > deepest || brackets > deepest {
			return refuse("conditions or brackets are nested more than %d deep", deepest)
		}
	}
}

// conditionStep is 1 for #if, #ifdef and #ifndef, and -1 for #endif.
func conditionStep(directive []byte) int {
	word := bytes.TrimLeft(directive[1:], " \t")
	switch {
	case bytes.HasPrefix(word, []byte("if")):
		return 1
	case bytes.HasPrefix(word, []byte("endif")):
		return -1
	}
	return 0
}

// order returns the order in which files were read.
func (s *files) order() map[string]int {
	order := map[string]int{}
	for name, f := range s.byName {
		order[name] = f.order
	}
	return order
}

// opened is a file as the preprocessor reads it.
type opened struct {
	*bytes.Reader
	f *file
}

func (o *opened) Close() error               { return nil }
func (o *opened) Stat() (fs.FileInfo, error) { return o, nil }
func (o *opened) Name() string               { return o.f.name }
func (o *opened) Mode() fs.FileMode          { return 0o444 }
func (o *opened) ModTime() time.Time         { return time.Time{} }
func (o *opened) IsDir() bool                { return false }
func (o *opened) Sys() any                   { return nil }

// Directives that are rewritten. The parser is to see #pragma pack at its place among the declarations, and a static
// assertion is what may stand anywhere a declaration may; #line would hide where text is.
var (
	pragmaPack   = regexp.MustCompile(`(?m)^([ \t]*)#[ \t]*pragma[ \t]+pack[ \t]*(\([^)\n]*\))`)
	operatorPack = regexp.MustCompile(`\b_Pragma([ \t]*\([ \t]*"[ \t]*pack\b)`)
	lineMark     = regexp.MustCompile(`(?m)^([ \t]*#[ \t]*)line\b`)
)

// shown is the text that the preprocessor reads: one line is before it, the columns of declarations are as they were.
func (f *file) shown() []byte {
	if f.ready == nil {
		f.ready = f.prepare()
	}
	return f.ready
}

// setCuts replaces what is dropped.
func (f *file) setCuts(cuts []cut) {
	f.cuts, f.ready, f.split = cuts, nil, false
}

func (f *file) prepare() []byte {
	text := f.insertLong(f.remaining())
	if f.dots {
		text = bytes.Clone(text)
		hideDots(text)
	}
	text = tidyDirectives(text)
	if bytes.Contains(text, []byte("__attribute")) {
		text = thinAttributes(text)
	}
	if bytes.Contains(text, []byte("ragma")) {
		text = pragmaPack.ReplaceAll(text, []byte(`${1}_Static_assert(__kgen_pack${2}, "");`))
		text = operatorPack.ReplaceAll(text, []byte(`_kgen_P${1}`))
	}
	if bytes.Contains(text, []byte("line")) {
		text = lineMark.ReplaceAll(text, []byte("${1}    "))
	}
	var b bytes.Buffer
	b.WriteString("#pragma " + pragmaEnter + "\n")
	b.Write(text)
	b.WriteString(strings.Repeat("\n#endif", f.ends))
	b.WriteString("\n#pragma " + pragmaLeave + "\n")
	return b.Bytes()
}

// remaining is the text without what is dropped. Offsets are as in the text.
func (f *file) remaining() []byte {
	if len(f.cuts) == 0 {
		return f.text
	}
	text := bytes.Clone(f.text)
	for _, c := range f.cuts {
		c.apply(text, f.text)
	}
	return text
}

// apply blanks a cut. Its newlines and the directives in it stay.
func (c cut) apply(text, original []byte) {
	keep := c.with == ""
	for at := c.from; at < c.to; {
		l := lex(original[:c.to], at) // blanks before it would make a # one of a directive
		for i := at; i < l.to; i++ {
			if text[i] != '\n' && !(keep && l.kind == lexDirective && i >= l.from) {
				text[i] = ' '
			}
		}
		at = l.to
	}
	if !c.long() {
		copy(text[c.from:c.to], c.with)
	}
}

// offset is the byte at a place; it is within the text, and within a line that there is, for every place.
func (f *file) offset(p Pos) int {
	f.index()
	line := min(max(p.Line, 1), len(f.lines))
	end := len(f.text)
	if line < len(f.lines) {
		end = f.lines[line] - 1
	}
	return min(f.lines[line-1]+max(p.Col-1, 0), end)
}

// pos is the place of a byte.
func (f *file) pos(offset int) Pos {
	f.index()
	line := sort.SearchInts(f.lines, offset+1)
	return Pos{f.name, line, offset - f.lines[line-1] + 1}
}

func (f *file) index() {
	if f.lines != nil {
		return
	}
	f.lines = []int{0}
	for i, c := range f.text {
		if c == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
}

// line is the text of the line of a place.
func (f *file) line(p Pos) string {
	from := f.offset(Pos{Line: p.Line, Col: 1})
	line, _, _ := bytes.Cut(f.text[from:], []byte("\n"))
	return strings.TrimRight(string(line), "\r")
}

// declarations returns the extents of the top-level declarations.
func (f *file) declarations() []extent {
	if !f.split {
		f.decls, f.split = split(f.remaining()), true
	}
	return f.decls
}

// declaration returns the index of the top-level declaration at an offset, or the first one behind it.
func (f *file) declaration(offset int) int {
	all := f.declarations()
	return sort.Search(len(all), func(i int) bool { return all[i].to > offset })
}
