// The functions that func_test.go and func_paths_test.go call.
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT
#endif

typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long long ull;
typedef long long ll;

// Scalars: what comes in must go out, and be combined so that each argument counts.
EXPORT void nothing(void) {}
EXPORT ll constant64(void) { return 0x123456789abcdef0; }
EXPORT int constant32(void) { return -7; }
EXPORT double constantD(void) { return 0.1; }
EXPORT float constantS(void) { return 0.1f; }
EXPORT void *null(void) { return 0; }

EXPORT ll i8(signed char x) { return x; }
EXPORT ll i16(short x) { return x; }
EXPORT ll i32(int x) { return x; }
EXPORT ll i64(ll x) { return x; }
EXPORT ull u8(uchar x) { return x; }
EXPORT ull u16(ushort x) { return x; }
EXPORT ull u32(uint x) { return x; }
EXPORT ull u64(ull x) { return x; }
EXPORT ll b(bool x) { return x ? 3 : 2; }
EXPORT double f32(float x) { return x; }
EXPORT double f64(double x) { return -x; }

// The compilers leave what they like in the rest of the result register.
EXPORT signed char to_i8(ll x) { return (signed char)x; }
EXPORT short to_i16(ll x) { return (short)x; }
EXPORT int to_i32(ll x) { return (int)x; }
EXPORT uchar to_u8(ll x) { return (uchar)x; }
EXPORT ushort to_u16(ll x) { return (ushort)x; }
EXPORT uint to_u32(ll x) { return (uint)x; }
EXPORT bool to_bool(ll x) { return x != 0; }
EXPORT float to_f32(double x) { return (float)x; }

EXPORT ll sub64(ll x, ll y) { return (ll)((ull)x - (ull)y); }
EXPORT int sub32(int x, int y) { return (int)((uint)x - (uint)y); }
EXPORT double subD(double x, double y) { return x - y; }
EXPORT float subS(float x, float y) { return x - y; }
EXPORT double mixDI(double x, int n) { return x + n; }
EXPORT double mixID(int n, double x) { return x - n; }
EXPORT double mixLD(ll n, double x) { return x * (double)n; }
EXPORT ll mixDL(double x, ll n) { return n + (x > 0); }
EXPORT float mixISI(int n, float x, int m) { return x + (float)(n % 100) - (float)(m % 100); }

// More arguments than registers.
EXPORT ull ints8(uchar a, ushort c, uint d, ull e, signed char f, short g, int h, ll i) {
	return a + 3 * (ull)c + 5 * (ull)d + 7 * e + 11 * (ull)(ll)f + 13 * (ull)(ll)g + 17 * (ull)(ll)h + 19 * (ull)i;
}
EXPORT ull ints9(ull a, ull c, ull d, ull e, ull f, ull g, signed char h, ushort i, int j) {
	return a + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g + 17 * (ull)(ll)h + 19 * (ull)i + 23 * (ull)(ll)j;
}
EXPORT ull ints12(ull a, ull c, ull d, ull e, ull f, ull g, ull h, ull i, ull j, ull k, ull l, uchar m) {
	return a + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g + 17 * h + 19 * i + 23 * j + 29 * k + 31 * l + 37 * (ull)m;
}
EXPORT double floats10(double a, float c, double d, float e, double f, float g, double h, float i, double j, float k) {
	return a + 2 * c + 3 * d + 4 * e + 5 * f + 6 * g + 7 * h + 8 * i + 9 * j + 10 * k;
}
EXPORT double mixed16(int a, double c, short d, float e, ll f, double g, uchar h, float i, uint j, double k, bool l, float m, ll n, double o, ushort p, double q) {
	return a + 2 * c + 3 * d + 4 * e + 5 * (double)f + 6 * g + 7 * h + 8 * i + 9 * (double)j + 10 * k + 11 * l + 12 * m + 13 * (double)n + 14 * o + 15 * p + 16 * q;
}

// Pointers.
EXPORT ll deref(const ll *p) { return p ? *p : -1; }
EXPORT void store(ll *p, ll x) { *p = x; }
EXPORT const ll *same(const ll *p) { return p; }
EXPORT void *advance(void *p, ll n) { return (char *)p + n; }
EXPORT double sumD(const double *p, ll n) {
	double s = 0;
	for (ll i = 0; i < n; i++) s += p[i];
	return s;
}

// Strings.
EXPORT int length(const char *s) { return s ? (int)strlen(s) : -1; }
EXPORT int joined(const char *a, const char *c, char *out, int n) {
	strncpy(out, a, (size_t)n);
	strncat(out, c, (size_t)n - strlen(out) - 1);
	return (int)strlen(out);
}
EXPORT const char *borrowed(int which) { return which == 0 ? 0 : which == 1 ? "" : "borrowed text"; }
static int living;
EXPORT char *owned(const char *s) {
	if (!s || !*s) return 0;
	living++;
	char *copy = malloc(strlen(s) + 1);
	return strcpy(copy, s);
}
EXPORT void release(void *p) {
	living--;
	free(p);
}
EXPORT int alive(void) { return living; }

// errno.
EXPORT int fails(int result, int code) {
	errno = code;
	return result;
}
EXPORT int leaves_errno(int result) { return errno == 0 ? result : -100; }
EXPORT void *fails_pointer(void *result, int code) {
	errno = code;
	return result;
}
EXPORT double fails_double(double result, int code) {
	errno = code;
	return result;
}
EXPORT uint fails_uint(int code) {
	errno = code;
	return ~0u;
}
EXPORT const char *fails_string(int code) {
	errno = code;
	return code ? 0 : "fine";
}
EXPORT void fails_void(int code) { errno = code; }

