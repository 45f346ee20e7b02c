package check

import (
	"go/ast"
	"go/token"
)

// terminates reports whether a statement is a terminating one by Go's rules; label is the one that it carries.
func terminates(s ast.Stmt, label string) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok == token.GOTO || s.Tok == token.FALLTHROUGH
	case *ast.BlockStmt:
		return listTerminates(s.List)
	case *ast.LabeledStmt:
		return terminates(s.Stmt, s.Label.Name)
	case *ast.IfStmt:
		return s.Else != nil && terminates(s.Body, "") && terminates(s.Else, "")
	case *ast.ForStmt:
		return s.Cond == nil && !breaks(s.Body, label, true)
	case *ast.SwitchStmt:
		return switchTerminates(s, label)
	}
	return false
}

// listTerminates looks at the last statement that is not empty.
func listTerminates(list []ast.Stmt) bool {
	for i := len(list) - 1; i >= 0; i-- {
		if _, empty := list[i].(*ast.EmptyStmt); !empty {
			return terminates(list[i], "")
		}
	}
	return false
}

func switchTerminates(s *ast.SwitchStmt, label string) bool {
	hasDefault := false
	for _, clause := range s.Body.List {
		clause, ok := clause.(*ast.CaseClause)
		if !ok {
			return false
		}
		hasDefault = hasDefault || clause.List == nil
		if !listTerminates(clause.Body) {
			return false
		}
		for _, inner := range clause.Body {
			if breaks(inner, label, true) {
				return false
			}
		}
	}
	return hasDefault
}

// breaks reports whether a statement holds a break that leaves the loop or switch around it, which carries the label; bare
// tells whether a break without a label does.
func breaks(s ast.Stmt, label string, bare bool) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BranchStmt:
			if n.Tok == token.BREAK {
				found = found || n.Label == nil && bare || n.Label != nil && n.Label.Name == label
			}
		case *ast.ForStmt:
			found = found || breaks(n.Body, label, false)
			return false
		case *ast.RangeStmt:
			found = found || breaks(n.Body, label, false)
			return false
		case *ast.SwitchStmt:
			found = found || breaks(n.Body, label, false)
			return false
		case ast.Expr:
			return false
		}
		return !found
	})
	return found
}
