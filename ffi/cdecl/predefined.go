package cdecl

import (
	"fmt"
	"strings"

	"github.com/kgen-go/kgen/ffi/ctype"
)

// prelude is read before everything else. It makes of GNU C what the parser understands.
const prelude = `#define _kgen_P(x) _Static_assert(1, x);
#define __extension__
#define __has_attribute(x) __kgen_has_##x
#define __builtin_va_arg(list, type) (*(type *)(list))
#define __builtin_offsetof(type, member) ((__SIZE_TYPE__)&((type *)0)->member)
#define __builtin_types_compatible_p(a, b) 0
#define _Nullable
#define _Null_unspecified
int __predefined_declarator;
`

// common is what gcc and clang predefine on every target.
const common = `#define __STDC__ 1
#define __STDC_HOSTED__ 1
#define __STDC_VERSION__ 201710L
#define __STDC_UTF_16__ 1
#define __STDC_UTF_32__ 1
#define __GNUC_STDC_INLINE__ 1
#define __CHAR_BIT__ 8
#define __ORDER_LITTLE_ENDIAN__ 1234
#define __ORDER_BIG_ENDIAN__ 4321
#define __ORDER_PDP_ENDIAN__ 3412
#define __BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
#define __FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__
#define __FLT_RADIX__ 2
#define __FLT_EVAL_METHOD__ 0
#define __FINITE_MATH_ONLY__ 0
`

// system is what names the platform, beside the names that all platforms of an OS or architecture share.
var system = map[string]string{
	"linux":   "__linux__ __linux linux __gnu_linux__ __unix__ __unix unix __ELF__ _LP64 __LP64__ __GNUC__=12 __GNUC_MINOR__=2 __GNUC_PATCHLEVEL__=0",
	"darwin":  "__APPLE__ __MACH__ _LP64 __LP64__ __GNUC__=4 __GNUC_MINOR__=2 __GNUC_PATCHLEVEL__=1 __clang__ __clang_major__=14 __clang_minor__=0 __DYNAMIC__ __APPLE_CC__=6000 __ENVIRONMENT_MAC_OS_X_VERSION_MIN_REQUIRED__=120000",
	"windows": "_WIN32 _WIN64 __WIN32__ __WIN64__ WIN32 WIN64 __MINGW32__ __MINGW64__ __GNUC__=12 __GNUC_MINOR__=2 __GNUC_PATCHLEVEL__=0 __cdecl= __stdcall= __fastcall= __thiscall= _cdecl= _stdcall= _fastcall= __declspec(x)=__attribute__((x)) __int8=char __int16=short __int32=int __int64=long~long",
	"amd64":   "__x86_64__ __x86_64 __amd64__ __amd64 __SSE__ __SSE2__ __SSE_MATH__ __SSE2_MATH__ __MMX__",
	"arm64":   "__aarch64__ __AARCH64EL__ __ARM_64BIT_STATE __ARM_ARCH=8 __ARM_ARCH_ISA_A64 __ARM_ARCH_PROFILE='A' __ARM_NEON __ARM_PCS_AAPCS64",
}

// floats describes the floating-point formats: digits, mantissa bits, decimal digits, exponents, and largest, smallest and
// smallest denormal value and epsilon without suffix.
var floats = map[string][]string{
	"float":     {"6", "24", "9", "-125", "-37", "128", "38", "3.40282346638528859811704183484516925e+38", "1.17549435082228750796873653722224568e-38", "1.40129846432481707092372958328991613e-45", "1.19209289550781250000000000000000000e-7"},
	"double":    {"15", "53", "17", "-1021", "-307", "1024", "308", "1.79769313486231570814527423731704357e+308", "2.22507385850720138309023271733240406e-308", "4.94065645841246544176568792868221372e-324", "2.22044604925031308084726333618164062e-16"},
	"extended":  {"18", "64", "21", "-16381", "-4931", "16384", "4932", "1.18973149535723176502126385303097021e+4932", "3.36210314311209350626267781732175260e-4932", "3.64519953188247460252840593361941982e-4951", "1.08420217248550443400745280086994171e-19"},
	"binary128": {"33", "113", "36", "-16381", "-4931", "16384", "4932", "1.18973149535723176508575932662800702e+4932", "3.36210314311209350626267781732175260e-4932", "6.47517511943802511092443895822764655e-4966", "1.92592994438723585305597794258492732e-34"},
}

