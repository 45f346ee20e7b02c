// Package cdecl reads C declarations.
//
// [Text] reads declarations as a program contains them, without a C compiler: what cffi calls a cdef. [Header] reads a
// real header with all it includes. Either returns a [Unit]: the functions, variables, types, constants and macros that
// were declared, with their comments and places, as types of package ctype.
//
// The preprocessor and the parser are those of modernc.org/cc/v4. What declarations mean is decided here: attributes,
// #pragma pack, constant expressions with sizeof and offsetof by ctype's layouts, macros that are constants.
//
// # Errors
//
// A fault does not lose the rest. The top-level declaration that contains it is dropped, everything else is in the Unit,
// and the fault is one located [*Error]. An unknown type name stands for an incomplete struct from there on and is
// reported once. The error that Text and Header return joins all faults; the Unit beside it is usable.
//
// # What only a C compiler can know
//
// Text accepts cffi's "..." where a declaration is known in part:
//
//	typedef ... handle_t;                // an opaque type
//	struct stat { long st_size; ...; };  // a struct with more fields: it stays incomplete, for use by pointer
//	enum color { RED, GREEN, ... };      // an enum with more values: the values before "..." are known
//	extern int table[...];               // an array of unknown length
//	#define LIMIT ...                    // a constant without a value, listed among the macros
//
// There is no compiler to ask, so a struct with "..." has no size, and it is an error to use it by value.
package cdecl

import (
	"errors"
	"fmt"
	"go/constant"
	"io/fs"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// Config says how declarations are read. The zero value is good for texts without includes.
type Config struct {
	// Target is the platform whose types, layouts and predefined macros are meant; the zero value is the host.
	Target ctype.Target

	// Include lists folders for #include <> and, after the including file's own folder, for #include "".
	Include []string

	// Define lists macros as NAME, which is 1, or NAME=VALUE.
	Define []string

	// System adds the system's include folders after Include: those of the C compiler on PATH, or where there is none
	// the usual ones. With a compiler for the target its predefined macros are used too.
	System bool

	// FS, when not nil, is where all files are read from instead of the host's file system. Names are slash-separated and
	// relative; System adds nothing then.
	FS fs.FS

	// Pack is the #pragma pack in force at the start, in bytes; 0 for none.
	Pack int
}

// Pos is a place in a file. Lines and columns count from 1, columns in bytes.
type Pos struct {
	File      string
	Line, Col int
}

// String is the place as compilers print it, file:line:column.
func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// Error is a fault in C text.
type Error struct {
	Pos  Pos
	Msg  string
	Line string // the line of text at Pos; "" when unknown
}

// Error is one line: the place and what is wrong there.
func (e *Error) Error() string { return e.Pos.String() + ": " + e.Msg }

// Unit is what a text declares. Slices are in the order of the declarations.
type Unit struct {
	Target ctype.Target
	Funcs  []*Func
	Vars   []*Var
	Types  []*Type
	Consts []*Const
	Macros []*Macro
	Errors []*Error

	tables *tables
}

// Func is a declared function.
type Func struct {
	Name string
	Link string      // the symbol's name: Name unless an asm label says otherwise
	Type *ctype.Type // of Kind Func
	Doc  string      // the comment before the declaration, without its marks
	Pos  Pos

	// Static says that the function is static or only inline, so that no library exports it.
	Static bool
}

// Var is a declared global variable.
type Var struct {
	Name   string
	Link   string // the symbol's name, as for Func
	Type   *ctype.Type
	Doc    string
	Pos    Pos
	Static bool // there is no symbol
	Thread bool // thread-local: the symbol is not the variable's address
}

// Type is a named type: a typedef, or a struct, union or enum with a tag.
type Type struct {
	Name string // the typedef's name, or "struct tag", "union tag", "enum tag"
	Type *ctype.Type
	Doc  string
	Pos  Pos // of the definition, or of the first mention of a tag that is not defined
}

// Const is a constant: a macro with a constant value, or an enumerator.
type Const struct {
	Name  string
	Value constant.Value // Int, Float or String
	Type  *ctype.Type    // what C says of the expression: int, unsigned long, char[6], a pointer type; the enum for an enumerator
	Doc   string
	Pos   Pos
}

// Macro is a macro that is no constant.
type Macro struct {
	Name     string
	Function bool     // it takes arguments
	Params   []string // of a function-like macro, the last may be "..."
	Text     string   // the replacement as written, with single spaces

	// Alias is the name that an object-like macro stands for when it expands to one identifier: after
	// `#define mpz_init __gmpz_init` the function mpz_init is to be found under __gmpz_init.
	Alias string
	Doc   string
	Pos   Pos
}

// Text reads declarations; name is the file name that errors show. It needs no C compiler.
//
// The types of the common headers are declared already, with the target's sizes: size_t, ssize_t, ptrdiff_t, wchar_t, the
// types of <stdint.h>, bool, va_list, FILE and a few more. The text may declare them again.
func Text(name, text string, c Config) (*Unit, error) { return read(name, &text, c) }

// Header reads a header file and everything that it includes. A relative path that is not found as it stands is looked
// up in the include folders, as "#include <path>" would.
func Header(path string, c Config) (*Unit, error) { return read(path, nil, c) }

// Err joins the unit's faults; nil when there are none.
func (u *Unit) Err() error {
	all := make([]error, len(u.Errors))
	for i, e := range u.Errors {
		all[i] = e
	}
	return errors.Join(all...)
}

// Func returns the function of a name, through macros that stand for other names.
func (u *Unit) Func(name string) (*Func, bool) { return follow(u, u.tables.funcs, name) }

// Var returns the variable of a name, through macros that stand for other names.
func (u *Unit) Var(name string) (*Var, bool) { return follow(u, u.tables.vars, name) }

// Const returns the constant of a name.
func (u *Unit) Const(name string) (*Const, bool) { return follow(u, u.tables.consts, name) }

// Macro returns the macro of a name that is no constant.
func (u *Unit) Macro(name string) (*Macro, bool) {
	m, ok := u.tables.macros[name]
	return m, ok
}

// Named returns the type of a name: a typedef, or "struct tag", "union tag", "enum tag". [Unit.ParseType] reads all types.
func (u *Unit) Named(name string) (*Type, bool) { return follow(u, u.tables.types, name) }

// tables find a unit's declarations by name.
type tables struct {
	funcs  map[string]*Func
	vars   map[string]*Var
	types  map[string]*Type
	consts map[string]*Const
	macros map[string]*Macro

	translator *translator // what reads more types; nil when nothing was read
}

func newTables() *tables {
	return &tables{funcs: map[string]*Func{}, vars: map[string]*Var{}, types: map[string]*Type{}, consts: map[string]*Const{}, macros: map[string]*Macro{}}
}

// follow looks a name up, and when there is none of the kind, the name that a macro gives it.
func follow[T any](u *Unit, table map[string]*T, name string) (*T, bool) {
	const most = 16 // macros may stand for each other
	for range most {
		if found, ok := table[name]; ok {
			return found, true
		}
		m, ok := u.tables.macros[name]
		if !ok || m.Alias == "" {
			break
		}
		name = m.Alias
	}
	return nil, false
}
