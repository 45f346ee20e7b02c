package ffi

import (
	"errors"
	"reflect"
	"unsafe"
)

// Var returns the address of a variable of the library as a Go pointer to C memory, valid until the library is closed.
// T must be laid out as the C type is; it is compared with the library's declaration of the variable if it has
// one, and with the size that the library's symbol table tells.
//
//	environ, err := ffi.Var[**byte](libc, "environ")
func Var[T any](l *Lib, name string) (*T, error) {
	p, err := bindVariable(l, name, reflect.TypeFor[T]())
	return (*T)(p), err
}

// bindVariable returns the address of a variable that a value of the Go type fits.
func bindVariable(l *Lib, name string, t reflect.Type) (unsafe.Pointer, error) {
	p, err := variableAt(l, name, t)
	if err != nil {
		return nil, &Error{Op: "variable", Lib: l.Name(), Symbol: name, Err: err}
	}
	return p, nil
}

func variableAt(l *Lib, name string, t reflect.Type) (unsafe.Pointer, error) {
	if err := l.isOpen(); err != nil {
		return nil, err
	}
	if v, ok := l.declared.variable(name); ok {
		if v.err != nil {
			return nil, v.err
		}
		return v.addr, errors.Join(checkElem(reflect.PointerTo(t)), matches(t, v.decl.Type))
	}
	if _, err := memoryType(t); err != nil {
		return nil, err
	}
	return l.variable(name, t.Size())
}
