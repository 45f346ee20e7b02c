// record without named fields
struct s { long : 64; long : 64; long : 64; };
struct t { long n[3]; };
int callee(int a, struct s x, struct t b);

#ifdef CALLEE
int callee(int a, struct s x, struct t b) { return a == 1 && b.n[1] == 3; }
#endif
#ifdef CALLER
int main(void) { struct s x; struct t b = { { 2, 3, 4 } }; return callee(1, x, b); }
#endif