// predefined returns the macros that compilers for the target predefine, as far as headers ask for them.
func predefined(t ctype.Target) string {
	var b strings.Builder
	b.WriteString(common)
	// A ~ in a value is a blank.
	for _, word := range strings.Fields(system[t.OS] + " " + darwinArm(t) + system[t.Arch]) {
		name, value, given := strings.Cut(strings.ReplaceAll(word, "~", " "), "=")
		if !given {
			value = "1"
		}
		define(&b, name, value)
	}
	integers(&b, t)
	define(&b, "__BIGGEST_ALIGNMENT__", fmt.Sprint(largestAlign(t)))
	define(&b, "__USER_LABEL_PREFIX__", labelPrefix(t))
	long := map[ctype.Format]string{ctype.Binary64: "double", ctype.Extended: "extended", ctype.Binary128: "binary128"}[t.LongDouble()]
	float(&b, "FLT", "float", "F")
	float(&b, "DBL", "double", "")
	float(&b, "LDBL", long, "L")
	define(&b, "__DECIMAL_DIG__", floats[long][2])
	return b.String()
}

// hasAttributes answers __has_attribute, which is no macro of the parser's.
func hasAttributes() string {
	var b strings.Builder
	for _, a := range strings.Fields(gccAttributes) {
		define(&b, "__kgen_has_"+a, "1")
		define(&b, "__kgen_has___"+a+"__", "1")
	}
	return b.String()
}

// gccAttributes are those that __has_attribute knows.
const gccAttributes = "access alias aligned alloc_align alloc_size always_inline artificial assume_aligned cleanup cold const constructor copy " +
	"deprecated destructor error flatten format format_arg gnu_inline hot ifunc leaf malloc may_alias mode no_instrument_function noclone noinline nonnull " +
	"nonstring noreturn nothrow packed pure returns_nonnull returns_twice section sentinel tls_model transparent_union unused used vector_size " +
	"visibility warn_unused_result warning weak weakref"

func darwinArm(t ctype.Target) string {
	if t == (ctype.Target{OS: "darwin", Arch: "arm64"}) {
		return "__arm64__ __arm64 "
	}
	return ""
}

// largestAlign is what the attribute aligned means without a number.
func largestAlign(t ctype.Target) int {
	if t == (ctype.Target{OS: "darwin", Arch: "arm64"}) {
		return 8
	}
	return 16
}

// labelPrefix is before the names of C in object files, and in asm labels, but not in what dlsym is asked for.
func labelPrefix(t ctype.Target) string {
	if t.OS == "darwin" {
		return "_"
	}
	return ""
}

func define(b *strings.Builder, name, value string) { fmt.Fprintf(b, "#define %s %s\n", name, value) }

// integers defines the sizes, types and limits of the integers.
func integers(b *strings.Builder, t ctype.Target) {
	for _, k := range []ctype.Kind{ctype.Short, ctype.Int, ctype.Long, ctype.LongLong, ctype.Float, ctype.Double, ctype.LongDouble, ctype.Pointer, ctype.Int128} {
		name := strings.ToUpper(strings.Trim(strings.ReplaceAll(k.String(), " ", "_"), "_"))
		define(b, "__SIZEOF_"+name+"__", fmt.Sprint(t.Size(k)))
	}
	for name, k := range map[string]ctype.Kind{"SCHAR": ctype.SChar, "SHRT": ctype.Short, "INT": ctype.Int, "LONG": ctype.Long, "LONG_LONG": ctype.LongLong} {
		limit(b, t, name, k)
	}
	for _, n := range standardInts(t) {
		define(b, "__"+n.macro+"_TYPE__", n.kind.String())
		limit(b, t, n.macro, n.kind)
		define(b, "__SIZEOF_"+strings.ToUpper(n.typedef)+"__", fmt.Sprint(t.Size(n.kind)))
		if strings.HasSuffix(n.macro, "MAX") || n.bits > 0 {
			define(b, "__"+n.macro+"_C(c)", strings.TrimSuffix("c ## "+suffixes[n.kind], " ## "))
		}
	}
	if !t.CharSigned() {
		define(b, "__CHAR_UNSIGNED__", "1")
	}
}

