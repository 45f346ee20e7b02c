/* The functions that every rival calls: cgo compiles them into the program, Python loads them as a library. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

__attribute__((noinline)) void k_empty(void) { __asm__ volatile(""); }
__attribute__((noinline)) int64_t k_ints(int64_t x, int64_t y) { return x + y; }
__attribute__((noinline)) double k_doubles(double x, double y) { return x + y; }
__attribute__((noinline)) int64_t k_narrow(int16_t x, _Bool y) { return x + y; }
__attribute__((noinline)) double k_mixed(double x, int64_t n, const double *p, int32_t i) { return x + n + *p + i; }
__attribute__((noinline)) int64_t k_errno(int64_t x) { if (x < 0) errno = EINVAL; return x; }
__attribute__((noinline)) int64_t k_length(const char *s) { return strlen(s); }

__attribute__((noinline)) int64_t k_call_int(int64_t (*f)(int64_t), int64_t x) { return f(x); }
__attribute__((noinline)) double k_call_double(double (*f)(double), double x) { return f(x); }
