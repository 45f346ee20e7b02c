package cdecl

import (
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/kgen-go/kgen/ffi/ctype"
	"modernc.org/cc/v4"
)

// Limits of the preprocessor and the parser, so that hostile text ends.
const (
	maxExpansion     = 20_000_000 // tokens that macro expansion touches in headers
	maxTextExpansion = 2_000_000  // the same in texts
	maxInclude       = 200        // files within files, as gcc has it
	maxEntered       = 100_000    // files altogether
	maxFaults        = 200
	maxTime          = time.Minute
)

// builtinName is the name of the text before the first file.
const builtinName = "<predefined>"

// The parser does not notice the end of the text after a * that only qualifiers follow. An identifier behind the text is
// what it goes on with.
const (
	endName = "<end>"
	endText = "extern int __kgen_end;\n"
)

// macrosName is the name of the text that asks for the expansions of macros.
const macrosName = "<macros>"

// reader preprocesses and parses one text, and drops what is at fault until the rest parses.
type reader struct {
	files    *files
	main     *file
	abi      *cc.ABI
	include  []string
	before   string   // text before the first file
	unknown  []string // type names that nothing declares
	faults   []*Error
	deadline time.Time

	expansion int // tokens that macro expansion may touch
}

func read(name string, text *string, c Config) (*Unit, error) {
	if c.Target == (ctype.Target{}) {
		c.Target = ctype.Host()
	}
	u := &Unit{Target: c.Target, tables: newTables()}
	r, err := newReader(name, text, c)
	if err != nil {
		return u, err
	}
	t := newTranslator(u, r, c.Pack)
	if macros, ok := r.preprocess(); ok {
		if ast := r.parse(); ast != nil {
			t.translate(ast)
			t.macros(ast, macros)
		}
	}
	u.tables.translator = t
	u.Errors = r.faults
	sortErrors(u.Errors)
	return u, u.Err()
}

func newReader(name string, text *string, c Config) (*reader, error) {
	if err := c.Target.Check(); err != nil {
		return nil, err
	}
	abi, err := cc.NewABI(c.Target.OS, c.Target.Arch)
	if err != nil {
		return nil, err
	}
	r := &reader{files: &files{fsys: c.FS, byName: map[string]*file{}}, abi: abi, include: c.Include, deadline: time.Now().Add(maxTime)}
	if text != nil {
		r.expansion = maxTextExpansion
	} else {
		r.expansion = maxExpansion
	}
	macros := ""
	if c.System && c.FS == nil {
		tools := systemHeaders(c.Target)
		r.include = append(r.include[:len(r.include):len(r.include)], tools.include...)
		macros = tools.predefined
	}
	if macros == "" {
		macros = predefined(c.Target)
	}
	defines, err := defineMacros(c.Define)
	if err != nil {
		return nil, err
	}
	r.before = prelude + hasAttributes() + macros + defines + vaList(c.Target)
	return r, r.open(name, text, c.Target)
}

// defineMacros writes Config.Define as directives.
func defineMacros(list []string) (string, error) {
	var b strings.Builder
	for _, d := range list {
		name, value, given := strings.Cut(d, "=")
		if !given {
			value = "1"
		}
		if name == "" || strings.ContainsAny(d, "\n\r") {
			return "", fmt.Errorf("cdecl: %q does not define a macro: write NAME or NAME=VALUE", d)
		}
		define(&b, name, value)
	}
	return b.String(), nil
}

// open finds the main file: the text, the header at the path, or a line that includes the header from the folders.
func (r *reader) open(name string, text *string, t ctype.Target) error {
	if text != nil {
		if err := checkText(name, []byte(*text)); err != nil {
			return fmt.Errorf("cdecl: %w", err)
		}
		r.main = r.files.add(name, []byte(*text))
		r.main.dots = true
		r.before += preloaded(t)
		return nil
	}
	f, err := r.files.get(name)
	if err == nil {
		r.main = f
		return nil
	}
	if len(r.include) == 0 || strings.HasPrefix(name, "/") {
		return fmt.Errorf("cdecl: %w", err)
	}
	for _, dir := range r.include {
		if _, missing := r.files.get(path.Join(dir, name)); missing == nil {
			r.main = r.files.add("<header>", []byte("#include <"+name+">\n"))
			return nil
		}
	}
	return fmt.Errorf("cdecl: %w, nor is it in %s", err, strings.Join(r.include, ", "))
}

// config is the parser's configuration for one run.
func (r *reader) config() *cc.Config {
	run := &run{reader: r, once: map[string]bool{}}
	return &cc.Config{
		ABI:             r.abi,
		FS:              r.files,
		FSOnly:          true,
		IncludePaths:    append([]string{""}, r.include...),
		SysIncludePaths: r.include,
		PragmaHandler:   run.pragma,
		ExpansionLimit:  r.expansion,
		Header:          true,
	}
}

