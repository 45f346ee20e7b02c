package cdecl_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/cdecl/cdecltest"
	"github.com/kgen-go/kgen/ffi/ctype"
)

var linux = ctype.Target{OS: "linux", Arch: "amd64"}

// TestFiveFaults puts faults of five kinds among 200 declarations.
func TestFiveFaults(t *testing.T) {
	var b strings.Builder
	want := map[int]string{}
	for i := range 200 {
		line := fmt.Sprintf("int f%d(int a, const char *b);", i)
		switch i {
		case 20:
			line, want[i] = "int f20(int a, int b[3;", "unexpected"
		case 60:
			line, want[i] = "int f60(int a)", "not complete"
		case 100:
			line, want[i] = "struct s100 { int a; int b", "not complete"
		case 140:
			line, want[i] = "int f140 int;", "unexpected"
		case 199:
			line, want[i] = "API int f199(void);", "API"
		}
		b.WriteString(line + "\n")
	}
	u, err := cdecl.Text("five.h", b.String(), cdecl.Config{Target: linux})
	if len(u.Funcs) != 195 || len(u.Errors) != 5 || err == nil {
		t.Errorf("%d functions and %d errors, want 195 and 5:\n%v", len(u.Funcs), len(u.Errors), err)
	}
	for _, e := range u.Errors {
		if msg := want[e.Pos.Line-1]; msg == "" || !strings.Contains(e.Msg, msg) || e.Line == "" || e.Pos.File != "five.h" {
			t.Errorf("unexpected error %v (%q)", e, e.Line)
		}
		var located *cdecl.Error
		if !errors.As(err, &located) {
			t.Errorf("%v does not wrap an *Error", err)
		}
	}
}

// TestUnknownTypes has type names that nothing declares: each is reported once, and nothing is lost.
func TestUnknownTypes(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "int f%d(one_t a, two_t *b, three_t);\nstruct s%d { one_t *x; const two_t *y; };\n", i, i)
	}
	u, err := cdecl.Text("u.h", b.String(), cdecl.Config{Target: linux})
	if len(u.Funcs) != 100 || len(u.Types) != 100 || len(u.Errors) != 3 {
		t.Errorf("%d functions, %d types, %d errors, want 100, 100, 3:\n%v", len(u.Funcs), len(u.Types), len(u.Errors), err)
	}
	if _, err := linux.Sizeof(u.Funcs[0].Type.Func.Params[0].Type); !errors.Is(err, ctype.ErrIncomplete) {
		t.Errorf("the unknown type has a size: %v", err)
	}
}

const parseText = `
typedef struct point { int x, y; } point_t;
typedef unsigned char byte;
union u { int i; };
enum e { E = 3 };
#define N (2 + 2)
`

func TestParseType(t *testing.T) {
	u, err := cdecl.Text("t.h", parseText, cdecl.Config{Target: linux})
	if err != nil {
		t.Fatal(err)
	}
	for spelling, want := range map[string]string{
		"int":                          "int",
		"struct point *":               "struct point *",
		"point_t":                      "point_t",
		"const byte[4]":                "const byte [4]",
		"uint32_t[N]":                  "uint32_t [4]",
		"char [E][sizeof(point_t)]":    "char [3][8]",
		"int (*)(void)":                "int (*)(void)",
		"void (*(*)[2])(union u, ...)": "void (*(*[2])(union u, ...)",
		"enum e":                       "enum e",
		"unsigned long long":           "unsigned long long",
		"size_t":                       "size_t",
		"double _Complex":              "double _Complex",
		"char *const":                  "char *const",
	} {
		got, err := u.ParseType(spelling)
		if err != nil {
			t.Errorf("%s: %v", spelling, err)
		} else if strings.ReplaceAll(got.String(), " ", "") != strings.ReplaceAll(strings.Replace(want, "(*(*[2])", "(*(*)[2])", 1), " ", "") {
			t.Errorf("%s: got %s, want %s", spelling, got, want)
		}
	}
	for spelling, want := range map[string]string{
		"":                        "no type",
		"foo_t":                   "foo_t is not declared",
		"point":                   "there is struct point",
		"struct nosuch *":         "struct nosuch is not declared",
		"union point":             "declared as struct",
		"int); int x = (1":        "no type",
		"int; int":                "no type",
		"struct { int a; }":       "no type",
		"int[M]":                  "M is not declared",
		"N":                       "no",
		"1 + 2":                   "no type",
		"int (*)(what)":           "what",
		strings.Repeat("(", 1000): "no type",
		"int[-1]":                 "-1 elements",
		"long float":              "no type",
	} {
		if got, err := u.ParseType(spelling); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v and error %v, want one with %q", spelling, got, err, want)
		}
	}
}

