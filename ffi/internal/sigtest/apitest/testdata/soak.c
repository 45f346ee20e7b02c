#include <pthread.h>
#include <stdint.h>

typedef int64_t function(int64_t);

int64_t apply(function *f, int64_t x) { return f(x) + 1; }

double apply_double(double (*f)(double, int64_t), double x, int64_t n) { return f(x, n) / 2; }

/* Writes to memory that Go gave, after Go code ran on the stack that Go gave it from. */
void store_after(function *f, int64_t x, int64_t *to) {
	int64_t y = f(x);
	*to = y;
}

/* Calls back from inside of callbacks until n is 0. */
int64_t descend(int64_t (*f)(int64_t), int64_t n) { return n == 0 ? 0 : 1 + f(n - 1); }

struct job {
	pthread_t thread;
	function *f;
	int64_t x, result;
};

static void *run(void *p) {
	struct job *j = p;
	for (int i = 0; i < 10; i++)
		j->result += j->f(j->x + i);
	return p;
}

enum { most = 16 };

/* Calls f on n threads of its own, 10 times on each, and returns the sum of the results, or -1. */
int64_t on_threads(int n, function *f, int64_t x) {
	struct job jobs[most] = {0};
	int64_t sum = 0;
	if (n > most)
		return -1;
	for (int i = 0; i < n; i++) {
		jobs[i].f = f;
		jobs[i].x = x + 10 * i;
		if (pthread_create(&jobs[i].thread, 0, run, &jobs[i]) != 0)
			return -1;
	}
	for (int i = 0; i < n; i++) {
		pthread_join(jobs[i].thread, 0);
		sum += jobs[i].result;
	}
	return sum;
}