func (r *reader) sources(more ...cc.Source) []cc.Source {
	before := r.before
	for _, name := range r.unknown {
		before += "typedef struct __unknown_" + name + " " + name + ";\n"
	}
	return append([]cc.Source{{Name: builtinName, Value: before}, {Name: r.main.name, Value: r.main.shown()}, {Name: endName, Value: endText}}, more...)
}

// run follows one run of the preprocessor through the files.
type run struct {
	*reader
	once           map[string]bool // files with #pragma once that were read
	depth, entered int
}

// stop is a panic that ends the preprocessor.
type stop struct{ fault *Error }

// pragma sees every #pragma that is not rewritten.
func (r *run) pragma(line []cc.Token) error {
	file := line[0].Position().Filename
	switch line[0].SrcStr() {
	case pragmaEnter:
		r.depth++
		r.entered++
		r.check(file)
	case pragmaLeave:
		r.depth--
	case "pack": // one that is not written as it should be
		at := line[0].Position()
		r.report(&Error{Pos: Pos{file, at.Line - 1, at.Column}, Msg: "#pragma pack is to be followed by ( and )"})
	case "once":
		if r.once[file] {
			r.depth--
			return cc.SkipSource
		}
		r.once[file] = true
	}
	return nil
}

func (r *run) check(file string) {
	at := Pos{file, 1, 1}
	switch {
	case r.depth > maxInclude:
		panic(stop{&Error{Pos: at, Msg: fmt.Sprintf("#include is nested more than %d deep", maxInclude)}})
	case r.entered > maxEntered:
		panic(stop{&Error{Pos: at, Msg: fmt.Sprintf("more than %d files are included", maxEntered)}})
	case time.Now().After(r.deadline):
		panic(stop{&Error{Pos: at, Msg: fmt.Sprintf("reading takes more than %s", maxTime)}})
	}
}

// attempt calls the preprocessor or the parser and returns the first fault.
func (r *reader) attempt(f func() error) (fault *Error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case stop:
			fault = e.fault
		default:
			fault = &Error{Pos: Pos{r.main.name, 0, 0}, Msg: fmt.Sprintf("the parser fails: %v", e)}
		}
	}()
	err := f()
	if err == nil {
		return nil
	}
	return r.fault(err.Error())
}

var located = regexp.MustCompile(`^(.*?):(\d+):(\d+): (.*)$`)

// innards are parts of messages that are of no use to those who wrote the text.
var innards = regexp.MustCompile(`strconv\.ParseUint: | \([a-z]+\.go:\d+:\w+\)$`)

// fault is the first of the parser's errors.
func (r *reader) fault(msg string) *Error {
	msg, _, _ = strings.Cut(msg, "\n")
	msg = innards.ReplaceAllString(msg, "")
	msg = strings.ReplaceAll(msg, "internal error", "the condition is no complete expression")
	m := located.FindStringSubmatch(msg)
	if m == nil {
		return &Error{Pos: Pos{r.main.name, 0, 0}, Msg: msg}
	}
	line, _ := strconv.Atoi(m[2]) // digits; too many are a line that no file has
	col, _ := strconv.Atoi(m[3])
	if m[1] != builtinName {
		line-- // shown has a line before the file's
	}
	return &Error{Pos: Pos{m[1], line, col}, Msg: m[4]}
}

// preprocess drops what the preprocessor does not accept, and returns the expansions of macros by their names. It reports
// false when the text is not to be parsed.
func (r *reader) preprocess() (map[string]string, bool) {
	for {
		g := &guard{expansions: map[string]string{}}
		tail := cc.Source{Name: macrosName, Value: io.Reader(&lazyReader{text: func() string { return g.ask(r.files.macroNames()) }})}
		fault := r.attempt(func() error {
			err := cc.Preprocess(r.config(), r.sources(tail), g)
			g.flush()
			return err
		})
		switch {
		case fault == nil, fault.Pos.File == macrosName:
			return g.expansions, true // a macro that is no complete text has no value
		case !r.repairText(fault):
			return nil, false
		}
	}
}

// parse drops declarations until the rest parses, and returns what it is.
func (r *reader) parse() *cc.AST {
	for {
		ast, fault := r.tryParse()
		if fault == nil {
			return ast
		}
		if !r.repair(fault) {
			return r.salvage(fault)
		}
	}
}

func (r *reader) tryParse() (ast *cc.AST, fault *Error) {
	fault = r.attempt(func() (err error) {
		ast, err = cc.Parse(r.config(), r.sources())
		return err
	})
	return ast, fault
}

// salvage gives up a file from a fault on, so that what is before it is not lost.
func (r *reader) salvage(fault *Error) *cc.AST {
	f := r.files.byName[fault.Pos.File]
	if f == nil {
		return nil
	}
	f.cutFrom(f.declaration(f.offset(fault.Pos)))
	ast, again := r.tryParse()
	if again != nil {
		return nil
	}
	return ast
}
