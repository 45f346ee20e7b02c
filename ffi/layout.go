package ffi

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// CheckLayout compares the Go struct type T with a C struct or union: name, offset, size and kind of every field, and
// the size. It returns nil when C and Go may share memory, else an error that is [ErrType] and lists all differences,
// with the padding to add.
//
// A Go field corresponds to the C field that its tag `ffi:"name"` names, or else to the one of the same name, no matter
// the case and underscores: MaxLen to max_len. Fields named _ are padding, and stand for C fields that the program has
// no use for; the tag `ffi:"-"` says the same of a named field. An array of bytes stands for any C field of its size,
// also one that C does not align. Bit-fields cannot be Go fields; such a field stands for the unit that holds them. The
// fields of a struct that is embedded in T count as T's own.
func CheckLayout[T any](d *Decls, cType string) error {
	t, err := d.parse(cType)
	if err == nil {
		err = checkLayout(reflect.TypeFor[T](), t)
	}
	if err != nil {
		return &Error{Op: "check layout", Symbol: cType, Err: err}
	}
	return nil
}

func checkLayout(g reflect.Type, c *ctype.Type) error {
	size, err := host.Sizeof(c)
	if err != nil {
		return err
	}
	var check layoutCheck
	check.compare("", g, c)
	if diff := size - int64(g.Size()); diff > 0 && check.differences == nil {
		check.report("size %d, in C %d: add _ [%d]byte at the end", g.Size(), size, diff)
	} else if diff != 0 {
		check.report("size %d, in C %d", g.Size(), size)
	}
	if check.differences == nil {
		return nil
	}
	return fmt.Errorf("%w: %v and C's %s differ:\n\t%s", ErrType, g, c, strings.Join(check.differences, "\n\t"))
}

// layoutCheck collects differences between a Go type and a C type.
type layoutCheck struct{ differences []string }

func (k *layoutCheck) report(format string, args ...any) {
	k.differences = append(k.differences, fmt.Sprintf(format, args...))
}

// compare compares a type and all that it contains. The path names what is compared, "" the whole.
func (k *layoutCheck) compare(path string, g reflect.Type, c *ctype.Type) {
	switch {
	case g.Kind() == reflect.Array && c.Kind == ctype.Array && int64(g.Len()) == c.Len:
		k.compare(path+"[0]", g.Elem(), c.Elem)
	case g.Kind() == reflect.Struct && c.Kind.IsRecord() && c.IsComplete() && wides[g] == ctype.Invalid:
		k.compareFields(path, g, c)
	default:
		if err := matches(g, c); err != nil {
			k.report("%s%s", prefix(path), strings.ReplaceAll(err.Error(), ErrType.Error()+": ", ""))
		}
	}
}

func prefix(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

// goField is a field of a Go struct, with its offset from the start of the outermost one.
type goField struct {
	name   string // the C name that its tag gives, else the Go name
	tagged bool
	typ    reflect.Type
	offset int64
}

// cField is a named field of a C record, with its place within the outermost one.
type cField struct {
	name string
	ctype.Field
	at ctype.FieldLayout
}

// compareFields compares two structs field by field.
func (k *layoutCheck) compareFields(path string, g reflect.Type, c *ctype.Type) {
	fields, err := cFields(nil, c, 0)
	if err != nil {
		k.report("%s%v", prefix(path), err)
		return
	}
	if path != "" {
		path += "."
	}
	shift := int64(0) // how much further C's fields lie than Go's so far
	found := map[string]bool{}
	covered := make([]bool, g.Size())
	for _, f := range goFields(nil, g, 0, fields) {
		for i := range f.typ.Size() {
			covered[f.offset+int64(i)] = true
		}
		if f.name == "_" || f.name == "-" {
			continue
		}
		if to, ok := findField(fields, f); ok {
			found[to.name] = true
			shift = k.compareField(path, f, to, shift)
		} else {
			k.report("%s%s: %s has no field of this name", path, f.name, c)
		}
	}
	for _, f := range fields {
		if !found[f.name] && !covers(covered, f.at) {
			k.report("%s%s: a C field at offset %d, of %d bytes, without a Go field", path, f.name, f.at.Offset, f.at.Size)
		}
	}
}

// covers reports whether Go fields cover all bytes of a C field.
func covers(covered []bool, at ctype.FieldLayout) bool {
	for i := range at.Size {
		if at.Offset+i >= int64(len(covered)) || !covered[at.Offset+i] {
			return false
		}
	}
	return true
}

// compareField compares two fields and returns how much further the C one lies.
func (k *layoutCheck) compareField(path string, f goField, c cField, shift int64) int64 {
	path += f.name
	if c.BitField {
		k.report("%s: C has a bit-field of %d bits there, which a Go field cannot be", path, c.Bits)
		return shift
	}
	diff := c.at.Offset - f.offset
	switch more := diff - shift; {
	case more > 0:
		k.report("%s: offset %d, in C %d: add _ [%d]byte before it", path, f.offset, c.at.Offset, more)
	case more < 0:
		k.report("%s: offset %d, in C %d: Go aligns it more strictly; use [%d]byte or a Record", path, f.offset, c.at.Offset, c.at.Size)
	case diff != 0:
		k.report("%s: offset %d, in C %d", path, f.offset, c.at.Offset)
	}
	if size := int64(f.typ.Size()); size != c.at.Size && !c.Type.IsFlexible() {
		k.report("%s: %v has %d bytes, in C %s has %d", path, f.typ, size, c.Type, c.at.Size)
		return diff
	}
	if !isBytes(f.typ) {
		k.compare(path, f.typ, c.Type)
	}
	return diff
}

// isBytes reports whether the type is an array of bytes, which stands for anything of its size.
func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Array && t.Elem().Kind() == reflect.Uint8
}

// goFields lists the fields of a Go struct; those of an embedded struct that C does not name count as the outer one's.
func goFields(list []goField, g reflect.Type, base int64, fields []cField) []goField {
	for i := range g.NumField() {
		f := g.Field(i)
		to := goField{name: f.Name, typ: f.Type, offset: base + int64(f.Offset)}
		if tag, ok := f.Tag.Lookup("ffi"); ok {
			to.name, _, _ = strings.Cut(tag, ",")
			to.tagged = true
		}
		_, named := findField(fields, to)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && !named {
			list = goFields(list, f.Type, to.offset, fields)
			continue
		}
		list = append(list, to)
	}
	return list
}

// cFields lists the named fields of a C record; those of an anonymous record count as the outer one's.
func cFields(list []cField, c *ctype.Type, base int64) ([]cField, error) {
	layout, err := host.Layout(c)
	if err != nil {
		return nil, err
	}
	for i, f := range c.Record.Fields {
		at := layout.Fields[i]
		at.Offset += base
		switch {
		case f.Name != "":
			list = append(list, cField{f.Name, f, at})
		case f.Type.Kind.IsRecord():
			if list, err = cFields(list, f.Type, at.Offset); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// findField returns the C field that a Go field corresponds to: the one of the same name, before any of a similar one.
func findField(fields []cField, f goField) (cField, bool) {
	i := slices.IndexFunc(fields, func(c cField) bool { return c.name == f.name })
	if i < 0 && !f.tagged {
		i = slices.IndexFunc(fields, func(c cField) bool { return strings.EqualFold(foldName(c.name), foldName(f.name)) })
	}
	if i < 0 {
		return cField{}, false
	}
	return fields[i], true
}

// foldName returns a name without underscores.
func foldName(name string) string { return strings.ReplaceAll(name, "_", "") }
