package emit

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kgen-go/kgen/gen/ir"
)

// scope hands out Go names, each once, and none that an outer scope has: nothing is shadowed.
type scope struct {
	outer *scope
	taken map[string]bool
}

func newScope(outer *scope, names ...string) *scope {
	s := &scope{outer, map[string]bool{}}
	for _, n := range names {
		s.taken[n] = true
	}
	return s
}

func (s *scope) has(name string) bool {
	return s.taken[name] || s.outer != nil && s.outer.has(name)
}

// name returns the wanted name if it is free, else one that looks like it.
func (s *scope) name(want string) string {
	if s.outer != nil && s.outer.has(want) {
		want += "_"
	}
	name := want
	for n := 2; s.has(name); n++ {
		name = want + strconv.Itoa(n)
	}
	s.taken[name] = true
	return name
}

// goIdent turns a name of the IR into a Go identifier: z.re becomes zRe, a number gets a letter.
func goIdent(name string) string {
	var b strings.Builder
	upper := false
	for _, r := range name {
		switch {
		case r == '.':
			upper = b.Len() > 0
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = '_'
		case upper:
			r = unicode.ToUpper(r)
		}
		upper = false
		b.WriteRune(r)
	}
	id := b.String()
	if id == "" || id == "_" || !token.IsIdentifier("x"+id) {
		return "t"
	}
	if first, _ := utf8.DecodeRuneInString(id); unicode.IsDigit(first) {
		return "t" + id
	}
	return id
}

// reserved is the scope of the names that generated Go means something else by.
func reserved(pkg string) *scope {
	s := newScope(nil, "_", "init", "math", "unsafe", "runtime", "embed", "ffi", "kg", "kgc")
	if pkg == "main" {
		s.taken["main"] = true
	}
	for t := token.Token(0); t < 200; t++ {
		if t.IsKeyword() {
			s.taken[t.String()] = true
		}
	}
	for _, name := range types.Universe.Names() {
		s.taken[name] = true
	}
	return s
}

// kernelNames are the Go names that belong to one function. Only API is set when there is no C.
type kernelNames struct {
	API   string // of the function of that name in the source
	Body  string // the Go kernel
	Slot  string // the variable that holds the C kernel
	Stub  string // the function that calls the C kernel
	Proc  string // the variable that holds the C function
	Block string // the type of its argument block
}

// goNames are the names of a generated package. The source's own names come first, so that what is
// exported keeps its name.
type goNames struct {
	*scope
	kernels                      map[string]kernelNames
	sites, pkg, library, needs64 string
}

func namesOf(u *ir.Unit, o GoOptions) *goNames {
	outer := reserved(o.Package)
	for _, name := range importNames {
		outer.taken[free(name, o.Taken)] = true
	}
	n := &goNames{scope: newScope(outer, o.Taken...), kernels: map[string]kernelNames{}}
	for _, exported := range []bool{true, false} {
		for _, f := range u.Funcs {
			if f.Exported == exported {
				api := n.name(goIdent(f.Name))
				n.kernels[f.Name] = kernelNames{API: api, Body: api}
			}
		}
	}
	n.sites, n.pkg, n.library, n.needs64 = n.name("kgSites"), n.name("kgPkg"), n.name("kgLibrary"), n.name("kg_needs_64_bit_int")
	for _, f := range u.Funcs {
		if f.Exported && o.TargetC {
			base := lowerFirst(f.Name)
			n.kernels[f.Name] = kernelNames{n.kernels[f.Name].API, n.name(base + "Go"), n.name(base + "C"),
				n.name(base + "Stub"), n.name(base + "Proc"), n.name(base + "Block")}
		}
	}
	return n
}

func lowerFirst(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[n:]
}
