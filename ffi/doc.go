// Package ffi calls C libraries from Go: functions of any type, variables, callbacks, structs and unions, headers.
// It needs neither cgo nor a C compiler, works the same with CGO_ENABLED=0 and 1, and calls at cgo's speed.
//
//	libm, err := ffi.Load("m")
//	...
//	pow, err := ffi.Func[func(x, y float64) float64](libm, "pow")
//	...
//	fmt.Println(pow(2, 0.5))
//
// There are two ways to call a function. [Func] and [Bind] give C functions Go types and are fast. [CDef] or [Header] with
// [Lib.Declare] tell this package C's own declarations; then [Lib.Call] calls functions with arguments of any
// suitable type, as an interpreter does, [Decls.New] makes C objects, and Func compares its Go types with C's.
//
//	d, err := ffi.CDef("double pow(double x, double y);")
//	...
//	err = libm.Declare(d)
//	...
//	v, err := libm.Call("pow", 2, 0.5)
//	fmt.Println(v.Float())
//
// Errors are of type *[Error], name library and symbol, and can be compared by [errors.Is] with [ErrNotFound] and its siblings.
// What this package can check it checks. It cannot see into C: a Go type that is not the function's, a buffer that is
// too small, or memory used after it was freed does what it does in C, which may be a crash that nothing
// recovers from. Declarations from the library's own header are the best protection.
//
// # Types
//
// The Go types for C's, in arguments, results, variables, callbacks and the fields of structs:
//
//	C                                 Go
//	signed char, int8_t               int8
//	unsigned char, uint8_t            uint8
//	char                              int8 or uint8
//	short, unsigned short             int16, uint16
//	int, unsigned int                 int32, uint32
//	long, unsigned long               int64, uint64; on Windows int32, uint32
//	long long, ssize_t, ptrdiff_t     int64, int
//	unsigned long long, size_t        uint64, uint, uintptr
//	float, double                     float32, float64
//	long double                       LongDouble
//	float _Complex, double _Complex   complex64, complex128
//	long double _Complex              ComplexLongDouble
//	__int128, unsigned __int128       Int128, Uint128
//	_Bool                             bool
//	enum                              int32 or uint32, as long as no value needs more
//	T *                               *T, unsafe.Pointer, uintptr
//	T * as an argument                []T and *[n]T, too
//	char * as argument or result      string, too
//	function pointer as an argument   func, *Callback, unsafe.Pointer
//	function pointer elsewhere        unsafe.Pointer
//	struct                            struct with the same fields at the same offsets
//	union                             any type of the same size, if the union is declared
//	T[n] in a struct                  [n]T
//	void *                            any pointer, any slice as an argument
//
// A named type is as good as the one beneath it, unless that is a struct of this package, such as LongDouble. Go's int is never C's int: it is 64 bits wide.
// C has nothing like the strings, slices, maps, interfaces, channels and functions in Go's memory: a pointer to one is refused.
//
// In the other direction, [Lib.Call] and [Record.Set] take any Go number that fits, and [Value.Interface] returns an integer
// type of C's size and signedness, a [Record] for structs, unions and arrays, an unsafe.Pointer for pointers, and
// for other types what the table says.
//
// # Paths and speed
//
// [Path] tells how a function that [Func] made calls C. Nothing else depends on the path:
//
//   - "direct", for the commonest shapes of up to six integers, pointers and floats, costs about what a cgo call costs.
//   - "register", for whatever else fits in Go's registers, among it an error as the last result, strings, slices, bool, complex numbers
//     and narrow integers, costs a little more.
//   - "reflect", for structs by value, variable arguments, Go functions as arguments and the check mode, costs some hundred
//     nanoseconds, and allocates. So does [Lib.Call].
//
// The first two allocate nothing, except that strings are copied. The option [Leaf] does without Go's scheduler there, which
// makes a direct call cost less than half. Its conditions: the function returns within about a microsecond and never calls Go.
// The scheduler does not know that the thread is in C, so the garbage collector waits for it, as do goroutines that
// were queued behind.
//
// # Memory and lifetime
//
// What an argument points to is alive and stays in place until C returns; neither [runtime.KeepAlive] nor a
// [runtime.Pinner] is needed for it. That goes for pointers, slices and strings, not for an address in a uintptr. Otherwise the
// rules are those of cgo:
//
//   - C must not keep a Go pointer after it returned. What C keeps belongs into an [Arena], or into memory that C allocated.
//   - Go memory that C is given must not contain pointers to other Go memory, unless that is pinned by a runtime.Pinner.
//     [Alloc] and [CString] make C memory, into which C pointers may be stored.
//   - A Go string becomes a copy that C may read until it returns. Where C keeps a string, use CString.
//   - A string result is copied, and C's is left alone, or freed by the function that [FreeWith] names. To keep C's own memory, let
//     the result be *byte or unsafe.Pointer; [GoString] and [GoBytes] copy.
//   - Pointers that C returned are for use with [unsafe.Slice] and the like as long as C keeps the memory. The collector ignores them.
//   - An Arena is freed by [Arena.Free] alone, a [Callback] by [Callback.Free], a library by [Lib.Close]. None is freed as garbage,
//     because what C still uses nobody knows.
//
// Where C's pointers may be integers that are no addresses, such as MAP_FAILED or a number from 1 to 4095, they must not become Go
// pointers: the run time ends a program in which it finds one. Write uintptr in the Go type, or read the number with
// [Value.Uint].
//
// # Errors and errno
//
// A function type that ends in error gets one. By default it is errno where that is not zero after the call, as in cgo: a
// [syscall.Errno] within an [*Error]. Successful functions may set errno, too, so it is better to say how C tells a failure:
// [FailErrno](-1) goes by the result and takes the reason from errno, [Fail] makes an error of the result itself.
// With [LastError] it is Windows' last error. errno is set to zero before the call and read immediately after it, on the same thread and
// before Go's run time can change it. [Value.Errno] has it for [Lib.Call].
//
// # Variable arguments
//
// A final argument ...any in the Go type stands for C's "...". The type of each value decides how it is passed: bool and integers of less
// than 32 bits as int, float32 as double, string as char *, and everything else as in the table. So Go's int
// is for %lld, int32 for %d, and a nil needs a type. C cannot check any of it, and neither can this package.
// Where a Go type has fixed types in the place of "...", the option [Variadic] or a declaration must say so: on some platforms variable arguments
// travel in other places.
//
// # Structs, unions, bit-fields
//
// A Go struct passes for a C struct if its fields are at C's offsets. Go's alignment is C's but for LongDouble and the 128-bit
// integers; packed structs and those with greater alignment need padding written out as blank fields, and are possible only where
// Go's alignment allows. Func refuses what does not fit, and [CheckLayout] compares a Go struct with a
// declaration, field by field. In a struct without a declaration a union must not be hidden as bytes if it is passed by value: how it travels
// depends on what is in it.
//
// [Record] has no such limits. It reads and writes a C object of which the declaration is known, bit-fields, unions and packed
// structs included, by paths such as "a.b[3].c".
//
// # Declarations
//
// [CDef] reads declarations as they stand in headers: functions, variables, structs, unions, enums, typedefs, #define of constants,
// attributes, #pragma pack. [Header] reads a header with all it includes, for which the system's include folders must be there. Neither
// compiles: what a header computes by functions or macros with arguments is not available, and static inline functions are in no library.
// [Decls.Consts] and its siblings list what was found. Faults are located and do not lose the other declarations. [Lib.Declare]
// reports the functions and variables that the library lacks. Those that only a header's includes declare, and which may be in other
// libraries, may be missing.
//
// # Callbacks
//
// A Go func that is an argument is a C function pointer until the call returns: qsort's comparison. For a function that C keeps,
// [NewCallback] makes a pointer that is good until [Callback.Free]. Both take closures, all types of the table,
// structs by value among them, and calls on any thread, also on those that C made. A panic in a callback never crosses C's frames; see
// NewCallback, which also defines what runtime.Goexit does.
//
// A function pointer that C returns or has in a struct becomes a Go function by [FuncAt].
//
// # Check mode
//
// [Check], or KGEN_FFI_CHECK=1 in the environment, finds Go pointers in Go memory that is given to C or stored in its records, and C's
// calls of callbacks that were freed, at the price of slower calls.
//
// # Where a library is looked for
//
// A name with a slash, on Windows also with a backslash or a colon, is a path, and only that file is tried. A bare name may be a file's, such as
// "libm.so.6", or short: "m" stands for libm.so on Linux, libm.dylib on macOS and m.dll or libm.dll on Windows. It
// is looked for
//
//  1. beside the executable,
//  2. in the folders of LD_LIBRARY_PATH (on macOS DYLD_LIBRARY_PATH), as it was when the program started,
//  3. where the system's loader looks by itself. On Linux that is its cache, /etc/ld.so.cache, and its default
//     folders, or with the C library musl the folders that its configuration lists; on macOS
//     /usr/local/lib, /opt/homebrew/lib and the system's own libraries, and for a name such as
//     "Metal.framework" the folders of frameworks; on Windows the system's folder, then the folders of PATH, without
//     those that depend on the current one.
//
// Each place is asked first for the exact file, then for a version of it: "m" and "libm.so" find libm.so.6 where
// there is no libm.so. Several versions in one place are [ErrAmbiguous], with the list of them; the option
// [Version] or the full name picks one. A linker script, which development packages install as libm.so,
// leads to what it names. A file that cannot be loaded does not end the search. When all
// places fail, the error lists each with its reason.
//
// The current folder is not among the places, not even through an empty entry in LD_LIBRARY_PATH, which the system's
// loader takes for it. (A "." written there is a folder like any other.) A library that lies there and
// nowhere else is refused with the advice to write "./name".
//
// A file is inspected before the system's loader sees it: a text file, a linker script given by path, a
// truncated file or a library for another processor is an error. What lies beyond its headers is
// trusted: loading a library runs its initialisers, and a malicious or corrupted one can do anything.
//
// # Symbols
//
// [Lib.Symbol] finds functions and variables of the library and of those that it needs. On Linux a library
// tells which is which, and how large a variable is: a function that is a variable is [ErrNotFunction], a variable
// that is a function or one per thread [ErrNotVariable], and one of another size [ErrSize]. On Windows
// the memory that a symbol lies in tells code from data, and nothing the size; on macOS nothing is told and checked. On Windows only
// the library's own symbols are found. [Self] is the program with all that it is linked to, among it the C library.
//
// # Embedded libraries
//
// [LoadFS] loads a library from a file system such as an [embed.FS], through an anonymous file in memory.
// Where the system offers none, lacks /proc to open it through, or forbids running it, the library is
// written to the folder kgen-ffi in the user's cache folder ([os.UserCacheDir]). That folder must belong to the
// user alone, and the file is compared with the library before each use. An embedded library
// cannot refer to other files beside it.
//
// # Closing a library
//
// A library stays loaded until [Lib.Close]. No call of its functions may be running then. Functions that [Func] and [Bind] made
// panic with an *[Error] when they are called afterwards; addresses, variables, and each [Proc] are invalid.
// Loading one file twice by path gives two Libs that share the library and its variables, and it stays loaded until
// both are closed. Whether two loads of one embedded library share variables is unspecified.
// The methods of a Lib may be used by many goroutines at once.
//
// # Kernels
//
// [Proc.Call] passes one pointer, usually to a block that holds arguments and results, and returns a
// status. It costs about as much as a cgo call and allocates nothing; block and the data it points to may
// lie on the Go stack. During the call
//
//   - C may read and write the block and all that pointers in it lead to. Go memory must be
//     referred to by real pointers (unsafe.Pointer, *T), not by uintptr: only those keep it alive.
//   - C must not keep a Go pointer after it returns.
//   - C must not store a Go pointer where the collector does not look, nor anything but Go pointers and
//     C addresses in fields that Go declares as pointers.
//   - C must not call back into Go: the stack under the block could move.
//
// The call may take as long as it likes; other goroutines and the collector go on meanwhile. A crash in C
// ends the program. Nothing checks that the symbol is a function of the right type.
//
// # Limits
//
// Refused with an error:
//
//   - vectors (__m128, float32x4_t), _Float16 and _Float128 by value, which Go has no types for;
//   - calls that gcc and clang make differently, such as a struct with a flexible array by value. The error says who does what. Functions
//     that take a pointer to such a struct are not affected;
//   - structs and unions by value whose layout compilers dispute;
//   - callbacks with variable arguments; a va_list can be passed on when C made it, and Go makes none;
//   - variables that each thread has one of;
//   - more than 16,384 callbacks at once.
//
// Not noticed, and as forbidden as with cgo: longjmp across a callback, C++ exceptions that leave a function, signal handlers that C
// installs without SA_ONSTACK, a floating-point environment that C changes and leaves so.
//
// # Platforms
//
//	linux/amd64                  runs in the tests; glibc
//	linux/arm64                  runs in the tests under qemu-user; glibc
//	windows/amd64                runs in the tests under wine
//	darwin/amd64, darwin/arm64   built in the tests, not run
//	windows/arm64                built in the tests, not run
//	all others                   refused: the package compiles, and Load returns ErrUnsupported
//
// On Linux the program is a dynamically linked executable even with CGO_ENABLED=0, which names glibc's loader. On a system with musl
// build it with cgo, against musl; this has not been tried in the tests. The build tag noffi leaves the
// platform's part out: [Load] returns [ErrUnsupported], and the program is static again.
//
// The layouts of types and the ways of arguments are packages of their own, [github.com/kgen-go/kgen/ffi/ctype] and
// [github.com/kgen-go/kgen/ffi/abi], which know all six platforms on any.
package ffi
