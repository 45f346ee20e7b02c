// The Julia kernel as a C programmer writes it: the rival in the demo's table.
#include <stdint.h>

struct block {
	int32_t maxiter;
	struct { const double (*data)[2]; int64_t len, cap; } zs, cs;
	struct { int32_t *data; int64_t len, cap; } output;
};

int32_t julia(struct block *b)
{
	for (int64_t i = 0; i < b->zs.len; i++) {
		double zr = b->zs.data[i][0], zi = b->zs.data[i][1];
		const double cr = b->cs.data[i][0], ci = b->cs.data[i][1];
		int32_t n = 0;
		while (n < b->maxiter && zr * zr + zi * zi < 4) {
			const double t = zr * zr - zi * zi + cr;
			zi = zr * zi + zi * zr + ci;
			zr = t;
			n++;
		}
		b->output.data[i] = n;
	}
	return 0;
}
