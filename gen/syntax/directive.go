package syntax

import (
	"bytes"
	"go/ast"
	"go/token"
	"strings"

	"github.com/kgen-go/kgen/gen/diag"
)

// place is a set of places where a directive may stand.
type place uint8

const (
	onFile place = 1 << iota
	onFunc
	onLoop
)

// String says where, for messages.
func (p place) String() string {
	var parts []string
	for _, w := range []struct {
		place
		text string
	}{
		{onFile, "at the top of the file"},
		{onFunc, "in the comment directly above a function"},
		{onLoop, "on a line directly above a for loop"},
	} {
		if p&w.place != 0 {
			parts = append(parts, w.text)
		}
	}
	return strings.Join(parts, " or ")
}

// args is the shape of what follows a verb.
type args uint8

const (
	noArgs args = iota
	someArgs
	optionalArgs
)

// verb describes one directive.
type verb struct {
	name      string
	where     place
	args      args
	usage     string // what follows the verb, for messages
	supported bool
}

// verbs is the table of all directives of the language.
var verbs = [...]verb{
	{"cdef", onFunc, someArgs, "names type", true},
	{"nobounds", onFile | onFunc | onLoop, noArgs, "", true},
	{"parallel", onLoop, optionalArgs, "[schedule=static|dynamic|guided] [chunk=n]", false},
	{"reduce", onLoop, someArgs, "names", false},
	{"simd", onLoop, optionalArgs, "[width=n]", false},
	{"nosimd", onLoop, noArgs, "", false},
	{"relax", onFunc, someArgs, "contract,reassoc,nonan", false},
	{"instance", onFile | onFunc, someArgs, "F[T]", false},
	{"export", onFile | onFunc, someArgs, "F[T]", false},
	{"extern", onFile, someArgs, `"header.h" declaration`, false},
	{"contiguous", onFunc, someArgs, "names", false},
}

func lookupVerb(name string) *verb {
	for i := range verbs {
		if verbs[i].name == name {
			return &verbs[i]
		}
	}
	return nil
}

// prefix starts a directive; like //go: it admits no space.
const prefix = "//kg:"

// directives finds the file's directives, reports the bad ones and attaches the good ones.
func directives(fset *token.FileSet, f *File, errs *diag.List) []*Directive {
	c := &collector{fset: fset, file: f, errs: errs}
	var list []*Directive
	for _, group := range f.AST.Comments {
		for _, comment := range group.List {
			if d := c.directive(group, comment); d != nil {
				list = append(list, d)
			}
		}
	}
	return list
}

// collector holds what attaching the directives of one file needs.
type collector struct {
	fset  *token.FileSet
	file  *File
	errs  *diag.List
	docs  map[*ast.CommentGroup]*ast.FuncDecl
	loops map[int]ast.Node // by the line on which the loop, or its label, starts
}

func (c *collector) directive(group *ast.CommentGroup, comment *ast.Comment) *Directive {
	text := strings.TrimRight(c.text(comment), " \t\r")
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		c.almost(comment, text)
		return nil
	}
	name, args, _ := strings.Cut(strings.NewReplacer("\t", " ", "\r", " ").Replace(rest), " ")
	args = strings.TrimLeft(args, " ")
	d := &Directive{
		Pos: comment.Pos(), Verb: name, Args: text[len(text)-len(args):],
		ArgsPos: comment.Pos() + token.Pos(len(text)-len(args)),
	}
	v := lookupVerb(name)
	if v == nil {
		c.errorf(d.Pos, len(prefix)+len(name), "unknown directive //kg:%s%s", name, c.suggest(name))
		return nil
	}
	if !c.attach(d, v, group, comment) || !c.shape(d, v) {
		return nil
	}
	return d
}

// text returns a line comment as it stands in the file: the tree has it without carriage returns, and so with other columns.
func (c *collector) text(comment *ast.Comment) string {
	if !strings.HasPrefix(comment.Text, "//") {
		return comment.Text
	}
	line, _, _ := bytes.Cut(c.file.Src[c.fset.File(comment.Pos()).Offset(comment.Pos()):], []byte{'\n'})
	return string(line)
}

