// C functions that call back, for the tests of callbacks.
#include <complex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#include <windows.h>
typedef double longdouble; // as Microsoft has it; gcc's long double is another type
#else
#define EXPORT
typedef long double longdouble;
#include <pthread.h>
#endif

// CALL defines a function that hands its argument to a callback and returns its result.
#define CALL(name, type) \
	EXPORT type call_##name(type (*cb)(type), type x) { return cb(x); }

typedef struct { int32_t i; float f; } small;
typedef struct { double x, y; } pair;
typedef struct { int64_t word[5]; } big;
typedef struct { char c[3]; } three;
typedef struct { float x, y, z; } vec;

CALL(bool, bool)
CALL(int8, int8_t)
CALL(uint8, uint8_t)
CALL(int16, int16_t)
CALL(uint16, uint16_t)
CALL(int32, int32_t)
CALL(uint32, uint32_t)
CALL(int64, int64_t)
CALL(uint64, uint64_t)
CALL(float, float)
CALL(double, double)
CALL(pointer, void *)
CALL(longdouble, longdouble)
CALL(small, small)
CALL(pair, pair)
CALL(big, big)
CALL(three, three)
CALL(vec, vec)
CALL(complex, double _Complex)
CALL(complexfloat, float _Complex)

// Narrow values in registers whose other bits are set: Go must not see those bits.
EXPORT int32_t call_dirty(int32_t (*cb)(int8_t, uint16_t, bool, int32_t)) {
	int32_t (*wide)(int64_t, int64_t, int64_t, int64_t) = (void *)cb;
	return wide(0x7777777777777700 | 0xfe, 0x77777777777700ff, 0x7777777777777701, 0x77777777fffffffd);
}

EXPORT double call_many(double (*cb)(int8_t a, double b, int16_t c, float d, int32_t e, double f, int64_t g, float h, uint8_t i, double j,
	uint16_t k, float l, uint32_t m, double n, uint64_t o, float p, bool q, double r)) {
	return cb(-1, 2, -3, 4, -5, 6, -7, 8, 9, 10, 11, 12, 13, 14, 15, 16, true, 18);
}

EXPORT int64_t call_text(int64_t (*cb)(const char *, const char *)) { return cb("text", NULL); }
EXPORT int64_t call_add(int64_t (*cb)(int64_t, int64_t), int64_t a, int64_t b) { return cb(a, b); }
EXPORT double call_mul(double (*cb)(double, double), double a, double b) { return cb(a, b); }
EXPORT void call_void(void (*cb)(void)) { cb(); }
EXPORT int64_t call_times(int64_t (*cb)(int64_t), int64_t n) {
	int64_t sum = 0;
	for (int64_t i = 0; i < n; i++) sum += cb(i);
	return sum;
}

// The pointer outlives the call.
static int64_t (*kept)(int64_t);
EXPORT void keep(int64_t (*cb)(int64_t)) { kept = cb; }
EXPORT int64_t call_kept(int64_t x) { return kept(x); }

// call_thread calls back n times from a new thread.
struct job { int64_t (*cb)(int64_t); int64_t n, sum; };
static void run(struct job *j) { for (int64_t i = 0; i < j->n; i++) j->sum += j->cb(i); }
#ifdef _WIN32
static DWORD WINAPI work(void *p) { run(p); return 0; }
EXPORT int64_t call_thread(int64_t (*cb)(int64_t), int64_t n) {
	struct job j = {cb, n, 0};
	HANDLE t = CreateThread(NULL, 0, work, &j, 0, NULL);
	if (!t) return -1;
	WaitForSingleObject(t, INFINITE);
	CloseHandle(t);
	return j.sum;
}
#else
static void *work(void *p) { run(p); return NULL; }
EXPORT int64_t call_thread(int64_t (*cb)(int64_t), int64_t n) {
	struct job j = {cb, n, 0};
	pthread_t t;
	if (pthread_create(&t, NULL, work, &j)) return -1;
	pthread_join(t, NULL);
	return j.sum;
}
#endif
