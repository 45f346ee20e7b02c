//go:build linux && !android && (amd64 || arm64) && !noffi

package ffi_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/kgen-go/kgen/csrc/csrctest"
	"github.com/kgen-go/kgen/ffi"
)

// needLib loads a library by its short name, or skips the test unless KGEN_REQUIRE wants it.
func needLib(t testing.TB, name string) *ffi.Lib {
	t.Helper()
	lib, err := ffi.Load(name)
	if err != nil {
		if errors.Is(err, ffi.ErrNotFound) {
			csrctest.Missing(t, "there is no library %s", "lib"+name)
		}
		t.Fatal(err)
	}
	t.Cleanup(func() { closeLib(t, lib) })
	return lib
}

func TestLibc(t *testing.T) {
	libc := ffi.Self()
	d := declare(t, libc, `
typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;
div_t div(int, int);
ldiv_t ldiv(long, long);
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
int snprintf(char *buf, size_t n, const char *format, ...);
double strtod(const char *s, char **end);
long strtol(const char *s, char **end, int base);
struct tm { int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst; ...; };
char *getenv(const char *name);
int toupper(int c);
`)
	call := caller(t, libc)
	if got := call("div", -7, 2).String(); got != "div_t {quot: -3, rem: -1}" {
		t.Errorf("div: %s", got)
	}
	if got := call("ldiv", 1<<40+1, 1<<20).String(); got != "ldiv_t {quot: 1048576, rem: 1}" {
		t.Errorf("ldiv: %s", got)
	}
	numbers := []int32{5, -3, 99, 0, 7, math.MinInt32}
	call("qsort", numbers, len(numbers), 4, func(a, b *int32) int32 { return int32(cmpInt(*a, *b)) })
	if !slices.IsSorted(numbers) {
		t.Errorf("qsort: %v", numbers)
	}
	buf := make([]byte, 64)
	n := call("snprintf", buf, len(buf), "%d %s %.2f %c %ld %Lg|", 42, "text", 2.345, 'x', int64(1)<<40, ffi.LongDoubleOf(0.5))
	if got := string(buf[:n.Int()]); got != "42 text 2.35 x 1099511627776 0.5|" && got != "42 text 2.34 x 1099511627776 0.5|" {
		t.Errorf("snprintf: %q", got)
	}
	if v := call("strtod", "1e999", nil); !math.IsInf(v.Float(), 1) || v.Errno() != syscall.ERANGE {
		t.Errorf("strtod: %v, errno %d", v, v.Errno())
	}
	text, err := ffi.CString(freed(t), "12.5rest")
	if err != nil {
		t.Fatal(err)
	}
	end := newRecord(t, d, "char *")
	if v := call("strtod", text, end); v.Float() != 12.5 || v.Errno() != 0 || get(t, end, "").String() != "rest" {
		t.Errorf("strtod: %v, errno %d, end %v", v, v.Errno(), end)
	}
	if _, err := d.New(freed(t), "struct tm"); err == nil {
		t.Error("a struct with fields that are not declared has a size")
	}
}

