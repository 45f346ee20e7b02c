/* kg_lanes.h: what C with lanes stands on: the vector extensions of gcc and clang. A mask is a vector of signed
 * integers, 0 or -1, as wide as the elements that it masks; a vector of pairs is a pair of vectors. */
#ifndef KG_LANES_H
#define KG_LANES_H

#include "kg.h"

#if !defined(__GNUC__) || defined(__TINYC__)
#error "this file has vector code: compile it with gcc or clang"
#endif

#define KG_INLINE static inline __attribute__((always_inline, unused))

/* Lane by lane through a function f of scalars. The lanes lie in arrays, R from A and B: gcc's code for single elements of
 * vectors is worse, and for some pairs of types its compiler fails. */
#define KG_LANES1(name, V, R, W, A, n, f)       \
	KG_INLINE V name(W x)                   \
	{                                       \
		A a[n];                         \
		R r[n];                         \
		V v;                            \
		memcpy(a, &x, sizeof x);        \
		for (int j = 0; j < (n); j++)   \
			r[j] = f(a[j]);         \
		memcpy(&v, r, sizeof v);        \
		return v;                       \
	}

#define KG_LANES2(name, V, R, W, B, n, f)       \
	KG_INLINE V name(V x, W y)              \
	{                                       \
		R a[n];                         \
		B b[n];                         \
		memcpy(a, &x, sizeof x);        \
		memcpy(b, &y, sizeof y);        \
		for (int j = 0; j < (n); j++)   \
			a[j] = f(a[j], b[j]);   \
		memcpy(&x, a, sizeof x);        \
		return x;                       \
	}

#define KG_LANES3(name, V, R, n, f)                   \
	KG_INLINE V name(V x, V y, V z)               \
	{                                             \
		R a[n], b[n], c[n];                   \
		memcpy(a, &x, sizeof x);              \
		memcpy(b, &y, sizeof y);              \
		memcpy(c, &z, sizeof z);              \
		for (int j = 0; j < (n); j++)         \
			a[j] = f(a[j], b[j], c[j]);   \
		memcpy(&x, a, sizeof x);              \
		return x;                             \
	}

/* Division: a lane that is masked off may divide by zero, and must not trap. */
#define KG_LANES_DIV(name, V, n, f)                             \
	KG_INLINE V name(V a, V b)                              \
	{                                                       \
		V r = {0};                                      \
		for (int j = 0; j < (n); j++)                   \
			if (b[j] != 0)                          \
				r[j] = f(a[j], b[j]);           \
		return r;                                       \
	}

/* The same scalar in all lanes: the list repeats x. */
#define KG_SPLAT(name, V, T, ...) \
	KG_INLINE V name(T x) { return (V){__VA_ARGS__}; }

#define KG_SPLAT_PAIR(name, P, T, splat) \
	KG_INLINE P name(T x) { return (P){splat(x.re), splat(x.im)}; }

#define KG_ANY(name, M, n)                      \
	KG_INLINE bool name(M m)                \
	{                                       \
		int64_t any = 0;                \
		for (int j = 0; j < (n); j++)   \
			any |= m[j];            \
		return any != 0;                \
	}

#define KG_ALL(name, M, n)                      \
	KG_INLINE bool name(M m)                \
	{                                       \
		int64_t all = -1;               \
		for (int j = 0; j < (n); j++)   \
			all &= m[j];            \
		return all != 0;                \
	}

/* The first operand's lanes where the mask m is set, by bits. */
#define KG_SELECT(name, V, M) \
	KG_INLINE V name(M m, V a, V b) { return (V)(((M)a & m) | ((M)b & ~m)); }

#define KG_SELECT_PAIR(name, P, M, select) \
	KG_INLINE P name(M m, P a, P b) { return (P){select(m, a.re, b.re), select(m, a.im, b.im)}; }

/* Go's min and max of floats: equal numbers differ at most in the sign of zero. */
#define KG_MIN(name, V, M)                                              \
	KG_INLINE V name(V a, V b)                                      \
	{                                                               \
		const M same = (M)(a == b);                             \
		const M first = (M)(a < b) | (M)(a != a);               \
		const M zero = (M)a | (M)b;                             \
		return (V)((zero & same) | ((M)a & first) | ((M)b & ~(same | first))); \
	}

