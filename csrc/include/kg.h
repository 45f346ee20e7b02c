/* kg.h: what the C that kgen writes stands on. Plain C11 for gcc, clang and tcc. */
#ifndef KG_H
#define KG_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__TINYC__)
#define KG_EXPORT __attribute__((visibility("default")))
#define KG_HIDDEN __attribute__((visibility("hidden")))
#define KG_COLD __attribute__((cold, noinline, unused))
#define KG_NOINLINE __attribute__((noinline))
#define KG_UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define KG_EXPORT
#define KG_HIDDEN
#define KG_COLD
#define KG_NOINLINE
#define KG_UNLIKELY(x) (x)
#endif

#define KG_PASTE2(a, b) a##b
#define KG_PASTE(a, b) KG_PASTE2(a, b)

/* What a kernel returns beside 0 and the number of a failed check's site plus one. */
#define KG_NO_LEVEL (-1)   /* the library has no variant for this CPU */
#define KG_BAD_BUFFER (-2) /* a buffer of the block is smaller than the kernel needs */

/* The values of a failed check. */
typedef struct {
	int64_t x, y;
} kg_fault;

/* A Go slice; p points to len of cap elements and is null for a nil slice only. */
typedef struct {
	void *p;
	int64_t len, cap;
} kg_slice;

/* A slice that a kernel returns, in elements of buffer number buf; -1 stands for nil. */
typedef struct {
	int64_t buf, off, len, cap;
} kg_ref;

/* Zeroed memory for cap elements, which the caller owns. */
typedef struct {
	void *p;
	int64_t cap;
} kg_buffer;

/* The argument of NAME_level: see the comment there. */
struct kg_level {
	int64_t want, have, best, built;
};

typedef struct {
	float re, im;
} kg_c64;

typedef struct {
	double re, im;
} kg_c128;

/* kg_fail records the values of a failed check and gives the kernel's status. */
KG_COLD static int32_t kg_fail(kg_fault *fault, int32_t site, int64_t x, int64_t y)
{
	fault->x = x;
	fault->y = y;
	return site + 1;
}

static inline kg_ref kg_make_ref(const void *p, int64_t len, int64_t cap, int64_t buf, const void *base, int64_t size)
{
	if (p == NULL)
		return (kg_ref){-1, 0, 0, 0};
	return (kg_ref){buf, ((const char *)p - (const char *)base) / size, len, cap};
}

