package sigtest

import "github.com/kgen-go/kgen/ffi/ctype"

// leaf is a scalar within a value: bits that C code may look at. All other bits of a value are padding.
type leaf struct {
	kind       ctype.Kind // never complex, whose parts are two leaves, nor an enum, which is its underlying kind
	bit, width int64      // counted as ctype.FieldLayout does
}

// leavesOf lists the scalars of a type that has a layout; those of a union one behind the other.
func leavesOf(t ctype.Target, typ *ctype.Type) []leaf {
	return appendLeaves(nil, t, typ, 0)
}

func appendLeaves(list []leaf, t ctype.Target, typ *ctype.Type, bit int64) []leaf {
	switch k := typ.Base(); {
	case k == ctype.Void:
	case k == ctype.Array:
		size, _ := t.Sizeof(typ.Elem)
		for i := range max(typ.Len, 0) {
			list = appendLeaves(list, t, typ.Elem, bit+8*i*size)
		}
	case k.IsRecord():
		l, _ := t.Layout(typ)
		for i, f := range typ.Record.Fields {
			at := l.Fields[i]
			switch {
			case !f.BitField:
				list = appendLeaves(list, t, f.Type, bit+at.Bit)
			case f.Name != "":
				list = append(list, leaf{f.Type.Base(), bit + at.Bit, at.Width})
			}
		}
	case k.IsComplex():
		part := ctype.Basic(k.Part())
		list = appendLeaves(list, t, part, bit)
		list = appendLeaves(list, t, part, bit+8*t.Size(part.Kind))
	default:
		list = append(list, leaf{k, bit, 8 * t.Size(k)})
		if k == ctype.LongDouble && t.LongDouble() == ctype.Extended {
			list[len(list)-1].width = 80
		}
	}
	return list
}
