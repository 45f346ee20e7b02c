package ffi

import "github.com/kgen-go/kgen/ffi/internal/load"

// loadOptions is what the options of Load and LoadFS add up to.
type loadOptions = load.Options

// Global makes the library's symbols visible to libraries that are loaded later and do not name it as a need, and
// to [Self]. Without it they are kept to the library itself. It is an option of [Load] and [LoadFS]; Windows,
// where every symbol is asked of one library, ignores it.
func Global() Option {
	return Option{"Global", forLoad | forFS, func(o *options) { o.load.Global = true }}
}

// Lazy lets the system's loader resolve the functions that the library needs when they are first called.
// Without it a function that is missing is an error of Load; with it, its call ends the program. It is an option of
// [Load] and [LoadFS]; Windows ignores it.
func Lazy() Option {
	return Option{"Lazy", forLoad | forFS, func(o *options) { o.load.Lazy = true }}
}

// Version names the version of a library that is given by a bare name: Load("sqlite3", Version("0")) looks for
// libsqlite3.so.0 on Linux, libsqlite3.0.dylib on macOS and sqlite3-0.dll on Windows, and for nothing else. It is an
// option of [Load].
func Version(v string) Option {
	return Option{"Version", forLoad, func(o *options) { o.load.Version = v }}
}