func TestParseTypeConcurrently(t *testing.T) {
	u, err := cdecl.Text("t.h", parseText, cdecl.Config{Target: linux})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if _, err := u.ParseType("int (*)(struct point *, byte[N])"); err != nil {
					t.Error(err)
				}
				if _, err := u.ParseType("int (*)(unknown)"); err == nil {
					t.Error("an unknown type is accepted")
				}
			}
		})
	}
	wg.Wait()
}

func TestLookup(t *testing.T) {
	u, err := cdecl.Text("t.h", "int real(int); extern int data; enum e { V = 7 };\n#define one real\n#define two one\n#define d data\n#define v V\n#define loop pool\n#define pool loop\n#define F(x) x\n", cdecl.Config{Target: linux})
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := u.Func("two"); !ok || f.Name != "real" {
		t.Errorf("two is %v", f)
	}
	if v, ok := u.Var("d"); !ok || v.Name != "data" {
		t.Errorf("d is %v", v)
	}
	if c, ok := u.Const("v"); !ok || c.Value.String() != "7" {
		t.Errorf("v is %v", c)
	}
	if m, ok := u.Macro("F"); !ok || !m.Function {
		t.Errorf("F is %v", m)
	}
	if n, ok := u.Named("enum e"); !ok || n.Type.Kind != ctype.Enum {
		t.Errorf("enum e is %v", n)
	}
	if n, ok := u.Named("uint8_t"); !ok || n.Type.Kind != ctype.UChar {
		t.Errorf("uint8_t is %v", n)
	}
	for _, name := range []string{"loop", "nosuch", "F"} {
		if f, ok := u.Func(name); ok {
			t.Errorf("%s is %v", name, f)
		}
	}
}

func TestConfig(t *testing.T) {
	files := fstest.MapFS{
		"inc/a.h": {Data: []byte("#ifdef WITH\nstruct s { char c; int i; };\n#endif\n#include \"b.h\"\n")},
		"inc/b.h": {Data: []byte("int b(int[VALUE]);\n")},
	}
	u, err := cdecl.Header("a.h", cdecl.Config{Target: linux, FS: files, Include: []string{"inc"}, Define: []string{"WITH", "VALUE=3"}, Pack: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(u.Funcs) != 1 || u.Funcs[0].Type.Func.Params[0].Elems != 3 || u.Funcs[0].Pos.String() != "inc/b.h:1:5" {
		t.Errorf("functions: %+v", u.Funcs)
	}
	if n, err := linux.Sizeof(u.Types[0].Type); n != 6 {
		t.Errorf("size %d, %v, want 6", n, err)
	}
	if u, err := cdecl.Header("inc/b.h", cdecl.Config{Target: linux, FS: files, Define: []string{"VALUE=2"}}); err != nil || len(u.Funcs) != 1 {
		t.Errorf("a path: %v", err)
	}
}

func TestConfigErrors(t *testing.T) {
	dir := t.TempDir()
	tests := map[string]func() (*cdecl.Unit, error){
		"no such file": func() (*cdecl.Unit, error) {
			return cdecl.Header(filepath.Join(dir, "no.h"), cdecl.Config{Target: linux})
		},
		"not a regular file": func() (*cdecl.Unit, error) { return cdecl.Header(dir, cdecl.Config{Target: linux}) },
		"no.h: no such file or directory, nor is it in " + dir: func() (*cdecl.Unit, error) {
			return cdecl.Header("no.h", cdecl.Config{Target: linux, Include: []string{dir}})
		},
		"unknown target": func() (*cdecl.Unit, error) {
			return cdecl.Text("x", "", cdecl.Config{Target: ctype.Target{OS: "plan9", Arch: "386"}})
		},
		"does not define": func() (*cdecl.Unit, error) {
			return cdecl.Text("x", "", cdecl.Config{Target: linux, Define: []string{"=1"}})
		},
		`"A\nB" does not define`: func() (*cdecl.Unit, error) {
			return cdecl.Text("x", "", cdecl.Config{Target: linux, Define: []string{"A\nB"}})
		},
		"longer than": func() (*cdecl.Unit, error) {
			return cdecl.Text("x", strings.Repeat(" ", 17<<20), cdecl.Config{Target: linux})
		},
	}
	for want, read := range tests {
		u, err := read()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
		if u == nil {
			t.Errorf("%s: no unit", want)
			continue
		}
		if _, ok := u.Func("f"); ok {
			t.Errorf("%s: there is a function", want)
		}
		if _, err := u.ParseType("struct nosuch"); err == nil {
			t.Errorf("%s: there is a type", want)
		}
	}
}

// TestHostileText has texts that would take a parser's stack, memory or time.
func TestHostileText(t *testing.T) {
	bomb := "#define A0 1+1\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("#define A%d A%d+A%d\n", i, i-1, i-1)
	}
	brackets := "#define B0 (\n"
	for i := 1; i < 24; i++ {
		brackets += fmt.Sprintf("#define B%d B%d B%d\n", i, i-1, i-1)
	}
	const many = 100_000
	for name, text := range map[string]string{
		"brackets":                "int x = " + strings.Repeat("(", many) + "1" + strings.Repeat(")", many) + ";",
		"brackets of macros":      brackets + "int x = B23 1;\n",
		"expansion":               bomb + "int x[A39];\n",
		"expansion unused":        bomb + "int x;\n",
		"signs":                   "int x = " + strings.Repeat("- ", many) + "1;",
		"stars":                   "int " + strings.Repeat("*", many) + "x;",
		"structs":                 strings.Repeat("struct { ", many) + "int x;" + strings.Repeat("} a;", many),
		"conditions":              "enum { A = " + strings.Repeat("1?1:", many) + "1 };",
		"else":                    "int f(void) { " + strings.Repeat("if (1); else ", many) + "; }",
		"ifs":                     strings.Repeat("#if 1\n", many) + "int x;\n" + strings.Repeat("#endif\n", many),
		"itself":                  "int a;\n#include \"itself\"\nint b;\n",
		"faults":                  strings.Repeat("int x y;\n", 500),
		"comment":                 "int a; /* " + strings.Repeat("x\n", many),
		"quote":                   "int a; char *b = \"" + strings.Repeat("x", many),
		"qualifiers at the end":   "int *const;",
		"qualifiers at the end 2": "int f(int x[const",
		"zeros":                   strings.Repeat("\x00", 1000),
		"array of arrays":         "int x" + strings.Repeat("[2]", 400) + ";",
		"shift":                   "enum { A = 1 << 100000000, B = 1ull << 63 << 1 };",
		"float":                   "#define A 1e1000000000\n#define B 1e-1000000000\n#define C 0x1p-100000000\n#define D (int)1e30f\n",
		"calls":                   "#define f(x) x\nint x = " + strings.Repeat("f(", 900) + "1" + strings.Repeat(")", 900) + ";",
		"calls of macros":         "#define f(x) x\n" + strings.ReplaceAll(brackets, "B0 (", "B0 f(") + "int x = B23 1;\n",
		"sign in #if":             "#if " + strings.Repeat("- ", many) + "1\n#endif\n",
		"signs of macros in #if":  strings.ReplaceAll(brackets, "B0 (", "B0 -") + "#if B23 1\n#endif\n",
		"brackets in #if":         strings.ReplaceAll(brackets, "B0 (", "B0 (") + "#if B23 1\n#endif\n",
		"attribute":               "int f(void) __attribute__((" + strings.Repeat("a,", 1000) + "b));",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			u, err := cdecl.Text(name, text, cdecl.Config{Target: linux, FS: fstest.MapFS{"itself": {Data: []byte(text)}}})
			t.Logf("%v, %d errors, %.100v", time.Since(start).Round(time.Millisecond), len(u.Errors), err)
			if name != "expansion unused" && name != "attribute" && name != "float" && name != "array of arrays" && name != "ifs" && err == nil {
				t.Error("no error")
			}
		})
	}
}

