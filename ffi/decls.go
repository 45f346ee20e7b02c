package ffi

import (
	"fmt"
	"go/constant"
	"path/filepath"
	"sync"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/ctype"
)

// Decls are C declarations: functions, variables, types and constants. They are read by [CDef] and [Header], do not change,
// and may be used by many goroutines at once.
type Decls struct {
	unit  *cdecl.Unit
	file  string   // the header, with slashes, as it was named
	types sync.Map // *ctype.Type by spelling
}

// CDef reads C declarations from text. It takes a few milliseconds and needs no C compiler: the names of the common
// headers (size_t, uint8_t, bool, FILE, ...) are known, and #include is seldom needed. What it looks for is in the
// folders of [Include] and in the system's.
//
// Faults do not lose the rest. The error joins one located message for each, and the Decls beside it hold all other
// declarations.
//
// A struct that ends in "..." has more fields than are written; it is for use by pointer only, because its size is unknown.
// The options are [Include], [Define], [Pack] and [OnlyInclude].
func CDef(text string, o ...Option) (*Decls, error) {
	return readDecls("cdef", "", "cdef", o, func(c declOptions) (*cdecl.Unit, error) {
		return cdecl.Text("cdef", text, c.config(hasInclude(text)))
	})
}

// Header reads a C header and all that it includes, as [CDef] reads text. A path that is no file's is looked for in the
// folders of [Include] and in the system's: Header("sqlite3.h"). Which these are, and what it defines, a C compiler is asked if
// there is one ($CC, cc, gcc or clang); else they are the usual ones. The options are those of CDef.
func Header(path string, o ...Option) (*Decls, error) {
	return readDecls("header", path, path, o, func(c declOptions) (*cdecl.Unit, error) {
		return cdecl.Header(path, c.config(true))
	})
}

func readDecls(op, path, file string, list []Option, read func(declOptions) (*cdecl.Unit, error)) (*Decls, error) {
	o, err := gather(forDecl, list)
	if err != nil {
		return nil, &Error{Op: op, Symbol: path, Err: err}
	}
	if err := host.Check(); err != nil {
		return nil, &Error{Op: op, Symbol: path, Err: fmt.Errorf("%w: %w", ErrUnsupported, err)}
	}
	unit, err := read(o.decl)
	if err != nil {
		err = &Error{Op: op, Symbol: path, Err: err}
	}
	if unit == nil {
		return nil, err
	}
	return &Decls{unit: unit, file: filepath.ToSlash(filepath.Clean(file))}, err
}

// Type returns the type that C spells so in a cast: "int", "struct point", "uint8_t[16]", "int (*)(const void *)".
func (d *Decls) Type(spelling string) (*ctype.Type, error) {
	t, err := d.parse(spelling)
	if err != nil {
		return nil, &Error{Op: "type", Symbol: spelling, Err: err}
	}
	return t, nil
}

// parse is Type with the bare cause as error.
func (d *Decls) parse(spelling string) (*ctype.Type, error) {
	if d == nil {
		return nil, fmt.Errorf("%w: no declarations", ErrNil)
	}
	if t, ok := d.types.Load(spelling); ok {
		return t.(*ctype.Type), nil
	}
	t, err := d.unit.ParseType(spelling)
	if err != nil {
		return nil, err
	}
	d.types.Store(spelling, t)
	return t, nil
}

// Sizeof returns the size of a type in bytes.
func (d *Decls) Sizeof(cType string) (int, error) {
	t, err := d.parse(cType)
	size := int64(0)
	if err == nil {
		size, err = host.Sizeof(t)
	}
	if err != nil {
		return 0, &Error{Op: "sizeof", Symbol: cType, Err: err}
	}
	return int(size), nil
}

// Offsetof returns the offset in bytes of a field of a struct or union. The field may be one of an anonymous record
// within it, not a bit-field.
func (d *Decls) Offsetof(cType, field string) (int, error) {
	t, err := d.parse(cType)
	if err == nil {
		var f ctype.Field
		var at ctype.FieldLayout
		if f, at, err = host.Member(t, field); err == nil && !f.BitField {
			return int(at.Offset), nil
		}
	}
	if err == nil {
		err = fmt.Errorf("%w: %s is a bit-field", ErrType, field)
	}
	return 0, &Error{Op: "offsetof", Symbol: cType, Err: err}
}

// Const returns the value of a macro or an enumerator that is a constant, for which package go/constant has the
// functions: an Int, Float or String. [Lib.Call] and [Record.Set] take it as it is.
func (d *Decls) Const(name string) (constant.Value, bool) {
	if d == nil {
		return nil, false
	}
	c, ok := d.unit.Const(name)
	if !ok {
		return nil, false
	}
	return c.Value, true
}

// New returns a zeroed object of a type, such as "struct point" or "int[10]", in memory of the arena. A flexible array
// has no elements there.
func (d *Decls) New(a *Arena, cType string) (Record, error) {
	t, err := d.parse(cType)
	if err != nil {
		return Record{}, &Error{Op: "new", Symbol: cType, Err: err}
	}
	layout, err := host.Layout(t)
	if err != nil {
		return Record{}, &Error{Op: "new", Symbol: cType, Err: err}
	}
	p, err := a.alloc(uintptr(layout.Size), uintptr(layout.Align))
	if err != nil {
		return Record{}, &Error{Op: "new", Symbol: cType, Err: err}
	}
	return Record{typ: t, addr: p, arena: a}, nil
}

// View returns the object of a type that lies at an address, which C gave or Go allocated. The memory stays the
// owner's: nothing is checked, and the Record is good as long as the memory.
func (d *Decls) View(p unsafe.Pointer, cType string) (Record, error) {
	t, err := d.parse(cType)
	if err == nil && p == nil {
		err = ErrNil
	}
	if err == nil {
		_, err = host.Layout(t)
	}
	if err != nil {
		return Record{}, &Error{Op: "view", Symbol: cType, Err: err}
	}
	return Record{typ: t, addr: p}, nil
}
