package emit

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kgen-go/kgen/gen/ir"
)

// TestInlined gives for bodies of a function of slices s, t, an int i and a local x which values are written
// where they are used.
func TestInlined(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"one use":              {"%a int = add %i, 1:int\nset $x, %a", "a"},
		"two uses":             {"%a int = add %i, 1:int\n%b int = mul %a, %a\nset $x, %b", "b"},
		"no use":               {"%a int = add %i, 1:int", ""},
		"a chain":              {"%a int = add %i, 1:int\n%b int = mul %a, 2:int\nset $x, %b", "a b"},
		"a chain without use":  {"%a int = add %i, 1:int\n%b int = mul %a, 2:int", ""},
		"a check writes twice": {"%a int = add %i, 1:int\ncheck.index %a, 5:int @0", ""},
		"length in checks":     {"%n int = len %s\ncheck.index %i, %n @0\ncheck.index 1:int, %n @0", "n"},
		"length in a loop":     {"%n int = len %s\nl: for %k int = 0:int to %n step 1 assigns $x {\nset $x, %n\n}", "n"},
		"load over store":      {"%a int = load unchecked %s, 0:int\nstore unchecked %t, 0:int, %i\nset $x, %a", ""},
		"load before store":    {"%a int = load unchecked %s, 0:int\nstore unchecked %t, 0:int, %a", "a"},
		"load over set":        {"%a int = load unchecked %s, 0:int\nset $x, 1:int\nset $x, %a", "a"},
		"load over call":       {"%a int = load unchecked %s, 0:int\ncall @Callee\nset $x, %a", ""},
		"load over check":      {"%a int = load unchecked %s, 0:int\ncheck.index %i, 5:int @0\nset $x, %a", "a"},
		"load over nested store": {"%a int = load unchecked %s, 0:int\n%c bool = lt %i, 3:int\nif %c {\nstore unchecked %t, 0:int, %i\n}\nset $x, %a",
			"c"},
		"get over set":          {"%a int = get $x\nset $x, %i\nstore unchecked %s, 0:int, %a", ""},
		"get into its own set":  {"%a int = get $x\n%b int = add %a, 1:int\nset $x, %b", "a b"},
		"get over a late set":   {"%a int = get $x\n%b int = add %a, 1:int\nset $x, %i\nset $x, %b", "b"},
		"get with two uses":     {"%a int = get $x\n%b int = mul %a, %a\nset $x, %b", "a b"},
		"get around a set":      {"%a int = get $x\nset $x, %a\nset $x, %a", ""},
		"get over a loop":       {"%a int = get $x\nl: for %k int = 0:int to 3:int step 1 assigns $x {\nset $x, %k\n}\nset $x, %a", ""},
		"not into a loop":       {"%a int = add %i, 1:int\nl: for %k int = 0:int to 3:int step 1 assigns $x {\nset $x, %a\n}", ""},
		"into a condition":      {"%a int = get $x\n%c bool = lt %a, %i\nif %c {\nset $x, %i\n}", "a c"},
		"behind the end":        {"%a int = add %i, 1:int\n%c bool = lt %i, %a\nif %c {\nreturn\n} else {\nreturn\n}", "a c"},
		"a make is a statement": {"%m []int = make %i, %i\nstore unchecked %m, 0:int, 1:int", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := "unit p\nsite 0 index kernel=F \"p.kg\":1:1\nfunc Callee() {\nreturn\n}\nfunc F(%s []int, %t []int, %i int) {\nlocal $x int\n" + c.body + "\n"
			if name != "behind the end" {
				text += "%use int = get $x\nstore unchecked %s, 9:int, %use\nreturn\n"
			}
			u, err := ir.Parse(name, []byte(text+"}\n"))
			if err == nil {
				err = ir.Verify(u)
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for v := range inlined(u.Func("F")) {
				if v.Name != "use" {
					got = append(got, v.Name)
				}
			}
			slices.Sort(got)
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("inlined are %q, want %q", s, c.want)
			}
		})
	}
}

// TestDeep nests constructs so deep that work done twice at each level would never end, and demands that a long
// chain of ifs needs few levels of braces in C.
func TestDeep(t *testing.T) {
	const depth = 200
	for name, c := range map[string]struct {
		open, inner, end string // N is the level
		braces           int
	}{
		"else if": {"%cN bool = eq %i, N:int\nif %cN {\nstore unchecked %s, 0:int, N:int\n} else {\n",
			"store unchecked %s, 0:int, 1:int\n", "}\n", 2},
		"else if that returns": {"%cN bool = eq %i, N:int\nif %cN {\nreturn\n} else {\n", "return\n", "}\n", 2},
		"if": {"%cN bool = eq %i, N:int\nif %cN {\n", "store unchecked %s, 0:int, 1:int\n",
			"return\n} else {\nstore unchecked %s, 0:int, N:int\n}\n", depth + 1},
		"loop": {"lN: loop {\n", "store unchecked %s, 0:int, 1:int\n",
			"%cN bool = eq %i, N:int\nif %cN {\nbreak lN\n}\n}\n", depth + 2},
	} {
		t.Run(name, func(t *testing.T) {
			text := c.inner
			for n := range depth {
				level := strings.NewReplacer("N", strconv.Itoa(n))
				text = level.Replace(c.open) + text + level.Replace(c.end)
			}
			if name != "else if that returns" {
				text += "return\n"
			}
			u := parseUnit(t, "unit p\nfunc F(%s []int, %i int) {\n"+text+"}\n")
			if _, err := Go(u, GoOptions{Package: "p"}); err != nil {
				t.Fatal(err)
			}
			files, err := C(u, COptions{Name: "p"})
			if err != nil {
				t.Fatal(err)
			}
			if n := levels(string(files["p.c"])); n > c.braces {
				t.Errorf("the braces nest %d deep, want at most %d", n, c.braces)
			}
		})
	}
}

// levels returns how deep braces nest.
func levels(text string) int {
	depth, deepest := 0, 0
	for _, r := range text {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		}
		deepest = max(deepest, depth)
	}
	return deepest
}
