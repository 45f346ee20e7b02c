// record without named fields
struct s { int : 32; };
int callee(int a, struct s x, int b);

#ifdef CALLEE
int callee(int a, struct s x, int b) { return a == 1 && b == 3; }
#endif
#ifdef CALLER
int main(void) { struct s x; return callee(1, x, 3); }
#endif
