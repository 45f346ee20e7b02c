// A library in the form that kgen writes, for the tests of package csrc.

// The kernels of package scale for callers in C. A kernel takes a block of arguments and results and returns
// 0; or the number of the run-time check that failed plus one, with the check's values in fault; or a negative
// number when the block or the CPU does not fit. Buffers are zeroed memory that the caller owns.
#ifndef KG_scale_H
#define KG_scale_H

#include "kg.h"

#ifdef __cplusplus
extern "C" {
#endif

// scale_fingerprint names the sources, the blocks and the kgen version that the library was made from.
KG_EXPORT extern const char scale_fingerprint[];

// scale_level sets have to the CPU level in use (0: none fits), best to the highest that the CPU has and built to the set of
// those in the library, bit n for level n. Level 1 is plain C; 2, 3 and 4 are x86-64-v2, -v3 and -v4. When want is not
// 0 it chooses level want, or returns 1 when that is impossible. Do not call it while a kernel runs.
KG_EXPORT int32_t scale_level(struct kg_level *l);

// Scale(k f64, s []f64)
struct scale_Scale {
	kg_fault fault;
	double p0_k;
	kg_slice p1_s; // []f64
};
KG_EXPORT int32_t scale_Scale(struct scale_Scale *b);

#ifdef __cplusplus
}
#endif

#endif
