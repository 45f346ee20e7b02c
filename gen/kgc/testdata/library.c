// A C library as kgen writes it, by hand: one kernel, which adds two numbers and fails when the second is 0.
#include <stdint.h>

struct level { int64_t want, have, best, built; };
struct add { struct { int64_t x, y; } fault; int64_t a, b, sum; };

#ifndef FINGERPRINT
#define FINGERPRINT "right"
#endif
#ifndef BEST
#define BEST 3
#endif

#ifndef NO_FINGERPRINT
const char calc_fingerprint[] = FINGERPRINT;
#endif

#ifndef NO_LEVEL
int32_t calc_level(struct level *l)
{
	l->best = BEST;
	l->built = 1 << 2 | 1 << 3;
	if (l->want > l->best || l->want == 1)
		return 1;
	l->have = l->want ? l->want : l->best;
	if (l->have < 2)
		l->have = 0;
	return 0;
}
#endif

#ifndef NO_KERNEL
int32_t calc_Add(struct add *b)
{
	b->sum = b->a + b->b;
	if (b->b != 0)
		return 0;
	b->fault.x = b->a;
	b->fault.y = 42;
	return 1;
}
#endif