// suffixes are those of constants of a kind; narrower kinds have none, as their values are ints.
var suffixes = map[ctype.Kind]string{ctype.UInt: "U", ctype.Long: "L", ctype.ULong: "UL", ctype.LongLong: "LL", ctype.ULongLong: "ULL"}

// limit defines the largest value, the smallest where a header asks for it, and the width of a kind.
func limit(b *strings.Builder, t ctype.Target, macro string, k ctype.Kind) {
	bits := 8 * t.Size(k)
	value := uint64(1)<<(bits-1) - 1
	signed := t.Signed(ctype.Basic(k))
	if !signed {
		value = value<<1 | 1
	}
	define(b, "__"+macro+"_MAX__", fmt.Sprintf("%#x%s", value, suffixes[k]))
	define(b, "__"+macro+"_WIDTH__", fmt.Sprint(bits))
	if macro == "WCHAR" || macro == "WINT" || macro == "SIG_ATOMIC" {
		low := "0" + suffixes[k]
		if signed {
			low = fmt.Sprintf("(-__%s_MAX__ - 1)", macro)
		}
		define(b, "__"+macro+"_MIN__", low)
	}
}

func float(b *strings.Builder, prefix, format, suffix string) {
	names := []string{"DIG", "MANT_DIG", "DECIMAL_DIG", "MIN_EXP", "MIN_10_EXP", "MAX_EXP", "MAX_10_EXP", "MAX", "MIN", "DENORM_MIN", "EPSILON"}
	for i, v := range floats[format] {
		switch {
		case i >= 7:
			v += suffix
		case v[0] == '-':
			v = "(" + v + ")"
		}
		define(b, "__"+prefix+"_"+names[i]+"__", v)
	}
	for _, n := range []string{"HAS_DENORM", "HAS_INFINITY", "HAS_QUIET_NAN"} {
		define(b, "__"+prefix+"_"+n+"__", "1")
	}
}

// standardInt is an integer type that headers name by a macro.
type standardInt struct {
	macro   string // INT64 of __INT64_TYPE__
	typedef string // int64_t
	kind    ctype.Kind
	bits    int // of the exact and least types, 0 for others
}

