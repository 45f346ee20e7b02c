package compare

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/gen/diag"
)

// Directive is a promise in the source: //annotate:nobounds, //annotate:noalloc or //annotate:inline. It stands at the end of a line or on the line above, or in
// the doc comment of a function. Several names are separated by commas, and a remark may follow: //annotate:nobounds,noalloc // hot.
type Directive struct {
	Name     string // "nobounds", "noalloc" or "inline"
	File     *report.File
	Line     int    // where the comment is
	Col      int    // in bytes, from 1
	From, To int    // lines that it is about
	Scope    string // "line", "statement", "loop" or "function"
	Func     string // scope "function": its name, "" for a func literal
	node     ast.Node
}

// String is the directive as it is written, with its place.
func (d *Directive) String() string {
	return fmt.Sprintf("%s:%d:%d: //annotate:%s", shownAs(d.File), d.Line, d.Col, d.Name)
}

// shownAs is the file's name for people and editors.
func shownAs(f *report.File) string { return cmp.Or(f.Display, f.Path) }

// promises are the directives that exist.
var promises = []string{"nobounds", "noalloc", "inline"}

// written is a comment that is, or is almost, a directive.
var written = regexp.MustCompile(`^(//|/\*)(\s*)(?i:(annotate))(\s*[:-]\s*|\s+)([\pL\pN_,-]*)(.*)`)

// sourceFile is a parsed file, for what its directives are about.
type sourceFile struct {
	file *report.File
	fset *token.FileSet
	tree *ast.File
}

// directives returns the directives in a file, and the mistakes in them. A file that is no Go is a mistake only if something in it looks like a directive.
func directives(f *report.File) (list []*Directive, src *sourceFile, mistakes []string) {
	text := strings.Join(f.Source, "\n")
	if f.Language == "c" || !strings.Contains(strings.ToLower(text), "annotate") {
		return nil, nil, nil
	}
	src = &sourceFile{file: f, fset: token.NewFileSet()}
	var err error
	src.tree, err = parser.ParseFile(src.fset, shownAs(f), text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		if strings.Contains(text, "//annotate:") {
			mistakes = append(mistakes, fmt.Sprintf("%s: its directives cannot be read: %v", shownAs(f), err))
		}
		return nil, nil, mistakes
	}
	for _, group := range src.tree.Comments {
		for _, c := range group.List {
			ds, err := src.parse(c, group)
			if err != nil {
				line, col := src.at(c.Pos())
				mistakes = append(mistakes, fmt.Sprintf("%s:%d:%d: %v", shownAs(f), line, col, err))
			}
			list = append(list, ds...)
		}
	}
	return list, src, mistakes
}

// parse reads the directives in one comment of a group.
func (s *sourceFile) parse(c *ast.Comment, group *ast.CommentGroup) ([]*Directive, error) {
	m := written.FindStringSubmatch(c.Text)
	if m == nil {
		return nil, nil
	}
	names := strings.Split(m[5], ",")
	exact := m[1] == "//" && m[2] == "" && m[3] == "annotate" && m[4] == ":"
	if !exact {
		prose := m[2] != "" && !strings.Contains(m[4], ":")
		if !prose && slices.Contains(promises, strings.ToLower(names[0])) {
			return nil, fmt.Errorf("not a directive as it is written; write //annotate:%s", strings.ToLower(m[5]))
		}
		return nil, nil
	}
	if rest := strings.TrimSpace(m[6]); rest != "" && !strings.HasPrefix(rest, "//") {
		return nil, fmt.Errorf("//annotate:%s is followed by %q; a remark starts with //", m[5], rest)
	}
	var list []*Directive
	for _, name := range names {
		if !slices.Contains(promises, name) {
			return nil, unknownDirective(name)
		}
		d := &Directive{Name: name, File: s.file}
		d.Line, d.Col = s.at(c.Pos())
		if err := s.locate(d, c, group); err != nil {
			return nil, fmt.Errorf("//annotate:%s: %w", name, err)
		}
		list = append(list, d)
	}
	return list, nil
}

func unknownDirective(name string) error {
	if near := diag.Nearest(name, promises); near != "" {
		return fmt.Errorf("unknown directive //annotate:%s; did you mean //annotate:%s?", name, near)
	}
	return fmt.Errorf("unknown directive //annotate:%s; there are %s", name, strings.Join(promises, ", "))
}

// at returns the line and column in the file itself, whatever //line directives say.
func (s *sourceFile) at(p token.Pos) (line, col int) {
	at := s.fset.PositionFor(p, false)
	return at.Line, at.Column
}
