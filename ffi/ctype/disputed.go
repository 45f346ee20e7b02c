package ctype

import "fmt"

// Disputed returns an error that wraps [ErrDisputed] if compilers of the target lay a type, or something in it, out
// differently: gcc and clang on Linux, mingw's gcc and Microsoft's compiler (of which clang is a copy) on Windows. Then only
// who knows by which compiler a library was made can tell where the fields are. It returns the error of
// [Target.Layout] for a type without a layout.
//
// What is disputed on Linux are bit-fields with an alignment of their own, by an attribute or by their typedef. On
// Windows it is that too, bit-fields in unions and in packed records, records without bytes, and attributes for
// alignment in packed records. What compilers for Windows make of long double is not looked at; see [Target.LongDouble].
func (t Target) Disputed(typ *Type) error {
	own, e, err := t.measure(typ, t.rules())
	if err != nil || t.OS == "darwin" {
		return err
	}
	gcc, g, err := t.measure(typ, t.gcc())
	if err != nil {
		return err
	}
	clang, c := own, e
	if t.OS == "linux" {
		if clang, c, err = t.measure(typ, t.clang()); err != nil {
			return err
		}
	}
	d := dispute{gcc: gcc, clang: clang, seen: map[*Record]bool{}}
	if err := d.types(typ); err != nil {
		return t.failed(typ, err)
	}
	if g.size != c.size || g.align != c.align {
		return t.failed(typ, d.extents(g, c))
	}
	return nil
}

// dispute compares the layouts of two compilers.
type dispute struct {
	gcc, clang *layouter
	seen       map[*Record]bool
}

// types returns the first difference within a type.
func (d *dispute) types(t *Type) error {
	switch {
	case t.Kind == Array:
		if err := d.types(t.Elem); err != nil {
			return within("[0]", err)
		}
	case t.Kind.IsRecord() && !d.seen[t.Record]:
		d.seen[t.Record] = true
		return d.record(t)
	}
	return nil
}

func (d *dispute) record(t *Type) error {
	g, c := d.gcc.done[t.Record], d.clang.done[t.Record]
	for i := range t.Record.Fields {
		f := &t.Record.Fields[i]
		if err := d.types(f.Type); err != nil {
			return within(f.label(), err)
		}
		if a, b := g.fields[i].Bit, c.fields[i].Bit; a != b {
			return within(f.label(), fmt.Errorf("%w: it starts at bit %d with gcc and at bit %d with %s", ErrDisputed, a, b, d.other()))
		}
	}
	if g.size != c.size || g.align != c.align {
		return d.extents(g.extent, c.extent)
	}
	return nil
}

func (d *dispute) extents(g, c extent) error {
	return fmt.Errorf("%w: %d bytes aligned to %d with gcc, %d aligned to %d with %s", ErrDisputed, g.size, g.align, c.size, c.align, d.other())
}

// other names the compiler that is not gcc.
func (d *dispute) other() string {
	if d.clang.target.OS == "windows" {
		return "Microsoft's compiler"
	}
	return "clang"
}