// Variables.
EXPORT ll counter = 41;
EXPORT const char *word = "word";
EXPORT struct { int x; double y; } pair = {7, 0.5};
EXPORT ll next(void) { return ++counter; }

// Structs by value: those of purego's issues first.
struct complex2 { struct { double re, im; } z; };
struct complex_array { double dat[2]; };
struct long_floats { ll a; float x, y; };
struct float_long { float x; ll a; };
struct char_int { signed char c; int i; };
struct char_long { signed char c; ll l; };
struct double_long { double d; ll l; };
struct big { ll a, c, d; };
struct three { uchar c[3]; };
struct floats4 { float x[4]; };

EXPORT struct complex2 make_complex2(double re, double im) { return (struct complex2){{re, im}}; }
EXPORT struct complex_array make_complex_array(double re, double im) { return (struct complex_array){{re, im}}; }
EXPORT struct long_floats make_long_floats(ll a, float x, float y) { return (struct long_floats){a, x, y}; }
EXPORT struct float_long make_float_long(float x, ll a) { return (struct float_long){x, a}; }
EXPORT ll take_char_int(struct char_int s) { return 1000 * (ll)s.i + s.c; }
EXPORT ll take_char_long(struct char_long s) { return 1000 * s.l + s.c; }
EXPORT double take_double_long(double a, double b, double c, double d, double e, double f, double g, double h, struct double_long s) {
	return a + b + c + d + e + f + g + h + 100 * s.d + (double)s.l;
}
EXPORT struct big make_big(ll a, ll c, ll d) { return (struct big){a, c, d}; }
EXPORT ll take_big(int first, struct big s, int last) { return first + 10 * s.a + 100 * s.c + 1000 * s.d + last; }
EXPORT struct three turn_three(struct three s) { return (struct three){{s.c[2], s.c[0], s.c[1]}}; }
EXPORT struct floats4 turn_floats4(struct floats4 s) { return (struct floats4){{s.x[3], s.x[2], s.x[1], s.x[0]}}; }
EXPORT double _Complex turn_complex(double _Complex z) { return z * 2; }
EXPORT float _Complex turn_complexS(float _Complex z) { return z * 2; }
EXPORT float _Complex mixed_complex(int n, float _Complex a, double x, double _Complex b, float y, float _Complex c) {
	switch (n & 3) {
	case 0: return a - c;
	case 1: return (float _Complex)b;
	case 2: return c + y;
	}
	return a + (float)x;
}
EXPORT double _Complex stack_complex(double a, double b, double c, double d, double e, double f, double g, double h, double _Complex y, float _Complex z) {
	return y + z;
}
EXPORT long double turn_long_double(long double x) { return x / 2; }

// Variable arguments: the format says their types: i, l, d, s, p.
EXPORT double variable(const char *format, ...) {
	va_list list;
	va_start(list, format);
	double sum = 0;
	for (int at = 1; *format; format++, at++) {
		switch (*format) {
		case 'i': sum += at * (double)va_arg(list, int); break;
		case 'l': sum += at * (double)va_arg(list, ll); break;
		case 'd': sum += at * va_arg(list, double); break;
		case 's': sum += at * (double)strlen(va_arg(list, const char *)); break;
		case 'p': sum += at * (double)*va_arg(list, const int *); break;
		}
	}
	va_end(list);
	return sum;
}

// Callbacks.
EXPORT ll apply(ll (*f)(ll), ll x) { return f ? f(x) : -1; }
EXPORT ll apply_pointer(ll (*f)(ll *), ll *p) { return f(p) + *p; }
EXPORT double apply_double(double (*f)(double), double x) { return f(x); }
EXPORT int apply_store(int (*f)(void), int *out) {
	int x = f();
	*out = x;
	return x;
}
EXPORT ll (*get_sub64(void))(ll, ll) { return sub64; }
EXPORT const void *node(const void *p) { return p; }

// What only a declaration describes to Go.
#pragma pack(push, 1)
struct packed { char c; double d; short s; };
#pragma pack(pop)
union real { double d; };
struct whole { ll i; };
union number { ll i; double d; struct { float x, y; } f; };
struct bits { unsigned a : 3; int b : 5; float x; };
enum color { RED, GREEN = 7, BLUE };

EXPORT struct packed turn_packed(struct packed p) { return (struct packed){(char)(p.c + 1), p.d * 2, (short)-p.s}; }
EXPORT union number turn_number(union number n) {
	n.i++;
	return n;
}
EXPORT union real turn_real(union real n) { return (union real){-n.d}; }
EXPORT struct whole turn_whole(struct whole n) { return (struct whole){-n.i}; }
EXPORT union real apply_real(union real (*f)(union real), union real n) { return f(n); }
EXPORT struct packed make_packed(int n) { return (struct packed){(char)n, n, (short)n}; }
EXPORT long double make_long_double(int n) { return n; }
EXPORT struct bits turn_bits(struct bits b) { return (struct bits){b.a + 1, -b.b, b.x * 2}; }
EXPORT enum color next_color(enum color c) { return c == RED ? GREEN : BLUE; }
EXPORT ll sum4(const ll a[4]) { return a ? a[0] + a[1] + a[2] + a[3] : 0; }
EXPORT int plain_char(char c) { return c; }
EXPORT ll old_style() { return 77; }
