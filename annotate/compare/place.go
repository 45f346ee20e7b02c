package compare

import (
	"errors"
	"go/ast"
	"strings"
)

// locate finds the lines that a directive is about. In a function's doc comment, or at the end of the line with its opening brace, that is the function;
// at the end of a line that begins a loop, the loop; at the end of another line, that line; alone on a line, what begins below the
// comment: a loop, a function or a statement.
func (s *sourceFile) locate(d *Directive, c *ast.Comment, group *ast.CommentGroup) error {
	line, col := s.at(c.Pos())
	if strings.TrimSpace(s.file.Source[line-1][:col-1]) != "" {
		s.cover(d, s.trailed(line))
		if d.node == nil {
			d.From, d.To, d.Scope = line, line, "line"
		}
		return nil
	}
	last, _ := s.at(group.End())
	n := s.below(last + 1)
	if n == nil {
		return errors.New("stands above no statement, loop or function")
	}
	s.cover(d, n)
	return nil
}

// cover makes the node what the directive is about; nil changes nothing.
func (s *sourceFile) cover(d *Directive, n ast.Node) {
	if n == nil {
		return
	}
	d.node = n
	d.From, _ = s.at(n.Pos())
	d.To, _ = s.at(n.End())
	d.Scope = "statement"
	switch n := n.(type) {
	case *ast.FuncDecl:
		d.Scope, d.Func = "function", n.Name.Name
		d.From, _ = s.at(n.Type.Func)
	case *ast.FuncLit:
		d.Scope = "function"
	case *ast.ForStmt, *ast.RangeStmt:
		d.Scope = "loop"
	case *ast.LabeledStmt:
		if isLoop(n.Stmt) {
			d.Scope = "loop"
		}
	}
}

func isLoop(n ast.Node) bool {
	switch n.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}

// trailed returns the outermost loop that begins on the line, or the function that opens on it and goes on below or is all of it; else nil.
func (s *sourceFile) trailed(line int) (found ast.Node) {
	ast.Inspect(s.tree, func(n ast.Node) bool {
		if n == nil || found != nil {
			return false
		}
		from, _ := s.at(n.Pos())
		to, _ := s.at(n.End())
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			if from == line {
				found = n
			}
		case *ast.FuncDecl:
			if n.Body != nil && s.opens(n.Body, line) {
				found = n
			}
		case *ast.FuncLit:
			if s.opens(n.Body, line) && to > line {
				found = n
			}
		}
		return true
	})
	return found
}

func (s *sourceFile) opens(b *ast.BlockStmt, line int) bool {
	at, _ := s.at(b.Lbrace)
	return at == line
}

// below returns the outermost node whose first token is the first one on the line, or nil.
func (s *sourceFile) below(line int) (found ast.Node) {
	if line > len(s.file.Source) {
		return nil
	}
	text := s.file.Source[line-1]
	first := len(text) - len(strings.TrimLeft(text, " \t")) + 1
	ast.Inspect(s.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			return true
		case *ast.FuncDecl:
			at, _ := s.at(n.Type.Func)
			if at == line {
				found = n
			}
		case ast.Stmt, ast.Decl, ast.Spec, ast.Expr:
			at, col := s.at(n.Pos())
			if _, block := n.(*ast.BlockStmt); at == line && col == first && !block && found == nil {
				found = n
			}
		}
		return found == nil
	})
	return found
}
