package diag

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func at(file string, line, col int) Pos { return Pos{File: file, Line: line, Col: col} }

func TestPos(t *testing.T) {
	for want, p := range map[string]Pos{
		"-": {}, "a.kg": {File: "a.kg"}, "3:4": {Line: 3, Col: 4}, "a.kg:3:4": at("a.kg", 3, 4),
	} {
		if got := p.String(); got != want || p.IsValid() != (p.Line > 0) {
			t.Errorf("%#v: %q, want %q", p, got, want)
		}
	}
	order := []Pos{{}, at("a", 1, 1), at("a", 1, 2), at("a", 2, 1), at("b", 1, 1)}
	for i, p := range order {
		for j, q := range order {
			if got := p.Compare(q); got < 0 != (i < j) || got == 0 != (i == j) {
				t.Errorf("%v.Compare(%v) = %d", p, q, got)
			}
		}
	}
}

func TestList(t *testing.T) {
	var l List
	l.Warnf(at("b", 1, 1), 1, "careful")
	if l.HasErrors() || l.Err() != nil {
		t.Error("a warning counts as an error")
	}
	var more List
	more.Errorf(at("a", 2, 1), 1, "second").Note(at("a", 1, 1), "see %s", "here").Note(Pos{}, "and so on")
	more.Errorf(at("a", 1, 1), 1, "first")
	more.Errorf(at("a", 1, 1), 1, "first")
	l.Append(&more)
	err := l.Err()
	want := "a:1:1: first\na:2:1: second\n\ta:1:1: see here\n\tand so on\nb:1:1: careful"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	var list *Errors
	if !errors.As(err, &list) || len(list.All) != 3 {
		t.Errorf("the error is %#v", err)
	}
}

func TestPrint(t *testing.T) {
	long := strings.Repeat("a", 300) + "!" + strings.Repeat("b", 300)
	src := Sources{"a.kg": []byte("package p\n\tα := x\r\nlast"), "long.kg": []byte(long)}
	var l List
	l.Errorf(at("a.kg", 2, 2), 2, "alpha").Note(at("a.kg", 1, 9), "package").Note(Pos{}, "plain")
	l.Warnf(at("a.kg", 2, 8), 5, "too\x1b[31mlong")
	l.Errorf(at("a.kg", 3, 5), 1, "at the end")
	l.Errorf(at("a.kg", 9, 1), 1, "no such line")
	l.Errorf(at("a.kg", 1, 99), 1, "no such column")
	l.Errorf(Pos{File: "gone.kg"}, 0, "no such file")
	var out bytes.Buffer
	Print(&out, src, l.All)
	want := "a.kg:2:2: alpha\n\t\tα := x\n\t\t^\n" +
		"a.kg:1:9: note: package\n\tpackage p\n\t        ^\n\tnote: plain\n" +
		"a.kg:2:8: warning: too\uFFFD[31mlong\n\t\tα := x\n\t\t     ^\n" +
		"a.kg:3:5: at the end\n\tlast\n\t    ^\n" +
		"a.kg:9:1: no such line\na.kg:1:99: no such column\ngone.kg: no such file\n"
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
	out.Reset()
	l = List{}
	l.Errorf(at("long.kg", 1, 301), 1, "far out")
	Print(&out, src, l.All)
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 4 || len(lines[1]) > maxWidth+1 || lines[1][strings.Index(lines[2], "^")] != '!' {
		t.Errorf("got:\n%s", out.String())
	}
}

func TestPrintLimit(t *testing.T) {
	var l List
	for i := range 50 {
		l.Errorf(at("a.kg", i+1, 1), 1, "again")
	}
	var out bytes.Buffer
	Print(&out, nil, l.All)
	if got := strings.Count(out.String(), "\n"); got != maxPrinted+1 || !strings.Contains(out.String(), "… and 30 more") {
		t.Errorf("%d lines:\n%s", got, out.String())
	}
}

func TestPrintJSON(t *testing.T) {
	var l List
	l.Errorf(at("a.kg", 2, 3), 4, "wrong").Note(at("b.kg", 1, 1), "see")
	l.Warnf(Pos{File: "a.kg"}, 0, "odd")
	var out bytes.Buffer
	if err := PrintJSON(&out, l.All); err != nil {
		t.Fatal(err)
	}
	want := `{"file":"a.kg","line":2,"col":3,"length":4,"severity":"error","message":"wrong","notes":[{"file":"b.kg","line":1,"col":1,"message":"see"}]}` +
		"\n" + `{"file":"a.kg","severity":"warning","message":"odd"}` + "\n"
	if out.String() != want {
		t.Errorf("got:\n%swant:\n%s", out.String(), want)
	}
	for line := range strings.Lines(out.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"parallel", "float64", "float32", "len", "x1"}
	for name, want := range map[string]string{
		"paralel": "parallel", "parallle": "parallel", "Parallel": "parallel", "flaot64": "float64", "float6": "float64",
		"fl": "", "len": "", "lne": "len", "y1": "x1", "zz": "", "": "", "nothing": "", "float65": "float64",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
	if got := Nearest("αβγδ", []string{"αγβδ"}); got != "αγβδ" {
		t.Errorf("letters outside ASCII: %q", got)
	}
}

// FuzzPrint shows that no place and no text makes Print panic or write what a terminal could take as a command.
func FuzzPrint(f *testing.F) {
	f.Add("package p\n\tx", "message", 2, 2, 1)
	f.Add("\u009b1m", "\u202e", 1, 3, 1)
	f.Add("\xff\xfe", "\x1b[0m", 1, 1, 100)
	f.Fuzz(func(t *testing.T, text, msg string, line, col, length int) {
		var l List
		l.Errorf(at("a.kg", line, col), length, "%s", msg)
		var out bytes.Buffer
		Print(&out, Sources{"a.kg": []byte(text)}, l.All)
		if s := out.String(); strings.ContainsAny(s, "\x1b\x07\x7f\x00\u0085\u009b\u202e") || !utf8.ValidString(s) {
			t.Errorf("unprintable output %q", s)
		}
	})
}
