package gctext

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/annotate/report"
)

// cases reads testdata/messages.txt: the lines and what is wanted of each.
func cases(t testing.TB) (lines []string, want [][]string) {
	t.Helper()
	f, err := os.Open("testdata/messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for scan := bufio.NewScanner(f); scan.Scan(); {
		fields := strings.Split(scan.Text(), "\t")
		if len(fields) < 2 {
			continue // a comment
		}
		lines, want = append(lines, fields[0]), append(want, fields[1:])
	}
	return lines, want
}

// show writes a position as messages have it.
func show(p Pos) string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	if p.Col > 0 {
		s += ":" + strconv.Itoa(p.Col)
	}
	return s
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func TestMessages(t *testing.T) {
	lines, want := cases(t)
	if len(lines) < 60 {
		t.Fatalf("%d cases", len(lines))
	}
	for i, line := range lines {
		m, ok := Parse([]byte(line))
		got := []string{"none"}
		if ok {
			got = []string{string(m.Kind), orDash(m.Name), orDash(show(m.Pos)), orDash(show(m.Phys))}
		}
		if strings.Join(got, "\t") != strings.Join(want[i], "\t") {
			t.Errorf("%s\n got %q\nwant %q", line, got, want[i])
		}
	}
}

// Every form of the tables is the first that its own example meets.
func TestTables(t *testing.T) {
	for text, kind := range exact {
		if got, name := Classify(text); got != kind || name != "" {
			t.Errorf("%s: %s %q", text, got, name)
		}
	}
	for _, f := range prefixes {
		name := "x"
		if !f.named {
			name = ""
		}
		if kind, got := Classify(f.prefix + "x" + f.until + "y"); f.until != "" && (kind != f.kind || got != name) {
			t.Errorf("%sx%sy: %s %q", f.prefix, f.until, kind, got)
		}
		if kind, got := Classify(f.prefix + "x"); kind != f.kind || got != name {
			t.Errorf("%sx: %s %q", f.prefix, kind, got)
		}
	}
	for _, s := range suffixes {
		if kind, name := Classify("x" + s.suffix); kind != s.kind || name == "" {
			t.Errorf("x%s: %s %q", s.suffix, kind, name)
		}
	}
}

func TestHeader(t *testing.T) {
	for _, c := range []struct {
		line, pkg, variant string
		ok                 bool
	}{
		{"# ex.com/m", "ex.com/m", "", true},
		{"# ex.com/m [ex.com/m.test]", "ex.com/m", "ex.com/m.test", true},
		{"# ex.com/m_test [ex.com/m.test]", "ex.com/m_test", "ex.com/m.test", true},
		{"# ex.com/lib [ex.com/cmd/x]", "ex.com/lib", "ex.com/cmd/x", true},
		{"# [ld]", "", "", false},
		{"# ", "", "", false},
		{"#", "", "", false},
		{"# a b", "", "", false},
		{"# a []", "", "", false},
		{"# a [b c]", "", "", false},
		{"a.go:1:2: # x", "", "", false},
	} {
		pkg, variant, ok := Header([]byte(c.line))
		if pkg != c.pkg || variant != c.variant || ok != c.ok {
			t.Errorf("%q: %q %q %v", c.line, pkg, variant, ok)
		}
	}
}

// A message printed again is the line that it was read from.
func FuzzParse(f *testing.F) {
	lines, _ := cases(f)
	for _, line := range lines {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		m, ok := Parse([]byte(line))
		if !ok {
			return
		}
		again := m.Text
		if place := show(m.Pos); place != "" {
			if m.Phys != (Pos{}) {
				place += "[" + show(m.Phys) + "]"
			}
			again = place + ": " + m.Text
		}
		if again != line {
			t.Errorf("%q became %q", line, again)
		}
		if m.Kind == report.Unknown && m.Name != "" || !strings.Contains(m.Text, m.Name) {
			t.Errorf("%q: %+v", line, m)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	lines, _ := cases(b)
	n := 0
	for _, line := range lines {
		n += len(line)
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		for _, line := range lines {
			Parse([]byte(line))
		}
	}
}
