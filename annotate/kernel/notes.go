package kernel

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/annotate/report"
	"github.com/kgen-go/kgen/gen/check"
	"github.com/kgen-go/kgen/gen/diag"
)

func baseName(file string) string { return path.Base(filepath.ToSlash(file)) }

// notes are what is to be read about lines, by place.
type notes map[place][]report.Note

// add appends a line to a place's note of that title.
func (n notes) add(at place, title, text string) {
	list := n[at]
	for i := range list {
		if list[i].Title == title {
			list[i].Text += "\n" + text
			return
		}
	}
	n[at] = append(list, report.Note{Title: title, Text: text})
}

// code adds the emitted lines to the lines that they come from.
func (n notes) code(title string, lines []string, from []diag.Pos) {
	blocks := map[place][]string{}
	for i, line := range lines {
		if i < len(from) && from[i].IsValid() && strings.Trim(line, "\t }{") != "" {
			at := placeOf(from[i])
			blocks[at] = append(blocks[at], line)
		}
	}
	for at, block := range blocks {
		n[at] = append(n[at], report.Note{Title: title, Text: outdent(block)})
	}
}

// outdent joins lines without the indentation that all have.
func outdent(lines []string) string {
	common := indent(lines[0])
	for _, l := range lines {
		common = min(common, indent(l))
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l[common:]
	}
	return strings.Join(out, "\n")
}

// types adds the types of the variables that each line names.
func (n notes) types(p *check.Package) {
	type named struct {
		at   diag.Pos
		text string
	}
	var list []named
	collect := func(objects map[*ast.Ident]types.Object) {
		for id, o := range objects {
			v, ok := o.(*types.Var)
			if !ok {
				continue
			}
			at := p.Syntax.Fset.Position(id.Pos())
			list = append(list, named{diag.Pos{File: at.Filename, Line: at.Line, Col: at.Column},
				v.Name() + " " + types.TypeString(v.Type(), func(p *types.Package) string { return p.Name() })})
		}
	}
	collect(p.Info.Defs)
	collect(p.Info.Uses)
	slices.SortFunc(list, func(a, b named) int {
		return cmp.Or(cmp.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.at.Col, b.at.Col))
	})
	seen := map[string]bool{}
	for _, x := range list {
		key := fmt.Sprint(x.at.File, ":", x.at.Line, ":", x.text)
		if !seen[key] {
			seen[key] = true
			n.add(placeOf(x.at), "types", x.text)
		}
	}
}

// checks adds which run-time checks were proved and which stayed.
func (n notes) checks(sites []site) {
	for _, s := range sites {
		if s.before > 0 {
			n.add(placeOf(s.Pos), "checks", fmt.Sprintf("%d:%d: %s", s.Pos.Line, s.Pos.Col, s.text()))
		}
	}
}