// standardInts lists the integer types of <stddef.h> and <stdint.h>.
func standardInts(t ctype.Target) []standardInt {
	word, uword := ctype.Long, ctype.ULong // as wide as a pointer
	wide, uwide := word, uword             // 64 bits
	fast, ufast := word, uword             // of 16 and 32 bits
	wchar, wint := ctype.Int, ctype.UInt
	switch {
	case t.OS == "windows":
		word, uword, wide, uwide = ctype.LongLong, ctype.ULongLong, ctype.LongLong, ctype.ULongLong
		fast, ufast = ctype.Int, ctype.UInt
		wchar, wint = ctype.UShort, ctype.UShort
	case t.OS == "darwin":
		wide, uwide = ctype.LongLong, ctype.ULongLong
		fast, ufast = ctype.Int, ctype.UInt
		wint = ctype.Int
	case t.Arch == "arm64":
		wchar = ctype.UInt
	}
	fast16, ufast16 := fast, ufast
	if t.OS != "linux" {
		fast16, ufast16 = ctype.Short, ctype.UShort
	}
	most, umost := wide, uwide
	if t.OS == "darwin" {
		most, umost = word, uword
	}
	return []standardInt{
		{"SIZE", "size_t", uword, 0}, {"PTRDIFF", "ptrdiff_t", word, 0}, {"WCHAR", "wchar_t", wchar, 0}, {"WINT", "wint_t", wint, 0},
		{"INTMAX", "intmax_t", most, 0}, {"UINTMAX", "uintmax_t", umost, 0}, {"INTPTR", "intptr_t", word, 0}, {"UINTPTR", "uintptr_t", uword, 0},
		{"SIG_ATOMIC", "sig_atomic_t", ctype.Int, 0}, {"CHAR16", "char16_t", ctype.UShort, 0}, {"CHAR32", "char32_t", ctype.UInt, 0},
		{"INT8", "int8_t", ctype.SChar, 8}, {"UINT8", "uint8_t", ctype.UChar, 8}, {"INT16", "int16_t", ctype.Short, 16}, {"UINT16", "uint16_t", ctype.UShort, 16},
		{"INT32", "int32_t", ctype.Int, 32}, {"UINT32", "uint32_t", ctype.UInt, 32}, {"INT64", "int64_t", wide, 64}, {"UINT64", "uint64_t", uwide, 64},
		{"INT_LEAST8", "int_least8_t", ctype.SChar, 8}, {"UINT_LEAST8", "uint_least8_t", ctype.UChar, 8},
		{"INT_LEAST16", "int_least16_t", ctype.Short, 16}, {"UINT_LEAST16", "uint_least16_t", ctype.UShort, 16},
		{"INT_LEAST32", "int_least32_t", ctype.Int, 32}, {"UINT_LEAST32", "uint_least32_t", ctype.UInt, 32},
		{"INT_LEAST64", "int_least64_t", wide, 64}, {"UINT_LEAST64", "uint_least64_t", uwide, 64},
		{"INT_FAST8", "int_fast8_t", ctype.SChar, 0}, {"UINT_FAST8", "uint_fast8_t", ctype.UChar, 0},
		{"INT_FAST16", "int_fast16_t", fast16, 0}, {"UINT_FAST16", "uint_fast16_t", ufast16, 0},
		{"INT_FAST32", "int_fast32_t", fast, 0}, {"UINT_FAST32", "uint_fast32_t", ufast, 0},
		{"INT_FAST64", "int_fast64_t", wide, 0}, {"UINT_FAST64", "uint_fast64_t", uwide, 0},
	}
}

// vaList declares the compiler's own list of variadic arguments.
func vaList(t ctype.Target) string {
	switch {
	case t == ctype.Target{OS: "linux", Arch: "arm64"}:
		return "typedef struct __va_list { void *__stack, *__gr_top, *__vr_top; int __gr_offs, __vr_offs; } __builtin_va_list;\n"
	case t.OS != "windows" && t.Arch == "amd64":
		return "typedef struct { unsigned gp_offset, fp_offset; void *overflow_arg_area, *reg_save_area; } __va_list_tag;\ntypedef __va_list_tag __builtin_va_list[1];\n"
	}
	return "typedef char *__builtin_va_list;\n"
}

// preloaded declares the types of the common headers, for texts that include none.
func preloaded(t ctype.Target) string {
	var b strings.Builder
	for _, n := range standardInts(t) {
		fmt.Fprintf(&b, "typedef %s %s;\n", n.kind, n.typedef)
	}
	b.WriteString("typedef _Bool bool;\ntypedef __builtin_va_list va_list;\ntypedef struct ___ ___;\n#define static_assert _Static_assert\n#define NULL ((void *)0)\n#define offsetof(type, member) __builtin_offsetof(type, member)\n")
	b.WriteString(platformTypes[t.OS])
	return b.String()
}

// platformTypes are the types of <stdio.h>, <sys/types.h> and <time.h>.
var platformTypes = map[string]string{
	"linux": `typedef struct _IO_FILE FILE;
typedef long ssize_t, off_t, off64_t, time_t, clock_t, suseconds_t;
typedef int pid_t, clockid_t;
typedef unsigned int uid_t, gid_t, mode_t, socklen_t;
typedef unsigned long dev_t, ino_t;
`,
	"darwin": `typedef struct __sFILE FILE;
typedef long ssize_t, time_t;
typedef long long off_t;
typedef unsigned long clock_t;
typedef int pid_t, dev_t, suseconds_t;
typedef unsigned int uid_t, gid_t, socklen_t;
typedef unsigned short mode_t;
typedef unsigned long long ino_t;
`,
	"windows": `typedef struct _iobuf FILE;
typedef long long ssize_t, time_t;
typedef long off_t, clock_t;
`,
}
