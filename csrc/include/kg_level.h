/* kg_level.h: which x86-64 level the CPU and the operating system have. */
#ifndef KG_LEVEL_H
#define KG_LEVEL_H

#include <cpuid.h>
#include <stdint.h>

/* The bits of CPUID's registers that each level adds to the one below. */
enum {
	KG_V2_1C = 1 << 0 | 1 << 9 | 1 << 13 | 1 << 19 | 1 << 20 | 1 << 23, /* SSE3 SSSE3 CMPXCHG16B SSE4.1 SSE4.2 POPCNT */
	KG_V2_X1C = 1 << 0,                                                 /* LAHF */
	KG_V3_1C = 1 << 12 | 1 << 22 | 1 << 27 | 1 << 28 | 1 << 29,         /* FMA MOVBE OSXSAVE AVX F16C */
	KG_V3_7B = 1 << 3 | 1 << 5 | 1 << 8,                                /* BMI1 AVX2 BMI2 */
	KG_V3_X1C = 1 << 5                                                  /* LZCNT */
};

#define KG_V4_7B (1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31) /* AVX-512 F DQ CD BW VL */

/* The registers that the operating system saves. */
#define KG_STATE_AVX 0x06u
#define KG_STATE_AVX512 0xe6u

static inline uint32_t kg_os_state(void)
{
	uint32_t low, high;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low;
}

static inline int kg_has(uint32_t have, uint32_t want) { return (have & want) == want; }

/* kg_cpu_level is 4, 3 or 2, or 0 for an older CPU. */
static inline int kg_cpu_level(void)
{
	uint32_t a, b1, c1, d, b7 = 0, c7, xc = 0;
	if (!__get_cpuid(1, &a, &b1, &c1, &d))
		return 0;
	if (!__get_cpuid_count(7, 0, &a, &b7, &c7, &d))
		b7 = 0;
	if (!__get_cpuid(0x80000001u, &a, &b1, &xc, &d))
		xc = 0;
	if (!kg_has(c1, KG_V2_1C) || !kg_has(xc, KG_V2_X1C))
		return 0;
	if (!kg_has(c1, KG_V3_1C) || !kg_has(b7, KG_V3_7B) || !kg_has(xc, KG_V3_X1C) || !kg_has(kg_os_state(), KG_STATE_AVX))
		return 2;
	return kg_has(b7, KG_V4_7B) && kg_has(kg_os_state(), KG_STATE_AVX512) ? 4 : 3;
}

#endif
