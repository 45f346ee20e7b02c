package ffi

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/kgen-go/kgen/ffi/cdecl"
	"github.com/kgen-go/kgen/ffi/ctype"
	"github.com/kgen-go/kgen/ffi/internal/plan"
)

// declarations is what the declarations of a library say.
type declarations struct {
	mu    sync.RWMutex
	units []*cdecl.Unit // for the names that macros stand for
	funcs map[string]*cFunc
	vars  map[string]*cVar
}

// cFunc is a declared function.
type cFunc struct {
	decl  *cdecl.Func
	addr  unsafe.Pointer
	err   error    // why the library does not have it
	plans sync.Map // *plan.Plan by the kinds of variadic arguments, as a string
}

// String is the declaration in C.
func (f *cFunc) String() string { return f.decl.Type.Declare(f.decl.Name) }

// cVar is a declared variable.
type cVar struct {
	decl *cdecl.Var
	addr unsafe.Pointer
	err  error
}

// Declare says which functions and variables the library has. [Lib.Call] and [Lib.Variable] need it, and [Func] and
// [Var] check against it.
//
// The error joins one message, with the place of the declaration, for each symbol that is missing, that is a variable
// where a function is declared or the reverse, or that was declared differently before. All others are usable.
// Functions that are static or only inline are no symbols, and are left out. So are missing symbols that only an included header
// declares, which may belong to another library; calling one tells. A header's own are those in its file and in the folder of its
// name: of git2.h, those in git2/.
func (l *Lib) Declare(d *Decls) error {
	if err := l.declare(d); err != nil {
		return &Error{Op: "declare", Lib: l.Name(), Err: err}
	}
	return nil
}

func (l *Lib) declare(d *Decls) error {
	if err := l.isOpen(); err != nil {
		return err
	}
	if d == nil {
		return fmt.Errorf("%w: no declarations", ErrNil)
	}
	l.declared.mu.Lock()
	defer l.declared.mu.Unlock()
	if l.declared.funcs == nil {
		l.declared.funcs, l.declared.vars = map[string]*cFunc{}, map[string]*cVar{}
	}
	if !slices.Contains(l.declared.units, d.unit) {
		l.declared.units = append(l.declared.units, d.unit)
	}
	var errs []error
	for _, f := range d.unit.Funcs {
		if err := l.declareFunc(f); err != nil && d.reports(f.Pos, err) {
			errs = append(errs, fmt.Errorf("%s: %s: %w", f.Pos, f.Name, err))
		}
	}
	for _, v := range d.unit.Vars {
		if err := l.declareVar(v); err != nil && d.reports(v.Pos, err) {
			errs = append(errs, fmt.Errorf("%s: %s: %w", v.Pos, v.Name, err))
		}
	}
	return errors.Join(errs...)
}

// reports tells whether an error of a declaration at a place is one of Declare: a symbol may be missing that only an included
// header declares.
func (d *Decls) reports(at cdecl.Pos, err error) bool {
	folder := strings.TrimSuffix(d.file, filepath.Ext(d.file)) + "/"
	file := filepath.ToSlash(at.File)
	return !errors.Is(err, ErrNotFound) || file == d.file || strings.HasSuffix(file, "/"+d.file) ||
		strings.HasPrefix(file, folder) || strings.Contains(file, "/"+folder)
}

func (l *Lib) declareFunc(decl *cdecl.Func) error {
	if old := l.declared.funcs[decl.Name]; old != nil && !old.decl.Static {
		return errors.Join(conflict(old.decl.Type, decl.Type, old.decl.Pos), old.err)
	}
	f := &cFunc{decl: decl}
	l.declared.funcs[decl.Name] = f
	if decl.Static {
		f.err = fmt.Errorf("%w: it is static or inline at %s, so that no library exports it", ErrNotFound, decl.Pos)
		return nil
	}
	f.addr, f.err = l.function(decl.Link)
	return f.err
}

func (l *Lib) declareVar(decl *cdecl.Var) error {
	if old := l.declared.vars[decl.Name]; old != nil && !old.decl.Static {
		return errors.Join(conflict(old.decl.Type, decl.Type, old.decl.Pos), old.err)
	}
	v := &cVar{decl: decl}
	l.declared.vars[decl.Name] = v
	switch {
	case decl.Static:
		v.err = fmt.Errorf("%w: it is static at %s, so that no library exports it", ErrNotFound, decl.Pos)
		return nil
	case decl.Thread:
		v.err = errThreadLocal
		return v.err
	}
	size := int64(0)
	if decl.Type.IsComplete() {
		if size, v.err = sizeOf(decl.Type); v.err != nil {
			return v.err
		}
	}
	v.addr, v.err = l.variable(decl.Link, uintptr(size))
	return v.err
}

// conflict compares a declaration with an earlier one of the same name.
func conflict(old, t *ctype.Type, at cdecl.Pos) error {
	if err := ctype.Difference(old, t); err != nil {
		return fmt.Errorf("%w: declared differently at %s: %w", ErrType, at, err)
	}
	return nil
}

// function returns a declared function, also by the name that a macro gives it.
func (d *declarations) function(name string) (*cFunc, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if f, ok := d.funcs[name]; ok {
		return f, true
	}
	for _, u := range d.units {
		if decl, ok := u.Func(name); ok {
			f, ok := d.funcs[decl.Name]
			return f, ok
		}
	}
	return nil, false
}

// undeclared tells why there is no declared function of a name.
func (d *declarations) undeclared(name string) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for _, u := range d.units {
		if m, ok := u.Macro(name); ok {
			return fmt.Errorf("%w: it is a macro, which only a C compiler could expand: %s: %s", ErrNotFound, m.Pos, spellMacro(m))
		}
	}
	return fmt.Errorf("%w: no function of this name was declared: use Declare, or Func", ErrNotFound)
}

// variable returns a declared variable, also by the name that a macro gives it.
func (d *declarations) variable(name string) (*cVar, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if v, ok := d.vars[name]; ok {
		return v, true
	}
	for _, u := range d.units {
		if decl, ok := u.Var(name); ok {
			v, ok := d.vars[decl.Name]
			return v, ok
		}
	}
	return nil, false
}

// Variable returns a declared variable of the library. Its memory is C's until the library is closed.
func (l *Lib) Variable(name string) (Record, error) {
	r, err := l.global(name)
	if err != nil {
		return Record{}, &Error{Op: "variable", Lib: l.Name(), Symbol: name, Err: err}
	}
	return r, nil
}

func (l *Lib) global(name string) (Record, error) {
	if err := l.isOpen(); err != nil {
		return Record{}, err
	}
	v, ok := l.declared.variable(name)
	switch {
	case !ok:
		return Record{}, fmt.Errorf("%w: no variable of this name was declared", ErrNotFound)
	case v.err != nil:
		return Record{}, v.err
	}
	return Record{typ: v.decl.Type, addr: v.addr}, nil
}

// plan returns how the function is called with variadic arguments of some types. Plans are kept, except those with
// structs, of which Go programs can make any number of types.
func (f *cFunc) plan(extra []*ctype.Type) (*plan.Plan, error) {
	key := make([]byte, len(extra))
	for i, t := range extra {
		if t.Kind.IsRecord() {
			return plan.New(f.decl.Type, extra)
		}
		key[i] = byte(t.Base())
	}
	if p, ok := f.plans.Load(string(key)); ok {
		return p.(*plan.Plan), nil
	}
	p, err := plan.New(f.decl.Type, extra)
	if err == nil {
		f.plans.Store(string(key), p)
	}
	return p, err
}
