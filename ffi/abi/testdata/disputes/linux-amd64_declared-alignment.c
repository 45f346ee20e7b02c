// declared alignment
typedef int unaligned __attribute__((aligned(1)));
struct s { char n; unaligned m; };
int callee(int a, struct s x, int b);

#ifdef CALLEE
int callee(int a, struct s x, int b) { return a == 1 && x.n == 2 && x.m == 5 && b == 3; }
#endif
#ifdef CALLER
int main(void) { struct s x = { 2, 5 }; return callee(1, x, 3); }
#endif
