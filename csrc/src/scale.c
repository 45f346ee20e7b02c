// A library in the form that kgen writes, for the tests of package csrc.

#include <float.h>

#include "scale.h"

#ifdef __FAST_MATH__
#error "-ffast-math changes results"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0
#error "floats are not rounded after each operation on this target"
#endif
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wtautological-compare"
#endif

#define KG_TRY(call)                                     \
	do {                                             \
		const int32_t kg_status = (call);        \
		if (KG_UNLIKELY(kg_status))              \
			return kg_status;                \
	} while (0)

#ifdef KG_LEVEL
#define KG_KERNEL(name, block) KG_HIDDEN int32_t KG_PASTE(name, KG_LEVEL)(block *b); int32_t KG_PASTE(name, KG_LEVEL)(block *b)
#else
#define KG_KERNEL(name, block) KG_EXPORT int32_t name(block *b)
#endif

typedef struct {
	double *p;
	int64_t len, cap, buf;
} kg_s_f64;

static KG_NOINLINE void k_Scale(double p_k, kg_s_f64 p_s);

static KG_NOINLINE void k_Scale(double p_k, kg_s_f64 p_s)
{
	const int64_t t_i_end = p_s.len;
	for (int64_t t_i = 0; t_i < t_i_end; t_i++) {
		p_s.p[t_i] = p_s.p[t_i] * p_k;
	}
}

KG_KERNEL(scale_Scale, struct scale_Scale)
{
	k_Scale(b->p0_k, (kg_s_f64){b->p1_s.p, b->p1_s.len, b->p1_s.cap, 0});
	return 0;
}

#ifndef KG_LEVEL
const char scale_fingerprint[] = "0123";

int32_t scale_level(struct kg_level *l)
{
	l->have = l->best = 1;
	l->built = 1 << 1;
	return l->want == 0 || l->want == 1 ? 0 : 1;
}
#endif
