package ffi

import (
	"regexp"
	"slices"

	"github.com/kgen-go/kgen/ffi/cdecl"
)

// declOptions is what the options of CDef and Header add up to.
type declOptions struct {
	include []string
	define  []string
	pack    int
	bare    bool
}

// Include adds folders in which #include looks for files. It is an option of [CDef] and [Header].
func Include(dirs ...string) Option {
	return Option{"Include", forDecl, func(o *options) { o.decl.include = slices.Concat(o.decl.include, dirs) }}
}

// Define defines a macro before the text is read: "NAME", which is 1, or "NAME=VALUE". It is an option of [CDef] and
// [Header].
func Define(macros ...string) Option {
	return Option{"Define", forDecl, func(o *options) { o.decl.define = slices.Concat(o.decl.define, macros) }}
}

// Pack makes structs as if #pragma pack(n) stood before the text. It is an option of [CDef] and [Header].
func Pack(n int) Option {
	return Option{"Pack", forDecl, func(o *options) { o.decl.pack = n }}
}

// OnlyInclude keeps the system's include folders out: only the folders of [Include] are used. It is an
// option of [CDef] and [Header].
func OnlyInclude() Option {
	return Option{"OnlyInclude", forDecl, func(o *options) { o.decl.bare = true }}
}

// config returns the options as package cdecl takes them. The system's include folders are used by headers, and by
// texts that include something.
func (o declOptions) config(includes bool) cdecl.Config {
	return cdecl.Config{Target: host, Include: o.include, Define: o.define, Pack: o.pack, System: includes && !o.bare}
}

// hasInclude reports whether C text includes files.
func hasInclude(text string) bool { return includeLine.MatchString(text) }

var includeLine = regexp.MustCompile(`#[ \t]*include\b`)
