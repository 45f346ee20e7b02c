// Functions whose values show what the bytes alone do not.

// Who relies on extended arguments must get them.
long long extended_char(signed char a) { return a; }
long long extended_uchar(unsigned char a) { return a; }
long long extended_short(short a) { return a; }
long long extended_bool(_Bool a) { return a; }
long long extended_stack(long long a, long long b, long long c, long long d, long long e, long long f, long long g, long long h, signed char i) { return i; }

// Results with more bits than their type: the caller has to cut them off. The functions are called by narrower prototypes.
long long dirty(void) { return 0x123456789abcdeff; }

// Errors.
#if !defined(_WIN32) && !defined(FOREIGN)
int *__errno_location(void);
int *__error(void);
#ifdef __APPLE__
#define __errno_location __error
#endif
int fails(int code) { *__errno_location() = code; return -1; }
#endif

// What va_arg takes.
double sum(int n, ...) {
	__builtin_va_list list;
	__builtin_va_start(list, n);
	double s = 0;
	while (n-- > 0)
		s += __builtin_va_arg(list, double) + __builtin_va_arg(list, int);
	return s;
}

int calls(void (*f)(void)) { f(); return 1; }