// TestWithoutCompiler reads the system's headers with frozen macros, from the usual folders.
func TestWithoutCompiler(t *testing.T) {
	t.Setenv("PATH", "")
	t.Setenv("CC", "")
	for _, name := range []string{"stdio.h", "stdint.h", "limits.h", "float.h", "math.h", "sys/socket.h"} {
		cdecltest.Need(t, cdecltest.Header{Name: name})
		u, err := cdecl.Header(name, cdecl.Config{System: true})
		if err != nil || len(u.Consts) == 0 {
			t.Errorf("%s: %d constants, %v", name, len(u.Consts), err)
		}
	}
}

// TestTextWithIncludes declares again, by the real headers, what texts know without them.
func TestTextWithIncludes(t *testing.T) {
	text := ""
	for _, name := range []string{"stdio.h", "stddef.h", "stdbool.h", "stdint.h", "stdarg.h", "assert.h", "wchar.h", "time.h", "sys/types.h"} {
		text += "#include <" + name + ">\n"
	}
	cdecltest.Need(t, cdecltest.Header{Name: "stdio.h"})
	u, err := cdecl.Text("includes.h", text+`
		bool f(FILE *, off_t, va_list, uint8_t, time_t, wchar_t, size_t, pid_t);
		enum { NTH = offsetof(struct tm, tm_min) };
		static_assert(sizeof(time_t) == 8, "");
	`, cdecl.Config{System: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := u.Func("f"); !ok {
		t.Error("f is missing")
	}
	if c, ok := u.Const("NTH"); !ok || c.Value.String() != "4" {
		t.Errorf("NTH is %v", c)
	}
	if f, ok := u.Func("fprintf"); !ok || !f.Type.Func.Variadic || f.Pos.File == "includes.h" {
		t.Errorf("fprintf is %+v", f)
	}
}
