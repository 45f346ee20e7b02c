package ctype

import (
	"fmt"
	"strings"
)

// Find returns the way to the field of a name: the index of a field of the record, and where that is an anonymous
// record the index within it, and so on. It reports false when there is no such field, or the type is no complete record.
func (t *Type) Find(name string) ([]int, bool) { return t.find(name, maxDepth) }

func (t *Type) find(name string, depth int) ([]int, bool) {
	if !t.Kind.IsRecord() || t.Record == nil || name == "" || depth == 0 {
		return nil, false
	}
	for i, f := range t.Record.Fields {
		if f.Name == name {
			return []int{i}, true
		}
		if f.Name != "" || f.Type == nil {
			continue
		}
		if rest, ok := f.Type.find(name, depth-1); ok {
			return append([]int{i}, rest...), true
		}
	}
	return nil, false
}

// Member returns the field of a name and where it lies, counted from the start of the record; the name may be that of a
// field of an anonymous record in it. An unknown name is an error that lists what there is.
func (t Target) Member(record *Type, name string) (Field, FieldLayout, error) {
	path, ok := record.Find(name)
	if !ok {
		return Field{}, FieldLayout{}, &Error{Target: t, Type: record, Path: name, Err: fmt.Errorf("%w; it has %s", ErrNoField, record.fieldNames())}
	}
	var base int64
	for _, i := range path[:len(path)-1] {
		l, err := t.Layout(record)
		if err != nil {
			return Field{}, FieldLayout{}, err
		}
		base += l.Fields[i].Offset
		record = record.Record.Fields[i].Type
	}
	l, err := t.Layout(record)
	if err != nil {
		return Field{}, FieldLayout{}, err
	}
	i := path[len(path)-1]
	at := l.Fields[i]
	at.Offset += base
	at.Bit += 8 * base
	return record.Record.Fields[i], at, nil
}

// fieldNames lists the names that Find knows.
func (t *Type) fieldNames() string {
	if !t.Kind.IsRecord() || !t.IsComplete() {
		return "no fields that are known"
	}
	names := t.appendNames(nil, maxDepth)
	const most = 30
	if len(names) > most {
		names = append(names[:most], "...")
	}
	if names == nil {
		return "no fields"
	}
	return strings.Join(names, ", ")
}

func (t *Type) appendNames(names []string, depth int) []string {
	for _, f := range t.Record.Fields {
		switch {
		case f.Name != "":
			names = append(names, f.Name)
		case f.Type != nil && f.Type.Kind.IsRecord() && f.Type.IsComplete() && depth > 0:
			names = f.Type.appendNames(names, depth-1)
		}
	}
	return names
}
