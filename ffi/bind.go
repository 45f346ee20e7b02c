package ffi

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unsafe"
)

// Bind fills the fields of the struct that dst points to: a field of function type tagged `ffi:"name"` as [Func] does, one of
// pointer type as [Var] does. Fields without the tag are left alone.
//
//	var zlib struct {
//		Version  func() string                                          `ffi:"zlibVersion"`
//		Checksum func(sum uint64, data []byte, n uint32) uint64         `ffi:"crc32"`
//		Open     func(path, mode string) (unsafe.Pointer, error)        `ffi:"gzopen,fail=0"`
//		Avail    func(file unsafe.Pointer) int32                        `ffi:"gzavail,optional"`
//	}
//	err := ffi.Bind(lib, &zlib)
//
// After the name, separated by commas, may follow optional (the field is left nil when the library has no such symbol), leaf
// ([Leaf]), fail=N ([FailErrno]) and free=symbol ([FreeWith]). The options in o go for every function, those of its
// tag come last. The error joins what is wrong with each field; a function that is missing panics when it is called.
func Bind(l *Lib, dst any, o ...Option) error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return &Error{Op: "bind", Lib: l.Name(), Err: fmt.Errorf("%w: Bind needs a pointer to a struct, not %T", ErrUsage, dst)}
	}
	v = v.Elem()
	var wrong []error
	for i := range v.NumField() {
		if err := bindField(l, v.Type().Field(i), v.Field(i), o); err != nil {
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}

// bindField fills one field.
func bindField(l *Lib, field reflect.StructField, v reflect.Value, o []Option) error {
	text, ok := field.Tag.Lookup("ffi")
	if !ok {
		return nil
	}
	tag, err := parseTag(text)
	switch {
	case err != nil:
	case !field.IsExported():
		err = fmt.Errorf("%w: the field is not exported", ErrUsage)
	case v.Kind() != reflect.Func && tag.options != nil:
		err = fmt.Errorf("%w: the tag has options that are for functions", ErrUsage)
	}
	if err != nil {
		return &Error{Op: "bind", Lib: l.Name(), Symbol: tag.symbol, Err: fmt.Errorf("field %s: %w", field.Name, err)}
	}
	if tag.optional {
		if _, _, err := functionOf(l, tag.symbol); errors.Is(err, ErrNotFound) {
			return nil
		}
	}
	switch v.Kind() {
	case reflect.Func:
		return bindSymbol(l, tag.symbol, slot{v.Type(), v.Addr().UnsafePointer()}, append(o[:len(o):len(o)], tag.options...))
	case reflect.Pointer:
		p, err := bindVariable(l, tag.symbol, v.Type().Elem())
		if err == nil {
			*(*unsafe.Pointer)(v.Addr().UnsafePointer()) = p
		}
		return err
	}
	err = fmt.Errorf("field %s: %w: %s is neither a function nor a pointer to a variable", field.Name, ErrType, v.Type())
	return &Error{Op: "bind", Lib: l.Name(), Symbol: tag.symbol, Err: err}
}

// fieldTag is what a field's tag says.
type fieldTag struct {
	symbol   string
	optional bool
	options  []Option
}

func parseTag(text string) (fieldTag, error) {
	symbol, rest, _ := strings.Cut(text, ",")
	tag := fieldTag{symbol: symbol}
	for word := range strings.SplitSeq(rest, ",") {
		key, value, hasValue := strings.Cut(word, "=")
		switch {
		case word == "":
		case word == "optional":
			tag.optional = true
		case word == "leaf":
			tag.options = append(tag.options, Leaf())
		case hasValue && key == "free":
			tag.options = append(tag.options, FreeWith(value))
		case hasValue && key == "fail":
			bad, err := strconv.ParseInt(value, 0, 64)
			if err != nil {
				return tag, fmt.Errorf("%w: the tag's %q needs a number", ErrUsage, word)
			}
			tag.options = append(tag.options, FailErrno(bad))
		default:
			return tag, fmt.Errorf("%w: the tag says %q, which is none of optional, leaf, fail=N and free=symbol", ErrUsage, word)
		}
	}
	return tag, nil
}
