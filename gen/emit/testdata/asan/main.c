// Calls the kernels of testdata/c/julia.txtar and slices.txtar as a C program does, with memory that ends exactly
// where the slices end, so that AddressSanitizer sees any access beyond.
#include <stdio.h>
#include <stdlib.h>

#include "calc.h"
#include "slices.h"

#define CHECK(condition)                                                     \
	do {                                                                 \
		if (!(condition)) {                                          \
			fprintf(stderr, "line %d: " #condition "\n", __LINE__); \
			exit(1);                                             \
		}                                                            \
	} while (0)

static void julia(int64_t n, int64_t cs_len, int32_t want)
{
	kg_c128 *zs = calloc((size_t)n + 1, sizeof *zs), *cs = calloc((size_t)cs_len + 1, sizeof *cs);
	int32_t *out = calloc((size_t)n + 1, sizeof *out);
	zs = realloc(zs, (size_t)n * sizeof *zs + !n);
	cs = realloc(cs, (size_t)cs_len * sizeof *cs + !cs_len);
	out = realloc(out, (size_t)n * sizeof *out + !n);
	struct calc_CalculateZ b = {.p0_maxiter = 10, .p1_zs = {zs, n, n}, .p2_cs = {cs, cs_len, cs_len}, .buffers = {{out, n}}};
	CHECK(calc_CalculateZ(&b) == want);
	if (want == 0) {
		CHECK(b.r0.buf == 2 && b.r0.off == 0 && b.r0.len == n && b.r0.cap == n);
		for (int64_t i = 0; i < n; i++)
			CHECK(out[i] == 10);
	} else {
		CHECK(b.fault.x == cs_len && b.fault.y == cs_len);
	}
	free(zs);
	free(cs);
	free(out);
}

static void pick(int64_t n, int64_t i, int64_t k, int32_t want, int64_t x, int64_t y)
{
	double *s = malloc((size_t)n * sizeof *s);
	for (int64_t j = 0; j < n; j++)
		s[j] = (double)j;
	struct slices_Pick b = {.p0_s = {s, n, n}, .p1_i = i, .p2_k = k};
	CHECK(slices_Pick(&b) == want);
	CHECK(want == 0 || (b.fault.x == x && b.fault.y == y));
	CHECK(s[0] == (want == 0 && i == 0 ? 0.0 : 5.0));
	free(s);
}

int main(void)
{
	julia(0, 0, 0);
	julia(33, 33, 0);
	julia(33, 40, 0);
	julia(33, 32, 1);
	julia(5, 0, 1);
	for (int64_t i = 0; i < 4; i++)
		pick(4, i, 1, 0, 0, 0);
	pick(4, 4, 1, 4, 4, 4);
	pick(4, -1, 1, 4, -1, 4);
	pick(4, INT64_MAX, 1, 4, INT64_MAX, 4);
	pick(4, INT64_MIN, 1, 4, INT64_MIN, 4);
	pick(4, 2, 0, 5, 0, 0);
	struct slices_Made small = {.p0_n = 5, .buffers = {{NULL, 0}, {NULL, 0}}};
	CHECK(slices_Made(&small) == KG_BAD_BUFFER);
	struct slices_Made negative = {.p0_n = -5};
	CHECK(slices_Made(&negative) == 3 && negative.fault.x == -5);
	struct slices_PingPong nil = {.p2_steps = 3};
	CHECK(slices_PingPong(&nil) == 0 && nil.r0.buf == -1 && nil.r1.buf == -1);
	return 0;
}
