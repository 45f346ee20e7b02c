package cdecl

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi/ctype"
)

// TestPredefined compares the frozen macros with those of compilers, as far as both have them.
func TestPredefined(t *testing.T) {
	for target, command := range map[ctype.Target][]string{
		{OS: "linux", Arch: "amd64"}:   {"gcc"},
		{OS: "linux", Arch: "arm64"}:   {"aarch64-linux-gnu-gcc"},
		{OS: "darwin", Arch: "amd64"}:  {"clang", "--target=x86_64-apple-darwin"},
		{OS: "darwin", Arch: "arm64"}:  {"clang", "--target=arm64-apple-darwin"},
		{OS: "windows", Arch: "amd64"}: {"x86_64-w64-mingw32-gcc"},
	} {
		t.Run(target.String(), func(t *testing.T) {
			tool := csrctest.Need(t, command[0])
			out, err := exec.Command(tool, append(command[1:], "-std=gnu17", "-dM", "-E", "-x", "c", "/dev/null")...).Output()
			if err != nil {
				t.Fatal(err)
			}
			theirs := macroTable(string(out))
			compared := 0
			for name, ours := range macroTable(predefined(target)) {
				if text, ok := theirs[name]; ok && !differs(target, name) {
					compared++
					if normal(target, text) != normal(target, ours) {
						t.Errorf("%s is %s, the compiler has %s", name, ours, text)
					}
				}
			}
			if compared < 150 {
				t.Errorf("only %d macros are compared", compared)
			}
		})
	}
}

// differs lists what is not the same on purpose.
func differs(t ctype.Target, name string) bool {
	version := strings.HasPrefix(name, "__GNUC") || strings.HasPrefix(name, "__clang") || strings.Contains(name, "MIN_REQUIRED") || name == "__APPLE_CC__" || name == "__DECIMAL_DIG__"
	convention := strings.HasSuffix(name, "cdecl") || strings.HasSuffix(name, "call")
	longDouble := t.OS == "windows" && (strings.Contains(name, "LDBL") || strings.Contains(name, "LONG_DOUBLE")) // mingw's is not Microsoft's
	return version || convention || longDouble
}

func macroTable(text string) map[string]string {
	table := map[string]string{}
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "#define "); ok {
			name, value, _ := strings.Cut(strings.TrimSpace(rest), " ")
			table[name] = value
		}
	}
	return table
}

// normal is a macro's meaning in one of the ways compilers write it.
func normal(t ctype.Target, text string) string {
	tr := newTranslator(&Unit{Target: t}, nil, 0)
	text = strings.TrimSuffix(strings.TrimPrefix(text, "((double)"), ")")
	if k := basicKind(strings.Fields(text)); k != ctype.Invalid {
		return k.String()
	}
	if v, typ, err := tr.parseInt(text); err == nil {
		return v.String() + " " + typ.String()
	}
	if v, typ, err := tr.parseChar(text); err == nil {
		return v.String() + " " + typ.String()
	}
	if v, typ, err := parseFloat(text); err == nil {
		return v.String() + " " + strings.TrimPrefix(typ.String(), "long ") // 6 digits; gcc casts long doubles for the doubles
	}
	return text
}
