// __int128 on the stack
int callee(long a, long b, long c, long d, long e, __int128 x, long f);

#ifdef CALLEE
int callee(long a, long b, long c, long d, long e, __int128 x, long f) { return a == 1 && b == 2 && c == 3 && d == 4 && e == 5 && x == (__int128)6 << 64 && f == 7; }
#endif
#ifdef CALLER
int main(void) { __int128 x = (__int128)6 << 64; return callee(1, 2, 3, 4, 5, x, 7); }
#endif
