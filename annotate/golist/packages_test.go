package golist

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The error of a package is what went wrong, not what the compiler had printed until then.
func TestErrorText(t *testing.T) {
	e := &listedError{Pos: "a.go:1:2", Err: strings.Join([]string{
		"# example.com/m",
		"./a.go:9:3: x escapes to heap",
		"./a.go:10:4: Found IsInBounds",
		"./a.go:11:5: undefined: y",
		"\tmore about it",
		"example.com/m.F STEXT nosplit size=9 args=0x30 locals=0x8 funcid=0x0 align=0x0",
		"\t0x0000 00000 (/m/a.go:9)\tRET",
		"\trel 55+4 t=R_CALL runtime.panicBounds+0",
		"",
	}, "\n")}
	if got, want := e.text(), "a.go:1:2: ./a.go:11:5: undefined: y\n\tmore about it"; got != want {
		t.Errorf("%q", got)
	}
}

func TestReason(t *testing.T) {
	sources := Package{GoFiles: []string{"a.go"}}
	broken := []*listedError{{Err: "x"}, {Err: "x"}, {Pos: "b.go:1:2", Err: "y"}}
	for _, c := range []struct {
		p    listed
		want string
	}{
		{listed{Package: sources, Export: "f"}, ""},
		{listed{Package: sources, Export: "f", Error: &listedError{Err: "bad"}}, "bad"},
		{listed{Package: sources, DepsErrors: broken}, "x\nb.go:1:2: y"},
		{listed{Package: sources}, "a package that it imports does not compile"},
		{listed{}, ""}, // nothing but tests
		{listed{Package: Package{ImportPath: "unsafe", GoFiles: []string{"unsafe.go"}}}, ""},
	} {
		if got := c.p.reason(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.p, got, c.want)
		}
	}
}

func TestDecodePackages(t *testing.T) {
	cached := strconv.Quote(filepath.Join(t.TempDir(), "50353eea93-d"))
	text := `{"ImportPath": "p", "Name": "main", "GoFiles": ["p.go"], "Export": "f"}
{"ImportPath": "p.test", "Name": "main", "GoFiles": [` + cached + `]}
{"ImportPath": "q.test", "Name": "main", "GoFiles": ["_testmain.go"]}
{"ImportPath": "mine.test", "Name": "main", "GoFiles": ["main.go"], "Export": "f"}
`
	packages, err := decodePackages(strings.NewReader(text), true)
	if err != nil || len(packages) != 2 || packages[0].ImportPath != "p" || packages[1].ImportPath != "mine.test" {
		t.Errorf("%+v %v", packages, err)
	}
	if _, err := decodePackages(strings.NewReader(text+"{"), true); err == nil {
		t.Error("half an object is fine")
	}
}
