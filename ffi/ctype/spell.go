package ctype

import (
	"strconv"
	"strings"
)

// String is the type in C, such as "const char *" or "int (*)(double, void *)".
func (t *Type) String() string { return t.Declare("") }

// Declare is the declaration of a name of this type in C, such as "int (*compare)(const void *, const void *)".
func (t *Type) Declare(name string) string { return declare(t, name, (*Type).leaf) }

// maxDeclarator limits the pointers, arrays and functions in a declaration: a type may be made of itself.
const maxDeclarator = 1000

// declare writes a declaration from the inside out. leaf spells the type that is left when pointers, arrays and
// functions are taken away.
func declare(t *Type, name string, leaf func(*Type) string) string {
	var quals string // of an array, which in C its elements have
	for depth := 0; depth < maxDeclarator && t.derived(); depth++ {
		switch t.Kind {
		case Pointer:
			name = "*" + spaced(t.quals(), name)
			if t.Elem.derived() && t.Elem.Kind != Pointer {
				name = "(" + name + ")"
			}
			t = t.Elem
		case Array:
			name += length(t.Len)
			quals = spaced(quals, t.quals())
			t = t.Elem
		case Func:
			name += "(" + t.Func.params(leaf) + ")"
			t = t.Func.Result
		}
	}
	if t == nil {
		t = &Type{}
	}
	return spaced(spaced(spaced(quals, t.quals()), leaf(t)), name)
}

// derived reports whether the type is written as a pointer, array or function in a declarator.
func (t *Type) derived() bool {
	if t == nil || t.Typedef != "" {
		return false
	}
	return (t.Kind == Pointer || t.Kind == Array) && t.Elem != nil || t.Kind == Func && t.Func != nil
}

// spaced joins two words, either of which may be empty.
func spaced(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " " + b
}

func length(n int64) string {
	if n < 0 {
		return "[]"
	}
	return "[" + strconv.FormatInt(n, 10) + "]"
}

func (t *Type) quals() string {
	var q string
	if t.Const {
		q = "const"
	}
	if t.Volatile {
		q = spaced(q, "volatile")
	}
	return q
}

// params spells what stands between a prototype's parentheses.
func (f *FuncType) params(leaf func(*Type) string) string {
	if f.Unknown {
		return ""
	}
	var list []string
	for _, p := range f.Params {
		list = append(list, declare(p.Type, p.Name, leaf))
	}
	if f.Variadic {
		list = append(list, "...")
	}
	if list == nil {
		return "void"
	}
	return strings.Join(list, ", ")
}

// leaf spells a type that is no pointer, array or function, without its qualifiers.
func (t *Type) leaf() string {
	switch {
	case t.Typedef != "":
		return t.Typedef
	case t.Kind.IsRecord() && t.Record != nil:
		return spaced(t.Kind.String(), tagOf(t.Record.Tag))
	case t.Kind == Enum && t.Enum != nil:
		return spaced("enum", tagOf(t.Enum.Tag))
	case t.Kind == Vector && t.Elem != nil:
		return "vector of " + strconv.FormatInt(t.Len, 10) + " " + t.Elem.String()
	}
	return t.Kind.String()
}

func tagOf(tag string) string {
	if tag == "" {
		return "(anonymous)"
	}
	return tag
}
