// The kernels of the benchmark as a C programmer writes them.
#include <stdint.h>

struct complexes { const double (*data)[2]; int64_t len, cap; };
struct doubles { double *data; int64_t len, cap; };
struct ints { int32_t *data; int64_t len, cap; };

struct julia { int32_t maxiter; struct complexes zs, cs; struct ints output; };

int32_t hand_julia(struct julia *b)
{
	const int32_t maxiter = b->maxiter;
	const int64_t n = b->zs.len;
	const double (*zs)[2] = b->zs.data, (*cs)[2] = b->cs.data;
	int32_t *output = b->output.data;
	for (int64_t i = 0; i < n; i++) {
		double zr = zs[i][0], zi = zs[i][1];
		const double cr = cs[i][0], ci = cs[i][1];
		int32_t k = 0;
		while (k < maxiter && zr * zr + zi * zi < 4) {
			const double t = zr * zr - zi * zi + cr;
			zi = zr * zi + zi * zr + ci;
			zr = t;
			k++;
		}
		output[i] = k;
	}
	return 0;
}

struct matmul { struct doubles a, b, c; int64_t n; };

int32_t hand_matmul(struct matmul *m)
{
	const int64_t n = m->n;
	const double *a = m->a.data, *b = m->b.data;
	double *c = m->c.data;
	for (int64_t i = 0; i < n; i++)
		for (int64_t k = 0; k < n; k++) {
			const double x = a[i * n + k];
			for (int64_t j = 0; j < n; j++)
				c[i * n + j] += x * b[k * n + j];
		}
	return 0;
}

struct diffuse { struct doubles u, v; int64_t rows, cols; double d; };

int32_t hand_diffuse(struct diffuse *g)
{
	const int64_t rows = g->rows, cols = g->cols;
	const double *u = g->u.data, d = g->d;
	double *v = g->v.data;
	for (int64_t i = 1; i < rows - 1; i++)
		for (int64_t j = 1; j < cols - 1; j++) {
			const int64_t k = i * cols + j;
			v[k] = u[k] + d * (u[k - cols] + u[k + cols] + u[k - 1] + u[k + 1] - 4 * u[k]);
		}
	return 0;
}

int32_t hand_empty(void *block)
{
	(void)block;
	return 0;
}
