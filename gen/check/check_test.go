package check

import (
	"fmt"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/diag"
	"github.com/kgen-go/kgen/gen/syntax"
	"github.com/rogpeppe/go-internal/txtar"
)

// unit is one package of a test archive: a file at its top level, or the files of one folder.
type unit struct {
	name  string
	files []txtar.File
}

// units reads the packages of an archive.
func units(t testing.TB, file string) []unit {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []unit
	for _, f := range a.Files {
		name := f.Name
		if dir := path.Dir(name); dir != "." {
			name = dir
		}
		if i := slices.IndexFunc(list, func(u unit) bool { return u.name == name }); i >= 0 {
			list[i].files = append(list[i].files, f)
		} else {
			list = append(list, unit{name, []txtar.File{f}})
		}
	}
	if len(list) == 0 {
		t.Fatalf("%s holds no files", file)
	}
	return list
}

// archives lists the test archives of a folder of testdata.
func archives(t testing.TB, folder string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no archives in testdata/%s (%v)", folder, err)
	}
	return list
}

// forEachUnit runs a test for each package of the archives in a folder.
func forEachUnit(t *testing.T, folder string, test func(*testing.T, unit)) {
	for _, file := range archives(t, folder) {
		for _, u := range units(t, file) {
			t.Run(folder+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+u.name, func(t *testing.T) { test(t, u) })
		}
	}
}

// parse parses a unit's files.
func (u unit) parse(errs *diag.List) *syntax.Package {
	fset := token.NewFileSet()
	var files, goFiles []*syntax.File
	for _, f := range u.files {
		parsed := syntax.Parse(fset, f.Name, f.Data, errs)
		if path.Ext(f.Name) == ".go" {
			goFiles = append(goFiles, parsed)
		} else {
			files = append(files, parsed)
		}
	}
	return syntax.NewPackage(fset, files, goFiles, errs)
}

// check parses and checks a unit.
func (u unit) check() (*Package, *diag.List) {
	errs := &diag.List{}
	p := u.parse(errs)
	if errs.HasErrors() {
		errs.Sort()
		return nil, errs
	}
	return Check(p, errs), errs
}

// expectation is a message that a test file wants at a place.
type expectation struct {
	pos     diag.Pos
	pattern *regexp.Regexp
}

var (
	// inline is a comment directly before the token at which the message is wanted.
	inline = regexp.MustCompile(`/\* (?:ERROR|WARNING) ("(?:[^"\\]|\\.)*") \*/ ?`)
	// caret is a comment line that points at a column of the line above it.
	caret = regexp.MustCompile(`^\s*// *(\^) (?:ERROR|WARNING) ("(?:[^"\\]|\\.)*")$`)
)

// expectations reads what a unit's files want.
func (u unit) expectations(t *testing.T) []expectation {
	t.Helper()
	var list []expectation
	add := func(file string, line, col int, quoted string) {
		text, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s:%d: %v", file, line, err)
		}
		list = append(list, expectation{diag.Pos{File: file, Line: line, Col: col}, regexp.MustCompile(text)})
	}
	for _, f := range u.files {
		above := 0
		for i, line := range strings.Split(string(f.Data), "\n") {
			if m := caret.FindStringSubmatchIndex(line); m != nil {
				add(f.Name, above, m[2]+1, line[m[4]:m[5]])
				continue
			}
			above = i + 1
			for _, m := range inline.FindAllStringSubmatchIndex(line, -1) {
				at := m[1]
				for next := inline.FindStringIndex(line[at:]); next != nil && next[0] == 0; next = inline.FindStringIndex(line[at:]) {
					at += next[1]
				}
				add(f.Name, i+1, at+1, line[m[2]:m[3]])
			}
		}
	}
	return list
}

// TestMessages holds every message to its place: each one wanted is there, and no other.
func TestMessages(t *testing.T) {
	for _, folder := range []string{"go", "kg", "kernels"} {
		forEachUnit(t, folder, func(t *testing.T, u unit) {
			_, errs := u.check()
			got := slices.Clone(errs.All)
			for _, want := range u.expectations(t) {
				i := slices.IndexFunc(got, func(d *diag.Diagnostic) bool { return d.Pos == want.pos && want.pattern.MatchString(d.Msg) })
				if i < 0 {
					t.Errorf("%s: no message matches %q", want.pos, want.pattern)
					continue
				}
				got = slices.Delete(got, i, i+1)
			}
			for _, d := range got {
				t.Errorf("unexpected: %s", d.Error())
			}
		})
	}
}

// summary writes what callers of a package see of its kernels.
func summary(p *Package) []string {
	var lines []string
	for _, k := range p.Kernels {
		line := k.Name + typeString(k.Signature())
		for _, v := range k.Locals {
			line += fmt.Sprintf("; %s %s", v.Name(), typeString(v.Type()))
		}
		lines = append(lines, line)
	}
	return lines
}

// TestStyles shows that a kernel means the same with its types in //kg:cdef and inline.
func TestStyles(t *testing.T) {
	typed, styled := units(t, "testdata/kernels/typed.txtar"), units(t, "testdata/kernels/cdef.txtar")
	if len(typed) != len(styled) {
		t.Fatalf("%d typed kernels, %d with cdef", len(typed), len(styled))
	}
	for i := range typed {
		a, errs := typed[i].check()
		b, more := styled[i].check()
		if errs.HasErrors() || more.HasErrors() {
			t.Errorf("%s: %v %v", typed[i].name, errs.Err(), more.Err())
			continue
		}
		if x, y := summary(a), summary(b); !slices.Equal(x, y) {
			t.Errorf("%s:\ntyped %s\ncdef  %s", typed[i].name, strings.Join(x, "\n      "), strings.Join(y, "\n      "))
		}
	}
}