// almost warns about a comment that would be a directive but for a space.
func (c *collector) almost(comment *ast.Comment, text string) {
	rest, ok := strings.CutPrefix(text, "//")
	if !ok {
		return
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), "kg:")
	if name, _, _ := strings.Cut(rest, " "); ok && lookupVerb(name) != nil {
		c.errs.Warnf(position(c.fset, comment.Pos()), len(text),
			"a directive has no space after the slashes: did you mean //kg:%s?", name)
	}
}

func (c *collector) suggest(name string) string {
	names := make([]string, len(verbs))
	for i, v := range verbs {
		names[i] = v.name
	}
	if best := diag.Nearest(name, names); best != "" {
		return "; did you mean //kg:" + best + "?"
	}
	return "; the directives are " + strings.Join(names, ", ")
}

// attach finds the node that the directive stands on and checks that it may stand there.
func (c *collector) attach(d *Directive, v *verb, group *ast.CommentGroup, comment *ast.Comment) bool {
	c.index()
	at := place(0)
	if fn := c.docs[group]; fn != nil {
		d.Node, at = fn, onFunc
	} else if loop := c.loops[c.line(group.End())+1]; loop != nil && c.alone(comment) {
		d.Node, at = loop, onLoop
	} else if c.topLevel(comment) {
		at = onFile
	}
	if at&v.where == 0 {
		c.errorf(d.Pos, len(prefix)+len(d.Verb), "misplaced //kg:%s: it belongs %s", d.Verb, v.where)
		return false
	}
	return true
}

// shape checks the arguments and that this version implements the directive.
func (c *collector) shape(d *Directive, v *verb) bool {
	switch {
	case v.args == noArgs && d.Args != "":
		c.errorf(d.ArgsPos, len(d.Args), "//kg:%s takes no arguments", d.Verb)
	case v.args == someArgs && d.Args == "":
		c.errorf(d.Pos, len(prefix)+len(d.Verb), "//kg:%s needs arguments: //kg:%s %s", d.Verb, d.Verb, v.usage)
	case !v.supported:
		c.errorf(d.Pos, len(prefix)+len(d.Verb), "//kg:%s is not supported in this version", d.Verb)
	default:
		return true
	}
	return false
}

// index notes once the functions' comments and the lines on which loops start.
func (c *collector) index() {
	if c.docs != nil {
		return
	}
	c.docs, c.loops = map[*ast.CommentGroup]*ast.FuncDecl{}, map[int]ast.Node{}
	ast.Inspect(c.file.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Doc != nil {
				c.docs[n.Doc] = n
			}
		case *ast.LabeledStmt:
			if isLoop(n.Stmt) {
				c.note(n.Pos(), n.Stmt)
			}
		case *ast.ForStmt, *ast.RangeStmt:
			c.note(n.Pos(), n)
		}
		return true
	})
}

// note keeps the outermost of several loops on one line, which the walk meets first.
func (c *collector) note(pos token.Pos, loop ast.Node) {
	if line := c.line(pos); c.loops[line] == nil {
		c.loops[line] = loop
	}
}

func isLoop(n ast.Node) bool {
	switch n.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}

func (c *collector) line(pos token.Pos) int { return c.fset.PositionFor(pos, false).Line }

// alone reports whether the comment is the first thing on its line.
func (c *collector) alone(comment *ast.Comment) bool {
	at := c.fset.PositionFor(comment.Pos(), false)
	before := c.file.Src[at.Offset-(at.Column-1) : at.Offset]
	return strings.TrimSpace(string(before)) == ""
}

// topLevel reports whether the comment stands on a line of its own outside every declaration.
func (c *collector) topLevel(comment *ast.Comment) bool {
	for _, d := range c.file.AST.Decls {
		if d.Pos() < comment.Pos() && comment.Pos() < d.End() {
			return false
		}
	}
	return c.alone(comment)
}

func (c *collector) errorf(pos token.Pos, length int, format string, args ...any) {
	c.errs.Errorf(position(c.fset, pos), length, format, args...)
}