#define KG_MAX(name, V, M)                                              \
	KG_INLINE V name(V a, V b)                                      \
	{                                                               \
		const M same = (M)(a == b);                             \
		const M first = (M)(a > b) | (M)(a != a);               \
		const M zero = (M)a & (M)b;                             \
		return (V)((zero & same) | ((M)a & first) | ((M)b & ~(same | first))); \
	}

/* Consecutive elements, at any alignment. */
#define KG_LOAD(name, V, T)                     \
	KG_INLINE V name(const T *p)            \
	{                                       \
		V r;                            \
		memcpy(&r, p, sizeof r);        \
		return r;                       \
	}

#define KG_STORE(name, V, T) \
	KG_INLINE void name(T *p, V x) { memcpy(p, &x, sizeof x); }

#define KG_LOAD_PAIR(name, P, T, n)             \
	KG_INLINE P name(const T *p)            \
	{                                       \
		P r = {{0}, {0}};               \
		for (int j = 0; j < (n); j++) { \
			r.re[j] = p[j].re;      \
			r.im[j] = p[j].im;      \
		}                               \
		return r;                       \
	}

#define KG_STORE_PAIR(name, P, T, n)                                    \
	KG_INLINE void name(T *p, P x)                                  \
	{                                                               \
		for (int j = 0; j < (n); j++)                           \
			p[j] = (T){x.re[j], x.im[j]};                   \
	}

/* Consecutive elements under a mask: a lane that is off is not accessed. */
#define KG_MLOAD(name, V, T, M, n)              \
	KG_INLINE V name(const T *p, M m)       \
	{                                       \
		V r = {0};                      \
		for (int j = 0; j < (n); j++)   \
			if (m[j])               \
				r[j] = p[j];    \
		return r;                       \
	}

#define KG_MSTORE(name, V, T, M, n)                     \
	KG_INLINE void name(T *p, V x, M m)             \
	{                                               \
		for (int j = 0; j < (n); j++)           \
			if (m[j])                       \
				p[j] = x[j];            \
	}

#define KG_MLOAD_PAIR(name, P, T, M, n)                 \
	KG_INLINE P name(const T *p, M m)               \
	{                                               \
		P r = {{0}, {0}};                       \
		for (int j = 0; j < (n); j++)           \
			if (m[j]) {                     \
				r.re[j] = p[j].re;      \
				r.im[j] = p[j].im;      \
			}                               \
		return r;                               \
	}

#define KG_MSTORE_PAIR(name, P, T, M, n)                                \
	KG_INLINE void name(T *p, P x, M m)                             \
	{                                                               \
		for (int j = 0; j < (n); j++)                           \
			if (m[j])                                       \
				p[j] = (T){x.re[j], x.im[j]};           \
	}

/* Elements at indexes, under a mask. Of equal indexes a scatter's highest lane stays. */
#define KG_GATHER(name, V, T, I, M, n)                  \
	KG_INLINE V name(const T *p, I i, M m)          \
	{                                               \
		V r = {0};                              \
		for (int j = 0; j < (n); j++)           \
			if (m[j])                       \
				r[j] = p[i[j]];         \
		return r;                               \
	}

#define KG_SCATTER(name, V, T, I, M, n)                 \
	KG_INLINE void name(T *p, I i, V x, M m)        \
	{                                               \
		for (int j = 0; j < (n); j++)           \
			if (m[j])                       \
				p[i[j]] = x[j];         \
	}

#define KG_GATHER_PAIR(name, P, T, I, M, n)             \
	KG_INLINE P name(const T *p, I i, M m)          \
	{                                               \
		P r = {{0}, {0}};                       \
		for (int j = 0; j < (n); j++)           \
			if (m[j]) {                     \
				r.re[j] = p[i[j]].re;   \
				r.im[j] = p[i[j]].im;   \
			}                               \
		return r;                               \
	}

#define KG_SCATTER_PAIR(name, P, T, I, M, n)                            \
	KG_INLINE void name(T *p, I i, P x, M m)                        \
	{                                                               \
		for (int j = 0; j < (n); j++)                           \
			if (m[j])                                       \
				p[i[j]] = (T){x.re[j], x.im[j]};        \
	}

#endif
