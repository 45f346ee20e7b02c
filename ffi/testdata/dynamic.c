// Fixtures of the tests of Lib.Call, Record and Value. Their declarations are in dynamic.h.
#include "dynamic.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

int counter = 40;
const char *const greeting = "hello";
struct point origin = {3, -4};

int add(int a, int b) { return a + b; }
unsigned char low(unsigned char c) { return c + 1; }
signed char minus(signed char c) { return -c; }
_Bool not(_Bool b) { return !b; }
enum color next_color(enum color c) { return c == RED ? GREEN : RED; }
unsigned long long top(void) { return ~0ull; }
float half(float x) { return x / 2; }
double twice(double x) { return 2 * x; }
long double third(long double x) { return x / 3; }
double _Complex turn(double _Complex z) { return z * 1.0i; }
float _Complex turn_float(float _Complex z) { return z * 1.0if; }
long double _Complex turn_long(long double _Complex z) { return z * 1.0il; }
__int128 shift(__int128 x, int n) { return n < 0 ? x >> -n : x << n; }
unsigned __int128 widest(void) { return ~(unsigned __int128)0; }
void nothing(void) {}

struct point mirror(struct point p) { return (struct point){p.y, p.x}; }
union number as_double(union number n) { n.d = n.i; return n; }
struct big grow(struct big b, int by) { for (int i = 0; i < 9; i++) b.v[i] += by; return b; }
int area(const struct point *p) { return p->x * p->y; }
struct point *furthest(struct point *p, int n) {
	struct point *far = 0;
	for (int i = 0; i < n; i++)
		if (!far || p[i].x > far->x) far = &p[i];
	return far;
}

size_t length(const char *s) { return s ? strlen(s) : 99; }
char *find(const char *s, char c) { return strchr(s, c); }
void fill(char *buf, size_t n) { memset(buf, 'x', n); }
int sum4(const int v[static 4]) { return v[0] + v[1] + v[2] + v[3]; }
int sum3(const int v[3]) { return v[0] + v[1] + v[2]; }
int first(int *p) { return p ? *p : -1; }
void *same(void *p) { return p; }
int required(int *p) { return *p; }
void *small_pointer(void) { return (void *)7; }
int fail(int code) { errno = code; return -1; }

int apply(int (*f)(int), int x) { return f(x); }
int apply_any(void *f, int x) { return ((int (*)(int))f)(x); }
struct point apply_point(struct point (*f)(struct point, double), struct point p) { return f(p, 0.5); }

int old_style() { return 5; }

int packet_size(void) { return sizeof(struct packet); }

// packet_bits reports which of its conditions does not hold, from 1; 0 when all do.
int packet_bits(struct packet *p) {
	if (p->version != 9) return 1;
	if (p->kind != 5) return 2;
	if (p->delta != -64) return 3;
	if (p->big != 0x2aaaabbbbcccc) return 4;
	if (!p->flag) return 5;
	if (p->corners[2].y != -77) return 6;
	if (p->value.d != 2.5) return 7;
	if (p->right != -2) return 8;
	if (strcmp(p->name, "seven77")) return 9;
	if (strcmp(p->label, "a label")) return 10;
	if (p->next != p) return 11;
	if (p->z != 1.0 - 2.0i) return 12;
	if (p->wide != 0.1L) return 13;
	if (p->huge != (unsigned __int128)1 << 100) return 14;
	if (p->color != GREEN) return 15;
	if (p->f != 0.25f) return 16;
	if (p->left) return 17;
	return 0;
}

void packet_fill(struct packet *p) {
	memset(p, 0xff, sizeof *p);
	p->kind = 2;
	p->delta = -1;
	p->big = 5;
	p->flag = 0;
}

// add_all adds n arguments as the letters of types say: i int, u unsigned, l long long, d double, D long double, s the length of a string,
// p a pointer to an int, S a struct point, z the real part of a double _Complex, h an __int128.
double add_all(const char *types, ...) {
	va_list ap;
	double sum = 0;
	va_start(ap, types);
	for (const char *t = types; *t; t++)
		switch (*t) {
		case 'i': sum += va_arg(ap, int); break;
		case 'u': sum += va_arg(ap, unsigned); break;
		case 'l': sum += va_arg(ap, long long); break;
		case 'd': sum += va_arg(ap, double); break;
		case 'D': sum += va_arg(ap, long double); break;
		case 's': sum += strlen(va_arg(ap, char *)); break;
		case 'p': { int *p = va_arg(ap, int *); sum += p ? *p : 1000; break; }
		case 'S': { struct point p = va_arg(ap, struct point); sum += p.x * 10 + p.y; break; }
		case 'z': sum += __real__ va_arg(ap, double _Complex); break;
		case 'h': sum += va_arg(ap, __int128); break;
		}
	va_end(ap);
	return sum;
}