func cmpInt(a, b int32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// TestDeclareKinds declares functions as variables and the reverse.
func TestDeclareKinds(t *testing.T) {
	libc := needLib(t, "c")
	err := libc.Declare(cdef(t, "int stdout(int);\nextern int puts;\nextern char optind;\nextern void *environ;\n"))
	for _, want := range []string{"cdef:1:5: stdout: not a function", "cdef:2:12: puts: not a variable", "cdef:3:13: optind: wrong size"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
	for _, want := range []error{ffi.ErrNotFunction, ffi.ErrNotVariable, ffi.ErrSize} {
		if !errors.Is(err, want) {
			t.Errorf("%v is not %v", err, want)
		}
	}
	if _, err := libc.Call("stdout", 1); !errors.Is(err, ffi.ErrNotFunction) {
		t.Errorf("stdout: %v", err)
	}
	if _, err := libc.Variable("puts"); !errors.Is(err, ffi.ErrNotVariable) {
		t.Errorf("puts: %v", err)
	}
	if err := libc.Declare(cdef(t, "extern struct unknown stderr; extern const unsigned short in6addr_any[];")); err != nil {
		t.Errorf("variables of unknown size: %v", err)
	}
	if r, err := libc.Variable("in6addr_any"); err != nil || r.Addr() == nil {
		t.Errorf("in6addr_any: %v", err)
	}
	if r, err := libc.Variable("environ"); err != nil || get(t, r, "").IsNil() {
		t.Errorf("environ: %v, %v", r, err)
	}
}

func TestLibm(t *testing.T) {
	libm := needLib(t, "m")
	declare(t, libm, "double pow(double, double); float sqrtf(float); double frexp(double, int *); double _Complex csqrt(double _Complex); long double sqrtl(long double);")
	call := caller(t, libm)
	if got := call("pow", 2, 10).Float(); got != 1024 {
		t.Errorf("pow: %v", got)
	}
	if got := call("sqrtf", 2).Interface(); got != float32(math.Sqrt2) {
		t.Errorf("sqrtf: %v", got)
	}
	var exponent int32
	if got := call("frexp", 40, &exponent).Float(); got != 0.625 || exponent != 6 {
		t.Errorf("frexp: %v, %d", got, exponent)
	}
	if got := call("csqrt", -4).Complex(); got != 2i {
		t.Errorf("csqrt: %v", got)
	}
	if got := call("sqrtl", 6.25).String(); got != "2.5" {
		t.Errorf("sqrtl: %v", got)
	}
}

func TestZlib(t *testing.T) {
	z := needLib(t, "z")
	d := declare(t, z, `
#define Z_OK 0
#define Z_STREAM_END 1
#define Z_FINISH 4
typedef unsigned char Bytef;
typedef unsigned long uLong, uLongf;
uLong compressBound(uLong n);
int compress2(Bytef *dest, uLongf *destLen, const Bytef *source, uLong sourceLen, int level);
uLong crc32(uLong crc, const Bytef *buf, unsigned len);
const char *zlibVersion(void);

typedef struct {
	const Bytef *next_in;
	unsigned avail_in;
	uLong total_in;
	Bytef *next_out;
	unsigned avail_out;
	uLong total_out;
	const char *msg;
	struct internal_state *state;
	void *(*zalloc)(void *, unsigned, unsigned);
	void (*zfree)(void *, void *);
	void *opaque;
	int data_type;
	uLong adler, reserved;
} z_stream;
int inflateInit_(z_stream *strm, const char *version, int stream_size);
int inflate(z_stream *strm, int flush);
int inflateEnd(z_stream *strm);
`)
	call := caller(t, z)
	if got := call("crc32", 0, "123456789", 9).Uint(); got != 0xcbf43926 {
		t.Errorf("crc32: %#x", got)
	}
	text := strings.Repeat("a text that is repeated ", 100)
	size := call("compressBound", len(text)).Uint()
	packed := make([]byte, size)
	ok, _ := d.Const("Z_OK")
	if v := call("compress2", packed, &size, text, len(text), 9); v.String() != ok.String() {
		t.Fatalf("compress2: %v", v)
	}
	r, err := zlib.NewReader(bytes.NewReader(packed[:size]))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(r); err != nil || string(back) != text {
		t.Errorf("Go unpacks %d bytes, %v", len(back), err)
	}
	a := freed(t)
	in, err := ffi.Alloc[byte](a, int(size))
	if err != nil {
		t.Fatal(err)
	}
	copy(in, packed)
	out, err := ffi.Alloc[byte](a, len(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.New(a, "z_stream")
	if err != nil {
		t.Fatal(err)
	}
	for field, v := range map[string]any{"next_in": in, "avail_in": len(in), "next_out": out, "avail_out": len(out)} {
		set(t, s, field, v)
	}
	call("inflateInit_", s, call("zlibVersion").String(), len(s.Bytes()))
	finish, _ := d.Const("Z_FINISH")
	if v := call("inflate", s, finish); v.Int() != 1 || string(out) != text || get(t, s, "total_out").Uint() != uint64(len(text)) {
		t.Errorf("inflate: %v, %v", v, s)
	}
	call("inflateEnd", s)
}

const sqliteDecls = `
#define SQLITE_OK 0
#define SQLITE_ROW 100
#define SQLITE_DONE 101
#define SQLITE_TRANSIENT ((sqlite3_destructor_type)-1)
typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
typedef struct sqlite3_context sqlite3_context;
typedef struct sqlite3_value sqlite3_value;
typedef long long sqlite3_int64;
typedef void (*sqlite3_destructor_type)(void *);
int sqlite3_open(const char *filename, sqlite3 **db);
int sqlite3_close(sqlite3 *);
const char *sqlite3_errmsg(sqlite3 *);
int sqlite3_exec(sqlite3 *, const char *sql, int (*callback)(void *, int, char **, char **), void *, char **errmsg);
int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **stmt, const char **tail);
int sqlite3_bind_text(sqlite3_stmt *, int, const char *, int n, sqlite3_destructor_type);
int sqlite3_bind_double(sqlite3_stmt *, int, double);
int sqlite3_step(sqlite3_stmt *);
int sqlite3_reset(sqlite3_stmt *);
int sqlite3_finalize(sqlite3_stmt *);
const unsigned char *sqlite3_column_text(sqlite3_stmt *, int);
double sqlite3_column_double(sqlite3_stmt *, int);
sqlite3_int64 sqlite3_column_int64(sqlite3_stmt *, int);
`

// TestSqlite opens, writes and queries a data base with nothing but C declarations.
func TestSqlite(t *testing.T) {
	lib := needLib(t, "sqlite3")
	d := declare(t, lib, sqliteDecls)
	call := caller(t, lib)
	handle := newRecord(t, d, "sqlite3 *")
	check := func(v ffi.Value, want string) {
		t.Helper()
		if code, _ := d.Const(want); v.String() != code.String() {
			t.Fatalf("%v, want %s: %v", v, want, call("sqlite3_errmsg", get(t, handle, "")))
		}
	}
	check(call("sqlite3_open", ":memory:", handle), "SQLITE_OK")
	db := get(t, handle, "")
	check(call("sqlite3_exec", db, "create table t(name text, value real)", nil, nil, nil), "SQLITE_OK")

	prepare := func(sql string) ffi.Value {
		stmt := newRecord(t, d, "sqlite3_stmt *")
		check(call("sqlite3_prepare_v2", db, sql, -1, stmt, nil), "SQLITE_OK")
		return get(t, stmt, "")
	}
	insert := prepare("insert into t values(?, ?)")
	transient, _ := d.Const("SQLITE_TRANSIENT")
	for i, name := range []string{"one", "zwei", "três"} {
		check(call("sqlite3_bind_text", insert, 1, name, len(name), transient), "SQLITE_OK")
		check(call("sqlite3_bind_double", insert, 2, float64(i)+0.5), "SQLITE_OK")
		check(call("sqlite3_step", insert), "SQLITE_DONE")
		check(call("sqlite3_reset", insert), "SQLITE_OK")
	}
	check(call("sqlite3_finalize", insert), "SQLITE_OK")

	query := prepare("select name, value, length(name) from t where value > ? order by value desc")
	check(call("sqlite3_bind_double", query, 1, 1), "SQLITE_OK")
	var rows []string
	for call("sqlite3_step", query).Int() == 100 {
		rows = append(rows, fmt.Sprintf("%v %v %v", call("sqlite3_column_text", query, 0), call("sqlite3_column_double", query, 1), call("sqlite3_column_int64", query, 2)))
	}
	check(call("sqlite3_finalize", query), "SQLITE_OK")
	if got := strings.Join(rows, "; "); got != "três 2.5 4; zwei 1.5 4" {
		t.Errorf("rows: %s", got)
	}

	rows = nil
	each := func(_ unsafe.Pointer, n int32, values, _ **byte) int32 {
		rows = append(rows, fmt.Sprintf("%d %s", n, ffi.GoString(*values)))
		return 0
	}
	check(call("sqlite3_exec", db, "select name from t", each, nil, nil), "SQLITE_OK")
	if got := strings.Join(rows, "; "); got != "1 one; 1 zwei; 1 três" {
		t.Errorf("rows of a callback: %s", got)
	}
	if v := call("sqlite3_exec", db, "select nonsense", nil, nil, nil); v.Int() == 0 || !strings.Contains(call("sqlite3_errmsg", db).String(), "nonsense") {
		t.Errorf("an error: %v", v)
	}
	check(call("sqlite3_close", db), "SQLITE_OK")
}
