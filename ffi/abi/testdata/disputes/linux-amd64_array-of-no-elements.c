// array of no elements
struct s { float n; int a[0]; };
int callee(int a, struct s x, int b);

#ifdef CALLEE
int callee(int a, struct s x, int b) { return a == 1 && x.n == 2 && b == 3; }
#endif
#ifdef CALLER
int main(void) { struct s x = { 2 }; return callee(1, x, 3); }
#endif