/* Floats by their bits. */
static inline double kg_bits_f64(uint64_t bits)
{
	double x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

static inline float kg_bits_f32(uint32_t bits)
{
	float x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

static inline uint64_t kg_word_f64(double x)
{
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	return bits;
}

static inline uint32_t kg_word_f32(float x)
{
	uint32_t bits;
	memcpy(&bits, &x, sizeof bits);
	return bits;
}

/* Integers: T of kind K and w bits, on which arithmetic wraps when it is done in the unsigned type U. */
#define KG_INTEGER(K, T, U, w)                                                                  \
	static inline T kg_shl_##K(T x, uint64_t n) { return n < (w) ? (T)((U)x << n) : (T)0; } \
	static inline T kg_min_##K(T x, T y) { return y < x ? y : x; }                          \
	static inline T kg_max_##K(T x, T y) { return y > x ? y : x; }

#define KG_SIGNED(K, T, U, w)                                                                         \
	KG_INTEGER(K, T, U, w)                                                                        \
	static inline T kg_shr_##K(T x, uint64_t n) { return (T)(x >> (n < (w) ? n : (w) - 1)); }     \
	static inline T kg_div_##K(T x, T y) { return y == -1 ? (T)((U)0 - (U)x) : (T)(x / y); }      \
	static inline T kg_rem_##K(T x, T y) { return y == -1 ? (T)0 : (T)(x % y); }                  \
	static inline T kg_abs_##K(T x) { return x < 0 ? (T)((U)0 - (U)x) : x; }

#define KG_UNSIGNED(K, T, U, w)                                                                 \
	KG_INTEGER(K, T, U, w)                                                                  \
	static inline T kg_shr_##K(T x, uint64_t n) { return n < (w) ? (T)(x >> n) : (T)0; }    \
	static inline T kg_div_##K(T x, T y) { return (T)(x / y); }                             \
	static inline T kg_rem_##K(T x, T y) { return (T)(x % y); }

KG_SIGNED(i8, int8_t, uint32_t, 8)
KG_SIGNED(i16, int16_t, uint32_t, 16)
KG_SIGNED(i32, int32_t, uint32_t, 32)
KG_SIGNED(i64, int64_t, uint64_t, 64)
KG_UNSIGNED(u8, uint8_t, uint32_t, 8)
KG_UNSIGNED(u16, uint16_t, uint32_t, 16)
KG_UNSIGNED(u32, uint32_t, uint32_t, 32)
KG_UNSIGNED(u64, uint64_t, uint64_t, 64)

/* x - y that gcc does not see as one: its vectorizer fuses neighbours a*b - c and d*e + f even under
 * -ffp-contract=off. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__TINYC__)
#define KG_SUB(K, x, y) ((x) + kg_neg_##K(y))
#else
#define KG_SUB(K, x, y) ((x) - (y))
#endif

/* Floats: T of kind K, with the suffix s of its functions in math.h. Equal numbers differ at most in the sign of
 * zero, which min and max then take from the bits. copysign sees a NaN's sign as positive. */
#define KG_FLOAT(K, T, U, s)                                                                                   \
	static inline T kg_min_##K(T x, T y)                                                                   \
	{                                                                                                      \
		if (x == y)                                                                                    \
			return kg_bits_##K((U)(kg_word_##K(x) | kg_word_##K(y)));                              \
		return x < y || x != x ? x : y;                                                                \
	}                                                                                                      \
	static inline T kg_max_##K(T x, T y)                                                                   \
	{                                                                                                      \
		if (x == y)                                                                                    \
			return kg_bits_##K((U)(kg_word_##K(x) & kg_word_##K(y)));                              \
		return x > y || x != x ? x : y;                                                                \
	}                                                                                                      \
	static inline T kg_neg_##K(T x) { return kg_bits_##K(kg_word_##K(x) ^ (U)1 << (8 * sizeof(T) - 1)); }  \
	static inline T kg_sub_##K(T x, T y) { return KG_SUB(K, x, y); }                                       \
	static inline T kg_sqrt_##K(T x) { return sqrt##s(x); }                                                \
	static inline T kg_abs_##K(T x) { return fabs##s(x); }                                                 \
	static inline T kg_floor_##K(T x) { return floor##s(x); }                                              \
	static inline T kg_ceil_##K(T x) { return ceil##s(x); }                                                \
	static inline T kg_trunc_##K(T x) { return trunc##s(x); }                                              \
	static inline T kg_fma_##K(T x, T y, T z) { return fma##s(x, y, z); }                                  \
	static inline T kg_copysign_##K(T x, T y) { return copysign##s(x, y != y ? (T)1 : y); }

KG_FLOAT(f32, float, uint32_t, f)
KG_FLOAT(f64, double, uint64_t, )

/* With -fno-trapping-math gcc takes (double)(int64_t)x for trunc(x), which differs where x is in (-1, -0]: an
 * integer has no -0. A zero that it must take for a variable stands between the two conversions. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__TINYC__)
static uint8_t kg_zero __attribute__((used));
#else
#define kg_zero 0
#endif

/* Float to integer: cut towards zero, the nearest limit when out of range, 0 for NaN. lo and hi are powers of two
 * (or 0), exact in both float types: every number between them cuts to one in range. */
#define KG_CUT(F, f, K, T, lo, hi, least, greatest)                                    \
	static inline T kg_##F##_##K(f x)                                              \
	{                                                                              \
		return x > (f)(lo) && x < (f)(hi) ? (T)((T)x | (T)kg_zero)             \
		     : x >= (f)(hi)               ? (T)(greatest)                      \
		     : x <= (f)(lo)               ? (T)(least)                         \
						  : (T)0;                              \
	}

#define KG_CUTS(F, f)                                                                  \
	KG_CUT(F, f, i8, int8_t, -0x1p7, 0x1p7, INT8_MIN, INT8_MAX)                    \
	KG_CUT(F, f, i16, int16_t, -0x1p15, 0x1p15, INT16_MIN, INT16_MAX)              \
	KG_CUT(F, f, i32, int32_t, -0x1p31, 0x1p31, INT32_MIN, INT32_MAX)              \
	KG_CUT(F, f, i64, int64_t, -0x1p63, 0x1p63, INT64_MIN, INT64_MAX)              \
	KG_CUT(F, f, u8, uint8_t, 0.0, 0x1p8, 0, UINT8_MAX)                            \
	KG_CUT(F, f, u16, uint16_t, 0.0, 0x1p16, 0, UINT16_MAX)                        \
	KG_CUT(F, f, u32, uint32_t, 0.0, 0x1p32, 0, UINT32_MAX)                        \
	KG_CUT(F, f, u64, uint64_t, 0.0, 0x1p64, 0, UINT64_MAX)

KG_CUTS(f32, float)
KG_CUTS(f64, double)

/* kg_trips is the number of iterations of a counted loop over lo, lo+step, … < hi, given as unsigned numbers. */
static inline uint64_t kg_trips(bool any, uint64_t lo, uint64_t hi, uint64_t step)
{
	return any ? (hi - lo - 1) / step + 1 : 0;
}

#endif
