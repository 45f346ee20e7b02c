// C functions for the tests of package sys.
#include <complex.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#ifndef _WIN32
#include <pthread.h>
#endif

typedef int64_t (*int_cb)(int64_t, int64_t);
typedef double (*double_cb)(double, double);

int64_t ints(int64_t a, int64_t b, int64_t c, int64_t d) { return a + 10 * b + 100 * c + 1000 * d; }
double floats(double a, double b, double c, double d) { return a + 10 * b + 100 * c + 1000 * d; }
float singles(float a, float b) { return a - b; }
double mixed(int64_t a, double b) { return (double)a * b; }
void nothing(void) {}

int64_t many(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h, int64_t i, int64_t j,
	double x0, double x1, double x2, double x3, double x4, double x5, double x6, double x7, double x8) {
	int64_t n[] = {a, b, c, d, e, f, g, h, i, j, x0, x1, x2, x3, x4, x5, x6, x7, x8}, sum = 0;
	for (int k = 0; k < 19; k++) sum = sum * 3 + n[k];
	return sum;
}

int fails(int code) {
	int before = errno;
	errno = code;
	return before;
}

double variadic(int n, ...) {
	va_list list;
	double sum = 0;
	va_start(list, n);
	while (n-- > 0) sum += va_arg(list, double);
	va_end(list);
	return sum;
}

struct small { unsigned char byte[1 << 16]; };
struct big { unsigned char byte[1 << 20]; };
struct pair { double x, y; };
struct four { double a, b, c, d; };
struct triple { int64_t a, b, c; };

int64_t sum_bytes(const unsigned char *p, int64_t n) {
	int64_t sum = 0;
	for (int64_t i = 0; i < n; i++) sum = sum * 31 + p[i];
	return sum;
}
int64_t take_64k(struct small s) { return sum_bytes(s.byte, sizeof s); }
int64_t take_1m(struct big s) { return sum_bytes(s.byte, sizeof s); }
struct pair make_pair(double x) { return (struct pair){x, -x}; }
struct four make_four(double x) { return (struct four){x, x + 1, x + 2, x + 3}; }
struct triple make_triple(int64_t a, int_cb cb) {
	int64_t b = cb ? cb(a, 1) : 0;
	return (struct triple){a, b, a + b};
}
long double half(int64_t a) { return a / 2.0L; }
long double _Complex halves(int64_t a, int64_t b) { return a / 2.0L + b / 2.0L * I; }

int64_t call_int(int_cb cb, int64_t a, int64_t b) { return cb(a, b); }
double call_double(double_cb cb, double a, double b) { return cb(a, b); }
int64_t call_many(int_cb cb, int64_t n) {
	int64_t sum = 0;
	while (n-- > 0) sum += cb(n, sum);
	return sum;
}
int64_t call_all_slots(char *first, int64_t stride, int64_t n) {
	int64_t right = 0;
	for (int64_t i = 0; i < n; i++) right += ((int_cb)(first + i * stride))(i, 0) == i;
	return right;
}
struct pair call_args(struct pair (*cb)(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t,
	double, double, double, double, double, double, double, double, double, double)) {
	return cb(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5);
}
int call_four(struct four (*cb)(void)) {
	struct four f = cb();
	return f.a == 1 && f.b == 2 && f.c == 3 && f.d == 4;
}
int call_triple(struct triple (*cb)(int64_t)) {
	struct triple t = cb(5);
	return t.a == 5 && t.b == 6 && t.c == 7;
}
int call_half(long double (*cb)(int)) { return cb(3) == 1.5L; }
int call_halves(long double _Complex (*cb)(void)) {
	long double _Complex z = cb();
	return creall(z) == 1.5L && cimagl(z) == -2.5L;
}

#ifndef _WIN32
struct job { int_cb cb; int64_t n, sum; };
static void *work(void *p) {
	struct job *j = p;
	for (int64_t i = 0; i < j->n; i++) j->sum += j->cb(i, j->n);
	return NULL;
}

// threads calls back n times from each of 4 new threads.
int64_t threads(int_cb cb, int64_t n) {
	pthread_t t[4];
	struct job j[4];
	int64_t sum = 0;
	for (int i = 0; i < 4; i++) {
		j[i] = (struct job){cb, n, 0};
		if (pthread_create(&t[i], NULL, work, &j[i])) return -1;
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		sum += j[i].sum;
	}
	return sum;
}
#endif

// preserved calls back with known values in all the registers that a callee has to preserve, and returns how many changed.
#if defined __x86_64__ && !defined _WIN32
int64_t preserved(int_cb cb) {
	int64_t bad;
	__asm__ volatile(
		"push %%rbp\n\t mov %%rsp, %%rbp\n\t sub $128, %%rsp\n\t and $-16, %%rsp\n\t"
		"push %%rbx\n\t push %%r12\n\t push %%r13\n\t push %%r14\n\t push %%r15\n\t push %%rbp\n\t"
		"mov $101, %%rbx\n\t mov $102, %%r12\n\t mov $103, %%r13\n\t mov $104, %%r14\n\t mov $105, %%r15\n\t mov $106, %%rbp\n\t"
		"call *%%rax\n\t"
		"xor %%eax, %%eax\n\t"
		"sub $101, %%rbx\n\t or %%rbx, %%rax\n\t sub $102, %%r12\n\t or %%r12, %%rax\n\t sub $103, %%r13\n\t or %%r13, %%rax\n\t"
		"sub $104, %%r14\n\t or %%r14, %%rax\n\t sub $105, %%r15\n\t or %%r15, %%rax\n\t sub $106, %%rbp\n\t or %%rbp, %%rax\n\t"
		"pop %%rbp\n\t pop %%r15\n\t pop %%r14\n\t pop %%r13\n\t pop %%r12\n\t pop %%rbx\n\t"
		"mov %%rbp, %%rsp\n\t pop %%rbp\n\t"
		: "=a"(bad) : "a"(cb) : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc",
		"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	return bad;
}
#elif defined __aarch64__
__attribute__((noinline)) int64_t preserved(int_cb cb) {
	register int64_t r19 __asm__("x19") = 119, r20 __asm__("x20") = 120, r21 __asm__("x21") = 121, r22 __asm__("x22") = 122,
		r23 __asm__("x23") = 123, r24 __asm__("x24") = 124, r25 __asm__("x25") = 125, r26 __asm__("x26") = 126,
		r27 __asm__("x27") = 127, r28 __asm__("x28") = 128;
	register double d8 __asm__("d8") = 8, d9 __asm__("d9") = 9, d14 __asm__("d14") = 14, d15 __asm__("d15") = 15;
	register int_cb fn __asm__("x9") = cb;
	__asm__ volatile("blr x9"
		: "+r"(r19), "+r"(r20), "+r"(r21), "+r"(r22), "+r"(r23), "+r"(r24), "+r"(r25), "+r"(r26), "+r"(r27), "+r"(r28),
		"+w"(d8), "+w"(d9), "+w"(d14), "+w"(d15), "+r"(fn)
		: : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x30", "memory", "cc",
		"v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
	return r19 != 119 || r20 != 120 || r21 != 121 || r22 != 122 || r23 != 123 || r24 != 124 || r25 != 125 || r26 != 126 ||
		r27 != 127 || r28 != 128 || d8 != 8 || d9 != 9 || d14 != 14 || d15 != 15;
}
#endif
