package syntax

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"unicode/utf8"

	"github.com/kgen-go/kgen/gen/diag"
)

// maxErrors bounds the syntax errors reported for one file; what follows is rarely worth reading.
const maxErrors = 10

// maxMessage bounds a message's length: go/parser quotes the offending token, which can be most of the file.
const maxMessage = 200

// Parse parses one .kg file and its directives. What is wrong goes to errs; the result is usable, though perhaps
// incomplete, in any case.
func Parse(fset *token.FileSet, name string, src []byte, errs *diag.List) *File {
	if len(bytes.TrimSpace(src)) == 0 {
		errs.Errorf(diag.Pos{File: name, Line: 1, Col: 1}, 1, "empty file: a kernel file starts with a package clause")
		return &File{Name: name, Src: src, AST: emptyFile(fset, name, src)}
	}
	if at := notText(src); at >= 0 {
		errs.Errorf(offsetPos(name, src, at), 1, "not a text file: byte %#02x is not valid UTF-8 text", src[at])
		return &File{Name: name, Src: src, AST: emptyFile(fset, name, src)}
	}
	f := parseGo(fset, name, src, errs)
	f.Directives = directives(fset, f, errs)
	return f
}

// notText returns the offset of the first byte that no source text has, or -1. The parser would report each of them.
func notText(src []byte) int {
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if r == 0 || r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// offsetPos resolves an offset in a text that is not parsed.
func offsetPos(name string, src []byte, offset int) diag.Pos {
	line := bytes.LastIndexByte(src[:offset], '\n') + 1
	return diag.Pos{File: name, Line: bytes.Count(src[:offset], []byte{'\n'}) + 1, Col: offset - line + 1}
}

// parseGo parses the Go text without looking at directives.
func parseGo(fset *token.FileSet, name string, src []byte, errs *diag.List) *File {
	tree, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if tree == nil || tree.FileStart == token.NoPos {
		tree = emptyFile(fset, name, src)
	}
	if tree.Name == nil {
		tree.Name = &ast.Ident{NamePos: tree.FileStart, Name: "_"}
	}
	reportSyntax(fset.File(tree.FileStart), fset, err, errs)
	if err == nil && tree.Name.Name == "_" {
		errs.Errorf(position(fset, tree.Name.Pos()), 1, "invalid package name _")
	}
	return &File{Name: name, Src: src, AST: tree}
}

func emptyFile(fset *token.FileSet, name string, src []byte) *ast.File {
	start := token.Pos(fset.AddFile(name, -1, len(src)).Base())
	return &ast.File{Package: start, Name: &ast.Ident{NamePos: start, Name: "_"}, FileStart: start, FileEnd: start}
}

// reportSyntax turns the parser's errors into diagnostics. It goes by their offsets because //line comments
// change their lines.
func reportSyntax(file *token.File, fset *token.FileSet, err error, errs *diag.List) {
	if err == nil {
		return
	}
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		errs.Errorf(diag.Pos{File: file.Name(), Line: 1, Col: 1}, 1, "%s", shorten(err.Error()))
		return
	}
	for i, e := range list {
		at := position(fset, file.Pos(min(e.Pos.Offset, file.Size())))
		if i == maxErrors {
			errs.Errorf(at, 1, "too many syntax errors")
			return
		}
		errs.Errorf(at, 1, "syntax error: %s", shorten(e.Msg))
	}
}

// shorten cuts a message to a readable length at a character boundary.
func shorten(msg string) string {
	if len(msg) <= maxMessage {
		return msg
	}
	cut := maxMessage
	for cut > 0 && !utf8.RuneStart(msg[cut]) {
		cut--
	}
	return msg[:cut] + "…"
}
