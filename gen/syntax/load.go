package syntax

import (
	"errors"
	"go/ast"
	"go/build"
	"go/build/constraint"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kgen-go/kgen/gen/diag"
)

// Ext is the extension of kernel files.
const Ext = ".kg"

// Load reads the package that a path names: a folder, or one .kg file, which brings its siblings with it. It
// returns nil when there is nothing to work on; errs then says why.
func Load(path string, errs *diag.List) *Package {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		errs.Errorf(diag.Pos{File: filepath.ToSlash(path)}, 0, "%s", reason(err))
		return nil
	case info.IsDir():
		return LoadDir(path, errs)
	case filepath.Ext(path) != Ext:
		errs.Errorf(diag.Pos{File: filepath.ToSlash(path)}, 0, "not a kernel file: its name does not end in %s", Ext)
		return nil
	}
	dir, _ := filepath.Split(path)
	return load(dir, errs)
}

// LoadDir reads the package in a folder, as Load does.
func LoadDir(dir string, errs *diag.List) *Package {
	prefix := dir
	if dir == "." || dir == "" {
		prefix = ""
	} else if !os.IsPathSeparator(dir[len(dir)-1]) {
		prefix += string(filepath.Separator)
	}
	return load(prefix, errs)
}

// load reads a folder's files; prefix is what comes before a file's name, "" or something that ends in a separator.
func load(prefix string, errs *diag.List) *Package {
	folder := prefix
	if folder == "" {
		folder = "."
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		errs.Errorf(diag.Pos{File: filepath.ToSlash(folder)}, 0, "%s", reason(err))
		return nil
	}
	fset := token.NewFileSet()
	var files, goFiles []*File
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
			continue
		}
		switch filepath.Ext(name) {
		case Ext:
			if src, ok := read(prefix+name, errs); ok {
				files = append(files, Parse(fset, filepath.ToSlash(prefix+name), src, errs))
			}
		case ".go":
			if f := goFile(fset, folder, prefix, name, errs); f != nil {
				goFiles = append(goFiles, f)
			}
		}
	}
	if len(files) == 0 && !errs.HasErrors() {
		shown := strings.TrimRight(filepath.ToSlash(folder), "/")
		errs.Errorf(diag.Pos{File: shown}, 0, "no kernel files (%s) in this folder", Ext)
	}
	if len(files) == 0 {
		return nil
	}
	return NewPackage(fset, files, goFiles, errs)
}

func read(path string, errs *diag.List) ([]byte, bool) {
	src, err := os.ReadFile(path)
	if err != nil {
		errs.Errorf(diag.Pos{File: filepath.ToSlash(path)}, 0, "%s", reason(err))
	}
	return src, err == nil
}

// goFile parses a hand-written .go file, whose constants kernels may use. Files that are compiled only sometimes are
// left out: what is generated from their constants would be wrong elsewhere.
func goFile(fset *token.FileSet, folder, prefix, name string, errs *diag.List) *File {
	nowhere := build.Default
	nowhere.GOOS, nowhere.GOARCH = "none", "none"
	if match, err := nowhere.MatchFile(folder, name); !match || err != nil || strings.HasSuffix(name, "_test.go") {
		return nil
	}
	src, ok := read(prefix+name, errs)
	if !ok {
		return nil
	}
	var found diag.List
	f := parseGo(fset, filepath.ToSlash(prefix+name), src, &found)
	if ast.IsGenerated(f.AST) || constrained(f.AST) || f.AST.Name.Name == "documentation" {
		return nil
	}
	errs.Append(&found)
	return f
}

// constrained reports whether the file has a build constraint.
func constrained(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, comment := range group.List {
			if comment.Pos() < f.Package && constraint.IsGoBuild(comment.Text) {
				return true
			}
		}
	}
	return false
}

// NewPackage makes a package of parsed files, at least one of them a .kg file; all must have the same package name.
func NewPackage(fset *token.FileSet, files, goFiles []*File, errs *diag.List) *Package {
	p := &Package{Fset: fset, Files: files, GoFiles: goFiles}
	first := firstNamed(files)
	if first == nil {
		return p
	}
	p.Name = first.AST.Name.Name
	for _, list := range [][]*File{files, goFiles} {
		for _, f := range list {
			if name := f.AST.Name; name.Name != p.Name && name.Name != "_" {
				errs.Errorf(p.Pos(name.Pos()), len(name.Name), "two packages in one folder: %s and %s", p.Name, name.Name).
					Note(p.Pos(first.AST.Name.Pos()), "package %s is here", p.Name)
			}
		}
	}
	return p
}

// firstNamed finds the first file whose package clause could be read.
func firstNamed(files []*File) *File {
	for _, f := range files {
		if f.AST.Name.Name != "_" {
			return f
		}
	}
	return nil
}

// reason says why a file could not be read without repeating its name.
func reason(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "no such file or folder"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
