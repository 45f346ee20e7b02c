/* What the Windows x64 convention is tested with: arguments of both kinds by position, on the stack, by reference, and
   callbacks. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <windows.h>

int64_t ints(int64_t a, int64_t b, int64_t c, int64_t d) { return a + 10 * b + 100 * c + 1000 * d; }

double floats(double a, double b, double c, double d) { return a + 10 * b + 100 * c + 1000 * d; }

double mixed(double a, int64_t b, double c, int64_t d) { return a + 10 * b + 100 * c + 1000 * d; }

double ten(double a, int64_t b, double c, int64_t d, double e, int64_t f, double g, int64_t h, float i, int8_t j)
{
	return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
}

struct three { int64_t a, b, c; };

/* Both the result and the argument travel by their addresses. */
struct three twice(struct three t, int64_t n)
{
	struct three result = {2 * t.a + n, 2 * t.b + n, 2 * t.c + n};
	t.a = t.b = t.c = -1; /* a copy of the caller's */
	return result;
}

enum { HUGE_SIZE = 1 << 20 };
struct huge { int64_t a[HUGE_SIZE / 8]; };

int64_t sum_huge(struct huge h)
{
	int64_t sum = 0;
	for (int i = 0; i < HUGE_SIZE / 8; i++)
		sum += h.a[i];
	return sum;
}

int set_both(int err, uint32_t last)
{
	int before = errno;
	DWORD last_before = GetLastError();
	errno = err;
	SetLastError(last);
	return before == 0 && last_before == 0;
}

void set_neither(void) {}

typedef double (*callback)(int64_t a, double b, int64_t c, double d, int64_t e, double f);

double call(callback f, int64_t n) { return f(n, n + .5, n + 1, n + 1.5, n + 2, n + 2.5); }

/* preserved calls f and reports which of the registers that it must preserve it changed, one bit each. */
uint64_t preserved(int64_t (*f)(int64_t))
{
	uint64_t in[7], out[7], xin[20], xout[20], changed = 0;
	for (int i = 0; i < 7; i++)
		in[i] = 0x1111111111111111u * (i + 1);
	for (int i = 0; i < 20; i++)
		xin[i] = 0x0101010101010101u * (i + 1);
	uint64_t *list[] = {in, out, xin, xout, (uint64_t *)f};
	__asm__ volatile(
		"push %%rbp\n\t"
		"mov %%rsp, %%rbp\n\t"
		"and $-16, %%rsp\n\t"
		"sub $48, %%rsp\n\t"
		"mov %%rax, 40(%%rsp)\n\t"
		"mov 16(%%rax), %%rcx\n\t"
		"movups (%%rcx), %%xmm6\n\t"
		"movups 16(%%rcx), %%xmm7\n\t"
		"movups 32(%%rcx), %%xmm8\n\t"
		"movups 48(%%rcx), %%xmm9\n\t"
		"movups 64(%%rcx), %%xmm10\n\t"
		"movups 80(%%rcx), %%xmm11\n\t"
		"movups 96(%%rcx), %%xmm12\n\t"
		"movups 112(%%rcx), %%xmm13\n\t"
		"movups 128(%%rcx), %%xmm14\n\t"
		"movups 144(%%rcx), %%xmm15\n\t"
		"mov (%%rax), %%rcx\n\t"
		"mov (%%rcx), %%rbx\n\t"
		"mov 8(%%rcx), %%rsi\n\t"
		"mov 16(%%rcx), %%rdi\n\t"
		"mov 24(%%rcx), %%r12\n\t"
		"mov 32(%%rcx), %%r13\n\t"
		"mov 40(%%rcx), %%r14\n\t"
		"mov 48(%%rcx), %%r15\n\t"
		"mov $5, %%ecx\n\t"
		"call *32(%%rax)\n\t"
		"mov 40(%%rsp), %%rax\n\t"
		"mov 8(%%rax), %%rcx\n\t"
		"mov %%rbx, (%%rcx)\n\t"
		"mov %%rsi, 8(%%rcx)\n\t"
		"mov %%rdi, 16(%%rcx)\n\t"
		"mov %%r12, 24(%%rcx)\n\t"
		"mov %%r13, 32(%%rcx)\n\t"
		"mov %%r14, 40(%%rcx)\n\t"
		"mov %%r15, 48(%%rcx)\n\t"
		"mov 24(%%rax), %%rcx\n\t"
		"movups %%xmm6, (%%rcx)\n\t"
		"movups %%xmm7, 16(%%rcx)\n\t"
		"movups %%xmm8, 32(%%rcx)\n\t"
		"movups %%xmm9, 48(%%rcx)\n\t"
		"movups %%xmm10, 64(%%rcx)\n\t"
		"movups %%xmm11, 80(%%rcx)\n\t"
		"movups %%xmm12, 96(%%rcx)\n\t"
		"movups %%xmm13, 112(%%rcx)\n\t"
		"movups %%xmm14, 128(%%rcx)\n\t"
		"movups %%xmm15, 144(%%rcx)\n\t"
		"mov %%rbp, %%rsp\n\t"
		"pop %%rbp\n\t"
		:
		: "a"(list)
		: "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2",
		  "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
		  "memory", "cc");
	for (int i = 0; i < 7; i++)
		changed |= (uint64_t)(in[i] != out[i]) << i;
	for (int i = 0; i < 20; i++)
		changed |= (uint64_t)(xin[i] != xout[i]) << (7 + i);
	return changed;
}

struct job {
	callback f;
	int64_t n;
	double result;
};

static DWORD WINAPI run(void *arg)
{
	struct job *j = arg;
	j->result = 0;
	for (int i = 0; i < 10; i++)
		j->result += call(j->f, j->n);
	return 0;
}

/* on_threads calls f ten times on each of n threads that Go did not make, and returns the sum of the results. */
double on_threads(callback f, int n)
{
	struct job jobs[16];
	HANDLE threads[16];
	double sum = 0;
	if (n > 16)
		return -1;
	for (int i = 0; i < n; i++) {
		jobs[i] = (struct job){f, i, 0};
		threads[i] = CreateThread(NULL, 0, run, &jobs[i], 0, NULL);
		if (!threads[i])
			return -2;
	}
	for (int i = 0; i < n; i++) {
		WaitForSingleObject(threads[i], INFINITE);
		CloseHandle(threads[i]);
		sum += jobs[i].result;
	}
	return sum;
}
